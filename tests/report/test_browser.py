"""The page in a real browser, where there is one."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from offbeat.report import page

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--virtual-time-budget=3000", "--enable-logging=stderr", "--v=0",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed, and it opens the page here")
def test_a_link_to_an_event_opens_its_chart_without_an_error(make_view, tmp_path: Path) -> None:
    page([make_view(), make_view(channels=tuple("abcdefgh"), name="second")], tmp_path / "out.html")
    address = (tmp_path / "out.html").as_uri() + "#series=2&event=2"
    assert BROWSER is not None
    done = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", address],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert "CONSOLE" not in done.stderr
    first, second = done.stdout.split('id="series-2"')
    assert re.findall(r'<tr data-event="(\d)" class="chosen">', second) == ["2"]
    assert "chosen" not in re.sub(r"(?s)<style>.*?</style>", "", first)
    assert second.count('class="panel"') == 9
    assert second.count('class="panel" hidden=""') == 2
    assert "Show the other 2 channels" in second
    assert "Event 2 of 2" in second

"""Pages of tables: what is in a cell, how it sorts, and that nothing on the page can run but its own script."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from offbeat.core.errors import OutputError
from offbeat.report.frame import part
from offbeat.report.table_page import SCRIPTS, Section, shown, table_page

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NODE = shutil.which("node")
NASTY = "</script><script>alert(1)</script><img src=x onerror=alert(1)> & \" ' $body"


class Cells(HTMLParser):
    """The tables of a page: heads, and cells as (text, data-sort)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.heads: list[str] = []
        self.rows: list[list[tuple[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "th":
            self.heads.append("")
        elif tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append(("", dict(attrs).get("data-sort")))

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["button"] and not self.heads[-1]:
            self.heads[-1] = data
        elif self.tags[-1:] == ["td"] and data.strip():
            self.rows[-1][-1] = (data, self.rows[-1][-1][1])


def written(path: Path, *sections: Section, title: str = "Results") -> str:
    table_page(title, sections, path)
    return path.read_text(encoding="utf-8")


def test_a_table_holds_its_rows_and_the_exact_numbers_to_sort_by(tmp_path: Path) -> None:
    rows = [{"who": "b", "mean": 1 / 3, "n": 5}, {"who": "a", "mean": None, "n": np.int64(12345)}]
    cells = Cells(written(tmp_path / "out.html", Section("One", rows=rows)))
    assert cells.heads == ["who", "mean", "n"]
    assert cells.rows[1:] == [
        [("b", None), ("0.3333", repr(1 / 3)), ("5", "5.0")],
        [("a", None), ("", None), ("12,345", "12345.0")],
    ]


def test_a_column_with_a_word_in_it_is_no_column_of_numbers(tmp_path: Path) -> None:
    cells = Cells(written(tmp_path / "out.html", Section("One", rows=[{"k": 5}, {"k": "auto"}])))
    assert cells.rows[1:] == [[("5", None)], [("auto", None)]]


def test_text_from_outside_stays_text_and_only_the_own_script_may_run(tmp_path: Path) -> None:
    section = Section(NASTY, [NASTY], [{NASTY: NASTY}], NASTY)
    text = written(tmp_path / "out.html", section, title=NASTY)
    assert Cells(text).tags.count("script") == 1
    assert Cells(text).tags.count("img") == 0
    code = re.search(r"(?s)<script>(.*)</script>", text)
    assert code is not None
    digest = base64.b64encode(hashlib.sha256(code[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text
    assert not re.search(r"https?:", text)


def test_a_figure_is_in_the_page_with_its_words(tmp_path: Path) -> None:
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([1, 2])
    text = written(tmp_path / "out.html", Section("Curves", figures={'a "rising" line': figure}))
    found = re.search(
        r'<img class="drawn" alt="a &quot;rising&quot; line" src="data:image/svg\+xml;base64,([^"]+)"', text
    )
    assert found is not None
    assert b"<svg" in base64.b64decode(found[1])


@pytest.mark.parametrize(
    ("cell", "text"),
    [(np.float64(0.5), "0.5000"), (12.3456, "12.35"), (-0.25, "-0.2500"), (99999.5, "100,000"), (math.inf, "inf"),
     (np.nan, ""), (0, "0"), (0.0, "0.0000"), (False, "no")],
)  # fmt: skip
def test_numbers_are_shown_short(cell: object, text: str) -> None:
    assert shown(cell) == text


def test_a_page_that_can_not_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no such file"):
        table_page("x", [], tmp_path / "missing" / "out.html")


@pytest.mark.skipif(NODE is None, reason="node is not installed, and it runs the page's script here")
def test_empty_cells_sort_last_both_ways() -> None:
    code = part("table.js").partition("function search")[0]
    program = """
      const given = [null, 2, 10, null, -1];
      const sorted = sign => [...given].sort((a, b) => order(a, b, sign));
      console.log(JSON.stringify([sorted(1), sorted(-1), ["b10", "b9", null].sort((a, b) => order(a, b, 1))]));"""
    assert NODE is not None
    done = subprocess.run([NODE, "-"], input=code + program, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == [[-1, 2, 10, None, None], [10, 2, -1, None, None], ["b9", "b10", None]]


@pytest.mark.skipif(NODE is None, reason="node is not installed, and it reads the page's script here")
def test_the_script_is_well_formed() -> None:
    assert NODE is not None
    code = "\n".join(part(name) for name in SCRIPTS)
    done = subprocess.run([NODE, "--check", "-"], input=code, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed, and it opens the page here")
def test_the_page_opens_without_an_error_and_offers_a_search_in_long_tables(tmp_path: Path) -> None:
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([1, 2])
    sections = [
        Section("Long", rows=[{"n": n} for n in range(30)], figures={"a line": figure}),
        Section("Short", rows=[{"n": 1}]),
    ]
    written(tmp_path / "out.html", *sections)
    assert BROWSER is not None
    done = subprocess.run(
        [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--enable-logging=stderr", "--v=0",
         "--virtual-time-budget=2000", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom",
         (tmp_path / "out.html").as_uri()],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert "CONSOLE" not in done.stderr
    assert done.stdout.count("<input") == 1

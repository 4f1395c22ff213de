"""The bar on stderr: drawn where it takes long and a person looks, else not there at all."""

from __future__ import annotations

import io
import time

from offbeat.cli import _progress
from offbeat.cli._progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_is_drawn_after_a_while_with_what_was_done_before(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr(_progress, "PATIENCE", 0.01)
    with Progress("scoring") as progress:
        progress(0.25)
        until = time.monotonic() + 10
        while progress._bar is None and time.monotonic() < until:
            time.sleep(0.01)
        assert progress._bar.tasks[0].completed == 0.25
        progress(0.5)
        assert progress._bar.tasks[0].completed == 0.5
    assert "scoring" in screen.getvalue()


def test_what_is_over_soon_draws_nothing(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    with Progress("scoring") as progress:
        progress(0.5)
    assert screen.getvalue() == ""


def test_without_a_terminal_nothing_is_drawn(monkeypatch, capsys):
    monkeypatch.setattr(_progress, "PATIENCE", 0.0)
    with Progress("scoring") as progress:
        progress(0.5)
        time.sleep(0.05)
        progress(0.75)
    assert capsys.readouterr().err == ""

"""The write-up of the studies is what its command makes of its text and of the tables beside it."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "docs" / "study"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
TEXT = (FOLDER / "text.md").read_text(encoding="utf-8")

LARGEST = 150_000
"""Bytes of a picture."""


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(FOLDER.parent)
    return importlib.import_module("write_study")


def test_the_page_is_what_the_command_writes(writing: Any) -> None:
    assert writing.written(TEXT, writing.standing()) == PAGE, "it is behind; run: python docs/write_study.py"


def test_all_studies_have_been_run_and_hardly_a_run_failed(writing: Any) -> None:
    assert list(writing.standing()) == list(writing.STUDIES)
    for study in writing.standing().values():
        assert study.counts["failed"] < 0.05 * study.counts["runs"]


def test_every_picture_is_there_and_shown_and_not_large() -> None:
    shown = set(re.findall(r"!\[[^\]]*\]\(([^)]+)\)", PAGE))
    assert shown == {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.png")}
    assert {path.name for path in FOLDER.glob("*/*.png") if path.stat().st_size > LARGEST} == set()


def test_all_that_can_be_said_is_said(writing: Any) -> None:
    assert set(re.findall(r"{tables\[(\w+)\]}", TEXT)) == set(writing.TABLES)
    assert set(re.findall(r"{words\[(\w+)\]}", TEXT)) == set(writing.WORDS)


def test_another_figure_gives_another_page(writing: Any) -> None:
    studies = writing.standing()
    study = studies["sine"]
    study.means = study.means.assign(mse_validation=2 * study.means["mse_validation"])
    changed = writing.written(TEXT, studies)
    twice = 2 * writing.standing()["sine"].mean["LSTM autoencoder"]["mse_validation"]
    assert changed != PAGE
    assert f"error is {importlib.import_module('study_tables').error(twice)}" in changed


def test_a_study_that_was_not_run_is_said_to_be_missing(writing: Any) -> None:
    only = {"sine": writing.standing()["sine"]}
    page = writing.written(TEXT, only)
    assert "`studies/recurrent.toml` has not been run" in page
    assert "noisy sine" in page
    assert "{" not in page

"""Every decision has a date and a status, and whatever names a decision names one that exists."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "decisions"
FILES = {int(path.name[:4]): path for path in sorted(FOLDER.glob("[0-9]*.md"))}
HEAD = re.compile(r"# (\d+)\. .+\n\n- Date: (\S+)\n- Status: (?:accepted|superseded by \[(\d+)\]\((\S+)\))\n\n")
ROW = re.compile(r"^\| \[(\d+)\]\((\S+)\) \| .+ \| (\S+) \| (.+) \|$", re.MULTILINE)


@pytest.mark.parametrize("number", FILES)
def test_a_decision_has_a_date_and_a_status(number: int) -> None:
    head = HEAD.match(FILES[number].read_text(encoding="utf-8"))
    assert head, f"{FILES[number].name} must begin with '# {number}. title', '- Date: YYYY-MM-DD', '- Status: ...'"
    assert int(head[1]) == number
    dt.date.fromisoformat(head[2])
    if head[3] is not None:
        successor = FOLDER / head[4]
        assert successor.exists(), f"{FILES[number].name} is superseded by {head[4]}, which does not exist"
        assert successor == FILES[int(head[3])]
        assert int(head[3]) > number


def test_the_index_lists_every_decision_with_its_date_and_status() -> None:
    rows = {int(n): row for n, *row in ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))}
    expected = {}
    for number, path in FILES.items():
        text = path.read_text(encoding="utf-8")
        date, status = (re.findall(rf"^- {word}: (.+)$", text, re.MULTILINE)[0] for word in ("Date", "Status"))
        expected[number] = [path.name, date, status]
    assert rows == expected


def test_every_decision_named_in_the_code_exists() -> None:
    named = {
        (path.relative_to(ROOT).as_posix(), int(number))
        for path in (ROOT / "src").rglob("*.py")
        for numbers in re.findall(r"\bdecisions? (\d+(?:(?:, | and )\d+)*)", path.read_text(encoding="utf-8"))
        for number in re.findall(r"\d+", numbers)
    }
    assert {(path, number) for path, number in named if number not in FILES} == set()

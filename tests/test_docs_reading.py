"""docs/reading.md names every option of reading, every format, and only options and files that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from offbeat.cli import root
from offbeat.core.registry import entries
from offbeat.data.reading.options import ReadOptions
from offbeat.data.reading.tables import Format

FOLDER = Path(__file__).parent.parent / "docs"
PAGE = (FOLDER / "reading.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def flags() -> set[str]:
    """The options of the commands that the page names."""
    helps = [CliRunner().invoke(root, [command, "--help"]).output for command in ("show", "detect")]
    return set(re.findall(r"--[a-z][a-z-]+", " ".join(helps)))


def test_every_option_of_python_is_in_the_table():
    table = PAGE.split("All options:")[1].split("## An example")[0]
    assert set(re.findall(r"`(\w+)=", table)) == set(ReadOptions.__annotations__)


def test_every_option_of_the_command_line_is_one(flags):
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) <= flags


@pytest.mark.parametrize("name", entries("data/formats"))
def test_every_format_is_in_the_table(name):
    kind = entries("data/formats")[name].load(Format)
    row = next(
        row for row in PAGE.splitlines() if row.lower().startswith(f"| {kind.title.partition(' ')[2].lower()} |")
    )
    assert all(f"`{suffix}`" in row for suffix in kind.suffixes)
    assert (f"[{kind.extra}]" in row) == bool(kind.extra)


def test_links_lead_somewhere():
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", PAGE)]
    assert links
    assert [link for link in links if not (FOLDER / link).exists()] == []


@pytest.mark.parametrize("content", ['time,v\n2024-01-01,"1,003"\n2024-01-02,"1,204"\n', "1,5\n2,25\n3,5\n"])
def test_the_remedies_of_the_page_are_those_of_the_errors(content, tmp_path):
    path = tmp_path / "asked.csv"
    path.write_text(content, encoding="utf-8")
    asked = CliRunner().invoke(root, ["show", str(path)])
    assert asked.exit_code == 2
    cells = [row for row in PAGE.splitlines() if row.startswith("| `1")]
    remedies = [re.findall(r"`(--[^`]+)`", row) for row in cells]
    offered = next(some for some in remedies if all(remedy in asked.output for remedy in some))
    assert len(offered) == 2
    for remedy in offered:
        words = remedy.replace("'", "").split()
        assert CliRunner().invoke(root, ["show", str(path), *words]).exit_code == 0

"""What the commands and the Python of docs/reading.md print of its meter.csv; docs/write_tables.py writes it there."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from pathlib import Path

from click.testing import CliRunner

from offbeat.cli import root

COMMANDS = {"show": ("show", "meter.csv"), "explain": ("show", "meter.csv", "--explain")}
"""The blocks of the page, and what is typed for each."""
_FENCED = r"(?<=<!-- {name}:begin -->\n```text\n)(.*?)(?=```\n<!-- {name}:end -->)"
_PYTHON = re.compile(r"<!-- python:begin -->\n```python\n(.*?)```\n\n```text\n(.*?)```\n<!-- python:end -->", re.DOTALL)


def shown(page: str) -> str:
    """Return the page with what its commands and its Python print, written anew."""
    file = re.search(_FENCED.format(name="meter"), page, re.DOTALL)
    if file is None:
        raise ValueError("the page has no block named meter, with the file that it shows")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("meter.csv").write_text(file[1], encoding="utf-8")
        for name, words in COMMANDS.items():
            block = re.compile(_FENCED.format(name=name), re.DOTALL)
            page = block.sub(lambda _, words=words: _command(words), page)
        return _PYTHON.sub(lambda found: _replaced(found, _python(found[1])), page)


def _command(words: tuple[str, ...]) -> str:
    done = CliRunner().invoke(root, list(words), env={"COLUMNS": "100"})
    if done.exit_code:
        raise ValueError(f"offbeat {' '.join(words)}: {done.output}")
    return done.output.lstrip("\n")


def _python(code: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, {})  # noqa: S102 - the page's own words
    return out.getvalue()


def _replaced(found: re.Match[str], printed: str) -> str:
    start, end = (place - found.start() for place in found.span(2))
    return found[0][:start] + printed + found[0][end:]

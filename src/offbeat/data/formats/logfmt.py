"""Lines of logfmt: names and values with = between them, ts=2024-01-08T00:00:00Z msg="tick done" queue=60."""

from __future__ import annotations

import re
from collections.abc import Iterable

from offbeat.core.errors import InputError
from offbeat.data.formats._text import first_lines, opened
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile, Table

_PAIR = re.compile(r"([A-Za-z_@][\w.@/:-]*)=(\"(?:\\.|[^\"\\])*\"|[^\s\"]*)(?=\s|$)")
_LINE = re.compile(rf"\s*{_PAIR.pattern}(?:\s+{_PAIR.pattern})+\s*")
_ESCAPED = re.compile(r"\\(.)")
_LOOKED = 20
"""Lines that must be of the form, where the file has so many."""
_NEAR = 1000
"""Bytes within which a file of the form has its first pair."""


class Logfmt(Format):
    """Logs of which each line is pairs of a name and a value; names that a line lacks are missing there."""

    title = "a log of names and values"
    suffixes = (".logfmt",)
    rank = 2

    def recognises(self, file: InputFile) -> bool:
        """Whether the first lines are two or more pairs each, and nothing else."""
        if b"=" not in file.head[:_NEAR]:
            return False
        lines = first_lines(file, _LOOKED)
        return bool(lines) and all(_LINE.fullmatch(line) for line in lines)

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return a row for each line; a line of another form is refused."""
        import pandas as pd

        rows = []
        with opened(file, options) as stream:
            for number, line in enumerate(stream, start=1):
                if not line.strip():
                    continue
                rows.append({name: _value(value) for name, value in _PAIR.findall(line)})
                if not _LINE.fullmatch(line):
                    raise InputError(
                        f"row {number} of {file.name} is not pairs like name=value: {line.strip()[:60]!r}; "
                        f"correct or remove it"
                    )
        return [Table(frame=pd.DataFrame.from_records(rows).fillna(""))]


def _value(text: str) -> str:
    return _ESCAPED.sub(r"\1", text[1:-1]) if text.startswith('"') else text

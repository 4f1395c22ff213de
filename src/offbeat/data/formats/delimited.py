"""CSV and other delimited text; also takes what no other format recognises."""

from __future__ import annotations

from collections.abc import Iterable

from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile, Table


class Delimited(Format):
    """Text in which commas, semicolons, tabs, bars or blanks stand between the cells."""

    title = "a delimited text"
    suffixes = (".csv", ".tsv", ".tab", ".psv")
    rank = 99

    def recognises(self, file: InputFile) -> bool:
        """Take every file that nobody else took."""
        return True

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return the text as it is; where its table is, is found later."""
        return [Table(text=file.path)]

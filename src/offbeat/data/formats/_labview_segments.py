"""The segments of a LabVIEW Measurement file: a header and rows each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from offbeat.core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

_END = "***End_of_Header***"
_SPECIAL = re.compile(r"\*\*\*Start_Special\*\*\*.*?\*\*\*End_Special\*\*\*[^\n]*\n?", re.DOTALL)
_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";"}
_DAY = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")
_HOUR = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?")

Header = dict[str, list[str]]


@dataclass(frozen=True)
class Segment:
    """A block of rows: the header's cells by their names, the names of its columns, and the columns."""

    header: Header
    names: list[str]
    cells: pd.DataFrame
    decimal: str

    @property
    def start(self) -> datetime | None:
        """When it began by the clock; None where that is not written."""
        day, hour = _DAY.match(self.first("Date")), _HOUR.match(self.first("Time"))
        if day is None or hour is None:
            return None
        date = "-".join(part.zfill(2) for part in day.groups())
        clock = ":".join(part.zfill(2) for part in hour.groups()[:3])
        try:
            return datetime.fromisoformat(f"{date}T{clock}.{(hour[4] or '0')[:6].ljust(6, '0')}")
        except ValueError:
            return None

    def first(self, name: str) -> str:
        """Return the first cell of a line of the header; empty where there is none."""
        return next(iter(self.header.get(name, [])), "").strip()

    def number(self, name: str, channel: int, default: float) -> float:
        """Return the number that a line of the header has for a channel."""
        cells = [cell for cell in self.header.get(name, []) if cell.strip()]
        try:
            return float(cells[min(channel, len(cells) - 1)].replace(self.decimal, "."))
        except (ValueError, IndexError):
            return default


def segments_of(text: str, place: str) -> Iterator[Segment]:
    """Yield the segments that have rows.

    Raises
    ------
    InputError
        Where the header has no end.
    """
    text = _SPECIAL.sub("", text.replace("\r\n", "\n"))
    if _END not in text:
        raise InputError(f"{place} has no line {_END}, which ends the header of a LabVIEW file; save it again")
    top, *rest = text.split(_END)
    named = re.search(r"^Separator[\t,; ]+(\w+)", top, re.MULTILINE)
    separator = _SEPARATORS.get(named[1].lower() if named else "tab", "\t")
    file_header = _header(top, separator)
    mark = "".join(file_header.get("Decimal_Separator", [])[:1])
    decimal = mark if mark in (".", ",") else "," if separator == "\t" and re.search(r"\d,\d", rest[-1]) else "."
    header, names = file_header, [""]
    for piece in rest:
        rows, own = _split(piece.partition("\n")[2], separator)
        lines, _, body = rows.lstrip("\n").partition("\n")
        if lines.split(separator)[0] == "X_Value":
            names = lines.split(separator)
        else:
            body = f"{lines}\n{body}"
        if body.strip():
            yield Segment(header, names, _cells(body, separator, decimal), decimal)
        header = file_header | _header(own, separator)


def _split(piece: str, separator: str) -> tuple[str, str]:
    """Return the rows, and the header of the next segment that follows them."""
    at = piece.rfind(f"\nChannels{separator}")
    if at < 0 and piece.startswith(f"Channels{separator}"):
        return "", piece
    return (piece, "") if at < 0 else (piece[:at], piece[at + 1 :])


def _header(text: str, separator: str) -> Header:
    lines = (line.split(separator) for line in text.split("\n") if line.strip())
    return {cells[0].strip(): cells[1:] for cells in lines}


def _cells(body: str, separator: str, decimal: str) -> pd.DataFrame:
    """Return the columns of rows, which may have an empty cell too many, or a comment."""
    import pandas as pd

    width = max(line.count(separator) for line in body.split("\n")) + 1
    frame: pd.DataFrame = pd.read_csv(
        io.StringIO(body), sep=separator, decimal=decimal, header=None, names=list(range(width)), index_col=False,
        low_memory=False, quoting=csv.QUOTE_NONE,
    )  # fmt: skip
    return frame


def values_of(cells: Any) -> Any:
    """Return the numbers of a column; what is none is missing."""
    import numpy as np
    import pandas as pd

    return pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64)

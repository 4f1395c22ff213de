"""Detect encoding, delimiter, decimal mark and header of a text file."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from offbeat.core.errors import InputError

SAMPLE_BYTES = 1 << 20
SAMPLE_CELLS = 40_000
"""How many cells are looked at to guess, within 500 to 5,000 rows."""
MISSING = (
    "", "NA", "N/A", "n/a", "na", "#N/A", "#NA", "<NA>", "NaN", "nan", "NAN", "-NaN", "-nan", "null", "NULL", "Null",
    "None", "none", "NONE", "-", "--", "?", ".", "missing",
)  # fmt: skip
"""The words that stand for "no value"."""

_MISSING = frozenset(MISSING)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?", re.IGNORECASE)
_COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_DATE = re.compile(r"(\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))([T ].*)?")
_STAMP = re.compile(r"\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})? \d{1,2}:\d{2}\S*( [AaPp][Mm])?")
_DELIMITERS = ("\t", ";", "|", ",")
SPACES = r"\s+"


@dataclass(frozen=True)
class Dialect:
    """The format found in a text file.

    Parameters
    ----------
    names
        One a column, from the header or "column1", "column2", ...; a lone column without a header is "value".
    skip
        Lines before the first row of data: comments, blank lines and the header.
    """

    delimiter: str
    decimal: str
    encoding: str
    names: tuple[str, ...]
    skip: int
    rows: list[list[str]] = field(repr=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user may want to check, of what is not ordinary."""
        words = {"\t": "tab", SPACES: "white space"}
        notes = [] if self.delimiter == "," else [f"delimiter is {words.get(self.delimiter, self.delimiter)}"]
        if self.decimal == ",":
            notes.append("decimal mark is the comma")
        if self.encoding not in ("utf-8", "utf-8-sig"):
            notes.append(f"encoding is {self.encoding}")
        return tuple(notes)


def sample_rows(columns: int) -> int:
    """Return how many rows are looked at to guess what the columns are."""
    return min(5_000, max(500, SAMPLE_CELLS // max(1, columns)))


def is_number(cell: str, decimal: str = ".") -> bool:
    """Whether the cell is a number as written with this decimal mark.

    Examples
    --------
    >>> is_number("1,5", ","), is_number("1_000"), is_number(" -2e3 ")
    (True, False, True)
    """
    text = cell.strip()
    if decimal == ",":
        text = "!" if "." in text else text.replace(",", ".", 1)
    return _NUMBER.fullmatch(text) is not None


def is_missing(cell: str) -> bool:
    """Whether the cell says that there is no value."""
    return cell.strip() in _MISSING


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading bytes, unpacking gzip where its first bytes say so."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not packed:
            yield raw
            return
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield cast("IO[bytes]", unpacked)


def encoding_of(head: bytes, place: str) -> str:
    """Return the encoding of a text that begins with these bytes.

    Raises
    ------
    InputError
        Where the bytes are not text.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    control = sum(head.count(bytes([code])) for code in (*range(9), *range(14, 27), *range(28, 32)))
    if b"\x00" in head or control > len(head) / 100:
        raise InputError(f"{place} is not text but binary; give a CSV, TSV, JSON lines or Parquet file")
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # a character may be cut in two by the end of the sample
        return "latin-1" if error.start < len(head) - 4 else "utf-8"
    return "utf-8"


def find_dialect(head: bytes, whole: bool, place: str) -> Dialect:
    """Find out how a file is written from its first bytes.

    Parameters
    ----------
    head
        At most `SAMPLE_BYTES` from the beginning.
    whole
        Whether that is all of it; else the last line may be cut and is not used.

    Raises
    ------
    InputError
        Where there is nothing, nothing but a header, a column name twice, or no text.
    """
    encoding = encoding_of(head, place)
    if b"\r" in head and b"\n" not in head:
        raise InputError(f"{place} ends its lines the way of old Macintosh computers; save it with usual line ends")
    lines = head.decode(encoding, errors="replace").splitlines(keepends=True)
    lines = lines if whole or len(lines) == 1 else lines[:-1]
    top, lines = _without_comments(lines)
    if not lines:
        raise InputError(f"{place} is empty; give a file with rows of numbers")
    delimiter, decimal = _marks(lines[:200])
    rows = _split(lines, delimiter)
    if not rows:
        raise InputError(f"{place} holds no cells; give a file with rows of numbers")
    width = Counter(len(row) for row in rows[1:51]).most_common(1)[0][0] if len(rows) > 1 else len(rows[0])
    has_header = _is_header(rows[0], decimal)
    if has_header and len(rows) == 1:
        raise InputError(f"{place} has a header and no rows; give a file with rows of numbers")
    first = [name.strip() for name in rows[0]]
    if has_header and len(first) == width - 1:
        first = ["", *first]  # the way R writes row names
    names = _names(first if has_header else [""] * len(first), place)
    skip = top + (_header_lines(lines) if has_header else 0)
    return Dialect(delimiter, decimal, encoding, names, skip, rows[has_header:])


def _without_comments(lines: list[str]) -> tuple[int, list[str]]:
    """Skip blank lines and # comments at the top.

    A last # line that names the columns is the header.
    """
    top = 0
    while top < len(lines) and (not lines[top].strip() or lines[top].lstrip().startswith("#")):
        top += 1
    header = top and top < len(lines) and lines[top - 1].lstrip().startswith("#")
    if header and _is_header(_split(lines[top - 1 : top], _marks(lines[top:])[0])[0], "."):
        named, row = (_split([line.lstrip("# ")], _marks(lines[top:])[0]) for line in lines[top - 1 : top + 1])
        if named and row and len(named[0]) == len(row[0]) > 1 and not _is_header(row[0], "."):
            return top - 1, [lines[top - 1].lstrip().lstrip("# "), *lines[top:]]
    return top, lines[top:]


def _marks(lines: list[str]) -> tuple[str, str]:
    """Return the delimiter, and the decimal mark that goes with it."""
    sample = [line for line in lines[:200] if line.strip()]
    body = sample[1:] or sample
    if all(_COMMA_NUMBER.fullmatch(line.strip()) for line in body) and not any(d in sample[0] for d in _DELIMITERS):
        return ";", ","
    best, delimiter = 0.0, SPACES
    for mark in _DELIMITERS:
        widths = Counter(len(row) for row in _split(sample, mark))
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        share = count / len(sample) if width > 1 else 0.0
        if share > best + 0.2:
            best, delimiter = share, mark
    if delimiter == SPACES:
        widths = Counter(len(line.split()) for line in body)
        words = widths.most_common(1)[0]
        if words[0] == 1 or words[1] < 0.8 * len(body) or all(_STAMP.fullmatch(line.strip()) for line in body):
            delimiter = ","
    cells = [cell.strip() for row in _split(sample, delimiter) for cell in row]
    commas = sum(_COMMA_NUMBER.fullmatch(cell) is not None for cell in cells)
    points = sum("." in cell and is_number(cell) for cell in cells)
    return delimiter, "," if commas > points else "."


def _split(lines: list[str], delimiter: str) -> list[list[str]]:
    if delimiter == SPACES:
        return [line.split() for line in lines[:5_001] if line.strip()]
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter, skipinitialspace=True)
    rows = []
    try:
        for row in reader:
            if row and (len(row) > 1 or row[0].strip()):
                rows.append(row)
            if len(rows) > sample_rows(len(row)):
                break
    except csv.Error:
        pass  # a cell beyond the reader's limit or a stray mark: what came before is the sample
    return rows


def _is_header(row: list[str], decimal: str) -> bool:
    """Whether these cells are column names.

    None is a number or a date, unless they count the columns.
    """
    cells = [cell.strip() for cell in row]
    counted = [cell for cell in cells if cell]
    if len(counted) > 2 and counted == [str(i) for i in range(len(counted))] and len(cells) - len(counted) <= 1:
        return True
    if not any(cell and not is_missing(cell) for cell in cells):
        return False
    return not any(is_number(cell, decimal) or _DATE.fullmatch(cell) for cell in cells)


def _header_lines(lines: list[str]) -> int:
    """Count the lines of the header: several where a quoted name has a line break."""
    reader = csv.reader(io.StringIO("".join(lines[:50]), newline=""))
    try:
        next(reader)
    except (csv.Error, StopIteration):
        return 1
    return max(1, reader.line_num)


def _names(given: list[str], place: str) -> tuple[str, ...]:
    if given == [""]:
        return ("value",)
    names = [name or f"column{i}" for i, name in enumerate(given, start=1)]
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise InputError(f"{place} has two columns named {twice!r}; rename one of them")
    return tuple(names)

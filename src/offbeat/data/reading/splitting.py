"""Lines into cells: encodings, delimiters, and rows with the numbers of their lines."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from offbeat.core.errors import InputError
from offbeat.data.reading.cells import is_datum
from offbeat.data.reading.encodings import guessed, utf_of
from offbeat.data.reading.numbers import is_number
from offbeat.data.reading.words import is_missing

SPACES = "space"
"""The name of the delimiter that is any run of blanks."""
NAMES = {"tab": "\t", "\\t": "\t", " ": SPACES, "white space": SPACES, "comma": ",", "semicolon": ";"}
"""Names that a user may give a delimiter."""
_DELIMITERS = ("\t", ";", "|", ",")
_BARE = ("\t", ";", "|")
_PROBE = 400
"""Lines that are looked at to find the delimiter."""
_RULER = re.compile(r"[-+|=:\s]*-{3,}[-+|=:\s]*-[-+|=:\s]*")
_RULER = re.compile(r"[-+|=: ]*-{3,}[-+|=: ]*")
_ERROR = re.compile(r"#(DIV/0!|N/A|NA\b|REF!|VALUE!|NAME\?|NUM!|NULL!|##+[,;\t|])", re.IGNORECASE)
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?")


class LongCellError(Exception):
    """A cell is longer than any cell of a table: a quotation mark may be open. `line` is where its row begins."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)

    def at(self, place: str) -> InputError:
        """Return what to say of it."""
        return InputError(
            f"row {self.line} of {place} has a cell of more than {csv.field_size_limit():,} characters, as where a "
            f"quotation mark is opened and not closed; close or remove it"
        )


class Row(NamedTuple):
    """The cells of one row, stripped, and the number of its first line in the file, from 1; "#" begins a comment."""

    line: int
    cells: list[str]
    is_comment: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing is there."""
        return not any(self.cells)

    def width(self) -> int:
        """Return the number of cells up to the last one that is not empty."""
        last = len(self.cells)
        while last and not self.cells[last - 1]:
            last -= 1
        return last


def encoding_of(head: bytes, place: str) -> str:
    """Return the encoding of a text that begins with these bytes.

    Parameters
    ----------
    head
        The first bytes of a file.
    place
        The file, for the error.

    Raises
    ------
    InputError
        Where the bytes are not text.
    """
    found = utf_of(head)
    if found is not None and found.startswith("utf-16"):
        return found
    control = sum(head.count(bytes([code])) for code in (*range(9), *range(14, 27), *range(28, 32)))
    if b"\x00" in head or control > len(head) / 100:
        raise InputError(f"{place} is not text but binary; export it as CSV, or give one of the formats in the README")
    return found or guessed(head)


def find_delimiter(lines: list[str], place: str) -> tuple[str, tuple[str, ...]]:
    """Return the delimiter of a table somewhere in these lines, and what was rejected.

    Raises
    ------
    InputError
        Where a comma may be a delimiter or a decimal mark.
    """
    probe = list(itertools.islice((line for line in lines if line.strip() and not is_comment(line)), _PROBE))
    scores = {mark: _score(probe, mark) for mark in (*_DELIMITERS, SPACES)}
    if scores["\t"] > 0.5 and _widths(probe, "\t") == 1:
        scores = {"\t": scores["\t"]}  # a tab stands in no cell
    best, score = ",", 0.0
    for mark, found in scores.items():
        if mark == SPACES and score > 0.5 and (best in _BARE or _is_headed(probe, best)):
            continue  # blanks beside a mark that has no other use, or that stands in the header as often as in the rows
        if found > score + (0.05 if mark == SPACES else 1e-9):
            best, score = mark, found
    if best == "," and _is_decimal(probe, place):
        return ";", ("the comma, which is the decimal mark",)
    rejected = [
        f"{shown(m)} ({s:.0%} of the lines look like a table with it)" for m, s in scores.items() if s and m != best
    ]
    return best, tuple(rejected)


def shown(delimiter: str) -> str:
    r"""Return what a delimiter is called.

    Examples
    --------
    >>> shown("\t"), shown(";")
    ('tab', ';')
    """
    return {"\t": "tab", SPACES: "white space"}.get(delimiter, delimiter)


def _score(probe: list[str], mark: str) -> float:
    """Return the share of lines in the longest run of one width, weighted by how many of its cells are typed."""
    try:
        rows = [row.cells for row in split(probe, mark)]
    except LongCellError:
        return 0.0
    best: tuple[int, int] = (0, 0)
    start = 0
    for i in range(1, len(rows) + 1):
        if i == len(rows) or len(rows[i]) != len(rows[start]):
            if len(rows[start]) > 1 and i - start > best[1] - best[0]:
                best = (start, i)
            start = i
    run = rows[best[0] : best[1]]
    if not run:
        return 0.0
    looked = run[1:61] or run
    cells = [cell for row in looked for cell in row[:50]]
    typed = sum(is_datum(cell) for cell in cells) / max(1, len(cells))
    return len(run) / max(1, len(rows)) * (0.3 + 0.7 * typed)


def _is_headed(probe: list[str], mark: str) -> bool:
    """Whether some line of names has as many cells as nearly all lines under it."""
    rows = [row.cells for row in split(probe, mark)]
    for i, cells in enumerate(rows[:-1]):
        if len(cells) > 2 and not any(map(is_number, cells)) and all(cells):
            under = [len(row) for row in rows[i + 1 :]]
            return under.count(len(cells)) > 0.9 * len(under)
    return False


def _widths(probe: list[str], mark: str) -> int:
    """Return how many different widths the lines have with a delimiter."""
    return len({len(row.cells) for row in split(probe, mark)})


def _is_decimal(probe: list[str], place: str) -> bool:
    """Whether the commas of a file are decimal marks of its only column."""
    body = [line.strip() for line in probe[1:] or probe]
    if not body or not all(_COMMA_NUMBER.fullmatch(line) or is_missing(line) or line.isdigit() for line in body):
        return False
    first = probe[0].strip()
    if "," not in first and not is_number(first):
        return True
    if not _COMMA_NUMBER.fullmatch(first):
        return False
    if any(line.partition(",")[2].startswith("0") for line in probe):
        return True
    raise InputError(
        f"{first!r} in {place} is one number with a decimal comma or two numbers; "
        f"give --delimiter ';' --decimal , for one or --delimiter , for two"
    )


def split(lines: Iterable[str], delimiter: str, first: int = 1) -> Iterator[Row]:
    """Yield the rows of these lines; blank lines are rows without cells.

    Parameters
    ----------
    lines
        With their line ends.
    first
        The number of the first of them.

    Raises
    ------
    LongCellError
        For a cell that is too long.
    """
    if delimiter == SPACES:
        for number, line in enumerate(lines, start=first):
            yield Row(number, _words(line), is_comment(line))
        return
    taken: list[str] = []
    reader = csv.reader(_noting(lines, taken), delimiter=delimiter, skipinitialspace=True)
    while True:
        taken.clear()
        before = reader.line_num
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                raise LongCellError(first + before) from None
            continue
        cells = [cell.strip() for cell in row]
        yield Row(first + before, cells if len(cells) > 1 or any(cells) else [], is_comment(taken[0]))


def _noting(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def is_comment(line: str) -> bool:
    """Whether a line begins with #, which is no error of a spreadsheet in its first cell; or is a ruler of dashes.

    Examples
    --------
    >>> is_comment("# by hand"), is_comment("#DIV/0!,3"), is_comment("1,2 # x")
    (True, False, False)
    """
    if "---" in line and _RULER.fullmatch(line.strip()):
        return True
    return "#" in line and line.lstrip().startswith("#") and not _ERROR.match(line.lstrip())


def _words(line: str) -> list[str]:
    if '"' not in line:
        return line.split()
    return [cell for cell in next(csv.reader([re.sub(r"[\t\r]", " ", line).strip()], delimiter=" ")) if cell]

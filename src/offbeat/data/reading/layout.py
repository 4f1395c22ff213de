"""Where the table is in a text: lines above it, header, rows, and what stands under it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from offbeat.core.errors import InputError
from offbeat.core.wording import counted
from offbeat.data.reading.cells import kind_of
from offbeat.data.reading.decisions import Decision
from offbeat.data.reading.headers import TOTALS, is_counted, is_dated, names_of, title_of
from offbeat.data.reading.numbers import is_number
from offbeat.data.reading.options import Options
from offbeat.data.reading.splitting import SPACES, Row

_EPOCH = re.compile(r"\d{9,10}[.,]\d+")
_PLAIN = re.compile(r"\d+([.,]\d+)?")
_DATE = re.compile(r"\b\d{1,2}([./-])\d{1,2}\1\d{2,4}\b")
_DAY_FIRST = re.compile(r"\bdd?([./-])mm?\1yy", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"\bmm?([./-])dd?\1yy", re.IGNORECASE)
_TYPED = 0.6
"""The share of numbers, or of times, from which on a column is one of them."""
_MOST_UNDER = 60
"""Rows under a table that may be left out."""


@dataclass(frozen=True)
class Layout:
    """Where the parts of a table are.

    Parameters
    ----------
    names
        One a column: from the header, or "column1", "column2", ...; a lone column without a header is "value".
    rows
        The rows of data that were looked at, all of one width.
    first
        The number of the line of the first row of data.
    under
        The number of the line from which on nothing belongs to the table; None where its end is the file's.
    decisions
        What was decided, and why.
    foot
        The rows under the table, whose totals may show how numbers are written.
    day_first
        What a pattern such as dd/MM/yyyy above the table says of its dates; None where there is none.
    """

    names: tuple[str, ...]
    rows: list[Row]
    first: int
    under: int | None
    decisions: tuple[Decision, ...] = ()
    foot: tuple[Row, ...] = ()
    day_first: bool | None = None


def find_layout(rows: Sequence[Row], options: Options, delimiter: str, place: str) -> Layout:
    """Find header, rows and footer among the rows of a file.

    Parameters
    ----------
    rows
        All rows, or the first ones of a long file; blank lines among them are rows without cells.
    options
        `skip` and `header` overrule what is found.
    delimiter
        What stands between the cells.
    place
        The file, for errors.

    Raises
    ------
    InputError
        Where nothing is there, nothing but a header, or a header that names more or fewer columns than there are.
    """
    if options.skip is not None:
        rows = [row for row in rows if row.line > options.skip]
    filled = [row for row in rows if not row.is_blank and not row.is_comment]
    if not filled and options.skip:
        raise InputError(
            f"no row of {place} is left below its first {counted(options.skip, 'line')}; give a lower --skip"
        )
    if not filled:
        raise InputError(f"{place} is empty; give a file with rows of numbers")
    body = _Body.of(filled)
    start = body.start(filled, options)
    if start is None:
        raise _no_rows(filled, place)
    while start and body.is_empty(filled[start - 1]):
        start -= 1
    data, again = _without_headers(_with_blanks(rows, filled[start:], body.width), filled[:start])
    data, over = _without_timeless(data, body)
    data, under = _without_footer(data, body)
    above = [*filled[:start], *_commented(rows, data[0], body)]
    names, decisions = _header(above, data[0], body, options, delimiter, place)
    made = [row if len(row.cells) <= len(names) else row._replace(cells=_fitted(row.cells, len(names))) for row in data]
    foot = (*_say_footer(under), *again, *over)
    first = _first_line(data[0], options)
    end = under[0].line if under else None
    return Layout(names, made, first, end, (*decisions, *foot), tuple(under), _pattern(filled[:start], data[0]))


def _pattern(above: Sequence[Row], data: Row) -> bool | None:
    """Return whether the day comes first, by a pattern of dates in the rows above a table; None without one."""
    marks = {match[1] for cell in data.cells if (match := _DATE.search(cell))}
    cells = [cell for row in above for cell in row.cells]
    found = [any((m := form.search(cell)) and m[1] in marks for cell in cells) for form in (_DAY_FIRST, _MONTH_FIRST)]
    return found[0] if found[0] != found[1] else None


def _commented(rows: Sequence[Row], data: Row, body: _Body) -> list[Row]:
    """Return the comments just above the table that have a name, or a unit, for each column."""
    made: list[Row] = []
    for row in reversed([row for row in rows if row.line < data.line and not row.is_blank]):
        if row.is_comment and not row.cells[0].startswith("#"):
            continue  # a ruler of dashes
        cells = _names_in(row, body) if row.is_comment else None
        if cells is None:
            break
        made.insert(0, Row(row.line, cells))
    return made


def _names_in(row: Row, body: _Body) -> list[str] | None:
    """Return the cells of a comment where they are as many as the columns, and no data; else None."""
    first, *rest = row.cells
    for names in ([first, *rest], rest if first == "#" else [first.lstrip("# "), *rest]):
        cells = [*names, ""] if len(names) == body.width - 1 and body.kinds[-1] == "missing" else names
        if len(cells) == body.width > 1 and not any(kind_of(cell) in ("number", "time") for cell in cells):
            return cells if cells[0] == "#" else [cells[0].lstrip("# "), *cells[1:]]
    return None


def _first_line(data: Row, options: Options) -> int:
    if options.header is None or options.skip is None:
        return data.line
    return min(data.line, options.skip + options.header + 1)


def _fitted(cells: list[str], width: int) -> list[str]:
    """Cut empty cells behind the last column; other rows keep their width, so that they are found to be ragged."""
    while len(cells) > width and not cells[-1]:
        cells = cells[:-1]
    return cells


def _no_rows(filled: Sequence[Row], place: str) -> InputError:
    shown = ", ".join(filled[0].cells)[:80]
    if len(filled) == 1 and all(kind_of(cell) == "text" for cell in filled[0].cells):
        return InputError(f"{place} has a header and no rows; give a file with rows of numbers")
    return InputError(
        f"{place} has no numeric column (its first row is {shown!r}); give a file with rows of numbers, or say with "
        f"--skip and --header where they begin"
    )


@dataclass(frozen=True)
class _Body:
    """What the rows of a table have in common: their width, and the kind of each column."""

    width: int
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, filled: Sequence[Row]) -> _Body:
        # titles are few, rows are many; where they are as many, the wider ones are the table
        some = filled[:2000]
        counts = Counter(len(row.cells) for row in some for _ in range(1 + any(map(is_number, row.cells[:9]))))
        width = max(counts.items(), key=lambda item: (item[1] if item[0] > 1 else item[1] / 2, item[0]))[0]
        same = [row.cells for row in some if len(row.cells) == width]
        same = same[1:] if len(same) > 1 else same  # the first one may be a header
        same = same[:-1] if len(same) > 3 else same  # and the last one a total
        looked = same[len(same) // 4 :: max(1, len(same) // 80)] or same
        return cls(width, tuple(_kind([cells[j] for cells in looked]) for j in range(width)))

    @property
    def times(self) -> list[int]:
        """The columns of times, or of digits that may be some; without any, a first column of whole numbers."""
        found = [j for j, kind in enumerate(self.kinds) if kind in ("time", "digits")]
        return found or [0] * (self.kinds[0] in ("whole", "rising"))

    def matches(self, row: Row) -> tuple[int, int, int]:
        """Return how many cells are of their column's kind, of another, and text in place of a number or a time."""
        if not len(row.cells) >= self.width or any(row.cells[self.width :]):
            return 0, len(row.cells), 0
        same = other = words = 0
        for cell, kind in zip(row.cells, self.kinds, strict=False):
            found = kind_of(cell) if kind not in ("text", "missing") else "missing"
            if found == "missing":
                continue
            wanted = "number" if kind in ("digits", "whole", "rising") else kind
            same += found == wanted
            other += found != wanted
            words += found == "text"
        return same, other, words

    def is_data(self, row: Row) -> bool:
        """Whether a row looks like those of the table."""
        same, other, _ = self.matches(row)
        return same > 0 and same >= other

    def is_empty(self, row: Row) -> bool:
        """Whether a row is as wide as the table and says in every cell that nothing is there."""
        return len(row.cells) == self.width and all(kind_of(cell) == "missing" for cell in row.cells) and any(row.cells)

    def start(self, filled: Sequence[Row], options: Options) -> int | None:
        """Return the position of the first row of data."""
        first = None
        for i in range(_least(options), len(filled)):
            row = filled[i]
            if not self.is_data(row):
                continue
            if options.header is None and self._is_header(row, filled[i + 1 : i + 4]):
                continue
            first = i if first is None else first
            after = filled[i + 1 : i + 5]
            # a title may look like a row, as "Serial number, 10160489" does
            least = len(after) if self.matches(row)[2] else len(after) / 2
            if sum(map(self.is_data, after)) >= least:
                return i
        if first is None and len(filled) > 1 and set(self.kinds) <= {"missing", "text"} and "missing" in self.kinds:
            return 1  # nothing but missing values under a header
        return first

    def _is_header(self, row: Row, after: Sequence[Row]) -> bool:
        """Whether a row with numbers is a header after all: its numbers or dates count the columns."""
        words = self.matches(row)[2]
        if not any(map(self.is_data, after)):
            return False
        if is_dated(row.cells) and not any(is_dated(one.cells) for one in after):
            return True
        if (words > 0 or not row.cells[0]) and (is_counted(row.cells) or is_dated(row.cells)):
            return True
        return is_counted(row.cells, whole=True)


def _least(options: Options) -> int:
    """Return the position below which no row is data, by what the user says of the header."""
    if options.header is None:
        return 0
    return options.header if options.skip is not None or options.header == 0 else 0


def _kind(cells: list[str]) -> str:
    kinds = Counter(kind_of(cell) for cell in cells)
    known = sum(kinds.values()) - kinds["missing"]
    if known == len(cells) > 2 and all(_EPOCH.fullmatch(cell) for cell in cells) and len(set(cells)) == len(cells):
        return "digits"
    if known == len(cells) > 2 and all(cell.isdigit() for cell in cells):
        lengths = {len(cell) for cell in cells}
        if len(lengths) == 1 and lengths <= {8, 10, 12, 13, 14, 16, 19} and len(set(cells)) == len(cells):
            return "digits"
    if known == len(cells) > 2 and all(cell.isdigit() for cell in cells):
        return "whole"
    if known == len(cells) > 2 and _rises(cells):
        return "rising"
    for kind in ("number", "quantity", "time"):
        if known and kinds[kind] >= _TYPED * known:
            return kind
    return "text" if known else "missing"


def _rises(cells: list[str]) -> bool:
    """Whether numbers rise, or fall, from each row to the next, as times do."""
    if not all(_PLAIN.fullmatch(cell) for cell in cells):
        return False
    numbers = [float(cell.replace(",", ".")) for cell in cells]
    steps = [b > a for a, b in pairwise(numbers)]
    return len(set(numbers)) == len(numbers) and (all(steps) or not any(steps))


def _with_blanks(rows: Sequence[Row], data: Sequence[Row], width: int) -> list[Row]:
    """Return the rows from the first one of data on; where there is one column, a blank line is a missing value."""
    if width > 1:
        return list(data)
    first = data[0].line
    made = [row if row.cells else Row(row.line, [""]) for row in rows if row.line >= first]
    while made and made[-1].is_blank:
        made.pop()
    return made


def _without_headers(data: list[Row], above: Sequence[Row]) -> tuple[list[Row], tuple[Decision, ...]]:
    """Leave out rows that repeat the header, as joined files have them."""
    if not above:
        return data, ()
    header = above[-1].cells
    kept = [row for row in data if row.cells != header]
    count = len(data) - len(kept)
    if not count or not kept:
        return data, ()
    text = f"{counted(count, 'row repeats', 'rows repeat')} the header and {'is' if count == 1 else 'are'} left out"
    return kept, (Decision("header", text, "files were joined with their headers", note=text),)


def _without_timeless(data: list[Row], body: _Body) -> tuple[list[Row], tuple[Decision, ...]]:
    """Leave out first rows without a time, which are totals or say what the rows are of."""
    first = 0
    while body.times and first < min(_MOST_UNDER, len(data) - 1) and not any(data[first].cells[j] for j in body.times):
        first += 1
    if not first or 2 * first > len(data) or not any(data[first].cells[j] for j in body.times):
        return data, ()  # where most rows lack a time, they are not beside the table
    text = f"{counted(first, 'row', 'rows')} without a time left out above the first that has one"
    return data[first:], (Decision("totals", text, "the others have a time", note=text),)


def _without_footer(data: list[Row], body: _Body) -> tuple[list[Row], list[Row]]:
    end = len(data)
    while end > 1 and len(data) - end < _MOST_UNDER and _is_footer(data[end - 1], data[end - 2], body):
        end -= 1
    return data[:end], data[end:]


def _is_footer(row: Row, before: Row, body: _Body) -> bool:
    """Whether a row at the end is no data: a sentence, or a total in which the time is missing."""
    if body.width == 1:
        return False
    first = row.cells[0]
    if row.line > before.line + 1 and not body.is_data(row) and kind_of(first) in ("text", "missing", "quantity"):
        return True
    if row.width() == body.width or len(row.cells) >= body.width:
        if not body.times:
            return bool(first) and first.lower().strip(" :") in TOTALS
        times = [row.cells[j] for j in body.times]
        if any(kind_of(cell) in ("time", "number") for cell in times):
            return False
        if row.width() == 1 or not any(times) or body.matches(row)[0] == 0:
            return True
        return any(cell.lower().strip(" :") in TOTALS for cell in row.cells)
    return kind_of(first) in ("text", "quantity") and (body.kinds[0] != "text" or len(row.cells) == 1)


def _say_footer(under: list[Row]) -> tuple[Decision, ...]:
    if not under:
        return ()
    shown = " ".join(under[0].cells)[:40]
    text = f"{counted(len(under), 'row', 'rows')} under the table left out, from row {under[0].line} on: {shown!r}"
    return (Decision("footer", text, "they are not like the rows above them", note=text),)


def _header(
    above: Sequence[Row], data: Row, body: _Body, options: Options, delimiter: str, place: str
) -> tuple[tuple[str, ...], tuple[Decision, ...]]:
    """Return the names of the columns and what stands above them."""
    width = max(body.width, len(data.cells) if not options.header else 0)
    if options.header is not None:
        if len(above) < options.header:
            raise _few_above(len(above), options, place)
        heads = list(above[len(above) - options.header :]) if options.header else []
        fitting = [row for row in heads if row.width() <= body.width]
    else:
        fitting = []
        for row in reversed(above):
            if not _fits(row, data, body, delimiter):
                break
            fitting.insert(0, row)
        _refuse_other_width(above, fitting, data, body, place)
    names, used = names_of(fitting, width, data.cells, delimiter == SPACES)
    titles = [row for row in above if row not in used]
    decisions = []
    if used:
        decisions.append(
            Decision("header", f"row {used[-1].line}", "it is the last row of names above the rows", option="--header")
        )
    else:
        decisions.append(Decision("header", "none", "no row of names stands above the rows", option="--header"))
    if titles:
        text = f"{counted(len(titles), 'row', 'rows')} beside the header left out: {title_of(titles)}"
        decisions.append(Decision("title", text, "no names of columns", option="--skip", note=text))
    return names, tuple(decisions)


def _few_above(found: int, options: Options, place: str) -> InputError:
    asked = counted(options.header or 0, "row")
    stand = counted(found, "row stands", "rows stand")
    return InputError(
        f"{stand} above the first numbers of {place}, and --header asks for {asked}; give --header {found}, "
        f"or --skip {options.skip or 0} too to take the first {asked} as the header"
    )


def _fits(row: Row, data: Row, body: _Body, delimiter: str) -> bool:
    """Whether a row above the table may belong to its header."""
    if len(row.cells) == body.width or row.width() == body.width:
        return True
    if delimiter != SPACES and body.width > 2 and row.width() > 1 and len(row.cells) == body.width:
        return True
    return len(row.cells) == body.width - 1 and body.width > 1 and _may_lack_one(row, data, body)


def _may_lack_one(row: Row, data: Row, body: _Body) -> bool:
    """Whether the first column may have no name (row names of R), or a date and a time of day share one."""
    if body.width == 2 and kind_of(row.cells[0]) != "text":
        return False
    if body.kinds[-1] == "missing" and not data.cells[-1]:
        return True
    named = all(kind_of(cell) == "text" for cell in row.cells if cell)
    clock = len(data.cells) > 1 and kind_of(data.cells[0]) == "time" and kind_of(data.cells[1]) == "time"
    return named and (clock or (body.width > 2 and (data.cells[0] in ("0", "1") or body.kinds[0] in ("text", "time"))))


def _refuse_other_width(above: Sequence[Row], fitting: Sequence[Row], data: Row, body: _Body, place: str) -> None:
    """Refuse a row of names just above the table that names more or fewer columns than there are."""
    if fitting or not above:
        return
    row = above[-1]
    names = [cell for cell in row.cells if cell]
    if len(names) < 2 or any(kind_of(cell) != "text" for cell in names) or len(set(names)) < len(names):
        return
    if data.line > row.line + 1 or abs(len(row.cells) - body.width) > max(2, body.width // 2):
        return
    raise InputError(
        f"row {row.line} of {place} names {len(row.cells)} columns ({', '.join(names)[:60]}), and the rows under it "
        f"have {body.width} cells; correct it, or give --skip {row.line} --header 0 to number the columns"
    )

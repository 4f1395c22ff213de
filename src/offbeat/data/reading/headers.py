"""Names of columns from the rows above a table: which of them names, which gives units, which is a title."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from offbeat.data.reading.cells import kind_of
from offbeat.data.reading.splitting import Row

TOTALS = frozenset(
    ("total", "totals", "sum", "grand total", "average", "avg", "mean", "count", "minimum", "maximum", "min", "max",
     "summe", "gesamt", "mittelwert", "durchschnitt", "somme", "moyenne", "std", "stddev", "median", "")
)  # fmt: skip
"""What stands in place of a time in a row of totals."""
_UNITS = frozenset(
    ("s", "yr", "mo", "dy", "mn", "sec", "secs", "seconds", "ms", "us", "ns", "min", "mins", "minutes", "h", "hr",
     "hrs", "hours", "d", "days", "v",
     "mv", "kv", "volt", "volts", "a", "ma", "amp", "amps", "w", "kw", "mw", "gw", "wh", "kwh", "mwh", "var",
     "kvar", "va", "hz",
     "khz", "mhz", "rpm", "%", "pct", "percent", "%rh", "rh", "deg", "deg c", "deg f", "degc", "degf",
     "degrees", "deg_c",
     "°", "°c", "°f", "c", "f", "k", "celsius", "fahrenheit", "kelvin", "pa", "hpa", "kpa", "mpa", "bar",
     "mbar", "psi", "atm",
     "m", "mm", "cm", "km", "um", "in", "ft", "m/s", "m/s^2", "m/s2", "km/h", "kph", "mph", "kn", "knots", "g",
     "kg", "t", "l",
     "ml", "l/s", "l/min", "m3", "m^3", "m³", "m3/h", "m³/h", "m^3/s", "gpm", "cfs", "ppm", "ppb", "ug/m3",
     "µg/m³", "mg/l",
     "w/m2", "w/m^2", "w/m²", "kw/m2", "j", "kj", "mj", "n", "nm", "db", "dba", "lux", "lx", "ph", "ntu",
     "us/cm", "cm/s", "bytes",
     "b", "kb", "mb", "gb", "bit/s", "bps", "kbps", "mbps", "req/s", "1/s", "count", "counts", "-", "--",
     "n/a", "none",
     "unitless", "ts", "rn", "eur", "usd", "€", "$", "utc", "text", "int", "float", "double", "long",
     "string",)
)  # fmt: skip
_DATED = re.compile(r"(1[789]|20|21)\d\d((0[1-9]|1[0-2])([0-3]\d)?)?")
_GROUPS = 2
"""Rows of groups above one that names the index alone."""
_KINDS = frozenset(
    ("avg", "min", "max", "smp", "tot", "std", "sum", "mean", "med", "inst", "wvc", "sample", "average", "total")
)
_PATTERN = re.compile(
    r"[\[({<].*[\])}>]|\d{1,3}[sdnfi]|[%a-z]{0,5}[yYdDhH%]{2,4}[-/.: %].*|[a-zµ°%]+[/·*^][a-z0-9²³/^-]+", re.IGNORECASE
)


def is_counted(cells: Sequence[str], whole: bool = False) -> bool:
    """Whether cells count the columns: 0, 1, 2, ... behind at most a few names; `whole`: without any name.

    Examples
    --------
    >>> is_counted(["date", "0", "1", "2", "3"]), is_counted(["7", "9", "8"]), is_counted(["0", "1", "2"], whole=True)
    (True, False, True)
    """
    numbers = [int(cell) for cell in cells if cell.isdigit()]
    steady = len(numbers) > 2 and all(b - a == 1 for a, b in pairwise(numbers))
    if not steady:
        return False
    rest = [cell for cell in cells if not cell.isdigit()]
    if whole:
        return numbers[0] == 0 and len(rest) <= (not cells[0])
    return numbers[0] in (0, 1) and len(rest) <= 3


def is_dated(cells: Sequence[str]) -> bool:
    """Whether most cells are dates in digits, or years, that rise or fall from column to column.

    Examples
    --------
    >>> is_dated(["country", "20240101", "20240102", "20240103"]), is_dated(["7", "1900", "3"])
    (True, False)
    """
    dates = [int(cell) for cell in cells if _DATED.fullmatch(cell)]
    steps = [b > a for a, b in pairwise(dates)]
    return len(dates) > 2 and len(dates) >= 0.5 * len(cells) and (all(steps) or not any(steps))


def names_of(
    rows: Sequence[Row], width: int, data: Sequence[str], spaced: bool
) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Return the names of the columns, and the rows that they came from.

    Parameters
    ----------
    rows
        The rows above the table that are as wide as it is.
    width
        The number of columns.
    data
        The cells of the first row of data.
    spaced
        Whether blanks stand between the cells, so that a date and a time of day are two of them.
    """
    named, used = _named(rows, width)
    if len(named) == width - 1 and named:
        named = _with_one_more(named, data, spaced)
    if not any(named):
        return (("value",) if width == 1 else tuple(f"column{i}" for i in range(1, width + 1))), used
    return _unique([*named, *[""] * (width - len(named))]), used


def _named(rows: Sequence[Row], width: int) -> tuple[list[str], tuple[Row, ...]]:
    """Return the lowest row of names that are no units; of several rows of groups, what each column has of them."""
    if len(rows) > 1 and _is_index(rows[-1].cells) and not is_units(rows[-1].cells):
        names = _grouped([row.cells for row in rows[-_GROUPS - 1 : -1]], width)
        return [under or name for name, under in zip(names, rows[-1].cells, strict=False)], tuple(rows[-_GROUPS - 1 :])
    named = [row for row in rows if _names(row.cells)]
    plain = [row for row in named if not is_units(row.cells)]
    if named:
        chosen = plain[-1] if plain else named[0]
        return _with_groups(chosen, rows), (chosen,)
    return (_grouped([row.cells for row in rows], width), tuple(rows)) if rows else ([], ())


def _with_groups(chosen: Row, rows: Sequence[Row]) -> list[str]:
    """Return the names, those that stand twice with the name of their group in front, where the row above has one."""
    above = next((row for row in rows if row.line == chosen.line - 1), None)
    if above is None or len(above.cells) != len(chosen.cells):
        return list(chosen.cells)
    counts = Counter(chosen.cells)
    return [
        f"{group} {name}".strip() if counts[name] > 1 else name
        for group, name in zip(above.cells, chosen.cells, strict=True)
    ]


def _grouped(rows: Sequence[list[str]], width: int) -> list[str]:
    """Return what tells each column from the others: the rows that differ between columns, joined by a blank."""
    filled = [_filled(cells, width) for cells in rows]
    telling = [cells for cells in filled if len(set(cells[1:])) > 1] or filled[:1]
    return [" ".join(dict.fromkeys(part for part in parts if part)) for parts in zip(*telling, strict=True)]


def _filled(cells: list[str], width: int) -> list[str]:
    """Return the cells of a row of groups, each blank one being of the group before it."""
    made: list[str] = []
    for cell in (cells + [""] * width)[:width]:
        made.append(cell or (made[-1] if len(made) > 1 else ""))
    return made


def _names(cells: Sequence[str]) -> bool:
    """Whether these cells name columns: most are there, and none twice."""
    known = [cell for cell in cells if cell]
    numbers = sum(kind_of(cell) in ("number", "time") for cell in known)
    if not known or len(known) < 0.6 * len(cells) or 0 < numbers <= 0.5 * len(known):
        return False
    return len(set(known)) > 0.9 * len(known)


def _is_index(cells: Sequence[str]) -> bool:
    """Whether only the first cells are there: the names of the index of a frame with several header rows."""
    known = [cell for cell in cells if cell]
    return 0 < len(known) <= 0.5 * len(cells) and list(cells[: len(known)]) == known


def is_units(cells: Sequence[str]) -> bool:
    """Whether these cells are units or kinds of measurement.

    Examples
    --------
    >>> is_units(["TS", "RN", "Volts", "Deg C"]), is_units(["[dd.MM.yyyy]", "[Wh]"]), is_units(["time", "load"])
    (True, True, False)
    """
    known = [cell.strip() for cell in cells if cell.strip()]
    units = sum(cell.lower() in _UNITS or cell.lower() in _KINDS or bool(_PATTERN.fullmatch(cell)) for cell in known)
    return bool(known) and units >= (0.5 if len(known) > 3 else 0.51) * len(known)


def _with_one_more(names: list[str], data: Sequence[str], spaced: bool) -> list[str]:
    """Return the names with one for the column that has none."""
    if not data[-1]:
        return [*names, ""]  # a delimiter stands at the end of each row
    for j in range(len(data) - 1):
        if spaced and kind_of(data[j]) == "time" and kind_of(data[j + 1]) == "time" and ":" in data[j + 1]:
            return [*names[: j + 1], f"{names[j]} clock", *names[j + 1 :]]
    return ["", *names]


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names with a number for those that are empty or repeat another."""
    seen: Counter[str] = Counter()
    made = []
    for i, given in enumerate(names, start=1):
        name = " ".join(given.split()) or f"column{i}"
        seen[name] += 1
        made.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return tuple(made)


def title_of(rows: Sequence[Row]) -> str:
    """Return the beginning of what stands above a table, in quotation marks."""
    return repr(" ".join(cell for cell in rows[0].cells if cell)[:40])

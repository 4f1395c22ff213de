"""Numbers as people write them: decimal marks, thousands separators, percent, currency, K and M."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from offbeat.core.errors import InputError
from offbeat.core.series import Floats

_SPACE = " \u00a0\u202f\u2009"
_QUOTE = "'\u2019"
_CORE = re.compile(
    rf"(?P<open>\()?(?P<sign>[+\-\u2212])?\s*(?P<currency>[$€£¥])?\s*(?P<inner>[+\-\u2212])?"
    rf"(?P<core>\d[\d.,{_SPACE}{_QUOTE}]*|[.,]\d+)(?P<power>[eE][+\-]?\d+)?"
    r"(?P<after>[\-\u2212](?!.))?(?P<unit>\s*(?!(?i:Q[1-4]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))[A-Za-z°%µμΩ$€£¥][^\d,():]{0,11}[\d²³]?)?(?P<close>\))?[*#†‡]?"
)
_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
_BARE = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_POINTED = re.compile(r"[+-]?\d+\.(?:\d{1,2}|\d{4,})", re.ASCII)
"""What most numbers look like, and those of them whose point can be a decimal mark only."""
_FACTORS = {"K": 1e3, "k": 1e3, "M": 1e6, "B": 1e9, "G": 1e9, "T": 1e12}
_MARKS = {
    "comma": re.compile(r"[1-9]\d{0,2}(,\d{3})+|[1-9]\d?(,\d{2})+,\d{3}"),
    "point": re.compile(r"[1-9]\d{0,2}(\.\d{3})+"),
}
_SMALL = 3
"""Different numbers below a thousand without a mark from which on they are no codes for missing values."""
_JUMP = 3.0
"""How many times the largest number without a mark the smallest one with it may be, if it is a mark of thousands."""
_STRICT = re.compile(
    rf"\d+[.,]?|(?!00\d)\d*[.,]\d+|[1-9]\d{{0,2}}(,\d{{3}})+(\.\d*)?|[1-9]\d{{0,2}}(\.\d{{3}})+(,\d*)?|[1-9]\d?(,\d{{2}})+,\d{{3}}"
    rf"|[1-9]\d{{0,2}}([{_SPACE}]\d{{3}})+([.,]\d*)?|[1-9]\d{{0,2}}([{_QUOTE}]\d{{3}})+([.,]\d*)?"
)
SURE = 30
"""Cells that all have three digits behind the mark from which on chance is no explanation (0.9 ** 30 is 4 %)."""


@dataclass(frozen=True)
class NumberForm:
    """How the numbers of a column are written.

    Parameters
    ----------
    decimal, thousands
        The decimal mark, and the mark between thousands; empty where there is none.
    unit
        A unit that stands behind every number, or "%".
    factors
        Whether K, M, B and T behind a number multiply it.
    plain
        Whether `float` reads every cell.
    """

    decimal: str = "."
    thousands: str = ""
    unit: str = ""
    factors: bool = False
    plain: bool = True

    def __str__(self) -> str:
        parts = [f"decimal mark {self.decimal!r}"]
        parts += [f"thousands mark {self.thousands!r}"] if self.thousands else []
        parts += [f"unit {self.unit}"] if self.unit else []
        parts += ["K, M, B and T multiply"] if self.factors else []
        return ", ".join(parts)

    def number(self, cell: str) -> float:
        """Return what a cell says; NaN where it is no number of this form, and an infinity where it says so.

        Examples
        --------
        >>> form = NumberForm(",", ".", plain=False)
        >>> form.number("1.234,56"), form.number("12,5"), form.number("1,234.5")
        (1234.56, 12.5, nan)
        """
        if self.plain:
            plain = _plain(cell)
            if plain == plain or cell in ("nan", "NaN"):
                return plain
        match = _CORE.fullmatch(cell)
        if match is None:
            return float(cell) if _INFINITE.fullmatch(cell) else math.nan
        scale = self._scale(match)
        text = self._text(match["core"])
        if text is None or scale is None:
            return math.nan
        value = float(text + (match["power"] or ""))
        negative = (match["sign"] or match["inner"] or match["after"]) in ("-", "\u2212") or bool(
            match["open"] and match["close"]
        )
        return (-value if negative else value) * scale

    def numbers(self, cells: Sequence[str]) -> Floats:
        """Return what each cell says, NaN for what is no number."""
        if self.plain:
            try:
                made = np.array([float(cell) for cell in cells])
            except ValueError:
                pass
            else:
                if not any("_" in cell for cell in cells):
                    return made
        seen: dict[str, float] = {}
        made = np.empty(len(cells))
        for i, cell in enumerate(cells):
            value = seen.get(cell)
            if value is None:
                value = seen[cell] = self.number(cell)
            made[i] = value
        return made

    def _scale(self, match: re.Match[str]) -> float | None:
        unit = (match["unit"] or "").strip()
        if unit in ("", self.unit, "%"):
            return 1.0
        return _FACTORS.get(unit) if self.factors else None

    def _text(self, core: str) -> str | None:
        """Return the digits with a point as decimal mark; None where the marks stand elsewhere."""
        core = core.rstrip(_SPACE)
        whole, mark, rest = core.partition(self.decimal)
        if mark and not rest.isdigit() and rest:
            return None
        if whole.isdigit() or not whole:
            return f"{whole or 0}.{rest}" if mark else whole
        groups = _groups(self.thousands)
        if groups is None or not groups.fullmatch(whole):
            return None
        return re.sub(r"\D", "", whole) + (f".{rest}" if mark else "")


def _groups(mark: str) -> re.Pattern[str] | None:
    if mark == ",":
        return _MARKS["comma"]
    if mark == ".":
        return _MARKS["point"]
    if mark in (" ", "'"):
        return re.compile(rf"[1-9]\d{{0,2}}([{_SPACE if mark == ' ' else _QUOTE}]\d{{3}})+")
    return None


def _plain(cell: str) -> float:
    if "_" in cell:
        return math.nan
    try:
        return float(cell)
    except ValueError:
        return math.nan


def is_number(cell: str) -> bool:
    """Whether a cell is a number in any of the forms.

    Examples
    --------
    >>> is_number("1.234,56"), is_number("-1.74%"), is_number("63.04K"), is_number("2024-01-08"), is_number("1.2.2024")
    (True, True, True, False, False)
    """
    if _BARE.fullmatch(cell):
        return True
    if not cell or cell[0] not in "0123456789+-.,($€£¥\u2212":
        return _INFINITE.fullmatch(cell) is not None
    match = _CORE.fullmatch(cell)
    return match is not None and _STRICT.fullmatch(match["core"].rstrip(_SPACE)) is not None


def has_unit(cell: str) -> bool:
    """Whether letters stand behind a number that do not multiply it: a unit.

    Examples
    --------
    >>> has_unit("12.5 kWh"), has_unit("5s"), has_unit("63.04K"), has_unit("-1.74%"), has_unit("7")
    (True, True, False, False, False)
    """
    match = _CORE.fullmatch(cell)
    unit = (match["unit"] or "").strip() if match is not None else ""
    return bool(unit) and unit not in ("%", "$", "€", "£", "¥") and unit not in _FACTORS


@dataclass
class Marks:
    """What the cells of a column say of their marks, as counts; `example` is a cell that can be read in two ways."""

    point: int = 0
    comma: int = 0
    maybe_comma: int = 0
    maybe_point: int = 0
    zero_comma: int = 0
    small: set[str] = field(default_factory=set)
    large: int = 0
    thousands: Counter[str] | None = None
    example: str = ""
    least: float = math.inf
    plain: int = 0
    units: Counter[str] | None = None
    numbers: int = 0
    tight: int = 0

    @property
    def is_open(self) -> bool:
        """Whether a mark of this column can be read in two ways, and no other cell of it tells."""
        return bool(self.maybe_comma or self.maybe_point) and not self.point and not self.comma

    def is_pair(self, context: Context) -> bool:
        """Whether a comma stands between two numbers in one cell: other columns have points as decimal marks."""
        elsewhere = context.points > 0 and context.decimal is None
        return self.comma > 0 and not self.point and elsewhere and context.delimiter == ","

    def with_totals(self, cells: Sequence[str]) -> Marks:
        """Return the same with what totals show for certain: their marks are those of the column."""
        totals = marks_of(Counter(cells))
        more = (self.thousands or Counter()) + (totals.thousands or Counter())
        return replace(self, point=self.point + totals.point, comma=self.comma + totals.comma, thousands=more)

    def factors(self) -> bool:
        """Whether letters behind the numbers multiply them: K and M side by side, or tight behind the digits."""
        units = self.units or Counter()
        return bool(units) and set(units) <= {*_FACTORS, "%"} and (len(units) > 1 or self.tight > 0)

    def unit(self) -> str:
        """Return the unit that stands behind nearly all numbers."""
        units = self.units or Counter()
        if not units or self.factors():
            return ""
        unit, count = units.most_common(1)[0]
        return unit if count >= 0.9 * self.numbers else ""


def marks_of(cells: Counter[str]) -> Marks:
    """Count what the cells say of their marks, each of which stands so many times."""
    found = Marks(thousands=Counter(), units=Counter())
    for cell, times in cells.items():
        if _POINTED.fullmatch(cell):
            found.numbers, found.plain, found.point = found.numbers + times, found.plain + times, found.point + times
            continue
        match = _CORE.fullmatch(cell)
        if match is None:
            continue
        found.numbers += times
        unit = match["unit"] or ""
        if unit.strip():
            found.units[unit.strip()] += times  # type: ignore[index]
            found.tight += times * (not unit[0].isspace())
        elif not match["currency"] and not match["open"] and not match["after"]:
            found.plain += times
        _count(match["core"].rstrip(_SPACE), found, cell, bool(match["power"]), times)
    return found


def _count(core: str, found: Marks, cell: str, has_power: bool, times: int) -> None:
    commas, points = core.count(","), core.count(".")
    thousands = found.thousands if found.thousands is not None else Counter()
    if not core.isdigit():
        for mark, kinds in ((" ", _SPACE), ("'", _QUOTE)):
            thousands[mark] += times * any(kind in core for kind in kinds)
    if commas and points:
        last_is_point = core.rfind(".") > core.rfind(",")
        found.point, found.comma = found.point + times * last_is_point, found.comma + times * (not last_is_point)
        thousands["," if last_is_point else "."] += times
    elif commas > 1 or points > 1:
        if _MARKS["comma" if commas else "point"].fullmatch(core):
            thousands["," if commas else "."] += times
            found.point, found.comma = found.point + times * bool(commas), found.comma + times * bool(points)
    elif commas or points:
        if has_power or not _MARKS["comma" if commas else "point"].fullmatch(core):
            found.point, found.comma = found.point + times * points, found.comma + times * commas
        else:
            found.maybe_comma += times * commas
            found.maybe_point += times * points
            found.zero_comma += times * core.endswith("0")
            found.example = found.example or cell
            found.least = min(found.least, float(re.sub(r"\D", "", core)))
    elif core.isdigit():
        found.large += times * (len(core) > 3)
        if len(core) <= 3:
            found.small.add(core)


@dataclass(frozen=True)
class Context:
    """What else is known where a column's marks are decided.

    Parameters
    ----------
    decimal, thousands
        What the user says; None where nothing.
    delimiter
        What stands between the cells of the file.
    points, commas
        How many cells outside of the column show a decimal point or a decimal comma for certain.
    dotted
        Whether dates are written with dots, as in countries with a decimal comma.
    timed
        Whether times in words have a decimal point before their fractions.
    place
        The file, for the question.
    """

    decimal: str | None = None
    thousands: str | None = None
    delimiter: str = ","
    points: int = 0
    commas: int = 0
    dotted: bool = False
    timed: bool = False
    place: str = ""


def form_of(name: str, marks: Marks, context: Context) -> tuple[NumberForm, str]:
    """Return how the numbers of a column are written, and why.

    Raises
    ------
    InputError
        Where two readings fit, with both of them.
    """
    decimal, thousands, why = _marks(name, marks, context)
    form = NumberForm(decimal, thousands, marks.unit(), marks.factors())
    plain = decimal == "." and not thousands and marks.plain == marks.numbers
    return replace(form, plain=plain), why


def _marks(name: str, marks: Marks, context: Context) -> tuple[str, str, str]:
    if context.decimal is not None or context.thousands is not None:
        return (*_asked(marks, context), "asked for")
    seen = marks.thousands or Counter()
    other = next((mark for mark in (" ", "'") if seen[mark]), "")
    if marks.point and marks.comma and min(marks.point, marks.comma) * 100 > max(marks.point, marks.comma):
        raise InputError(
            f"column {name} of {context.place} has decimal points and decimal commas; "
            f"correct the cells or give --decimal . or --decimal ,"
        )
    if marks.point or marks.comma:
        decimal = "." if marks.point >= marks.comma else ","
        grouping = "," if decimal == "." else "."
        grouped = seen[grouping] or (marks.maybe_comma if decimal == "." else marks.maybe_point)
        return decimal, other or (grouping if grouped else ""), "cells that can be read in one way only"
    if marks.is_open:
        return _open(name, marks, context)
    return _usual(context), other, ""


def _usual(context: Context) -> str:
    return "," if context.commas > context.points else "."


def _asked(marks: Marks, context: Context) -> tuple[str, str]:
    thousands = {None: "", "none": ""}.get(context.thousands, context.thousands or "")
    decimal = context.decimal or ("," if thousands == "." else ".")
    if context.thousands is None:
        seen = marks.thousands or Counter()
        grouping = "," if decimal == "." else "."
        other = next((mark for mark in (" ", "'") if seen[mark]), "")
        maybe = marks.maybe_comma if decimal == "." else marks.maybe_point
        thousands = other or (grouping if seen[grouping] or maybe else "")
    return decimal, thousands


def _open(name: str, marks: Marks, context: Context) -> tuple[str, str, str]:
    """Decide whether "1,003" is a thousand or one, from cells without a mark, other columns and the delimiter."""
    mark, other = (",", ".") if marks.maybe_comma else (".", ",")
    count = marks.maybe_comma or marks.maybe_point
    if marks.maybe_comma and marks.maybe_point:
        raise _question(name, marks, context)
    if marks.large:
        return mark, "", "a number of four digits or more stands without the mark"
    elsewhere = context.commas if mark == "," else context.points
    against = context.points + context.timed if mark == "," else context.commas
    mixed = len(marks.small) >= _SMALL and (marks.zero_comma > 0 or count >= SURE)
    # two sensors in one column may have three decimals and none: thousands go on where numbers without a mark end
    mixed = mixed and marks.least <= _JUMP * max(map(float, marks.small))
    if mark == "." and context.delimiter != ";" and not against and not mixed and not context.dotted:
        return mark, "", "cells are not separated by semicolons, which go with decimal commas"
    if mixed and not elsewhere:
        return (
            other,
            mark,
            "numbers below a thousand stand without the mark, and all others have three digits behind it",
        )
    if against and not elsewhere:
        return other, mark, f"other cells have {'a point' if other == '.' else 'a comma'} as decimal mark"
    if elsewhere and not against:
        return mark, "", f"other cells have {'a point' if mark == '.' else 'a comma'} as decimal mark"
    raise _question(name, marks, context)


def _question(name: str, marks: Marks, context: Context) -> InputError:
    cell = marks.example
    mark = "," if "," in cell else "."
    whole = NumberForm("." if mark == "," else ",", mark, marks.unit(), marks.factors(), plain=False).number(cell)
    part = NumberForm(mark, "", marks.unit(), marks.factors(), plain=False).number(cell)
    return InputError(
        f"{cell!r} in column {name} of {context.place} is {whole:g} or {part:g}, and nothing in the file says which; "
        f"give --thousands {mark} for {whole:g} or --decimal {mark} for {part:g}"
    )

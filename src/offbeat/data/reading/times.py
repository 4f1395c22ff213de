"""Times as people write them: what a cell says, by families of forms, and which family a column is of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.data.reading.steps import irregular
from offbeat.data.reading.ticks import NAT, Stamps, family_of, moments, ticks
from offbeat.data.reading.zones import ZONE, offset_of

_LONG = 200
"""Cells from which on pandas is asked first."""
_CLOCK = (
    r"(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,:](?P<f>\d{1,9}))?)?"
    r"(?:\s*(?P<p>[AaPp])(?:\.?\s?[Mm]\.?)?(?![A-Za-z]))?"
)
_WEEKDAY = r"(?:[A-Za-z]{2,9}\.?,?\s+)?"
_MONTH = r"(?P<mon>[A-Za-zäéûôç]{3,10})\.?"
_TAIL = rf"(?:\s*[T ,;:@_-]\s*(?:at\s+)?{_CLOCK}{ZONE})?"
_HALF_DAY = "午前|午後|上午|下午|오전|오후"
_EAST_CLOCK = (
    rf"(?P<p>{_HALF_DAY})?\s*(?P<H>\d{{1,2}})\s?[時时點点시:]"
    r"(?:\s?(?P<M>\d{1,2})\s?(?:[分분:]|(?!\d))(?:\s?(?P<S>\d{1,2})(?:\.(?P<f>\d{1,9}))?\s?[秒초]?)?)?"
)
"""Hours, minutes and seconds by their words or with colons."""
_FAMILIES = {
    "year first": rf"(?P<y>\d{{4}})(?P<mark>[-/.])(?P<m>\d{{1,2}})(?P=mark)(?P<d>\d{{1,2}}){_TAIL}",
    "year first, hour": r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})[T ](?P<H>\d{2})(?P<z>[Zz]|[+-]\d{2}:?\d{2})?",
    "year and month": r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})",
    "year last": rf"(?P<a>\d{{1,2}})(?P<mark>[-/.])(?P<b>\d{{1,2}})(?P=mark)(?P<y>\d{{4}}|\d{{2}}){_TAIL}",
    "year first, two digits": rf"(?P<y>\d{{2}})(?P<mark>[-/.])(?P<m>\d{{1,2}})(?P=mark)(?P<d>\d{{1,2}}){_TAIL}",
    "month by name": rf"{_WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[-/ .]+{_MONTH}[-/ ,]+(?P<y>\d{{4}}|\d{{2}}){_TAIL}",
    "month by name first": rf"{_WEEKDAY}{_MONTH}[ -]+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}}){_TAIL}",
    "ctime": rf"{_WEEKDAY}{_MONTH}\s+(?P<d>\d{{1,2}})\s+{_CLOCK}{ZONE}\s+(?P<y>\d{{4}})",
    "month and year": rf"{_MONTH}[-/ ,]+(?P<y>\d{{4}}|\d{{2}})",
    "year and month by name": rf"(?P<y>\d{{4}})[-/ ,]+{_MONTH}(?:[-/ ]+(?P<d>\d{{1,2}}){_TAIL})?",
    "digits": r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"
    r"(?:[T:_ -]?(?P<H>\d{2})(?::?(?P<M>\d{2})(?::?(?P<S>\d{2})(?:[.,]?(?P<f>\d{3,9}))?)?)?)?"
    rf"{ZONE}",
    "digits of a month": r"(?P<y>\d{4})(?P<m>\d{2})",
    "year and day of year": rf"(?P<y>\d{{4}})[-/ ]?(?P<doy>\d{{3}}){_TAIL}",
    "quarter": r"(?P<y>\d{4})[-/ ]?[Qq](?P<q>[1-4])|[Qq](?P<q2>[1-4])[-/ ](?P<y2>\d{4})",
    "week": r"(?P<y>\d{4})[- ]?[Ww](?P<w>\d{1,2})(?:-(?P<wd>[1-7]))?",
    "no year": rf"(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})\.?[ T]+{_CLOCK}{ZONE}",
    "no year, month by name": rf"{_WEEKDAY}{_MONTH}\s+(?P<d>\d{{1,2}})\s+{_CLOCK}{ZONE}",
    "time of day": rf"{_CLOCK}{ZONE}",
    "elapsed": r"(?P<E>\d{1,4}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?",
    "time of day with dots": r"(?P<H>\d{1,2})\.(?P<M>\d{2})\.(?P<S>\d{2})",
    "East Asian": r"(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월](?:\s?(?P<d>\d{1,2})\s?[日號号일])?"
    rf"(?:\s?[(\uff08][^()\uff08\uff09]{{1,3}}[)\uff09])?(?:\s*{_EAST_CLOCK}{ZONE})?",
    "East Asian, half days": r"(?P<y>\d{4})(?P<mark>[-/.])\s?(?P<m>\d{1,2})(?P=mark)\s?(?P<d>\d{1,2})\.?\s+"
    rf"(?={_HALF_DAY}){_EAST_CLOCK}{ZONE}",
    "time of day, East Asian": rf"(?=.*(?:{_HALF_DAY}|[時时點点시])){_EAST_CLOCK}",
    "span of hours": r"(?P<H>\d{1,2}) ?(?:h|:00)? ?[-\u2013] ?\d{1,2}(?: ?h|:00)?",
}
_PATTERNS = {name: re.compile(form) for name, form in _FAMILIES.items()}
_HALVES = re.compile(r"\s+(?:-|\u2013|\u2014|to|bis|/)\s+|(?<=[\dZ])/(?=\d{4}-)|(?<=\d)\s*\u2013\s*(?=\d)")
_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january januar janvier janv enero ene gennaio gen",
            "feb february februar fevrier février fevr févr febrero fev",
            "mar march mrz mär märz mars marzo mrt", "apr april avril avr abril abr aprile",
            "may mai mayo maggio mag mei",
            "jun june juni juin junio giugno giu", "jul july juli juillet juil julio luglio lug",
            "aug august août aout agosto ago", "sep sept september septembre septiembre settembre set",
            "oct october okt oktober octobre octubre ottobre ott out", "nov november novembre noviembre",
            "dec december dez dezember décembre déc diciembre dicembre dic",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_AFTERNOON = ("P", "p", "午後", "下午", "오후")
NUMBERED = ("epoch", "excel", "decimal year")
"""Families whose cells are numbers that count something."""
YEARLESS = 2000
"""The year that stands for a missing one: it has a 29 February."""


def month_of(word: str) -> int | None:
    """Return the number of a month by its name, None for another word.

    Examples
    --------
    >>> month_of("Sept"), month_of("Dezember"), month_of("load")
    (9, 12, None)
    """
    return _MONTHS.get(word.lower().rstrip("."))


@dataclass
class TimeForm:
    """How the times of a column are written.

    Parameters
    ----------
    family
        One of the families of forms: "year first", "year last", "digits", ..., or of numbers: "epoch", "excel",
        "decimal year", "number", or "dates" for a column of dates.
    day_first
        For two numbers before the year: whether the first is the day.
    unit
        For an epoch: s, ms, us or ns; for Excel's day numbers how many make a day.
    interval
        Whether each cell is a span, of which the start counts.
    reason
        Why the day or the month comes first.
    strptime
        The format with which pandas reads most cells of a long column; empty where there is none, None until it is
        looked for.
    offsets
        The distances from UTC that were met, as written; filled while cells are read.
    """

    family: str
    day_first: bool = False
    unit: str = "s"
    interval: bool = False
    reason: str = ""
    strptime: str | None = field(default=None, compare=False)
    offsets: set[str] = field(default_factory=set, compare=False)

    @property
    def has_date(self) -> bool:
        """Whether the cells name a day."""
        return self.family not in ("elapsed", "span of hours", "number") and not self.family.startswith("time of day")

    @property
    def is_ambiguous(self) -> bool:
        """Whether day and month are two numbers side by side."""
        return self.family in ("year last", "no year")

    def __str__(self) -> str:
        order = {True: ", day first", False: ", month first"}[self.day_first] if self.is_ambiguous else ""
        unit = f" in {self.unit}" if self.family == "epoch" else ""
        return f"{self.family}{unit}{order}{', start of a span' if self.interval else ''}"

    def parse(self, cells: Sequence[Any]) -> Stamps:
        """Return the moment that each cell names, in UTC; NaT for what is none."""
        if self.family in NUMBERED:
            return moments(self.family, self.unit, ticks(cells))
        made = self._fast(cells)
        if made is None:
            made = np.full(len(cells), NAT)
        slow = np.flatnonzero(np.isnat(made))
        known: dict[str, np.datetime64] = {}
        for i in slow.tolist():
            cell = str(cells[i]).strip()
            if cell not in known:
                known[cell] = self._cell(cell)
            made[i] = known[cell]
        return made

    def _fast(self, cells: Sequence[Any]) -> Stamps | None:
        """Return what pandas makes of the cells, NaT where it makes nothing; None where it knows no such form."""
        import pandas as pd

        if len(cells) < _LONG or self.interval:
            return None
        if self.family == "digits":
            return _of_digits(cells)
        if self.strptime is None:
            self.strptime = _strptime(self, [str(cell).strip() for cell in cells[:: len(cells) // 40]])
        if not self.strptime:
            return None
        column = pd.Series(cells, dtype=object)
        zoned = "%z" in self.strptime
        shape = "ISO8601" if self.strptime.startswith("ISO8601") else self.strptime
        stamps = pd.to_datetime(column, format=shape, errors="coerce", utc=zoned)
        if zoned:
            endings = column.astype(str).str.strip().str.slice(-6).unique()
            for ending in endings:
                found = re.search(r"(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})$", ending, re.IGNORECASE)
                if found is not None:
                    self.offsets.add(found.group().upper())
            stamps = stamps.dt.tz_localize(None)
        made: Stamps = stamps.to_numpy().astype("datetime64[ns]")
        return made

    def _cell(self, cell: str) -> np.datetime64:
        if self.interval:
            cell = _HALVES.split(cell, maxsplit=1)[0].strip()
        match = _PATTERNS[self.family].fullmatch(cell.strip("[]"))
        if match is None:
            return NAT
        parts = match.groupdict()
        try:
            moment = _day(parts, self.day_first) + _clock(parts)
        except (ValueError, OverflowError):
            return NAT
        zone = parts.get("z") or ""
        offset = offset_of(zone, moment) if zone else timedelta(0)
        if offset is None:
            return NAT
        if zone or self.offsets:
            self.offsets.add(zone.strip(" ()").upper() if "/" not in zone else zone.strip(" ()"))
        return _stamp(moment - offset, parts.get("f") or "")


def _stamp(moment: datetime, fraction: str) -> np.datetime64:
    if not 1678 <= moment.year <= 2261:
        return NAT
    stamp = np.datetime64(moment.replace(microsecond=0), "ns")
    return stamp + np.timedelta64(int(fraction.ljust(9, "0")), "ns") if fraction else stamp


def _day(parts: dict[str, Any], day_first: bool) -> datetime:
    year = int(parts.get("y") or parts.get("y2") or YEARLESS)
    if len(str(parts.get("y") or "")) == 2:
        year += 1900 if year >= 69 else 2000
    if parts.get("doy"):
        made = datetime(year, 1, 1) + timedelta(days=int(parts["doy"]) - 1)
        if made.year != year:
            raise ValueError
        return made
    if parts.get("w"):
        return datetime.combine(
            date.fromisocalendar(year, int(parts["w"]), int(parts.get("wd") or 1)), datetime.min.time()
        )
    quarter = parts.get("q") or parts.get("q2")
    if quarter:
        return datetime(year, 3 * int(quarter) - 2, 1)
    if {"H", "E"} & set(parts) and not {"a", "m", "mon", "doy"} & set(parts):
        return datetime(1970, 1, 1)
    day, month = parts.get("d") or 1, parts.get("m") or 1
    if parts.get("mon"):
        month = month_of(parts["mon"]) or 0
    if parts.get("a"):
        day, month = (parts["a"], parts["b"]) if day_first else (parts["b"], parts["a"])
    return datetime(year, int(month), int(day))


def _clock(parts: dict[str, Any]) -> timedelta:
    if parts.get("E"):
        return timedelta(hours=int(parts["E"]), minutes=int(parts["M"]), seconds=int(parts.get("S") or 0))
    if not parts.get("H"):
        return timedelta(0)
    hour, minute, second = int(parts["H"]), int(parts.get("M") or 0), int(parts.get("S") or 0)
    if parts.get("p"):
        if not (1 if parts["p"].isascii() else 0) <= hour <= 12:
            raise ValueError
        hour = hour % 12 + 12 * (parts["p"] in _AFTERNOON)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError
    return timedelta(hours=hour, minutes=minute, seconds=second)


def of_numbers(numbers: NDArray[Any], named: bool) -> TimeForm | None:
    """Return what numbers count: an epoch, Excel's days or years; None for a plain count; see `ticks.family_of`."""
    found = family_of(numbers, named)
    return None if found is None else TimeForm(found[0], unit=found[1])


def find_form(cells: Sequence[str], day_first: bool | None, tie: bool = False) -> TimeForm | None:
    """Return how these cells write times, None where they are no times.

    Parameters
    ----------
    cells
        Cells of one column that are not missing, stripped, in the order of the file.
    day_first
        What the user says of the order of day and month; None: the order that gives the more regular steps.
    tie
        Whether the day comes first where both orders fit, though the date has no dots.

    Examples
    --------
    >>> str(find_form(["05/03/2024", "06/03/2024", "07/03/2024"], None))
    'year last, day first'
    """
    probe = cells[:: max(1, len(cells) // 40)]
    best, share = None, 0.5
    for interval in (False, True):
        halves = [_HALVES.split(cell, maxsplit=1) for cell in probe] if interval else [[cell] for cell in probe]
        if interval and sum(len(half) == 2 for half in halves) <= 0.8 * len(halves):
            continue
        for family in _FAMILIES:
            found = float(np.mean([_is_of(half[0].strip(), family) for half in halves])) if halves else 0.0
            if found > share + 1e-9:
                best, share = TimeForm(family, interval=interval), found
    if best is None:
        return None
    if best.is_ambiguous:
        best = _ordered(best, cells, day_first, tie)
    if best.family == "digits" and not best.interval and len({len(cell) for cell in probe}) > 1:
        return None
    return replace(best, offsets=set())


def is_time(cell: str) -> bool:
    """Whether a cell is a time of any family, or a span of two.

    Examples
    --------
    >>> is_time("08-Jan-24 00:00"), is_time("01.01.2020 00:00 - 01.01.2020 01:00"), is_time("Tank 7")
    (True, True, False)
    """
    if len(cell) > 70 or not any(map(str.isdigit, cell)):
        return False
    return any(_is_of(_HALVES.split(cell, maxsplit=1)[0].strip(), family) for family in _FAMILIES)


def _is_of(cell: str, family: str) -> bool:
    match = _PATTERNS[family].fullmatch(cell.strip("[]"))
    if match is None:
        return False
    parts = match.groupdict()
    if parts.get("mon") and month_of(parts["mon"]) is None:
        return False
    try:
        _clock(parts)
        if parts.get("a"):
            return 1 <= min(int(parts["a"]), int(parts["b"])) <= 12 and max(int(parts["a"]), int(parts["b"])) <= 31
        day = _day(parts, False)
    except (ValueError, OverflowError):
        return False
    return family != "digits" or 1800 <= day.year <= 2199


def _ordered(form: TimeForm, cells: Sequence[str], asked: bool | None, tie: bool) -> TimeForm:
    """Decide whether the day or the month comes first."""
    if asked is not None:
        return replace(form, day_first=asked, reason="as the header or an option says")
    firsts = [TimeForm(form.family, first, interval=form.interval) for first in (False, True)]
    read = [one.parse(cells) for one in firsts]
    unread = [int(np.isnat(stamps).sum()) for stamps in read]
    if unread[0] != unread[1]:
        first = unread[1] < unread[0]
        other = _year_first(form, cells)
        if other is not None and irregular(other.parse(cells)) < irregular(read[first]):
            return other
        return replace(form, day_first=first, reason=f"the other order has a month above 12 in {max(unread)} cells")
    odd = [irregular(stamps) for stamps in read]
    other = _year_first(form, cells)
    if other is not None and irregular(other.parse(cells)) < min(odd):
        return other
    if odd[0] == odd[1] > 0:
        spans = [np.ptp(stamps[~np.isnat(stamps)].astype(np.int64)) for stamps in read]
        first = bool(spans[1] < spans[0])
        return replace(
            form, day_first=first, reason="the rows span less time so, and are as regular the other way round"
        )
    if odd[0] != odd[1]:
        words = f"{min(odd)} of the steps are irregular so, {max(odd)} the other way round"
        return replace(form, day_first=odd[1] < odd[0], reason=words)
    mark = next(
        (m["mark"] for cell in cells if (m := _PATTERNS[form.family].match(cell)) and "mark" in m.groupdict()), ""
    )
    return replace(form, day_first=mark == "." or tie, reason="both orders fit; this is the usual one")


def _year_first(form: TimeForm, cells: Sequence[str]) -> TimeForm | None:
    """Return the form in which a year of two digits comes first, where all cells can be read so."""
    other = TimeForm("year first, two digits", interval=form.interval, reason="only so the steps are regular")
    if not _is_of(_HALVES.split(cells[0], maxsplit=1)[0].strip(), other.family) or np.isnat(other.parse(cells)).any():
        return None
    return replace(other, offsets=set())


def _of_digits(cells: Sequence[Any]) -> Stamps | None:
    """Return the moments of cells of one number of digits, from the year on; None for other cells."""
    words = [str(cell).strip() for cell in cells]
    length = len(words[0])
    if length not in (8, 10, 12, 14) or not all(len(word) == length and word.isdigit() for word in words):
        return None
    padded = np.array(words, dtype=np.int64) * 10 ** (14 - length)
    second, minute, hour, day, month = (padded // 10**power % 100 for power in (0, 2, 4, 6, 8))
    start = ((padded // 10**10 - 1970) * 12 + month - 1).astype("datetime64[M]")
    date = start.astype("datetime64[D]") + (day - 1)
    seconds = hour * 3600 + minute * 60 + second
    fits = (month >= 1) & (month <= 12) & (day >= 1) & (date.astype("datetime64[M]") == start)
    fits &= (minute < 60) & (second < 60) & (seconds <= 86_400)
    return np.where(fits, (date.astype("datetime64[s]") + seconds).astype("datetime64[ns]"), NAT)


def _strptime(form: TimeForm, probe: Sequence[str]) -> str:
    """Return a format with which pandas reads nearly all the cells of a long column; empty where there is none."""
    import pandas as pd

    if form.family in ("year first", "year and month"):
        zoned = any(":" in cell and re.search(r"(Z|[+-]\d{2}:?\d{2})$", cell) for cell in probe)
        candidates = ["ISO8601%z" if zoned else "ISO8601"]
    else:
        candidates = _candidates(form, probe)
    for candidate in candidates:
        shape = "ISO8601" if candidate.startswith("ISO8601") else candidate
        read = pd.to_datetime(pd.Series(list(probe), dtype=object), format=shape, errors="coerce", utc=True)
        expected = replace(form, offsets=set()).parse(probe)
        same = read.dt.tz_localize(None).to_numpy().astype("datetime64[ns]") == expected
        if float(same.mean()) > 0.9:
            return candidate
    return ""


def _candidates(form: TimeForm, probe: Sequence[str]) -> list[str]:
    if form.family not in ("year last", "East Asian"):
        return []
    match = _PATTERNS[form.family].fullmatch(probe[0])
    if match is None or match["z"]:
        return []
    if form.family == "East Asian":
        return [] if match["p"] else [_directives(match)]
    mark, year = match["mark"], "%Y" if len(match["y"]) == 4 else "%y"
    day = mark.join((*(("%d", "%m") if form.day_first else ("%m", "%d")), year))
    between = probe[0][match.end("y") : match.start("H")] if match["H"] else ""
    clock = ("%I:%M" if match["p"] else "%H:%M") + (":%S" if match["S"] else "") + (".%f" if match["f"] else "")
    return [day + (f"{between}{clock}{' %p' if match['p'] else ''}" if match["H"] else "")]


def _directives(match: re.Match[str]) -> str:
    """Return a cell with a directive of strptime in place of each of its numbers."""
    cell = match.string.replace("%", "%%")
    for part in reversed(("y", "m", "d", "H", "M", "S", "f")):
        if match[part]:
            cell = f"{cell[: match.start(part)]}%{'Y' if part == 'y' else part}{cell[match.end(part) :]}"
    return cell

"""Awkward text files with the truth about each: `write(kind, seed)`, and `files()` for hypothesis.

A kind fixes what its files are examples of; the rest is plain, or by the share of `company` something else that fits.
The truth comes from the same moments and texts as the file, by `datetime` and `float` alone, never from the reader.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from layout_parts import wide
from layout_parts.draws import Draw
from layout_parts.figures import NARROW, NBSP, SENTINELS, Marks
from layout_parts.plans import IDS, UNKNOWN_IDS, Plan, drawn, nonsense
from layout_parts.tables import written
from layout_parts.truth import One, Written, difference

from offbeat.core.errors import InputError

__all__ = ["KINDS", "One", "Outcome", "Written", "difference", "files", "outcome", "simplest", "write"]

Fixed = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """What a kind fixes, each a list of choices, or what makes it; whether its plain files must be read."""

    fixed: dict[str, tuple[Any, ...]] | None = None
    make: Callable[[str, Draw], Written] | None = None
    must: bool = True
    company: float | None = None


def _of(must: bool = True, company: float | None = None, **choices: Any) -> Kind:
    """Return a kind of what is fixed: a tuple is a choice, anything else the only one."""
    fixed = {name: value if isinstance(value, tuple) else (value,) for name, value in choices.items()}
    return Kind(fixed, None, must, company)


def _clocks(*names: str, must: bool = True) -> dict[str, Kind]:
    return {name: _of(must, clock=name) for name in names}


TWELVE = ("10 min", "15 min", "30 min")
"""Steps with which 150 to 240 rows are of 2 to 6 days."""
NUMBERS = {
    "decimal comma": _of(marks=Marks(","), delimiter=(";", "\t", "|")),
    "decimal comma in quotes": _of(marks=Marks(","), delimiter=",", quoting=("few", "text", "all")),
    "decimal comma between blanks": _of(marks=Marks(","), delimiter="aligned", clock="YYYYMMDDHHMM", header="plain"),
    "thousands and decimals": _of(
        marks=Marks(".", ","), bases=(("price",), ("price", "walk")), quoting=("few", "all"), delimiter=(",", ";")
    ),
    "thousands beside small numbers": _of(marks=Marks(".", ","), bases=(("crossing",), ("crossing", "crossing"))),
    "blanks between thousands": _of(
        marks=(Marks(".", " "), Marks(",", " "), Marks(".", NBSP), Marks(",", NARROW)),
        delimiter=(";", "\t"),
        bases=(("price",), ("crossing", "walk")),
    ),
    "apostrophes between thousands": _of(marks=(Marks(".", "'"), Marks(".", "\u2019")), bases=(("price",), ("large",))),
    "points between thousands": _of(
        marks=Marks(",", "."), delimiter=(";", "\t"), bases=(("price", "walk"), ("price",))
    ),
    "points between thousands alone": _of(
        False, marks=Marks(",", "."), delimiter=";", bases=(("crossing",), ("large",))
    ),
    "either reading: decimals": _of(False, marks=Marks(","), delimiter=";", bases=(("three",), ("three", "three"))),
    "either reading: thousands": _of(
        False, marks=Marks(".", ","), delimiter=";", bases=(("large",), ("large", "large"))
    ),
    "exponents": _of(dress="exponent", marks=(Marks(), Marks(",")), delimiter=";"),
    "percent": _of(dress=("percent", "percent after a blank")),
    "currency": _of(dress=("dollar", "euro", "pound"), marks=(Marks(), Marks(".", ","))),
    "K and M": _of(dress="K and M"),
    "all digits": _of(bases=(("exact",), ("exact", "exact", "exact"))),
}
TIMES = {
    **_clocks("iso", "iso minutes", "iso date", "iso Z", "iso UTC", "iso +01:00", "iso -07:00", "iso point fraction"),
    **_clocks("iso comma fraction", "changing offset", "day first", "day first seconds", "day first date"),
    **_clocks("day first half days", "month first", "month first seconds", "month first date", "month first half days"),
    "no day above the 12th": _of(clock=("day first", "month first"), early=True, rows=(150, 200, 240), step=TWELVE),
    "no day above the 12th, in two columns": _of(
        clock=("date, HHMM", "date, time"), early=True, rows=(150, 200, 240), step=TWELVE
    ),
    **_clocks("named month", "named month date", "kibana", "mail", "ctime", "apache", "apache bare"),
    **_clocks("YYYYMMDD", "YYYYMMDDHH", "YYYYMMDDHHMM", "YYYYMMDDHHMMSS", "YYYYMMDD:HHMM", "24:00"),
    **_clocks("epoch s", "epoch ms", "epoch us", "epoch ns", "epoch float", "excel"),
    **_clocks("interval", "date, time", "date, time to 24:00", "date, HHMM", "date, hour 0-23", "date, hour 1-24"),
    "date, period": _of(clock="date, period", rows=(60, 48, 100, 200)),
    **_clocks("calendar", "year, day of year", "number", "none"),
    "calendar without names": _of(False, clock="calendar", header="none"),
    "gaps": _of(gaps=True, clock=("iso", "iso Z", "day first", "epoch s", "date, hour 1-24")),
    "uneven steps": _of(
        uneven=True, clock=("iso", "iso Z", "epoch s", "kibana", "iso UTC"), step=("5 min", "10 s", "1 h")
    ),
    "newest first": _of(descending=True, clock=("iso", "named month date", "epoch s", "day first")),
}
LAYOUTS = {
    "semicolon": _of(delimiter=";"),
    "tab": _of(delimiter="\t"),
    "pipe": _of(delimiter="|"),
    "aligned": _of(delimiter="aligned", clock=("YYYYMMDDHH", "iso date", "epoch s", "number", "calendar")),
    "runs of blanks": _of(delimiter="runs", clock=("YYYYMMDDHHMM", "iso date", "epoch s", "number", "calendar")),
    "line ends": _of(ending="\r\n", closed=(True, False)),
    "no last line end": _of(closed=False),
    "utf-8 with BOM": _of(encoding="utf-8-sig"),
    "latin-1": _of(encoding="latin-1"),
    "utf-16": _of(encoding="utf-16"),
    "all in quotes": _of(quoting="all"),
    "text in quotes": _of(quoting="text"),
    "titles": _of(titles=tuple(range(1, 9))),
    "comments": _of(comments=(1, 2, 5, 8)),
    "titles between blanks": _of(titles=(1, 2), delimiter="aligned", clock=("number", "epoch s")),
    "groups above": _of(header="group", bases=(("walk", "count"), ("walk", "count", "wave"))),
    "three header lines": _of(header="three", clock=("iso date", "iso")),
    "units below": _of(header="units"),
    "units and kinds below": _of(header="kinds", quoting=("text", "few")),
    "title, units and kinds": _of(header="kinds", titles=1, quoting="text"),
    "totals": _of(totals=("", "Total"), clock=("iso", "iso date", "month first date", "epoch s")),
    "footer": _of(footer=("close", "blank"), clock=("iso", "iso date", "epoch s")),
    "trailing delimiters": _of(trailing=("all", "rows")),
    "no header": _of(header="none", clock=("iso", "iso date", "iso Z", "day first", "kibana")),
    "no header, compact times": _of(False, header="none", clock=("YYYYMMDD", "YYYYMMDDHHMM", "epoch s", "epoch ms")),
    "blanks around": _of(padded=True),
}
MISSING = {
    **{
        f"missing: {word}" if word.strip() else f"missing: {'a blank in quotes' if word else 'empty'}": _of(
            missing=word
        )
        for word in (
            "",
            "NA",
            "NaN",
            "null",
            "-",
            "---",
            "unavailable",
            "unknown",
            "Bad",
            "No Data",
            "#DIV/0!",
            "ERR",
            "M",
            "N/A",
            "none",
            " ",
        )
    },
    **{f"missing: {number}": _of(missing=number, bases=(("walk",), ("walk", "walk"))) for number in SENTINELS},
    "missing: <0.5": _of(missing="<0.5"),
    "missing: two words": _of(
        missing=("No Data", "NA", "-9999"), missing_too=("Bad", "", "---"), bases=(("walk",), ("walk", "wave"))
    ),
    "a few cells of nonsense": _of(garbage=True, step=("1 h", "10 s", "5 min", "1 d")),
}
COLUMNS = {
    "running numbers": _of(extras=(("running",),)),
    "calendar beside the time": _of(extras=(("calendar",),), step=("5 min", "15 min", "1 h", "1 d")),
    "comments of people": _of(extras=(("comment",),)),
    "status of many words": _of(extras=(("status",),)),
    "one and the same word": _of(extras=(("constant",),)),
    "on and off": _of(extras=(("state",),)),
    "empty columns": _of(extras=(("empty",),)),
    "start and end": _of(extras=(("end",),)),
    "label: 0 and 1": _of(extras=(("flag",),)),
    "label: words": _of(extras=(("word",),)),
    "label: 1 and -1": _of(extras=(("sign",),)),
}
SERIES = {
    "ids: words": _of(ids="text", id_name=IDS),
    "ids: numbers with gaps": _of(ids="number", gaps=True, blocks=False),
    "ids: numbers": _of(ids=("number", "count"), id_name=IDS),
    "ids: words of an unknown name": _of(ids="text", id_name=UNKNOWN_IDS),
    "ids: numbers of an unknown name": _of(False, ids=("number", "count"), id_name=UNKNOWN_IDS),
    "ids: shuffled columns": _of(ids=("text", "number"), id_name=IDS, position="shuffled"),
    "engines and cycles": Kind(None, wide.cycles),
    "a series a row": Kind(None, wide.series_as_rows),
    "dates as names": Kind(None, wide.dates_as_names),
    "months side by side": Kind(None, wide.months_as_columns),
    "hours side by side": Kind(None, wide.hours_as_columns),
    "two steps": Kind(None, wide.two_steps),
}
MIXED = {
    "some of everything": _of(False, company=0.35),
    "much of everything": _of(False, company=0.7),
}
KINDS: dict[str, Kind] = {**NUMBERS, **TIMES, **LAYOUTS, **MISSING, **COLUMNS, **SERIES, **MIXED}


def write(kind: str, seed: int, company: float = 0.0) -> Written:
    """Return a file of a kind from a seed; `company` is the share of its other parts that are not plain."""
    chosen = KINDS[kind]
    draw = Draw(zlib.crc32(kind.encode()) + seed)
    place = f"--show {kind!r} {seed} {company}"
    if chosen.make is not None:
        return replace(chosen.make(kind, draw), place=place)
    fixed = {name: draw.pick(options) for name, options in (chosen.fixed or {}).items()}
    plan = drawn(draw, company if chosen.company is None else chosen.company, fixed)
    return replace(written(kind, plan, draw.between(0, 1_000_000)), place=place)


def files(kinds: tuple[str, ...] = tuple(KINDS)) -> st.SearchStrategy[Written]:
    """Return files of all kinds, plain and in company.

    A file is one choice, its seed: were each part a choice of hypothesis, most of its examples would be variations of
    a few. `simplest` then finds what a failing file can do without.
    """
    return st.builds(write, st.sampled_from(kinds), st.integers(0, 1_000_000), st.sampled_from([0.0, 0.1, 0.3]))


@dataclass(frozen=True)
class Outcome:
    """What came of reading a file: "equal", "asked" or "wrong", and the question or difference."""

    result: str
    what: str = ""


def outcome(made: Written, options: dict[str, Any] | None = None) -> Outcome:
    """Return what comes of reading a file with options; without, those that settle a question are tried too."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / made.name
        path.write_bytes(made.content)
        first = _read(path, made, options or {})
        if first.result != "asked" or options or not made.options:
            return first
        second = _read(path, made, made.options)
        if second.result != "wrong":
            return first
        return Outcome("wrong", f"asked ({first.what}), and with {made.options} wrong: {second.what}")


def _read(path: Path, made: Written, options: dict[str, Any]) -> Outcome:
    from offbeat.data.read import read

    try:
        found = read(path, **options)
    except InputError as question:
        return Outcome("asked", str(question))
    except Exception as error:
        return Outcome("wrong", f"{type(error).__name__}: {error}")
    what = difference(found, made)
    return Outcome("equal") if what is None else Outcome("wrong", what)


def simplest(made: Written) -> Written:
    """Return the plainest file of the same seed that is read wrong too: each part that does not matter is plain."""
    plan, plain = made.plan, Plan()
    if plan is None:
        return made
    for part in (*fields(Plan), *fields(Plan)):  # twice: a clock that is plain by then may allow another step
        tried = replace(plan, **{part.name: getattr(plain, part.name)})
        if tried == plan or nonsense(tried) is not None:
            continue
        if outcome(written(made.kind, tried, made.seed)).result == "wrong":
            plan = tried
    return written(made.kind, plan, made.seed)

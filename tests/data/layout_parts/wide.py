"""Tables in which the time runs from left to right, and tables of channels of different steps."""

from __future__ import annotations

import datetime as dt

import numpy as np

from layout_parts import figures
from layout_parts.clocks import as_times, moments
from layout_parts.draws import Draw
from layout_parts.figures import Marks
from layout_parts.moments import MONTHS, text
from layout_parts.truth import One, Written


def _csv(rows: list[list[str]], delimiter: str = ",", *, quoted: bool = False) -> bytes:
    cells = [[f'"{c}"' if quoted or delimiter in c else c for c in row] for row in rows]
    return ("\n".join(delimiter.join(row) for row in cells) + "\n").encode()


def _numbers(kind: str, n: int, draw: Draw) -> tuple[list[str], np.ndarray]:
    return figures.dressed(figures.base(kind, n, draw), "plain", Marks())


def series_as_rows(kind: str, draw: Draw) -> Written:
    """Return one series a row, with the header V1, V2, ... and empty cells at the ends (the M4 competition)."""
    width = draw.between(60, 300)
    base = draw.pick(["walk", "count", "price"])
    rows, truth = [[f"V{i + 1}" for i in range(width + 1)]], {}
    for i in range(draw.between(2, 6)):
        n = width if i == 0 else draw.between(30, width)
        cells, values = _numbers(base, n, draw)
        rows.append([f"H{i + 1}", *cells, *[""] * (width - n)])
        truth[f"H{i + 1}"] = One(None, {"value": values})
    content = _csv(rows, quoted=draw.chance(0.5))
    return Written(kind, "data.csv", content, truth, naming="order", zoned=False, trimmed=True)


COUNTRIES = ("Norway", "Chad", "Peru", "Laos", "Togo", "Malta")


def dates_as_names(kind: str, draw: Draw) -> Written:
    """Return one series a row, with a date as the name of each column but the first."""
    stamps = moments("1 d", draw.between(30, 200), draw)
    pattern = draw.pick(["{Y}-{m:02}-{d:02}", "{m}/{d}/{y:02}", "{d:02}.{m:02}.{Y}", "{Y}{m:02}{d:02}"])
    place = draw.chance(0.5)
    name = draw.pick(["country", "Country/Region", "station", "store"])
    rows = [[name, *(["Lat", "Long"] if place else []), *(text(pattern, t) for t in stamps)]]
    truth = {}
    for country in COUNTRIES[: draw.between(2, 6)]:
        cells, values = _numbers(draw.pick(["count", "walk"]), len(stamps), draw)
        where = [f"{draw.rng.uniform(-60, 60):.4f}", f"{draw.rng.uniform(-180, 180):.4f}"] if place else []
        rows.append([country, *where, *cells])
        truth[country] = One(as_times(stamps), {"value": values})
    return Written(kind, "data.csv", _csv(rows), truth, naming="order", zoned=False)


def months_as_columns(kind: str, draw: Draw) -> Written:
    """Return a row a year with twelve months side by side; the months to come are empty or a number for missing."""
    years, begin = draw.between(8, 60), draw.pick([1990, 1950, 1900])
    delimiter = draw.pick([",", "\t", ";", "aligned"])
    cells, values = _numbers(draw.pick(["temperature", "walk", "wave"]), 12 * years, draw)
    word = "-99.99" if delimiter == "aligned" else draw.pick(["", "-99.99", "NA"])
    to_come = np.arange(12 * years - draw.between(0, 6), 12 * years)
    cells, values = figures.without(cells, values, to_come, [word])
    names = draw.pick([MONTHS, tuple(m.upper() for m in MONTHS)])
    rows = [[draw.pick(["YEAR", "Year", "year"]), *names]]
    rows += [[str(begin + i), *cells[12 * i : 12 * i + 12]] for i in range(years)]
    stamps = [dt.datetime(begin + i // 12, i % 12 + 1, 1) for i in range(12 * years)]
    if delimiter == "aligned":
        content = "\n".join("".join(c.rjust(9) if j else c for j, c in enumerate(row)) for row in rows).encode()
    else:
        content = _csv(rows, delimiter)
    truth = {"": One(as_times(stamps), {"value": values})}
    return Written(kind, "data.txt", content, truth, naming="order", zoned=False, trimmed=True)


def hours_as_columns(kind: str, draw: Draw) -> Written:
    """Return a row a day with 24 hours side by side: 0 to 23, or H1 to H24, where h is the date and h hours."""
    days = draw.between(10, 34)
    begin = moments("1 d", 1, draw)[0]
    cells, values = _numbers(draw.pick(["count", "walk", "price"]), 24 * days, draw)
    names = draw.pick(
        [tuple(map(str, range(24))), tuple(f"H{h + 1}" for h in range(24)), tuple(f"{h:02}:00" for h in range(24))]
    )
    late = 1 if names[0] == "H1" else 0
    stamps = [begin + dt.timedelta(hours=i + late) for i in range(24 * days)]
    pattern = draw.pick(["{Y}-{m:02}-{d:02}", "{d:02}.{m:02}.{Y}"])
    rows = [[draw.pick(["Date", "date", "Datum"]), *names]]
    rows += [[text(pattern, begin + dt.timedelta(days=i)), *cells[24 * i : 24 * i + 24]] for i in range(days)]
    truth = {"": One(as_times(stamps), {"value": values})}
    return Written(kind, "data.csv", _csv(rows, draw.pick([",", ";", "\t"])), truth, naming="order", zoned=False)


def two_steps(kind: str, draw: Draw) -> Written:
    """Return a channel each 10 s and one each 60 s in one table, with empty cells between.

    The slow one is measured with the fast one, or 5 s later, in rows of its own.
    """
    n = draw.between(20, 130) * 6
    stamps = moments("10 s", n, draw)
    fast, slow = _numbers("walk", n, draw), _numbers("wave", n // 6, draw)
    names = draw.pick([("speed", "oil temp"), ("current", "level sensor"), ("vibration", "Temp °C")])
    late = dt.timedelta(seconds=draw.pick([0, 30, 5]))
    slow_stamps = [t + late for t in stamps[::6]]
    cells = {t: [cell, ""] for t, cell in zip(stamps, fast[0], strict=True)}
    for t, cell in zip(slow_stamps, slow[0], strict=True):
        cells.setdefault(t, ["", ""])[1] = cell
    rows = [["time", *names], *([text("{Y}-{m:02}-{d:02} {H:02}:{M:02}:{S:02}", t), *cells[t]] for t in sorted(cells))]
    truth = {
        "fast": One(as_times(stamps), {names[0]: fast[1]}),
        "slow": One(as_times(slow_stamps), {names[1]: slow[1]}),
    }
    return Written(kind, "data.csv", _csv(rows), truth, zoned=False, split=True)


def cycles(kind: str, draw: Draw) -> Written:
    """Return numbers between blanks: the number of an engine, the number of a cycle from 1 for each, measures."""
    names = ["s1", "s2", "s3"][: draw.between(1, 3)]
    rows, truth = [[draw.pick(["engine", "unit"]), "cycle", *names]], {}
    for engine in range(1, draw.between(2, 6) + 1):
        n = draw.between(30, 120)
        made = [_numbers(draw.pick(["walk", "price", "wave"]), n, draw) for _ in names]
        rows += [[str(engine), str(i + 1), *(cells[i] for cells, _ in made)] for i in range(n)]
        values = {name: v for name, (_, v) in zip(names, made, strict=True)}
        truth[str(engine)] = One(np.arange(1.0, n + 1), values)
    content = _csv(rows, draw.pick([" ", ",", "\t"]))
    return Written(kind, "data.txt", content, truth, zoned=False)

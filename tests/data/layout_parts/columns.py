"""The columns of a table: channels, ids, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from layout_parts import figures
from layout_parts.clocks import Clock, Moments
from layout_parts.draws import Draw
from layout_parts.plans import Plan, spaced


@dataclass
class Column:
    """Header and cells in the order of (series, time); the values where the column is a channel."""

    name: str
    cells: list[list[str]]
    role: str = "other"
    values: list[np.ndarray] = field(default_factory=list)
    sum: str = ""


NAMES = (
    "temp",
    "load",
    "Users",
    "Price",
    "kWh",
    "P1",
    "FIC101.PV",
    "wind speed",
    "Pressure (hPa)",
    "Temp °C",
    "Außentemperatur",
    "humidity",
    "Verbrauch (kWh)",
    "cpu usage",
    "Requests",
    "NO2(GT)",
    "field1",
    "Flow Rate [m3/h]",
    "Temp, °F",
)


def names_of(count: int, plan: Plan, draw: Draw) -> list[str]:
    """Return names of channels; one has a letter beyond ASCII where the encoding is about such letters."""
    names = [draw.pick(NAMES)]
    if plan.encoding in {"latin-1", "utf-16"}:
        names = [draw.pick(["Temp °C", "Außentemperatur"])]
    names += [name for name in draw.shuffled(NAMES) if name != names[0]]
    if plan.padded:
        names = [name.replace(",", "") for name in names]
    return [plain_name(name, plan) for name in names[:count]]


def plain_name(name: str, plan: Plan) -> str:
    """Return a name that is one cell where blanks stand between cells."""
    return name.replace(" ", "_").replace(",", "") if spaced(plan) else name


BY_DRESS = {
    "K and M": ("volume",),
    "dollar": ("price",),
    "euro": ("price",),
    "pound": ("price",),
    "percent": ("temperature", "wave"),
    "percent after a blank": ("temperature", "wave"),
    "exponent": ("price", "walk", "temperature"),
}


def channels(plan: Plan, series: int, draw: Draw) -> list[Column]:
    """Return the channels of all series."""
    made = []
    holed = draw.index(len(plan.bases))
    for i, name in enumerate(names_of(len(plan.bases), plan, draw)):
        dress = plan.dress if i == 0 else "plain"
        base = plan.bases[i]
        if i == 0 and dress in BY_DRESS:
            base = draw.pick(BY_DRESS[dress])
        elif i == 0 and plan.marks.thousands and base not in {"price", "crossing", "large"}:
            base = "price" if plan.marks.thousands == "." else draw.pick(["price", "crossing", "large"])
        column = Column(name, [], "value")
        for _ in range(series):
            texts = figures.base(base, plan.rows, draw)
            cells, values = figures.dressed(texts, dress, plan.marks)
            column.sum = _sum(texts, dress, plan)
            if plan.missing is not None and (i == holed or draw.chance(0.5)):
                cells, values = figures.without(cells, values, figures.holes(plan.rows, draw, plan.words), plan.words)
            if plan.garbage and i == 0:
                cells, values = _nonsense(cells, values, draw)
            column.cells.append(cells)
            column.values.append(values)
        made.append(column)
    return made


def _nonsense(cells: list[str], values: np.ndarray, draw: Draw) -> tuple[list[str], np.ndarray]:
    """Return cells of which up to half a percent is nonsense."""
    rows = draw.rng.choice(len(cells), max(1, len(cells) // 200), replace=False)
    return figures.without(cells, values, rows, [draw.pick(figures.GARBAGE)])


def _sum(texts: list[str], dress: str, plan: Plan) -> str:
    if dress == "K and M":
        return ""
    decimals = max(len(text.partition(".")[2]) for text in texts)
    total = f"{sum(float(text) for text in texts):.{decimals}f}"
    return figures.dressed([total], dress, plan.marks)[0][0]


WORDS_OF_IDS = (
    ("north", "south", "east", "west", "centre", "harbour"),
    ("A1", "A2", "B1", "B2", "C1", "C2"),
    ("Tank_Temp", "Tank_Pump", "Tank_Door", "Mill_Temp", "Mill_Pump", "Mill_Door"),
)


def ids(plan: Plan, draw: Draw) -> list[str]:
    """Return the ids of the series, or one empty id."""
    if not plan.ids:
        return [""]
    count = min(draw.between(2, 6), max(2, 2400 // plan.rows))
    if plan.ids == "text":
        return list(draw.pick(WORDS_OF_IDS)[:count])
    first = 101 if plan.ids == "number" else 1
    return [str(first + i) for i in range(count)]


STATES = (
    ("pump", "off", "on"),
    ("valve", "closed", "open"),
    ("heater", "OFF", "ON"),
    ("door", "closed", "open"),
    ("occupied", "no", "yes"),
    ("heating", "false", "true"),
)
"""The name of a two-state column, its word for 0 and its word for 1."""

SENTENCES = (
    "filter changed",
    "checked by hand",
    "sensor cleaned",
    "rain since noon",
    "second pump on trial",
    "door left open",
    "strange smell",
    "back to normal",
)
STATUS = ("idle", "warm-up", "run", "rinse", "drain", "spin", "heat", "hold", "cool", "dry", "vent", "lock")


def beside(what: str, plan: Plan, clock: Clock, stamps: Moments, series: int, draw: Draw) -> list[Column]:
    """Return the columns of one kind that stand beside the time and the channels; without running numbers."""
    n = plan.rows

    def each(make: list[str]) -> list[list[str]]:
        return [make] * series

    if what == "calendar":
        return _calendar(plan, stamps, series, draw)
    if what == "comment":
        rows = set(draw.rng.choice(n, max(3, n // 15), replace=False).tolist())
        return [
            Column(
                draw.pick(["comment", "Remarks"]), each([draw.pick(SENTENCES) if i in rows else "" for i in range(n)])
            )
        ]
    if what == "status":
        cells = [[draw.rng.choice(STATUS) for _ in range(n)] for _ in range(series)]
        return [Column(draw.pick(["phase", "status"]), [[str(c) for c in some] for some in cells])]
    if what == "constant":
        name, word = draw.pick(
            [("station", "Oslo"), ("entity_id", "sensor.living_room_temperature"), ("host", "web01")]
        )
        return [Column(name, each([word] * n))]
    if what == "empty":
        return [Column(name, each([""] * n)) for name in draw.pick([["elevation"], ["latitude", "longitude"]])]
    if what == "end" and clock.write is not None:
        return [Column("End", each(clock.write([*stamps[1:], stamps[-1] + (stamps[-1] - stamps[-2])])))]
    if what == "state":
        return [_state(n, series, draw)]
    return [_label(what, n, series, draw)]


def _calendar(plan: Plan, stamps: Moments, series: int, draw: Draw) -> list[Column]:
    names = draw.pick([("Year", "Month", "Day", "Hour"), ("year", "month", "day", "hour")])
    parts = [[str(t.year), str(t.month), str(t.day), str(t.hour)] for t in stamps]
    count = 3 if plan.step == "1 d" else 4
    return [Column(name, [[row[i] for row in parts]] * series) for i, name in enumerate(names[:count])]


def _state(n: int, series: int, draw: Draw) -> Column:
    """Return a two-state channel, 0 for off and 1 for on, which stays for a while in each state."""
    name, *words = draw.pick(STATES)
    column = Column(name, [], "value")
    for _ in range(series):
        flips = draw.rng.random(n) < 0.15
        flips[n // 2] = True
        state = np.cumsum(flips) % 2
        if state.min() == state.max():
            state[: n // 2] = 1 - state[0]
        column.cells.append([words[s] for s in state])
        column.values.append(state.astype(np.float64))
    return column


def _label(what: str, n: int, series: int, draw: Draw) -> Column:
    """Return a label, whose values are bool: 1 of 0 and 1, "anomaly" of two words, the rarer of 1 and -1."""
    names = {"flag": ["is_anomaly", "anomaly", "label"], "word": ["label", "Label"], "sign": ["label"]}[what]
    usual, rare = {"flag": ("0", "1"), "word": ("normal", "anomaly"), "sign": ("1", "-1")}[what]
    if what == "sign" and draw.chance(0.3):
        usual, rare = rare, usual
    column = Column(draw.pick(names), [], "label")
    for _ in range(series):
        begin = draw.rng.integers(n // 4, n - 3)
        labels = np.zeros(n, dtype=bool)
        labels[begin : begin + draw.between(1, max(1, n // 20))] = True
        column.cells.append([rare if label else usual for label in labels])
        column.values.append(labels)
    return column


COUNTERS = (("No", 1), ("RECORD", 7000), ("entry_id", 1), ("#", 1), ("", 0))
"""Names of running numbers, and where they begin."""


def running(count: int, draw: Draw, names: tuple[tuple[str, int], ...]) -> tuple[str, list[str]]:
    """Return a column of running numbers by row of the file."""
    name, first = draw.pick(names)
    return name, [str(first + i) for i in range(count)]

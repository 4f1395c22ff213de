"""From a plan to a file and its truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from layout_parts import columns as col
from layout_parts.clocks import Clock, clock_of, later, moments, with_gaps
from layout_parts.columns import Column
from layout_parts.draws import Draw
from layout_parts.figures import settled
from layout_parts.pages import Page, bytes_of, suffix_of
from layout_parts.plans import SPANNED, Plan, spaced
from layout_parts.truth import One, Written


@dataclass
class Row:
    """Which series and which time a row of the file is of."""

    series: int
    time: int


def written(kind: str, plan: Plan, seed: int) -> Written:
    """Return the file of a plan, with the truth about it."""
    draw = Draw(seed)
    stamps = moments(plan.step, plan.rows + (plan.rows // 25 if plan.gaps else 0), draw, early=plan.early)
    stamps = with_gaps(stamps, plan.rows, draw) if plan.gaps else stamps
    stamps = later(stamps, draw) if plan.uneven else stamps
    clock = clock_of(plan.clock, stamps, draw)
    keys = col.ids(plan, draw)
    made = col.channels(plan, len(keys), draw)
    for what in plan.extras:
        if what != "running":
            made += col.beside(what, plan, clock, clock.shown or stamps, len(keys), draw)
    if plan.position == "shuffled":
        made = draw.shuffled(made)
    rows = _order(plan, len(keys))
    return Written(
        kind=kind,
        name=f"data{suffix_of(plan)}",
        content=bytes_of(_page(plan, clock, keys, made, rows, draw), plan, draw),
        truth=_truth(plan, clock, keys, made),
        description=str(plan),
        naming="order" if plan.header == "none" else "part" if plan.header in SPANNED else "exact",
        zoned=clock.zoned,
        options=_options(plan, clock, made),
        plan=plan,
        seed=seed,
        may_be_one="constant" in plan.extras,
    )


def _order(plan: Plan, series: int) -> list[Row]:
    """Return the rows of the file: by series or by time, oldest or newest first."""
    times = range(plan.rows - 1, -1, -1) if plan.descending else range(plan.rows)
    if plan.blocks:
        return [Row(s, t) for s in range(series) for t in times]
    return [Row(s, t) for t in times for s in range(series)]


def _truth(plan: Plan, clock: Clock, keys: list[str], made: list[Column]) -> dict[str, One]:
    label = next((c for c in made if c.role == "label"), None)
    turn = slice(None, None, -1 if plan.descending else 1)
    return {
        key: One(
            None if clock.times is None else clock.times[turn],
            {c.name: c.values[s][turn] for c in made if c.role == "value"},
            None if label is None else label.values[s][turn],
        )
        for s, key in enumerate(keys)
    }


def _page(plan: Plan, clock: Clock, keys: list[str], made: list[Column], rows: list[Row], draw: Draw) -> Page:
    """Return header and cells in the order of the columns in the file."""
    times = [Column(col.plain_name(name, plan), [cells] * len(keys), "time") for name, cells in clock.columns]
    if "end" in plan.extras:
        times[0].name = "Start"
    if "calendar" in plan.extras and plan.position == "first" and not spaced(plan) and draw.chance(0.3):
        times[0].name = ""
    if keys != [""]:
        ids = Column(plan.id_name, [[key] * plan.rows for key in keys], "id")
        made = [*made, ids] if plan.position == "shuffled" and draw.chance(0.5) else [ids, *made]
    if plan.position == "first":
        ordered = [*made[:1], *times, *made[1:]] if keys != [""] and draw.chance(0.5) else [*times, *made]
    elif plan.position == "last":
        ordered = [*made, *times]
    else:
        at = draw.between(0, len(made))
        ordered = [*made[:at], *times, *made[at:]]
    header = [c.name for c in ordered]
    table = [[c.cells[row.series][row.time] for c in ordered] for row in rows]
    sums = ["" if c.role != "value" else c.sum for c in ordered]
    if "running" in plan.extras:
        name, numbers = col.running(len(rows), draw, _counters(plan))
        header, sums = [name, *header], ["", *sums]
        table = [[number, *cells] for number, cells in zip(numbers, table, strict=True)]
    roles = ["other"] * (len(header) - len(ordered)) + [c.role for c in ordered]
    return Page(header, roles, table, sums)


def _counters(plan: Plan) -> tuple[tuple[str, int], ...]:
    """Return the running numbers that differ from an empty name, from a comment and from a cell between blanks."""
    unclear = {""} if spaced(plan) or "empty" in plan.extras or "calendar" in plan.extras else set()
    unclear |= {"#"} if plan.comments or spaced(plan) else set()
    return tuple(counter for counter in col.COUNTERS if counter[0] not in unclear)


def _filled(column: Column) -> list[str]:
    """Return the cells of a channel that are numbers."""
    pairs = zip(column.cells, column.values, strict=True)
    return [cell for cells, values in pairs for cell, value in zip(cells, values, strict=True) if not np.isnan(value)]


def _options(plan: Plan, clock: Clock, made: list[Column]) -> dict[str, str]:
    """Return the option that settles a question that is allowed."""
    columns = [_filled(column) for column in made if column.role == "value"]
    first = clock.columns[0][1][0] if clock.columns else ""
    return settled(columns, plan.marks, plan.delimiter, first)

"""A page of text: title lines, header lines, rows, and what stands below; then bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from layout_parts.draws import Draw
from layout_parts.plans import Plan, spaced


@dataclass
class Page:
    """Names, roles and cells of the columns, and the sums that may stand below them."""

    header: list[str]
    roles: list[str]
    table: list[list[str]]
    sums: list[str]


TITLES = (
    "Monthly report of the water works",
    "Station: Hill 7",
    "Elevation (m): 250",
    "Serial number,10160489",
    "Operator: night shift",
    "Exported on 2024-02-01 at 10:15",
    "",
    "All values are means; see the manual",
    "Logger,CR1000X",
    "Interval: 3600 s",
)
COMMENTS = (
    "# Daily means of the hut on the hill",
    "#",
    "# These data are preliminary, and may change",
    "# version: 3.1",
    "# ----------------------------------------",
    "# columns: see below",
)
FOOTERS = (
    "Source: national weather office; no warranty",
    "Values of the last week are preliminary",
    "(c) Power Exchange 2024",
    "End of file",
)
UNITS = ("[°C]", "kWh", "[W]", "(m/s)", "%", "hPa", "Deg C")
KINDS = ("Avg", "Smp", "Min", "Max")
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]\d+)?")


def suffix_of(plan: Plan) -> str:
    return {"\t": ".tsv", "aligned": ".txt", "runs": ".dat"}.get(plan.delimiter, ".csv")


def bytes_of(page: Page, plan: Plan, draw: Draw) -> bytes:
    """Return the whole file."""
    rows = [*page.table]
    if plan.totals is not None:
        total = list(page.sums)
        total[page.roles.index("time")] = plan.totals
        rows.append(total)
    head = _header(page, plan, draw)
    lines = [*_comments(plan), *_titles(plan, draw), *_lines(head, rows, plan, draw)]
    if plan.footer:
        lines += [*([""] if plan.footer == "blank" else []), draw.pick(FOOTERS)]
    text = plan.ending.join(lines) + (plan.ending if plan.closed else "")
    return text.encode(plan.encoding)


def _comments(plan: Plan) -> list[str]:
    return [COMMENTS[i % len(COMMENTS)] for i in range(plan.comments)]


def _titles(plan: Plan, draw: Draw) -> list[str]:
    """Return title lines, of which a line with a delimiter has two cells; what quotes text quotes each line."""
    delimiter = " " if spaced(plan) else plan.delimiter
    chosen = draw.shuffled(TITLES)[: plan.titles]
    lines = [line.replace(",", delimiter) for line in chosen]
    return lines if plan.quoting == "few" else [_quoted(line, plan, header=True) for line in lines]


def _header(page: Page, plan: Plan, draw: Draw) -> list[list[str]]:
    """Return the lines of the header."""
    names = page.header
    values = [role == "value" for role in page.roles]
    if plan.header == "none":
        return []
    if plan.header == "group":
        return [_groups(values, draw), names]
    if plan.header == "three":
        return [
            ["Price", *names[1:]],
            ["Ticker", *("ABC" for _ in names[1:])],
            ["Date", *("" for _ in names[1:])],
        ]
    units = [draw.pick(UNITS) if value else "" for value in values]
    if plan.header == "units":
        units = [_time_unit(role, unit, draw) for role, unit in zip(page.roles, units, strict=True)]
        return [names, units]
    if plan.header == "kinds":
        return [
            names,
            ["TS" if role == "time" else u for role, u in zip(page.roles, units, strict=True)],
            [draw.pick(KINDS) if value else "" for value in values],
        ]
    return [names]


def _time_unit(role: str, unit: str, draw: Draw) -> str:
    return draw.pick(["", "[dd.MM.yyyy HH:mm]", "TS"]) if role == "time" else unit


def _groups(values: list[bool], draw: Draw) -> list[str]:
    """Return the names of two groups of columns, over the first column of each or over all of them."""
    repeated = draw.chance(0.5)
    count = sum(values)
    made, seen = [], 0
    for value in values:
        group = "plant A" if seen < (count + 1) // 2 else "plant B"
        first = seen in {0, (count + 1) // 2}
        made.append(group if value and (first or repeated) else "")
        seen += value
    return made


def _lines(head: list[list[str]], rows: list[list[str]], plan: Plan, draw: Draw) -> list[str]:
    if plan.delimiter == "aligned":
        every = [*head, *rows]
        widths = [max(len(row[i]) for row in every) for i in range(len(every[0]))]
        return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in every]
    if plan.delimiter == "runs":
        gaps = draw.rng.integers(1, 4, size=(len(head) + len(rows), len(rows[0])))
        every = [*head, *rows]
        return [
            "".join(c + " " * g for c, g in zip(row, gap, strict=True)).rstrip()
            for row, gap in zip(every, gaps, strict=True)
        ]
    end = plan.delimiter if plan.trailing else ""
    named = [_joined(cells, plan, header=True) + (end if plan.trailing == "all" else "") for cells in head]
    return named + [_joined(cells, plan) + end for cells in rows]


def _joined(cells: list[str], plan: Plan, *, header: bool = False) -> str:
    between = plan.delimiter + (" " if plan.padded else "")
    return between.join(_quoted(cell, plan, header=header) for cell in cells)


def _quoted(cell: str, plan: Plan, *, header: bool) -> str:
    needed = plan.delimiter in cell or '"' in cell or (cell != "" and cell.isspace())
    text = plan.quoting == "text" and cell != "" and (header or not NUMBER.fullmatch(cell))
    return '"' + cell.replace('"', '""') + '"' if needed or text or plan.quoting == "all" else cell

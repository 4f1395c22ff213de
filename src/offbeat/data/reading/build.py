"""From one table to its series: layout, types, roles, rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offbeat.core.errors import InputError
from offbeat.core.series import Panel, Series
from offbeat.data.reading.assemble import Assembly
from offbeat.data.reading.columns import Column, frame_columns, text_columns
from offbeat.data.reading.decisions import Decision
from offbeat.data.reading.layout import find_layout
from offbeat.data.reading.options import Options
from offbeat.data.reading.roles import Plan, make_plan
from offbeat.data.reading.shapes import turned
from offbeat.data.reading.splitting import Row, shown
from offbeat.data.reading.tables import Table
from offbeat.data.reading.text import Progress, RaggedError, Text, explained, parts, understand

if TYPE_CHECKING:
    import pandas as pd


def build(table: Table, name: str, place: str, options: Options, progress: Progress | None = None) -> Series | Panel:
    """Return the series of one table.

    Parameters
    ----------
    table
        What a format made of a file.
    name, place
        The name of the series, and of the file in errors.
    options
        What the user says; it goes before what the format knows.
    progress
        Called with the share that is done.

    Raises
    ------
    InputError
        For what can't be read, and for what can be read in two ways.
    UnknownNameError
        For a column of the options that is not there.
    """
    if table.text is not None:
        made = _of_text(table.text, table, name, place, options, progress)
    elif table.rows is not None:
        made = _of_rows(table.rows, table, name, place, options)
    elif table.frame is not None:
        made = from_frame(table.frame, table, name, place, options)
    else:
        raise InputError(f"{place} holds no table")
    if progress is not None:
        progress(1.0)
    return made


def _known(table: Table, names: Sequence[str], options: Options) -> Options:
    """Return the options with what the format knows of columns, where the user says nothing."""
    given: dict[str, Any] = {}
    for role in ("time", "values", "id", "label"):
        known = getattr(table, role)
        if getattr(options, role) is None and known is not None:
            chosen = known if isinstance(known, str) else tuple(name for name in known if name in names)
            given[role] = chosen or None
    return replace(options, **given)


def _plan(table: Table, columns: list[Column], options: Options, place: str) -> Plan:
    dropped = dict(table.dropped)
    kept = [column for column in columns if column.name not in dropped or _is_asked(column.name, options)]
    plan = make_plan(kept, _known(table, [column.name for column in kept], options), place)
    if table.id is not None and options.id is None:
        plan = replace(plan, id_is_guess=True)
    there = {column.name for column in columns}
    return replace(
        plan, left=(*plan.left, *((n, why) for n, why in table.dropped if n in there and n not in plan.used))
    )


def _is_asked(name: str, options: Options) -> bool:
    return name in (*(options.time or ()), *(options.values or ()), *(options.id or ()), options.label)


def _of_text(
    path: Path, table: Table, name: str, place: str, options: Options, progress: Progress | None
) -> Series | Panel:
    text = understand(path, place, options)
    decisions = (
        Decision("encoding", text.encoding, option="--encoding"),
        Decision(
            "delimiter", shown(text.delimiter), "most lines look like a table with it", text.rejected, "--delimiter"
        ),
        *text.layout.decisions,
    )
    notes = (*table.notes, *text.notes)
    if options.day_first is None and text.layout.day_first is not None:
        options = replace(options, day_first=text.layout.day_first)
        order = "day first" if options.day_first else "month first"
        decisions = (*decisions, Decision("dates", order, "a pattern above the table says so", option="--day-first"))
    if text.whole:
        text.refuse_ragged()
        return _of_cells(text, table, (name, place), options, notes, decisions)
    rows = [row.cells for row in text.layout.rows if len(row.cells) == len(text.names)]
    if turned(text.names, rows, options, place) is not None:
        everything = [*text.rows()]
        whole = replace(text, layout=replace(text.layout, rows=everything), whole=True)
        whole.refuse_ragged()
        return _of_cells(whole, table, (name, place), options, notes, decisions)
    columns = text_columns(text.names, text.columns, options, text.delimiter, place)
    plan = _plan(table, columns, options, place)
    try:
        assembly = _taken(text, plan, name, options, progress)
    except UnicodeDecodeError:
        if not text.encoding.startswith("utf-8"):
            raise InputError(f"{place} is not written in {text.encoding} throughout; give --encoding NAME") from None
        text = replace(text, encoding="cp1252")
        assembly = _taken(text, plan, name, options, progress)
    return assembly.finish(notes, decisions)


def _taken(text: Text, plan: Plan, name: str, options: Options, progress: Progress | None) -> Assembly:
    """Return all rows of a long text: its numbers at once, or cell by cell where one of them is no number."""
    careful = False
    while True:
        assembly = Assembly(plan, name, text.place, options, text.row_name)
        try:
            for chunk, count in parts(text, plan, progress, careful):
                assembly.add(chunk, count)
        except RaggedError as error:
            text.refuse_ragged(error.line)
            if text.comments:
                raise InputError(f"{text.place} can't be read as a table") from None
            text = replace(text, comments=True)  # no row is ragged, so it was a comment
        except (InputError, UnicodeDecodeError):
            raise
        except (ValueError, OverflowError) as error:
            if careful or "Calling read(nbytes) on source failed" in str(error):
                raise explained(text, error) from None
            careful = True
        else:
            return assembly


def _of_cells(
    text: Text,
    table: Table,
    names: tuple[str, str],
    options: Options,
    notes: tuple[str, ...],
    decisions: tuple[Decision, ...],
) -> Series | Panel:
    """Return the series of text cells that are all in memory."""
    name, place = names
    width = len(text.names)
    rows = [(row.cells + [""] * width)[:width] for row in text.layout.rows]
    lines = [row.line for row in text.layout.rows]
    found = turned(text.names, rows, options, place)
    if found is not None:
        table = replace(table, time=found.time, id=found.id, values=found.values, dropped=())
        notes = (*notes, found.decision.note)
        decisions = (*decisions, found.decision)
        header, cells = found.names, found.cells
        if not cells or not cells[0]:
            raise InputError(f"{place} has no numbers where {found.decision.choice}; give another --shape")
        lines = []
    else:
        header, cells = text.names, [[row[j] for row in rows] for j in range(width)]
    totals = [row.cells for row in text.layout.foot]
    columns = text_columns(header, cells, options, text.delimiter, place, totals)
    plan = _plan(table, columns, options, place)

    def row_name(record: int) -> str:
        return f"row {lines[record]} of {place}" if lines else f"value {record + 1} of {place}"

    assembly = Assembly(plan, name, place, options, row_name)
    chunk: Mapping[str, Any] = dict(zip(header, cells, strict=True))
    assembly.add(chunk, len(cells[0]))
    return assembly.finish(notes, decisions)


def _of_rows(rows: list[list[str]], table: Table, name: str, place: str, options: Options) -> Series | Panel:
    """Return the series of a sheet: rows of text cells with titles and headers wherever they are."""
    numbered = [
        Row(i, cells if any(cells) else [])
        for i, cells in enumerate(([c.strip() for c in row] for row in rows), start=1)
    ]
    width = max((row.width() for row in numbered), default=0)
    padded = [Row(row.line, (row.cells + [""] * width)[:width]) if row.cells else row for row in numbered]
    layout = find_layout(padded, options, "", place)
    text = Text(Path(place), place, "utf-8", "", layout, True)
    notes = (*table.notes, *(decision.note for decision in layout.decisions if decision.note))
    text.refuse_ragged()
    return _of_cells(text, table, (name, place), options, notes, layout.decisions)


def from_frame(
    frame: pd.DataFrame, table: Table, name: str, place: str, options: Options, given: Any = None, index: Any = None
) -> Series | Panel:
    """Return the series of a frame whose columns have names.

    Parameters
    ----------
    frame
        The columns; numbers, dates or text cells.
    table
        What is known of its columns.
    name, place, options
        As in `build`.
    given, index
        The user's own frame and index, to come back with results; None for a file.

    Raises
    ------
    InputError
        For a frame without rows or numbers, or with text where numbers or times belong.
    UnknownNameError
        For a column of the options that is not there.
    """
    names = [str(column) for column in frame.columns]
    twice = next((column for column in names if names.count(column) > 1), None)
    if twice is not None:
        raise InputError(f"{place} has two columns named {twice!r}; rename one of them")
    if not len(frame):
        raise InputError(f"{place} has no rows; give one with rows of numbers")
    columns = frame_columns(frame, options, place)
    plan = _plan(table, columns, options, place)
    assembly = Assembly(plan, name, place, options, lambda record: f"row {record} (counted from 0) of {place}")
    chunk = {column.name: _chunk_of(column) for column in columns}
    assembly.add(chunk, len(frame))
    return _in_zone(assembly.finish(table.notes, frame=given, index=index), _zone_of(frame, plan))


def _zone_of(frame: pd.DataFrame, plan: Plan) -> str | None:
    """Return the zone of the column that became the time, None where it has none."""
    if len(plan.clock.names) != 1:
        return None
    column = frame.iloc[:, [str(name) for name in frame.columns].index(plan.clock.names[0])]
    zone = getattr(column.dtype, "tz", None)
    return None if zone is None else str(zone)


def _in_zone(data: Series | Panel, zone: str | None) -> Series | Panel:
    if zone is None:
        return data
    if isinstance(data, Series):
        return replace(data, zone=zone)
    return replace(data, members={name: replace(member, zone=zone) for name, member in data.members.items()})


def _chunk_of(column: Column) -> Any:
    if column.given is not None:
        return column.given
    return column.cells or column.numbers

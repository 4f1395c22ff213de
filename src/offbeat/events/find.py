"""From severities to events: the one way that every door takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offbeat.core.cut import Cut
from offbeat.core.event import Event, Run
from offbeat.events.band import RETURNS
from offbeat.events.context import EventContext
from offbeat.events.describe import carriers, describe, tight
from offbeat.events.locate import FEWEST, Piece, locate, one_sided
from offbeat.events.stretches import OPEN_ABOVE, alarmed

MOSTLY = 0.5
"""What lies in a run of one value with at least this share of its rows is that run, as is what is less severe by this
factor outside it."""

ALIKE = 0.9
"""Runs of two channels that share this much are one event; a window with as many rows out of range is no calm one."""


@dataclass(frozen=True)
class _Place:
    """Where an event lies: its rows, the columns whose values show it, and the run of one value that it is."""

    first: int
    end: int
    columns: tuple[int, ...] = ()
    run: Run | None = None


def find_events(context: EventContext, cut: Cut, runs: Sequence[Run] = ()) -> tuple[Event, ...]:
    """Return the events of a scored series, the strongest first.

    Every row with a severity above 1 belongs to an event. Scores of windows are high around what caused them, so that
    a stretch of alarms says little of where that is: it is looked for in the values, in the stretch and a window on
    either side, and one stretch may hold several events. Rows above 1 farther than a window from all of these are
    events of their own, one for each stretch of them.

    Parameters
    ----------
    context
        The scored series.
    cut
        The threshold.
    runs
        Runs of one value: events whatever the score.
    """
    stretches = alarmed(context.severity, cut.min_gap)
    alarms = np.flatnonzero(np.nan_to_num(context.severity) > OPEN_ABOVE)
    places, spikes = _places(stretches, context, runs)
    owner, away = _nearest(alarms, places)
    far = _far(alarms, away, owner, places, context.reach)
    events = [_event(place, alarms[(owner == i) & ~far], context) for i, place in enumerate(places)]
    events += [_event(spike, alarms[:0], context) for spike in spikes]
    rest = alarms[far]
    for first, end in stretches:
        inside = rest[(rest >= first) & (rest < end)]
        for rows in _parted(inside, places):
            whole = len(rows) == np.count_nonzero((alarms >= first) & (alarms < end))
            low, high = (int(first), int(end)) if whole else (int(rows[0]), int(rows[-1]) + 1)
            events.append(_event(_unplaced(rows, low, high, context), rows, context))
    return tuple(sorted(events, key=lambda event: -event.severity))


def _places(
    stretches: NDArray[np.int64], context: EventContext, runs: Sequence[Run]
) -> tuple[list[_Place], list[_Place]]:
    """Return where events lie, in their order and apart, and the spikes within them."""
    found: list[Piece] = []
    last = 0
    for first, end in _fields(stretches, context):
        columns = carriers(max(first, last), end, context)
        found += locate(max(first, last), end, columns, context)
        last = end
    found = [piece for piece in found if _is_alarmed(piece, context, runs)]
    found.sort(key=lambda piece: (piece.first, -piece.end))
    places = _of_runs(runs)
    spikes: list[_Place] = []
    for piece in found:
        place = _Place(piece.first, piece.end, (piece.column,))
        if any(_is_same(place, run) for run in runs):
            continue
        outer = places[-1] if places else None
        if outer is not None and outer.run is None and piece.first < outer.end:
            if piece.column in outer.columns and piece.end <= outer.end:
                spikes.append(place)
            else:
                carrying = tuple(dict.fromkeys((*outer.columns, piece.column)))
                places[-1] = _Place(outer.first, max(outer.end, piece.end), carrying)
        else:
            places.append(place)
    return sorted(places, key=lambda place: place.first), spikes


def _fields(stretches: NDArray[np.int64], context: EventContext) -> list[tuple[int, int]]:
    """Return the stretches and a window on either side, and more where values stay out of range; apart."""
    n, reach = len(context.series), context.reach
    found: list[tuple[int, int]] = []
    for first, end in stretches:
        low = _until_calm(int(first), -1, context)
        high = _until_calm(int(end) - 1, 1, context) + 1
        low, high = max(low - reach, 0), min(high + reach, n)
        while found and low <= found[-1][1]:
            low, high = min(low, found[-1][0]), max(high, found[-1][1])
            found.pop()
        found.append((low, high))
    return found


def _until_calm(row: int, step: int, context: EventContext) -> int:
    """Return the row up to which, from `row` on, some channel is on one side of its usual range."""
    x, band, width = context.series.values, context.band, max(context.reach, FEWEST)
    most = int(RETURNS * context.normal.rows)
    last = min(row + most, len(x) - 1) if step > 0 else max(row - most, 0)
    while row != last:
        until = min(row + width, last) if step > 0 else max(row - width, last)
        part = slice(min(row, until), max(row, until) + 1)
        up, down = (x[part] > band.upper[part]).mean(axis=0), (x[part] < band.lower[part]).mean(axis=0)
        if max(up.max(), down.max()) < ALIKE:
            break
        row = until
    return row


def _is_alarmed(piece: Piece, context: EventContext, runs: Sequence[Run]) -> bool:
    """Whether the excursion has alarms of its own: beside a run in it, at least half as severe as in the run."""
    severity = np.nan_to_num(context.severity[piece.first : piece.end])
    outside = np.ones(len(severity), dtype=bool)
    for run in runs:
        if run.channel == piece.column:
            outside[max(run.first - piece.first, 0) : max(run.end - piece.first, 0)] = False
    own = severity[outside] if outside.any() else severity
    return bool(own.max() > OPEN_ABOVE and own.max() >= MOSTLY * severity.max())


def _of_runs(runs: Sequence[Run]) -> list[_Place]:
    """Return a place for each run; runs of several channels at about the same time are one."""
    found: list[_Place] = []
    for run in sorted(runs, key=lambda run: (run.first, run.end)):
        outer = found[-1] if found else None
        if outer is not None and outer.run is not None and outer.run.kind == run.kind and _shared(outer, run) >= ALIKE:
            strongest = max(outer.run, run, key=lambda one: one.severity)
            columns = tuple(dict.fromkeys((*outer.columns, run.channel)))
            found[-1] = _Place(outer.first, max(outer.end, run.end), columns, strongest)
        else:
            found.append(_Place(run.first, run.end, (run.channel,), run))
    return found


def _shared(one: _Place | Run, two: _Place | Run) -> float:
    """Return the rows in both as a share of those of the longer one."""
    both = min(one.end, two.end) - max(one.first, two.first)
    return both / max(one.end - one.first, two.end - two.first)


def _is_same(place: _Place, run: Run) -> bool:
    """Whether an excursion is what the run is: it lies mostly in it, or begins at a reset."""
    if run.channel not in place.columns:
        return False
    both = min(place.end, run.end) - max(place.first, run.first)
    at_once = run.kind == "reset" and place.first == run.first
    return at_once or both >= MOSTLY * (place.end - place.first)


def _nearest(rows: NDArray[np.int64], places: list[_Place]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for each row, which place is nearest and how far it is."""
    if not places:
        return np.full(len(rows), -1), np.full(len(rows), np.iinfo(np.int64).max)
    firsts, ends = (np.array([getattr(place, side) for place in places]) for side in ("first", "end"))
    behind = np.clip(np.searchsorted(firsts, rows, side="right") - 1, 0, len(places) - 1)
    ahead = np.minimum(behind + 1, len(places) - 1)
    away = [np.maximum(np.maximum(firsts[i] - rows, rows - ends[i] + 1), 0) for i in (behind, ahead)]
    nearer = away[0] <= away[1]
    return np.where(nearer, behind, ahead), np.where(nearer, away[0], away[1])


def _far(
    alarms: NDArray[np.int64], away: NDArray[np.int64], owner: NDArray[np.int64], places: list[_Place], reach: int
) -> NDArray[np.bool_]:
    """Return which alarms belong to no place: those farther than a window and not going on from near it.

    A score that is averaged over the windows of a row, and again over rows, is high as far as two windows; what is off
    for long has long edges.
    """
    far = away > reach
    if not places:
        return far
    lengths = np.array([place.end - place.first for place in places])[owner]
    streak = np.cumsum(np.diff(alarms, prepend=-1) > 1)
    goes_on = np.isin(streak, streak[~far]) & (away <= np.maximum(2 * reach, lengths))
    return np.asarray(far & ~goes_on)


def _parted(rows: NDArray[np.int64], places: list[_Place]) -> list[NDArray[np.int64]]:
    """Return the rows in groups, as the places between them part them."""
    groups = np.searchsorted([place.first for place in places], rows)
    return [part for part in np.split(rows, np.flatnonzero(np.diff(groups)) + 1) if len(part)]


def _unplaced(rows: NDArray[np.int64], first: int, end: int, context: EventContext) -> _Place:
    """Return where an event without a clear excursion lies: where channels leave their range most, else all alarms."""
    a, b = _leading(*tight(first, end, context), context)
    beyond = np.maximum(np.maximum(a - rows, rows - b + 1), 0)
    own = context.severity[a:b]
    if beyond.max() > context.reach or not (np.nan_to_num(own) > OPEN_ABOVE).any():
        return _Place(min(a, int(rows[0])), max(b, int(rows[-1]) + 1))
    return _Place(a, b)


def _leading(first: int, end: int, context: EventContext) -> tuple[int, int]:
    """Return the side of an excursion that changes sides which the detector objects to more."""
    view = context.view(first, end, carriers(first, end, context)[0])
    parts = [(first + a, first + b) for a, b in one_sided((0, end - first), view)]
    return max(parts, key=lambda part: float(np.nan_to_num(context.severity[slice(*part)]).mean()))


def _event(place: _Place, alarms: NDArray[np.int64], context: EventContext) -> Event:
    span = (int(alarms[0]), int(alarms[-1])) if len(alarms) else (place.first, place.end - 1)
    return describe(place.first, place.end, span, context, place.columns, place.run)

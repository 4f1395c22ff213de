"""From a stretch of alarms to an event: where it is worst, which channels carry it, its kind, and one sentence."""

from __future__ import annotations

import numpy as np

from offbeat.core.calibration import POWER
from offbeat.core.event import Event, Run, event_id
from offbeat.core.series import Floats
from offbeat.core.status import Status
from offbeat.core.windows import true_runs
from offbeat.events.context import EventContext
from offbeat.events.kinds import FROZEN_SHARE, kind_of
from offbeat.events.reason import reason
from offbeat.events.stretches import OPEN_ABOVE

NAMED = 0.10
"""A channel is named where it carries at least this share of an event."""

INSIDE = 0.03
"""Penalty of an in-range point; the worst point of the event has weight 1."""


def describe(
    first: int,
    end: int,
    alarms: tuple[int, int],
    context: EventContext,
    channels: tuple[int, ...] = (),
    run: Run | None = None,
) -> Event:
    """Return the event in the rows from `first` up to and without `end`.

    Parameters
    ----------
    first, end
        Its rows.
    alarms
        First and last row of the alarms that belong to it.
    context
        The scored series.
    channels
        The columns that carry it, where its place was found by their values.
    run
        The run of one value that it is, where it is one.
    """
    series = context.series
    shares = _shares(first, end, context, channels) if run is None else _equal(run.channel, channels, context)
    view = context.view(first, end, series.channels.index(next(iter(shares))))
    kind = kind_of(view, context, first, end) if run is None else run.kind
    score, severity, p_value = _strength(first, end, alarms, context)
    if run is not None and not run.severity <= severity:
        severity, p_value = run.severity, run.p_value
    return Event(
        id=event_id(series.name, series.stamps[alarms[0]]),
        series=series.name,
        start=series.label(first),
        end=series.label(end - 1),
        peak=series.label(first + view.worst),
        n_points=end - first,
        score=score,
        severity=severity,
        p_value=p_value,
        direction=view.direction,
        expected=view.expected,
        observed=view.observed,
        channels=shares,
        kind=kind,
        reason=reason(kind, shares, first, end, context),
        rows=(first, end - 1, first + view.worst),
        alarm_rows=(min(alarms[0], first), max(alarms[1], end - 1)),
    )


def _strength(first: int, end: int, alarms: tuple[int, int], context: EventContext) -> tuple[float, float, float]:
    """Return score, severity, p-value: of the rows of the event or, where none is an alarm, of those around it."""
    for a, b in ((first, end), (min(alarms[0], first), max(alarms[1] + 1, end))):
        known = np.nan_to_num(context.severity[a:b], nan=-1.0)
        highest = a + int(known.argmax())
        if context.severity[highest] > OPEN_ABOVE:
            break
    score = float(context.score_result.scores[highest])
    p_value = float("nan") if context.p_value is None or np.isnan(score) else context.p_value(score)
    return score, float(context.severity[highest]), p_value


def carriers(first: int, end: int, context: EventContext) -> list[int]:
    """Return the columns that carry what happens in the rows from `first` up to and without `end`."""
    return [context.series.channels.index(name) for name in _shares(first, end, context)]


def _shares(first: int, end: int, context: EventContext, channels: tuple[int, ...] = ()) -> dict[str, float]:
    """Name the channels that carry the event, the strongest first; their shares sum to 1."""
    names = context.series.channels
    if len(names) == 1:
        return {names[0]: 1.0}
    if len(channels) == 1:
        return {names[channels[0]]: 1.0}
    if context.score_result.shares is not None:
        weight = np.nansum(context.score_result.shares[first:end] ** POWER, axis=0)
    else:
        views = [context.view(first, end, column) for column in range(len(names))]
        weight = np.array([np.nansum(view.beyond**2) for view in views])
    if not weight.sum() > 0:
        weight = np.ones(len(names))
    part = weight / weight.sum()
    order = np.argsort(-part, kind="stable")
    kept = [j for j in order if part[j] >= min(NAMED, part[order[0]])][:5]
    total = float(part[kept].sum())
    return {names[j]: float(part[j]) / total for j in kept}


def _equal(first: int, columns: tuple[int, ...], context: EventContext) -> dict[str, float]:
    order = sorted(columns, key=lambda column: column != first)
    return {context.series.channels[column]: 1 / len(columns) for column in order}


def tight(first: int, end: int, context: EventContext) -> tuple[int, int]:
    """Return the first and last + 1 row of the part in which a carrying channel stands still or leaves its range."""
    shares = _shares(first, end, context)
    still = true_runs(context.score_result.status[first:end] == Status.FROZEN)
    if len(still):
        longest = still[np.argmax(still[:, 1] - still[:, 0])]
        if longest[1] - longest[0] >= FROZEN_SHARE * (end - first):
            return first + int(longest[0]), first + int(longest[1])
    beyond = np.zeros(end - first)
    for name in shares:
        far = np.abs(np.nan_to_num(context.view(first, end, context.series.channels.index(name)).beyond))
        beyond = np.maximum(beyond, far / max(far.max(), np.finfo(float).tiny))
    beyond[np.isnan(context.score_result.scores[first:end])] = 0.0
    if not beyond.any():
        return first, end
    begin, stop = _densest(beyond - INSIDE)
    return first + begin, first + stop


def _densest(gain: Floats) -> tuple[int, int]:
    """Return first and last + 1 place of the stretch that has the largest sum."""
    sums = np.concatenate([[0.0], np.cumsum(gain)])
    lowest = np.minimum.accumulate(sums)
    end = int(np.argmax(sums - lowest))
    return int(np.argmin(sums[: end + 1])), end

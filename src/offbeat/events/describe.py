"""From a stretch of alarms to an event: where it is worst, which channels carry it, its kind, and one sentence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.core.calibration import POWER
from offbeat.core.event import Event
from offbeat.core.series import Floats, Series
from offbeat.core.status import Status
from offbeat.core.windows import true_runs
from offbeat.core.wording import at_moment, duration, number
from offbeat.events.context import ChannelView, EventContext
from offbeat.events.kinds import FEW, FROZEN_SHARE, kind_of, partner

NAMED = 0.10
"""A channel is named where it carries at least this share of an event."""

INSIDE = 0.03
"""A point inside the usual range speaks so much against an event, where the worst one speaks for it with 1."""


def describe(first: int, end: int, context: EventContext) -> Event:
    """Return the event behind a stretch of alarms, from row `first` up to and without row `end`.

    Scores of windows are high around what caused them, too; the event is the part of the stretch in which the channels
    that carry it leave their usual range, and the whole stretch where none of them does.
    """
    series, scores = context.series, context.score_result.scores
    highest = first + int(np.nanargmax(scores[first:end]))
    shares = _shares(first, end, context)
    first, end = _tight(first, end, shares, context)
    column = series.channels.index(next(iter(shares)))
    view = ChannelView.at(first, end, column, context)
    kind = kind_of(view, context, first, end)
    return Event(
        series=series.name,
        start=series.label(first),
        end=series.label(end - 1),
        peak=series.label(first + view.worst),
        n_points=end - first,
        score=float(scores[highest]),
        severity=float(context.severity[highest]),
        p_value=float("nan") if context.p_value is None else context.p_value(float(scores[highest])),
        direction=view.direction,
        expected=view.expected,
        observed=view.observed,
        channels=shares,
        kind=kind,
        reason=_reason(kind, view, shares, first, end, context),
        rows=(first, end - 1, first + view.worst),
    )


def _shares(first: int, end: int, context: EventContext) -> dict[str, float]:
    """Name the channels that carry the event, the strongest first; their shares sum to 1."""
    names = context.series.channels
    if len(names) == 1:
        return {names[0]: 1.0}
    if context.score_result.shares is not None:
        weight = np.nansum(context.score_result.shares[first:end] ** POWER, axis=0)
    else:
        views = [ChannelView.at(first, end, column, context) for column in range(len(names))]
        weight = np.array([np.nansum(view.beyond**2) for view in views])
    if not weight.sum() > 0:
        weight = np.ones(len(names))
    part = weight / weight.sum()
    order = np.argsort(-part, kind="stable")
    kept = [j for j in order if part[j] >= min(NAMED, part[order[0]])][:5]
    total = float(part[kept].sum())
    return {names[j]: float(part[j]) / total for j in kept}


def _tight(first: int, end: int, shares: dict[str, float], context: EventContext) -> tuple[int, int]:
    """Return the first and last + 1 row of the part in which a carrying channel stands still or leaves its range."""
    still = true_runs(context.score_result.status[first:end] == Status.FROZEN)
    if len(still):
        longest = still[np.argmax(still[:, 1] - still[:, 0])]
        if longest[1] - longest[0] >= FROZEN_SHARE * (end - first):
            return first + int(longest[0]), first + int(longest[1])
    beyond = np.zeros(end - first)
    for name in shares:
        far = np.abs(np.nan_to_num(ChannelView.at(first, end, context.series.channels.index(name), context).beyond))
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


def _reason(kind: str, view: ChannelView, shares: dict[str, float], first: int, end: int, context: EventContext) -> str:
    """Return the sentence; other channels that leave their range are named behind the first, then who saw it."""
    main = _clause(kind, view, first, end, context)
    others = []
    for name in list(shares)[1:3]:
        other = ChannelView.at(first, end, context.series.channels.index(name), context)
        if other.leaves:
            others.append(f"{name} {_moved(other)} {number(other.observed)} ({_usual(other)})")
    loudest = context.loudest(first, end)
    seen = "" if loudest is None else f" ({loudest}: {context.score_result.members[loudest].words})"
    return "; ".join([main, *others]) + seen


def _clause(kind: str, view: ChannelView, first: int, end: int, context: EventContext) -> str:
    series = context.series
    lasting = _lasting(series, end - first)
    at = at_moment(series.label(first + view.worst), series.step if series.is_dated else None)
    if kind == "frozen":
        values, counts = np.unique(view.x[np.isfinite(view.x)], return_counts=True)
        return f"{view.channel} stood still at {number(float(values[np.argmax(counts)]))} for {lasting}"
    if kind == "gap":
        return f"{view.channel} was {number(view.observed)} beside missing data {at} where {_usual(view)}"
    if kind == "correlation":
        other = partner(view, context, first, end)
        together = series.channels[:3] if other is None else (view.channel, other)
        return f"{' and '.join(together)} do not move together as usual for {lasting}"
    if kind == "level_shift":
        word = "above" if view.direction == "up" else "below"
        much = f"{number(float(np.nanmean(view.x)))} on average"
        usual = _between(float(view.lower.mean()), float(view.upper.mean()))
        return f"{view.channel} stayed {word} the usual for {lasting}, {much} where {usual}"
    if kind == "trend":
        word = "up" if view.direction == "up" else "down"
        return f"{view.channel} drifted {word} to {number(view.observed)} {at} where {_usual(view)}"
    if kind == "variance":
        usual = _between(float(view.lower.min()), float(view.upper.max()))
        quiet = np.ptp(view.x[np.isfinite(view.x)]) < (view.upper.max() - view.lower.min()) / 3
        return f"{view.channel} {'kept' if quiet else 'swung'} between {_range(view.x)} for {lasting} where {usual}"
    if kind == "shape" and not view.leaves:
        return f"{view.channel} ran through a pattern unlike the rest for {lasting}, within its usual range"
    if kind == "shape" and end - first > FEW:
        reached = f"{_moved(view)} {number(view.observed)} {at}"
        return f"{view.channel} left its usual course for {lasting}, {reached} where {_usual(view)}"
    return f"{view.channel} {_moved(view)} {number(view.observed)} {at} where {_usual(view)}"


def _lasting(series: Series, n: int) -> str:
    step = series.step
    if series.is_dated and step:
        return duration(n * step)
    return f"{n} points" if n != 1 else "1 point"


def _moved(view: ChannelView) -> str:
    return "reached" if view.observed >= view.expected else "fell to"


def _usual(view: ChannelView) -> str:
    """Return what is usual at the worst point."""
    return _between(float(view.lower[view.worst]), float(view.upper[view.worst]))


def _between(low: float, high: float) -> str:
    least, most = number(low), number(high)
    return f"{least} is usual" if least == most else f"{least} to {most} is usual"


def _range(x: Floats) -> str:
    return f"{number(float(np.nanmin(x)))} and {number(float(np.nanmax(x)))}"


def frozen(status: NDArray[np.uint8], mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the status with points that were judged and lie in `mask` marked as frozen."""
    return np.where(mask & (status == Status.OK), np.uint8(Status.FROZEN), status)

"""The sentence of an event: what, how long, how large, what is normal, what else moved."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from offbeat.core.series import Series
from offbeat.core.wording import at_moment, duration, number
from offbeat.events.calendar import usual_moment
from offbeat.events.context import ChannelView, EventContext
from offbeat.events.kinds import FEW, partner

MOSTLY = 0.5
"""A value held in a smaller share of the rows than this came in bursts."""

OTHERS = 2
"""So many other channels are named in a reason."""


def reason(kind: str, channels: Iterable[str], first: int, end: int, context: EventContext) -> str:
    """Return the sentence for an event of that kind in the rows from `first` up to and without `end`.

    Parameters
    ----------
    kind
        One of `Event.KINDS`.
    channels
        The channels that carry the event, the strongest first.
    first, end
        Its rows.
    context
        The scored series.
    """
    views = [context.view(first, end, context.series.channels.index(name)) for name in channels]
    main, others = views[0], views[1 : 1 + OTHERS]
    moved = [f"{other.channel} {_moved(other)}, {_normally(other)}" for other in others if other.leaves]
    return "; ".join([_clause(kind, main, first, end, context), *moved, *_why(kind, first, end, context)])


def _clause(kind: str, view: ChannelView, first: int, end: int, context: EventContext) -> str:
    """Return what the leading channel did."""
    lasting = how_long(context.series, end - first)
    if kind in ("frozen", "outage", "reset", "correlation"):
        return f"{view.channel} {_broken(kind, view, first, end, context)}"
    if kind == "level_shift":
        side, when = "high" if view.direction == "up" else "low", _when(view, first, end - first, context)
        return f"{view.channel} was {side} for {lasting}: {_mean(view)}{when}"
    if kind == "variance":
        return f"{view.channel} was {_swing(view, lasting)}"
    if kind == "shape" and end - first > FEW:
        return f"{view.channel} had an unusual pattern for {lasting}, {_extreme(view, first, context)}"
    at, normally = _at(view, first, context), _normally(view) + _when(view, first + view.worst, 1, context)
    if kind == "trend":
        drift = f"drifted {'up' if view.direction == 'up' else 'down'} for {lasting}"
        return f"{view.channel} {drift}, {_moved(view)} {at}, {normally}"
    if kind == "gap":
        return f"{view.channel} was {number(view.observed)} beside missing data {at}, {normally}"
    if not view.leaves:
        return f"{view.channel} was {number(view.observed)} {at}: out of place there, but within its normal range"
    return f"{view.channel} {_moved(view)} {at}, {normally}"


def _broken(kind: str, view: ChannelView, first: int, end: int, context: EventContext) -> str:
    """Return what the leading channel did, where its values alone say that something does not work."""
    lasting = how_long(context.series, end - first)
    if kind == "correlation":
        other = partner(view, context, first, end)
        others = [name for name in context.series.channels if name != view.channel][:2] if other is None else [other]
        return f"and {' and '.join(others)} no longer move together for {lasting}"
    if kind == "reset":
        column = context.series.channels.index(view.channel)
        before = float(context.series.values[max(first - 1, 0), column])
        at = at_moment(context.series.label(first), context.series.step if context.series.is_dated else None)
        return f"started again {at}: from {number(before)} to {number(float(view.x[0]))}"
    values, counts = np.unique(view.x[np.isfinite(view.x)], return_counts=True)
    value = float(values[np.argmax(counts)]) if len(values) else float("nan")
    if kind == "frozen":
        return f"was stuck at {number(value)} for {lasting}"
    value = view.observed if view.leaves else value
    rows = int(np.count_nonzero(view.x == value))
    within = "" if rows > MOSTLY * (end - first) else f" within {lasting}"
    normally = _between(float(view.lower.mean()), float(view.upper.mean()))
    return f"was {number(value)} for {how_long(context.series, rows)}{within}, {normally}"


def _at(view: ChannelView, first: int, context: EventContext) -> str:
    series = context.series
    return at_moment(series.label(first + view.worst), series.step if series.is_dated else None)


def _when(view: ChannelView, first: int, rows: int, context: EventContext) -> str:
    """Return the hour and the weekday that the usual range is that of, where it depends on them."""
    series = context.series
    column = series.channels.index(view.channel)
    hourly, weekly = bool(context.normal.hourly[column]), bool(context.normal.weekly[column])
    if not (hourly or weekly):
        return ""
    label, last = series.label(first), series.label(first + rows - 1)
    within = label.date() == last.date()
    return usual_moment(label, series.step or 0.0, hourly=hourly and rows == 1, weekly=weekly and within)


def _why(kind: str, first: int, end: int, context: EventContext) -> list[str]:
    """Return why the strongest member of the detector objects, where the kind does not say it already."""
    name = context.loudest(first, end)
    if name is None or kind in ("frozen", "outage", "reset"):
        return []
    member = context.score_result.members[name]
    if kind == member.about == "correlation":
        return []
    return [member.words.replace("{window}", how_long(context.series, member.window))]


def how_long(series: Series, n: int) -> str:
    """Return so many points of the series as a time span, or as points where it has no dates."""
    step = series.step
    if series.is_dated and step:
        return duration(n * step)
    return f"{n} points" if n != 1 else "1 point"


def rounded(value: float, low: float, high: float) -> str:
    """Return a value as exact as the normal range from `low` to `high` asks for: 1, or a quarter of its width.

    Examples
    --------
    >>> [rounded(x, 96.7, 101.2) for x in (0.199, 96.7, 101.2)]
    ['0.2', '97', '101']
    >>> [rounded(x, 50.9, 51.7) for x in (52.2, 50.9)]
    ['52.2', '50.9']
    """
    largest, width = max(abs(low), abs(high)), high - low
    if not (np.isfinite(value) and np.isfinite(largest) and width > 0 and largest > 0):
        return number(value)
    digits = max(0, -int(np.floor(np.log10(width / 4))), 1 - int(np.floor(np.log10(largest))))
    if value:
        digits = max(digits, -int(np.floor(np.log10(abs(value)))))
    return number(round(value, digits))


def _moved(view: ChannelView) -> str:
    """Return where it went: "fell to 3"."""
    low, high = _range(view)
    return f"{'reached' if view.observed >= view.expected else 'fell to'} {rounded(view.observed, low, high)}"


def _normally(view: ChannelView) -> str:
    """Return what is normal at the worst point."""
    return _between(*_range(view))


def _mean(view: ChannelView) -> str:
    low, high = float(view.lower.mean()), float(view.upper.mean())
    return f"mean {rounded(float(np.nanmean(view.x)), low, high)}, {_between(low, high)}"


def _swing(view: ChannelView, lasting: str) -> str:
    low, high = float(view.lower.min()), float(view.upper.max())
    least, most = float(np.nanmin(view.x)), float(np.nanmax(view.x))
    word = "unusually steady" if most - least < (high - low) / 3 else "unusually variable"
    return f"{word} for {lasting}: between {number(least)} and {number(most)}, {_between(low, high)}"


def _extreme(view: ChannelView, first: int, context: EventContext) -> str:
    if not view.leaves:
        return "within its normal range"
    low, high = _range(view)
    word = "peak" if view.observed >= view.expected else "lowest"
    when = _when(view, first + view.worst, 1, context)
    return f"{word} {rounded(view.observed, low, high)}, {_between(low, high)}{when}"


def _range(view: ChannelView) -> tuple[float, float]:
    return float(view.lower[view.worst]), float(view.upper[view.worst])


def _between(low: float, high: float) -> str:
    least, most = rounded(low, low, high), rounded(high, low, high)
    return f"normally {least}" if least == most else f"normally {least} to {most}"

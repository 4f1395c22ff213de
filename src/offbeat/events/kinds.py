"""What kind of event a stretch is: by its values or, where these don't show it, by the strongest member."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats
from offbeat.core.status import Status
from offbeat.events.context import ChannelView, EventContext, correlation
from offbeat.events.locate import FEWEST, stays_out

FEW = 3
"""Up to so many points outside the usual range are a spike or dip, not a change of level."""

FROZEN_SHARE = 0.4
"""A stretch of alarms of which the sensor stood still for at least this share is about that."""

ROUGH, CALM = 1.5, 1 / 3
"""Steps from point to point of so many times the usual size are a change of variance."""

CORRELATED = 0.6
"""Channels with a usual correlation of this size move together; where it is half of that upside down, they don't."""


def kind_of(view: ChannelView, context: EventContext, first: int, end: int) -> str:
    """Return the kind of the event in the rows from `first` up to and without `end`, of which `view` leads."""
    if _touches_gap(context, first, end):
        return "gap"
    if (context.score_result.status[first:end] == Status.FROZEN).mean() >= FROZEN_SHARE:
        return "frozen"
    if _is_outage(view):
        return "outage"
    if partner(view, context, first, end) is not None:
        return "correlation"
    return _outside(view, context, first) if view.leaves else _inside(view, context, first, end)


def partner(view: ChannelView, context: EventContext, first: int, end: int) -> str | None:
    """Return the channel that `view` usually moves with, where it moves against it here; None where there is none."""
    series = context.series
    if len(series.channels) == 1 or end - first < FEWEST:
        return None
    column = series.channels.index(view.channel)
    usual = context.normal.correlation[column]
    here = correlation(series.values[first:end])[column]
    turned = np.where((np.abs(usual) >= CORRELATED) & (here * np.sign(usual) <= -CORRELATED / 2), np.abs(usual), 0.0)
    return series.channels[int(turned.argmax())] if turned.any() else None


def _outside(view: ChannelView, context: EventContext, first: int) -> str:
    outside = np.flatnonzero(np.nan_to_num(view.beyond) != 0)
    side = np.sign(view.beyond[outside])
    steady = abs(float(side.mean())) > 0.7
    span = int(outside[-1] - outside[0]) + 1
    if steady and len(outside) > FEW and len(outside) >= 0.5 * span:
        if stays_out(view.x[outside], view.middle[outside]):
            return "shape"
        return (
            "trend"
            if _drifts(view.channel, context, first + int(outside[0]), first + int(outside[-1]) + 1)
            else "level_shift"
        )
    if (steady or len(outside) <= FEW) and not _is_scattered(view, outside):
        return "spike" if side[np.argmax(np.abs(view.beyond[outside]))] > 0 else "dip"
    return "variance" if _is_rough(view.residual) and _pace(view, context) >= ROUGH else "shape"


def _is_outage(view: ChannelView) -> bool:
    """Whether all that is out of range is exactly zero, in more than a few rows."""
    outside = view.x[np.nan_to_num(view.beyond) != 0]
    return bool(len(outside) > FEW and not outside.any())


def _is_scattered(view: ChannelView, outside: NDArray[np.intp]) -> bool:
    """Whether rows outside are strewn over more than a few, and not at one value: they are no point that stands out."""
    return len(view.x) > FEWEST and bool(np.ptp(view.x[outside]) > 0)


def _inside(view: ChannelView, context: EventContext, first: int, end: int) -> str:
    loudest = context.loudest(first, end)
    if loudest is None:
        joint = context.score_result.shares is None and _no_channel_leaves(first, end, context)
        return "correlation" if joint else "shape"
    about = context.score_result.members[loudest].about
    if about == "correlation" and len(context.series.channels) > 1:
        return "correlation"
    if about in ("variance", "spike") and not CALM < _pace(view, context) < ROUGH:
        return "variance"
    return "shape"


def _pace(view: ChannelView, context: EventContext) -> float:
    """Return how far it goes from point to point, in usual steps; 1 where there are too few points to tell."""
    steps = np.diff(view.residual)
    steps = steps[np.isfinite(steps)]
    usual = float(context.normal.steps[context.series.channels.index(view.channel)])
    if len(steps) < FEWEST or usual == 0:
        return 1.0
    return float(np.abs(steps).mean()) / usual


def _touches_gap(context: EventContext, first: int, end: int) -> bool:
    status = context.score_result.status
    around = status[max(first - 1, 0) : end + 1]
    return bool((around == Status.MISSING).any())


def _no_channel_leaves(first: int, end: int, context: EventContext) -> bool:
    part, band = context.series.values[first:end], context.band
    inside = (part >= band.lower[first:end]) & (part <= band.upper[first:end])
    return bool((inside | np.isnan(part)).all()) and part.shape[1] > 1


def _is_rough(residual: Floats) -> bool:
    """Whether the distance from the expectation jumps about, rather than following a line of its own."""
    y = residual[np.isfinite(residual)]
    if len(y) < FEWEST or np.ptp(y) == 0:
        return False
    return bool(np.abs(np.diff(y)).mean() > np.abs(y - y.mean()).mean())


def _drifts(channel: str, context: EventContext, first: int, end: int) -> bool:
    """Whether it goes away from the expectation steadily rather than at once: a ramp explains more than a step.

    As many rows before are taken in, so that there is something to start from; either may begin anywhere.
    """
    before = max(0, first - (end - first))
    view = context.view(before, end, context.series.channels.index(channel))
    y = view.residual[np.isfinite(view.residual)]
    if len(y) < FEWEST:
        return False
    y = y / (np.abs(y).max() or 1.0)
    t = np.arange(len(y), dtype=np.float64)
    begins = np.unique(np.linspace(0, len(y) - 2, 64).astype(int))
    steps = (t >= begins[:, None] + 1).astype(np.float64)
    ramps = np.maximum(t - begins[:, None], 0.0)
    step, ramp = (((basis @ y) ** 2 / (basis**2).sum(axis=1)).max() for basis in (steps, ramps))
    return bool(ramp > step)

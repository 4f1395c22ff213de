"""From a stretch of alarms to an event: where it is worst, which channels carry it, its kind, and one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from offbeat.core.calibration import POWER
from offbeat.core.detector import Band, Judged
from offbeat.core.events import Event
from offbeat.core.series import Floats, Series
from offbeat.core.status import Status
from offbeat.core.windows import runs
from offbeat.core.wording import at_moment, duration, number

NAMED = 0.10
"""A channel is named where it carries at least this share of an event."""

FEW = 3
"""Up to so many points outside the usual range are a spike or dip, not a change of level; so are scattered ones."""

CLEAR = 0.2
"""Points that leave the usual range by less than this share of the worst one do not say where an event begins."""

FROZEN_SHARE = 0.4
"""A stretch of alarms of which the sensor stood still for at least this share is about that."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that is known about one judged series when its events are described.

    `level` is the score with the alarm threshold at 1; `band` is what was usual; `p_value` turns a score at a peak into
    a probability, where something calibrates it.
    """

    series: Series
    judged: Judged
    level: Floats
    band: Band
    p_value: Callable[[float], float] | None = None

    @cached_property
    def widths(self) -> Floats:
        """Half of each channel's usual range, on average: at hours in which it is narrow, little is not yet far."""
        half = (self.band.upper - self.band.lower) / 2
        known = np.isfinite(half)
        widths: Floats = np.where(known, half, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        return widths


def describe(first: int, end: int, evidence: Evidence) -> Event:
    """Return the event behind a stretch of alarms, from row `first` up to and without row `end`.

    Scores of windows are high around what caused them, too; the event is the part of the stretch in which the channels
    that carry it leave their usual range, and the whole stretch where none of them does.
    """
    series, scores = evidence.series, evidence.judged.scores
    highest = first + int(np.nanargmax(scores[first:end]))
    shares = _shares(first, end, evidence)
    first, end = _tight(first, end, shares, evidence)
    column = series.channels.index(next(iter(shares)))
    look = _Look.at(first, end, column, evidence)
    kind = _kind(look, evidence, first, end)
    return Event(
        series=series.name,
        start=series.label(first),
        end=series.label(end - 1),
        peak=series.label(first + look.worst),
        n_points=end - first,
        score=float(scores[highest]),
        level=float(evidence.level[highest]),
        p_value=float("nan") if evidence.p_value is None else evidence.p_value(float(scores[highest])),
        direction=look.direction,
        expected=look.expected,
        observed=look.observed,
        channels=shares,
        kind=kind,
        reason=_reason(kind, look, shares, first, end, evidence),
        rows=(first, end - 1, first + look.worst),
    )


@dataclass(frozen=True, eq=False)
class _Look:
    """One channel within an event: how far it is outside its usual range, and where most."""

    channel: str
    x: Floats
    beyond: Floats  # signed distance outside the usual range, in half-widths of the range; 0 inside, NaN where missing
    worst: int
    observed: float
    expected: float
    lower: Floats
    upper: Floats
    residual: Floats

    @classmethod
    def at(cls, first: int, end: int, column: int, evidence: Evidence) -> _Look:
        x = evidence.series.values[first:end, column]
        middle, low, high = (
            part[first:end, column] for part in (evidence.band.expected, evidence.band.lower, evidence.band.upper)
        )
        least = max(float(evidence.widths[column]), 1e-12 * float(np.nanmax(np.abs(x), initial=1.0)))
        width = np.maximum((high - low) / 2, least)
        beyond = np.where(x > high, x - high, np.where(x < low, x - low, 0.0)) / width
        far = np.where(np.isnan(x), -1.0, np.abs(beyond) + 1e-3 * np.abs(x - middle) / width)
        worst = int(np.argmax(far))
        return cls(
            channel=evidence.series.channels[column],
            x=x,
            beyond=np.where(np.isnan(x), np.nan, beyond),
            worst=worst,
            observed=float(x[worst]),
            expected=float(middle[worst]),
            lower=low,
            upper=high,
            residual=x - middle,
        )

    @property
    def direction(self) -> str:
        up, down = (float(np.nanmax(sign * self.beyond, initial=0.0)) for sign in (1.0, -1.0))
        if up > 0 and down > 0 and min(up, down) > 0.5 * max(up, down):
            return "both"
        if up == down == 0:
            return ""
        return "up" if up > down else "down"


def _shares(first: int, end: int, evidence: Evidence) -> dict[str, float]:
    """Name the channels that carry the event, the strongest first; their shares sum to 1."""
    names = evidence.series.channels
    if len(names) == 1:
        return {names[0]: 1.0}
    if evidence.judged.shares is not None:
        weight = np.nansum(evidence.judged.shares[first:end] ** POWER, axis=0)
    else:
        looks = [_Look.at(first, end, column, evidence) for column in range(len(names))]
        weight = np.array([np.nansum(look.beyond**2) for look in looks])
    if not weight.sum() > 0:
        weight = np.ones(len(names))
    part = weight / weight.sum()
    order = np.argsort(-part, kind="stable")
    kept = [j for j in order if part[j] >= min(NAMED, part[order[0]])][:5]
    total = float(part[kept].sum())
    return {names[j]: float(part[j]) / total for j in kept}


def _tight(first: int, end: int, shares: dict[str, float], evidence: Evidence) -> tuple[int, int]:
    """Return the first and last + 1 row of the part in which a carrying channel stands still or leaves its range."""
    still = runs(evidence.judged.status[first:end] == Status.FROZEN)
    if len(still):
        longest = still[np.argmax(still[:, 1] - still[:, 0])]
        if longest[1] - longest[0] >= FROZEN_SHARE * (end - first):
            return first + int(longest[0]), first + int(longest[1])
    outside = np.zeros(end - first, dtype=bool)
    for name in shares:
        beyond = np.abs(np.nan_to_num(_Look.at(first, end, evidence.series.channels.index(name), evidence).beyond))
        outside |= (beyond > 0) & (beyond >= CLEAR * beyond.max())
    rows = np.flatnonzero(outside & np.isfinite(evidence.judged.scores[first:end]))
    return (first + int(rows[0]), first + int(rows[-1]) + 1) if len(rows) else (first, end)


def _kind(look: _Look, evidence: Evidence, first: int, end: int) -> str:
    if _touches_gap(evidence, first, end):
        return "gap"
    if (evidence.judged.status[first:end] == Status.FROZEN).mean() >= FROZEN_SHARE:
        return "frozen"
    outside = np.flatnonzero(np.nan_to_num(look.beyond) != 0)
    if not len(outside):
        return "correlation" if _no_channel_leaves(first, end, evidence) and evidence.judged.shares is None else "shape"
    side = np.sign(look.beyond[outside])
    steady = abs(float(side.mean())) > 0.7
    span = int(outside[-1] - outside[0]) + 1
    if steady and len(outside) > FEW and len(outside) >= 0.5 * span:
        return "trend" if _drifts(look.residual[outside[0] : outside[-1] + 1]) else "level"
    if steady or len(outside) <= FEW:
        return "spike" if side[np.argmax(np.abs(look.beyond[outside]))] > 0 else "dip"
    return "variance" if len(outside) >= 0.2 * span and _is_rough(look.residual) else "shape"


def _touches_gap(evidence: Evidence, first: int, end: int) -> bool:
    status = evidence.judged.status
    around = status[max(first - 1, 0) : end + 1]
    return bool((around == Status.MISSING).any())


def _no_channel_leaves(first: int, end: int, evidence: Evidence) -> bool:
    part, band = evidence.series.values[first:end], evidence.band
    inside = (part >= band.lower[first:end]) & (part <= band.upper[first:end])
    return bool((inside | np.isnan(part)).all()) and part.shape[1] > 1


def _is_rough(residual: Floats) -> bool:
    """Whether the distance from the expectation jumps about, rather than following a line of its own."""
    y = residual[np.isfinite(residual)]
    if len(y) < 8 or np.ptp(y) == 0:
        return False
    return bool(np.abs(np.diff(y)).mean() > np.abs(y - y.mean()).mean())


def _drifts(residual: Floats) -> bool:
    """Whether the distance from the expectation grows steadily, rather than jumping once."""
    good = np.isfinite(residual)
    if good.sum() < 8:
        return False
    y = residual[good]
    t = np.arange(len(y), dtype=np.float64)
    if np.ptp(y) == 0:
        return False
    thirds = np.array_split(y, 3)
    climbs = abs(thirds[0].mean()) < abs(thirds[1].mean()) < abs(thirds[2].mean())
    return bool(climbs and abs(np.corrcoef(t, y)[0, 1]) > 0.9)


def _reason(kind: str, look: _Look, shares: dict[str, float], first: int, end: int, evidence: Evidence) -> str:
    """Return the sentence; other channels that leave their range are named behind the first."""
    main = _clause(kind, look, first, end, evidence)
    others = []
    for name in list(shares)[1:3]:
        other = _Look.at(first, end, evidence.series.channels.index(name), evidence)
        if np.nanmax(np.abs(other.beyond), initial=0.0) > 0:
            others.append(f"{name} {_moved(other)} {number(other.observed)} ({_usual(other)})")
    return "; ".join([main, *others])


def _clause(kind: str, look: _Look, first: int, end: int, evidence: Evidence) -> str:
    series = evidence.series
    lasting = _lasting(series, end - first)
    at = at_moment(series.label(first + look.worst), series.step if series.is_dated else None)
    if kind == "frozen":
        values, counts = np.unique(look.x[np.isfinite(look.x)], return_counts=True)
        return f"{look.channel} stood still at {number(float(values[np.argmax(counts)]))} for {lasting}"
    if kind == "gap":
        return f"{look.channel} was {number(look.observed)} beside missing data {at} where {_usual(look)}"
    if kind == "correlation":
        return f"{' and '.join(series.channels[:3])} do not move together as usual for {lasting}"
    if kind == "level":
        word = "above" if look.direction == "up" else "below"
        much = f"{number(float(np.nanmean(look.x)))} on average"
        usual = _between(float(look.lower.mean()), float(look.upper.mean()))
        return f"{look.channel} stayed {word} the usual for {lasting}, {much} where {usual}"
    if kind == "trend":
        word = "up" if look.direction == "up" else "down"
        return f"{look.channel} drifted {word} to {number(look.observed)} {at} where {_usual(look)}"
    if kind == "variance":
        usual = _between(float(look.lower.min()), float(look.upper.max()))
        return f"{look.channel} swung between {_range(look.x)} for {lasting} where {usual}"
    if kind == "shape" and not np.nan_to_num(look.beyond).any():
        return f"{look.channel} ran through a pattern unlike the rest for {lasting}, within its usual range"
    return f"{look.channel} {_moved(look)} {number(look.observed)} {at} where {_usual(look)}"


def _lasting(series: Series, n: int) -> str:
    step = series.step
    if series.is_dated and step:
        return duration(n * step)
    return f"{n} points" if n != 1 else "1 point"


def _moved(look: _Look) -> str:
    return "reached" if look.observed >= look.expected else "fell to"


def _usual(look: _Look) -> str:
    """Return what is usual at the worst point."""
    return _between(float(look.lower[look.worst]), float(look.upper[look.worst]))


def _between(low: float, high: float) -> str:
    least, most = number(low), number(high)
    return f"{least} is usual" if least == most else f"{least} to {most} is usual"


def _range(x: Floats) -> str:
    return f"{number(float(np.nanmin(x)))} and {number(float(np.nanmax(x)))}"


def frozen(status: NDArray[np.uint8], mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the status with points that were judged and lie in `mask` marked as frozen."""
    return np.where(mask & (status == Status.OK), np.uint8(Status.FROZEN), status)

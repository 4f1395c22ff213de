"""Measures of events: found, missed, how late, and false alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offbeat.core.errors import InputError, ParameterError
from offbeat.core.series import Floats
from offbeat.core.units import DAY
from offbeat.core.windows import true_runs
from offbeat.metrics._inputs import Flags, Policy, flagged, scored, sought
from offbeat.metrics.catalogue import measured
from offbeat.metrics.points import PrecisionRecall


@measured()
def event_wise(labels: ArrayLike, predictions: ArrayLike) -> PrecisionRecall:
    """Return precision, recall and F1 of events.

    Alarms that touch a labelled range, and labelled ranges that are touched.

    An alarm is a run of flagged points. Range 0 to 1, higher is better, O(n). What fools it: one alarm over the whole
    series is right and finds everything; look at `precision` of points beside it.

    Parameters
    ----------
    labels, predictions
        0 or 1, shape (n,).

    Returns
    -------
    Without any alarm, precision is NaN, recall and F1 are 0.

    Raises
    ------
    InputError
        For labels without an anomaly, other values or other lengths.

    Examples
    --------
    >>> event_wise([0, 1, 1, 0, 0, 1, 0], [0, 0, 1, 1, 0, 0, 0])
    PrecisionRecall(precision=1.0, recall=0.5, f1=0.666...)
    """
    truth, alarms = sought(labels, predictions)
    raised = _any_in(true_runs(alarms), truth)
    return PrecisionRecall(
        float(raised.mean()) if len(raised) else np.nan, float(_any_in(true_runs(truth), alarms).mean())
    )


@dataclass(frozen=True)
class Delay:
    """The delay until an event is first flagged; NaN where none was."""

    mean: float
    median: float
    worst: float


@measured(best=0.0, worst=np.inf)
def detection_delay(labels: ArrayLike, predictions: ArrayLike, step: float = 1.0) -> Delay:
    """Return how late the events that were found were first flagged: mean, median and worst.

    Range 0 to the longest event, lower is better, O(n). What fools it: events that were missed have no delay, so a
    detector that finds only the easy ones looks fast; look at the recall of `event_wise` beside it.

    Parameters
    ----------
    labels, predictions
        0 or 1, shape (n,).
    step
        The time from one point to the next, in the unit that the delay shall have.

    Raises
    ------
    InputError
        For labels without an anomaly, other values or other lengths.
    ParameterError
        For a step that is not above 0.

    Examples
    --------
    >>> detection_delay([0, 1, 1, 1, 0, 1], [0, 0, 0, 1, 0, 1], step=60)
    Delay(mean=60.0, median=60.0, worst=120.0)
    """
    truth, alarms = sought(labels, predictions)
    _positive(step)
    events, at = true_runs(truth), np.append(np.flatnonzero(alarms), len(alarms))
    first = at[np.searchsorted(at, events[:, 0])]
    late = (first - events[:, 0])[first < events[:, 1]] * step
    if not len(late):
        return Delay(np.nan, np.nan, np.nan)
    return Delay(float(late.mean()), float(np.median(late)), float(late.max()))


@measured(best=0.0, worst=np.inf)
def false_alarms_per_day(labels: ArrayLike, predictions: ArrayLike, step: float = 1.0) -> float:
    """Return how many alarms a day touch no labelled point.

    An alarm is a run of flagged points. Range from 0, lower is better, O(n); labels without an anomaly are welcome.
    What fools it: one alarm that never ends counts once.

    Parameters
    ----------
    labels, predictions
        0 or 1, shape (n,).
    step
        The time from one point to the next, in seconds.

    Raises
    ------
    InputError
        For other values or lengths.
    ParameterError
        For a step that is not above 0.

    Examples
    --------
    >>> false_alarms_per_day([0] * 48, [0, 1, 1] + [0] * 45, step=3600)
    0.5
    """
    truth, alarms = flagged(labels, predictions)
    _positive(step)
    return float(np.count_nonzero(~_any_in(true_runs(alarms), truth)) / (len(truth) * step / DAY))


@measured()
def ucr_hit(labels: ArrayLike, scores: ArrayLike, slack: int = 100, nan: Policy = "raise") -> float:
    """Return 1.0 where the highest score is within `slack` of a labelled range, else 0.0.

    Where several points share the highest score, the share of them that do: so constant scores earn what chance earns.
    Higher is better, O(n). What fools it: a short series, in which the slack is half of it; and it can't see whether
    anything stands out but the first.

    Parameters
    ----------
    labels
        0 or 1, shape (n,), at least one of each; the archive's series have one range.
    scores
        Shape (n,), higher is more anomalous.
    slack
        How far off is near enough, in points.
    nan
        "raise"; "lowest" ranks NaN below all other scores; "drop" leaves those points out.

    Raises
    ------
    InputError
        For labels without an anomaly or without a normal point, other lengths, or NaN under "raise".
    ParameterError
        For a negative slack.

    References
    ----------
    Wu, Keogh: Current time series anomaly detection benchmarks are flawed and are creating the illusion of progress,
    IEEE TKDE 35, 2021.

    Examples
    --------
    >>> ucr_hit([0, 0, 0, 0, 1, 0], [0.1, 0.2, 0.9, 0.1, 0.3, 0.2], slack=2)
    1.0
    >>> ucr_hit([0, 0, 0, 0, 1, 0], [0.1, 0.2, 0.9, 0.1, 0.3, 0.2], slack=1)
    0.0
    """
    truth, judged = scored(labels, scores, nan)
    if slack < 0:
        raise ParameterError(f"slack={slack} is below 0; give the number of points that is near enough")
    top = np.flatnonzero(judged == judged.max())
    events = true_runs(truth)
    near = np.searchsorted(events[:, 0] - slack, top, side="right") - np.searchsorted(events[:, 1] - 1 + slack, top)
    return float(np.mean(near > 0))


@dataclass(frozen=True)
class NAB:
    """The score of the Numenta Anomaly Benchmark under its three profiles."""

    standard: float
    low_fp: float
    low_fn: float


class _Profile(NamedTuple):
    found: float
    false: float
    missed: float


_PROFILES = {
    "standard": _Profile(1.0, 0.11, 1.0),
    "low_fp": _Profile(1.0, 0.22, 1.0),
    "low_fn": _Profile(1.0, 0.11, 2.0),
}


@measured(best=100.0, worst=-np.inf)
def nab(labels: ArrayLike, predictions: ArrayLike, probation: float = 0.15) -> NAB:
    """Return the NAB score, which rewards early detection, in its three profiles.

    Standard, low FP and low FN.

    With s(y) = 2 / (1 + exp(5 y)) - 1, a labelled range of w points that is first flagged when r points of it are left
    earns s(-r / w) / s(-1); a missed one costs 1 (low FN: 2). Each flagged point outside costs 0.11 (low FP: 0.22)
    times -s(distance to the end of the last range / (w - 1)), and the full price where none came before or it is three
    widths back. 100 is every range flagged at its first point and nothing else, 0 is silence. Range up to 100, without
    a floor, higher is better, O(n). What fools it: every flagged point is a false alarm of its own, so a long alarm
    costs as much as many.

    Parameters
    ----------
    labels, predictions
        0 or 1, shape (n,); the labelled ranges are the windows of the benchmark.
    probation
        The share of the series, and of 5000 points at most, in which nothing is counted.

    Raises
    ------
    InputError
        For labels without an anomaly after the probation, other values or other lengths.
    ParameterError
        For a probation that is not in 0 to 1, or is 1.

    References
    ----------
    Lavin, Ahmad: Evaluating real-time anomaly detection algorithms: the Numenta Anomaly Benchmark, ICMLA 2015.

    Examples
    --------
    >>> truth, alarms = np.zeros(100), np.zeros(100)
    >>> truth[50:60] = alarms[50] = 1
    >>> nab(truth, alarms)
    NAB(standard=100.0, low_fp=100.0, low_fn=100.0)
    >>> alarms[20] = 1
    >>> nab(truth, alarms)
    NAB(standard=94.5, low_fp=89.0, low_fn=96.33...)
    """
    truth, alarms = sought(labels, predictions)
    if not 0 <= probation < 1:
        raise ParameterError(
            f"probation={probation} is not in 0 to 1; it is the share of the series that is not counted"
        )
    begin = int(np.ceil(min(np.floor(probation * len(truth)), probation * 5000)))
    events = true_runs(truth)
    counted = events[:, 1] > begin
    if not counted.any():
        raise InputError(f"all {len(events)} labelled ranges end in the first {begin} points; give a smaller probation")
    found, missed = _nab_found(events[counted], alarms, begin)
    false = _nab_false(events, np.flatnonzero(alarms & ~truth), begin)
    values = {}
    for name, weight in _PROFILES.items():
        raw = weight.found * found - weight.missed * missed - weight.false * false
        silence = -weight.missed * counted.sum()
        values[name] = float(100 * (raw - silence) / (weight.found * counted.sum() - silence))
    return NAB(**values)


def _sigmoid(place: Floats) -> Floats:
    return np.asarray(2 / (1 + np.exp(5 * place)) - 1)


def _nab_found(events: NDArray[np.int64], alarms: Flags, begin: int) -> tuple[float, int]:
    """Return what the ranges that were found earn, and how many were missed."""
    at = np.append(np.flatnonzero(alarms), len(alarms))
    first = at[np.searchsorted(at, np.maximum(events[:, 0], begin))]
    hit = first < events[:, 1]
    left = (events[hit, 1] - first[hit]) / (events[hit, 1] - events[hit, 0])
    return float(np.sum(_sigmoid(-left) / _sigmoid(np.array(-1.0)))), int(np.count_nonzero(~hit))


def _nab_false(events: NDArray[np.int64], false: NDArray[np.int64], begin: int) -> float:
    """Return what the flagged points outside of all ranges cost, for a price of 1."""
    false = false[false >= begin]
    before = np.searchsorted(events[:, 1], false, side="right") - 1
    last = events[before]
    past = (false - (last[:, 1] - 1)) / np.maximum(last[:, 1] - last[:, 0] - 1, 1)
    alone = (before < 0) | (past >= 3)
    return float(-np.sum(np.where(alone, -1.0, _sigmoid(np.minimum(past, 3.0)))))


def _any_in(ranges: NDArray[np.int64], marks: Flags) -> Flags:
    """Return whether any point of each range is marked."""
    total = np.append(0, np.cumsum(marks))
    return np.asarray(total[ranges[:, 1]] > total[ranges[:, 0]])


def _positive(step: float) -> None:
    if not step > 0:
        raise ParameterError(f"step={step} is not above 0; give the time from one point to the next")

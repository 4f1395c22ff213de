"""Bootstrap intervals, paired differences, and ranks over many series."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offbeat.core.errors import InputError, ParameterError
from offbeat.core.series import Floats, as_flags
from offbeat.core.windows import true_runs
from offbeat.metrics._inputs import Flags, numbers, same_length


@dataclass(frozen=True)
class Interval:
    """A figure and its confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """The difference of two figures, its interval, and its two-sided p-value."""

    value: float
    low: float
    high: float
    p_value: float


def bootstrap(
    values: ArrayLike,
    statistic: Callable[[Floats], float] = np.mean,
    confidence: float = 0.95,
    repeats: int = 2000,
    seed: int = 0,
) -> Interval:
    """Return a bootstrap interval of the mean, or another statistic, over series.

    Series are drawn with replacement; the interval is between percentiles. O(repeats n). What fools it: series of one
    source are alike, so a hundred of them count for less than a hundred; fewer than about ten give too narrow a range.

    Parameters
    ----------
    values
        One number a series, shape (n,).
    statistic
        Called with an array of shape (n,).
    confidence
        Of the interval, between 0 and 1.
    repeats
        How often to draw.
    seed
        The same seed gives the same interval.

    Raises
    ------
    InputError
        For fewer than 2 series, or NaN.
    ParameterError
        For a confidence that is not between 0 and 1, or no repeat.

    References
    ----------
    Efron: Bootstrap methods, another look at the jackknife, Annals of Statistics 7, 1979.

    Examples
    --------
    >>> bootstrap([0.2, 0.4, 0.4, 0.6])
    Interval(value=0.4, low=0.25, high=0.55)
    """
    sample = _whole(values, "values")
    drawn = [float(statistic(sample[rows])) for rows in _draws(len(sample), repeats, seed, "series")]
    return Interval(float(statistic(sample)), *_percentiles(drawn, confidence))


def paired_bootstrap(
    first: ArrayLike, second: ArrayLike, confidence: float = 0.95, repeats: int = 2000, seed: int = 0
) -> Difference:
    """Return the mean difference of two detectors over the same series, with its interval.

    Series are drawn with replacement, both detectors' values together. O(repeats n). Fooled as `bootstrap`.

    Parameters
    ----------
    first, second
        One number a series and detector, shape (n,), in the same order of series.
    confidence, repeats, seed
        As in `bootstrap`.

    Raises
    ------
    InputError
        For fewer than 2 series, other lengths, or NaN.
    ParameterError
        As `bootstrap`.

    Examples
    --------
    >>> paired_bootstrap([0.5, 0.7, 0.6, 0.9], [0.4, 0.7, 0.5, 0.6])
    Difference(value=0.125, low=0.02..., high=0.25, p_value=0.00...)
    """
    one, two = _whole(first, "first"), _whole(second, "second")
    same_length(one, two, ("first", "second"))
    gap = one - two
    drawn = [float(gap[rows].mean()) for rows in _draws(len(gap), repeats, seed, "series")]
    return Difference(float(gap.mean()), *_percentiles(drawn, confidence), _p_value(drawn))


def bootstrap_events(
    function: Callable[..., float],
    labels: ArrayLike,
    judged: ArrayLike,
    confidence: float = 0.95,
    repeats: int = 200,
    seed: int = 0,
) -> Interval:
    """Return a bootstrap interval over the events of one series.

    The series is cut half-way between events, so each piece holds one event and the normal stretch around it; pieces
    are drawn with replacement and joined. Costs `repeats` times the measure. What fools it: with fewer than about ten
    events the interval is too narrow, and events that are alike count for fewer than they are. A measure that is NaN on
    any draw, as precision without an alarm, has no interval.

    Parameters
    ----------
    function
        Called with labels and what was judged of the joined pieces; returns a float.
    labels
        0 or 1, shape (n,), at least two events.
    judged
        Scores or predictions, shape (n,).
    confidence, repeats, seed
        As in `bootstrap`.

    Raises
    ------
    InputError
        For fewer than 2 events, other lengths, and what the measure refuses.
    ParameterError
        As `bootstrap`.

    Examples
    --------
    >>> from offbeat.metrics import recall
    >>> truth = np.arange(60) % 20 == 10
    >>> bootstrap_events(recall, truth, truth & (np.arange(60) < 40))
    Interval(value=0.666..., low=0.0, high=1.0)
    """
    truth, array, pieces = _events(labels, judged)
    drawn = [float(function(truth[rows], array[rows])) for rows in _joined(pieces, repeats, seed)]
    return Interval(float(function(truth, array)), *_percentiles(drawn, confidence))


def paired_bootstrap_events(
    function: Callable[..., float],
    labels: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    confidence: float = 0.95,
    repeats: int = 200,
    seed: int = 0,
) -> Difference:
    """Return the difference of two detectors on one series, resampling its events.

    As `bootstrap_events`, for the difference of two; costs twice as much.

    Parameters
    ----------
    function, labels, confidence, repeats, seed
        As in `bootstrap_events`.
    first, second
        Scores or predictions of the two detectors, shape (n,).

    Raises
    ------
    InputError, ParameterError
        As `bootstrap_events`.

    Examples
    --------
    >>> from offbeat.metrics import recall
    >>> truth = np.arange(60) % 20 == 10
    >>> paired_bootstrap_events(recall, truth, truth, truth & (np.arange(60) < 40)).value
    0.333...
    """
    truth, one, pieces = _events(labels, first)
    two = _events(labels, second)[1]
    drawn = [
        float(function(truth[rows], one[rows])) - float(function(truth[rows], two[rows]))
        for rows in _joined(pieces, repeats, seed)
    ]
    value = float(function(truth, one)) - float(function(truth, two))
    return Difference(value, *_percentiles(drawn, confidence), _p_value(drawn))


def _whole(values: ArrayLike, name: str) -> Floats:
    array = numbers(values, name)
    absent = np.isnan(array)
    if absent.any():
        raise InputError(f"{name}[{int(absent.argmax())}] is NaN; leave that series out for all, or give it a value")
    return array


def _events(labels: ArrayLike, judged: ArrayLike) -> tuple[Flags, NDArray[np.generic], list[NDArray[np.int64]]]:
    """Return labels and judged as arrays, and the rows of each piece with one event."""
    truth, array = as_flags(labels), np.asarray(judged)
    same_length(truth, array, ("labels", "values"))
    events = true_runs(truth)
    borders = (events[:-1, 1] + events[1:, 0]) // 2
    return truth, array, np.split(np.arange(len(truth)), borders) if len(events) else []


def _joined(pieces: Sequence[NDArray[np.int64]], repeats: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of as many series as asked, each of pieces drawn with replacement."""
    for drawn in _draws(len(pieces), repeats, seed, "events"):
        yield np.concatenate([pieces[i] for i in drawn])


def _draws(count: int, repeats: int, seed: int, what: str) -> NDArray[np.int64]:
    if count < 2:
        raise InputError(f"{count} {what} can't say how they vary; give at least 2")
    if repeats < 1:
        raise ParameterError(f"repeats={repeats} draws nothing; give at least 1, and some hundreds for an interval")
    return np.random.default_rng(seed).integers(0, count, (repeats, count))


def _percentiles(drawn: Sequence[float], confidence: float) -> tuple[float, float]:
    if not 0 < confidence < 1:
        raise ParameterError(f"confidence={confidence} is not between 0 and 1; 0.95 is usual")
    low, high = np.quantile(drawn, ((1 - confidence) / 2, (1 + confidence) / 2))
    return float(low), float(high)


def _p_value(drawn: Sequence[float]) -> float:
    """Return twice the smaller share of draws on either side of 0.

    The data themselves count as one draw.
    """
    draws = np.asarray(drawn)
    smaller = min(np.count_nonzero(draws <= 0), np.count_nonzero(draws >= 0))
    return float(min(1.0, 2 * (smaller + 1) / (len(draws) + 1)))

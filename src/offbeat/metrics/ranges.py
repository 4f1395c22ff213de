"""Measures of labelled ranges against flagged ranges."""

from __future__ import annotations

import warnings
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offbeat.core.errors import ParameterError
from offbeat.core.series import Floats
from offbeat.core.windows import true_runs
from offbeat.metrics._inputs import Flags, sought
from offbeat.metrics.catalogue import measured
from offbeat.metrics.points import PrecisionRecall, point_wise

Bias = Literal["flat", "front", "middle", "back"]
Ranges = NDArray[np.int64]


class MisleadingMeasureWarning(UserWarning):
    """Said by a measure that is there for comparison with published figures only."""

    REASON: ClassVar[str] = (
        "point-adjusted F1 is won by random scores; compare detectors with event_wise, affiliation or vus_pr"
    )


@measured()
def range_based(
    labels: ArrayLike,
    predictions: ArrayLike,
    alpha: float = 0.2,
    bias: Bias = "flat",
    cardinality: bool = True,
) -> PrecisionRecall:
    """Return range-based precision, recall and F1, by how much the ranges overlap.

    The recall of one labelled range is alpha * [it is touched] + (1 - alpha) * c * w, with w the weight of its flagged
    points and c = 1 / (flagged ranges that touch it). The precision of one flagged range is the same with the roles
    exchanged, alpha = 0 and flat weights. Both are averaged over ranges. Range 0 to 1, higher is better, O(n). What
    fools it: a single flagged point earns a long range alpha; predictions that flicker lose by c what others keep.

    Parameters
    ----------
    labels, predictions
        0 or 1, shape (n,).
    alpha
        What merely touching a range earns, 0 to 1.
    bias
        Where in a labelled range a flagged point weighs most: "flat" is nowhere, "front" rewards being early.
    cardinality
        Whether finding one range in c pieces divides its overlap by c.

    Returns
    -------
    Without any alarm, precision is NaN, recall and F1 are 0.

    Raises
    ------
    InputError
        For labels without an anomaly, other values or other lengths.
    ParameterError
        For another bias, or an alpha outside 0 to 1.

    References
    ----------
    Tatbul, Lee, Zdonik, Alam, Gottschlich: Precision and recall for time series, NeurIPS 2018. TSB-AD's R-based-F1 has
    these defaults.

    Examples
    --------
    >>> range_based([0, 1, 1, 1, 1, 0, 0], [0, 0, 0, 1, 1, 0, 1], alpha=0.0)
    PrecisionRecall(precision=0.5, recall=0.5, f1=0.5)
    >>> range_based([0, 1, 1, 1, 1, 0, 0], [0, 1, 0, 1, 0, 0, 0], alpha=0.0).recall
    0.25
    """
    truth, alarms = sought(labels, predictions)
    if not 0 <= alpha <= 1:
        raise ParameterError(f"alpha={alpha} is not between 0 and 1; it is the share that touching a range earns")
    if bias not in ("flat", "front", "middle", "back"):
        raise ParameterError(f"bias={bias!r} is unknown; use 'flat', 'front', 'middle' or 'back'")
    real, claimed = true_runs(truth), true_runs(alarms)
    if not len(claimed):
        return PrecisionRecall(np.nan, 0.0)
    pieces = _touching(real, claimed)
    found = alpha * (pieces > 0) + (1 - alpha) * _weighed(real, claimed, alarms, bias) / _share(pieces, cardinality)
    right = _covered(claimed, real) / (claimed[:, 1] - claimed[:, 0]) / _share(_touching(claimed, real), cardinality)
    return PrecisionRecall(float(right.mean()), float(found.mean()))


@measured()
def point_adjusted_f1(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return F1 with one hit counted as the whole range; random scores win it.

    It is here because papers report it, and says so with a `MisleadingMeasureWarning`; use `event_wise`, `affiliation`
    or `vus_pr` to compare detectors. Range 0 to 1, higher is better, O(n). What fools it: alarms at random, which hit
    every long range somewhere.

    Raises
    ------
    InputError
        For labels without an anomaly, other values or other lengths.

    References
    ----------
    Xu et al.: Unsupervised anomaly detection via variational auto-encoder for seasonal KPIs, WWW 2018; Kim et al.:
    Towards a rigorous evaluation of time-series anomaly detection, AAAI 2022, show what is wrong with it.

    Examples
    --------
    >>> with warnings.catch_warnings(action="ignore", category=MisleadingMeasureWarning):
    ...     point_adjusted_f1([0, 1, 1, 1, 1, 0], [0, 0, 1, 0, 0, 0])
    1.0
    """
    warnings.warn(MisleadingMeasureWarning.REASON, MisleadingMeasureWarning, stacklevel=2)
    truth, alarms = sought(labels, predictions)
    real = true_runs(truth)
    lengths = real[:, 1] - real[:, 0]
    tp = lengths[_touching(real, true_runs(alarms)) > 0].sum()
    fp = np.count_nonzero(alarms & ~truth)
    return float(2 * tp / (tp + fp + lengths.sum()))


@measured()
def composite(labels: ArrayLike, predictions: ArrayLike) -> PrecisionRecall:
    """Return the precision of points beside the recall of ranges, and their harmonic mean.

    Precision is TP / (TP + FP) over points, recall the share of labelled ranges with a flagged point. Range 0 to 1,
    higher is better, O(n). What fools it: one sure point in each range is as good as all of them, and one long range
    hides the false alarms elsewhere.

    Returns
    -------
    Without any alarm, precision is NaN, recall and F1 are 0.

    Raises
    ------
    InputError
        For labels without an anomaly, other values or other lengths.

    References
    ----------
    Garg, Zhang, Samaran, Savitha, Foo: An evaluation of anomaly detection and diagnosis in multivariate time series,
    IEEE TNNLS 33, 2021. TSB-AD calls it Event-based-F1.

    Examples
    --------
    >>> composite([0, 1, 1, 0, 1, 0], [0, 1, 0, 1, 0, 0])
    PrecisionRecall(precision=0.5, recall=0.5, f1=0.5)
    """
    truth, alarms = sought(labels, predictions)
    return PrecisionRecall(
        point_wise(truth, alarms).precision, float(np.mean(_touching(true_runs(truth), true_runs(alarms)) > 0))
    )


def _share(pieces: NDArray[np.int64], cardinality: bool) -> NDArray[np.int64]:
    """Return by what the overlap of each range is divided."""
    return np.maximum(pieces, 1) if cardinality else np.ones_like(pieces)


def _covered(ranges: Ranges, others: Ranges) -> NDArray[np.int64]:
    """Return how many points of each range lie in `others`; both sorted and disjoint."""
    total = np.append(0, np.cumsum(others[:, 1] - others[:, 0]))
    end = np.append(0, others[:, 1])

    def before(place: NDArray[np.int64]) -> NDArray[np.int64]:
        begun = np.searchsorted(others[:, 0], place)
        return np.asarray(total[begun] - np.maximum(end[begun] - place, 0))

    return before(ranges[:, 1]) - before(ranges[:, 0])


def _touching(ranges: Ranges, others: Ranges) -> NDArray[np.int64]:
    """Return how many of `others` share a point with each range; both sorted and disjoint."""
    begun = np.searchsorted(others[:, 0], ranges[:, 1], side="left")
    over = np.searchsorted(others[:, 1], ranges[:, 0], side="right")
    return np.asarray(begun - over, dtype=np.int64)


def _weighed(ranges: Ranges, others: Ranges, marks: Flags, bias: Bias) -> Floats:
    """Return the weighted share of each range that lies in `others`."""
    if bias == "flat":
        return np.asarray(_covered(ranges, others) / (ranges[:, 1] - ranges[:, 0]))
    first, after = ranges[:, 0], ranges[:, 1]
    length = after - first
    # weights rise 1, 2, ... up to the middle and fall from there; front and back have the middle at an end
    rise = {"front": np.zeros_like(length), "middle": (length + 1) // 2, "back": length}[bias]
    middle, fall = first + rise, length - rise
    up = _ramp(first, middle, marks)
    down = _ramp(len(marks) - after, len(marks) - middle, marks[::-1])
    return np.asarray((up + down) / ((rise * (rise + 1) + fall * (fall + 1)) / 2))


def _ramp(first: NDArray[np.int64], after: NDArray[np.int64], marks: Flags) -> Floats:
    """Return the sum of the marked points' places 1, 2, ... in each range."""
    count = np.append(0, np.cumsum(marks))
    place = np.append(0, np.cumsum(marks * np.arange(1, len(marks) + 1)))
    return np.asarray(place[after] - place[first] - first * (count[after] - count[first]), dtype=np.float64)

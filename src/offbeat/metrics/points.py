"""Measures that treat each point on its own."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from offbeat.core.errors import ParameterError
from offbeat.core.series import Floats
from offbeat.metrics._inputs import Flags, Policy, flagged, normal, scored, sought
from offbeat.metrics.catalogue import measured


@dataclass(frozen=True)
class Confusion:
    """Counts of points: found anomalies, false alarms, missed anomalies, quiet normal points."""

    tp: int
    fp: int
    fn: int
    tn: int


@dataclass(frozen=True)
class PrecisionRecall:
    """Precision, recall and their harmonic mean.

    Without any alarm there is nothing to be precise about: precision is NaN, recall and F1 are 0.
    """

    precision: float
    recall: float
    f1: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "f1", self.f(1.0))

    def f(self, beta: float) -> float:
        """Return F-beta: recall counts beta times as much as precision.

        (1 + beta^2) P R / (beta^2 P + R).

        Examples
        --------
        >>> round(PrecisionRecall(0.5, 1.0).f(2), 3)
        0.833
        """
        if beta <= 0:
            raise ParameterError(f"beta={beta} is not above 0; use 1 for F1, more to weigh recall, less for precision")
        if not self.recall or not self.precision:
            return 0.0
        return float((1 + beta**2) * self.precision * self.recall / (beta**2 * self.precision + self.recall))


def confusion(labels: ArrayLike, predictions: ArrayLike) -> Confusion:
    """Count the four kinds of points.

    O(n). It says everything that a measure of points can say, and nothing of events: one long event outweighs ten
    short ones.

    Parameters
    ----------
    labels, predictions
        0 or 1, shape (n,).

    Raises
    ------
    InputError
        For other values or lengths.

    Examples
    --------
    >>> confusion([0, 0, 1, 1], [0, 1, 1, 0])
    Confusion(tp=1, fp=1, fn=1, tn=1)
    """
    truth, alarms = flagged(labels, predictions)
    tp, flagged_points, real = (int(np.count_nonzero(x)) for x in (truth & alarms, alarms, truth))
    return Confusion(tp, flagged_points - tp, real - tp, len(truth) - flagged_points - real + tp)


@measured()
def accuracy(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return the accuracy, (TP + TN) / n.

    Range 0 to 1, higher is better, O(n). What fools it: silence, which is right wherever anomalies are rare.

    Examples
    --------
    >>> accuracy([0, 0, 0, 1], [0, 0, 0, 0])
    0.75
    """
    truth, alarms = flagged(labels, predictions)
    return float(np.mean(truth == alarms))


@measured()
def balanced_accuracy(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return the balanced accuracy: the mean of recall and specificity.

    (TP / (TP + FN) + TN / (TN + FP)) / 2. Range 0 to 1, higher is better, 0.5 for silence and for chance, O(n). What
    fools it: many false alarms, where normal points are many more.

    Raises
    ------
    InputError
        For labels without an anomaly or without a normal point, besides the errors of `confusion`.

    Examples
    --------
    >>> balanced_accuracy([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    """
    truth, alarms = sought(labels, predictions)
    normal(truth)
    return float((alarms[truth].mean() + (~alarms[~truth]).mean()) / 2)


def point_wise(labels: ArrayLike, predictions: ArrayLike) -> PrecisionRecall:
    """Return precision, recall and F1 of points.

    TP / (TP + FP) and TP / (TP + FN).

    Range 0 to 1, higher is better, O(n). What fools it: labels whose edges are uncertain by more than an event is long.

    Raises
    ------
    InputError
        For labels without an anomaly, besides the errors of `confusion`.

    Examples
    --------
    >>> point_wise([0, 0, 1, 1], [0, 1, 1, 1])
    PrecisionRecall(precision=0.666..., recall=1.0, f1=0.8)
    """
    truth, alarms = sought(labels, predictions)
    c = confusion(truth, alarms)
    return PrecisionRecall(c.tp / (c.tp + c.fp) if c.tp + c.fp else np.nan, c.tp / (c.tp + c.fn))


@measured()
def precision(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return the share of flagged points that are anomalous, TP / (TP + FP).

    NaN where none is flagged.

    Range 0 to 1, higher is better, O(n). What fools it: flagging one sure point and missing the rest.

    Examples
    --------
    >>> precision([0, 0, 1, 1], [0, 1, 1, 0])
    0.5
    """
    return point_wise(labels, predictions).precision


@measured()
def recall(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return the share of anomalous points that are flagged, TP / (TP + FN).

    Range 0 to 1, higher is better, O(n). What fools it: flagging everything.

    Examples
    --------
    >>> recall([0, 0, 1, 1], [0, 1, 1, 0])
    0.5
    """
    return point_wise(labels, predictions).recall


@measured()
def f1(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return the harmonic mean of precision and recall of points.

    2 TP / (2 TP + FP + FN); 0 where nothing is flagged.

    Range 0 to 1, higher is better, O(n). What fools it: flagging everything, where anomalies are common.

    Examples
    --------
    >>> f1([0, 0, 1, 1], [0, 1, 1, 1])
    0.8
    """
    return point_wise(labels, predictions).f1


@measured()
def f_beta(labels: ArrayLike, predictions: ArrayLike, beta: float = 2.0) -> float:
    """Return the mean of precision and recall in which recall counts `beta` times as much.

    (1 + beta^2) P R / (beta^2 P + R). Range 0 to 1, higher is better, O(n). Fooled as `f1`, the more the larger beta.

    Raises
    ------
    ParameterError
        For a beta that is not above 0, besides the errors of `point_wise`.

    Examples
    --------
    >>> round(f_beta([0, 0, 1, 1], [0, 1, 1, 1], beta=0.5), 4)
    0.7143
    """
    return point_wise(labels, predictions).f(beta)


@measured(worst=-1.0)
def mcc(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return Matthews' correlation of labels and predictions.

    (TP TN - FP FN) / sqrt((TP + FP)(TP + FN)(TN + FP)(TN + FN)). Range -1 to 1, higher is better, 0 for chance, and 0
    by definition where predictions are all alike. O(n). What fools it: nothing that fools F1, but it knows no events.

    Raises
    ------
    InputError
        For labels without an anomaly or without a normal point, besides the errors of `confusion`.

    References
    ----------
    Matthews: Comparison of the predicted and observed secondary structure of T4 phage lysozyme, BBA 405, 1975.

    Examples
    --------
    >>> round(mcc([0, 0, 1, 1], [0, 1, 1, 1]), 4)
    0.5774
    """
    truth, alarms = sought(labels, predictions)
    normal(truth)
    c = confusion(truth, alarms)
    if not c.tp + c.fp or not c.tn + c.fn:
        return 0.0
    return (c.tp * c.tn - c.fp * c.fn) / math.sqrt((c.tp + c.fp) * (c.tp + c.fn) * (c.tn + c.fp) * (c.tn + c.fn))


@measured()
def roc_auc(labels: ArrayLike, scores: ArrayLike, nan: Policy = "raise") -> float:
    """Return the chance that an anomalous point scores above a normal one, ties counting half.

    The area under the ROC curve. Range 0 to 1, higher is better, 0.5 for chance and for constant scores. O(n log n).
    What fools it: where anomalies are rare, 0.95 may still mean a hundred false alarms an event.

    Parameters
    ----------
    labels
        0 or 1, shape (n,), at least one of each.
    scores
        Shape (n,), higher is more anomalous. Only their order matters. What a tie is, `vus_pr` says.
    nan
        "raise"; "lowest" ranks NaN below all other scores; "drop" leaves those points out.

    Raises
    ------
    InputError
        For labels without an anomaly or without a normal point, other lengths, or NaN under "raise".

    References
    ----------
    Hanley, McNeil: The meaning and use of the area under a ROC curve, Radiology 143, 1982.

    Examples
    --------
    >>> roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    hits, alarms = sweep(*scored(labels, scores, nan))[:2]
    false = alarms - hits
    return float(np.trapezoid(np.append(0.0, hits), np.append(0.0, false)) / (hits[-1] * false[-1]))


@measured()
def pr_auc(labels: ArrayLike, scores: ArrayLike, nan: Policy = "raise") -> float:
    """Return average precision: the area under the precision-recall curve, by steps.

    Sum over thresholds of (R_k - R_{k-1}) P_k. Range 0 to 1, higher is better, the share of anomalies for chance and
    for constant scores. O(n log n). What fools it: a label that is a little late makes a good score look poor.

    Parameters and errors as in `roc_auc`.

    Examples
    --------
    >>> round(pr_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 4)
    0.8333
    """
    hits, alarms = sweep(*scored(labels, scores, nan))[:2]
    return float(np.sum(np.diff(hits, prepend=0.0) * hits / alarms) / hits[-1])


@measured()
def precision_at_k(labels: ArrayLike, scores: ArrayLike, k: int | None = None, nan: Policy = "raise") -> float:
    """Return the share of anomalies among the `k` highest scores.

    k is the number of labelled points unless given.

    Of points that tie for the last places their mean is taken. Range 0 to 1, higher is better, O(n log n). What fools
    it: one long event, whose points fill all k places.

    Parameters as in `roc_auc`.

    Raises
    ------
    ParameterError
        For k below 1 or above the number of points, besides the errors of `roc_auc`.

    Examples
    --------
    >>> precision_at_k([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], k=1)
    1.0
    """
    hits, alarms, _ = sweep(*scored(labels, scores, nan))
    places = int(hits[-1]) if k is None else k
    if not 1 <= places <= alarms[-1]:
        raise ParameterError(f"k={k} is not among 1 to {int(alarms[-1])}, the number of points")
    return float(np.interp(places, np.append(0.0, alarms), np.append(0.0, hits)) / places)


def sweep(truth: Flags, scores: Floats) -> tuple[Floats, Floats, Floats]:
    """Return hits, alarms and score at every distinct threshold, the highest first.

    Examples
    --------
    >>> sweep(np.array([False, True, True]), np.array([1.0, 1.0, 2.0]))
    (array([1., 2.]), array([1., 3.]), array([2., 1.]))
    """
    order = np.argsort(scores)[::-1]
    ordered = scores[order]
    ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(ordered) - 1)
    hits = np.cumsum(truth[order])[ends].astype(np.float64)
    return hits, ends + 1.0, ordered[ends]

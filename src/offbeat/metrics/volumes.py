"""Areas and volumes under ROC and precision-recall curves that tolerate small shifts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from offbeat.core.windows import true_runs
from offbeat.metrics._inputs import Policy, sought
from offbeat.metrics.catalogue import measured
from offbeat.metrics.surface import checked, surface_of


@dataclass(frozen=True)
class Volumes:
    """The four areas of one series.

    Means over all buffer widths (`vus_...`), and at the full width (`r_auc_...`).
    """

    vus_roc: float
    vus_pr: float
    r_auc_roc: float
    r_auc_pr: float


def volumes(
    labels: ArrayLike, scores: ArrayLike, window: int = 100, thresholds: int = 250, nan: Policy = "raise"
) -> Volumes:
    """Return VUS-ROC, VUS-PR and both areas at the full width, for the price of one.

    See `vus_pr` for the definition, the parameters and the errors.

    Examples
    --------
    >>> truth = np.arange(1000) // 20 == 25
    >>> volumes(truth, truth.astype(float), window=0).vus_pr
    1.0
    """
    surface = surface_of(labels, scores, window, thresholds, nan)
    roc, pr = surface.roc, surface.pr
    return Volumes(float(roc.mean()), float(pr.mean()), float(roc[-1]), float(pr[-1]))


@measured()
def vus_pr(
    labels: ArrayLike, scores: ArrayLike, window: int = 100, thresholds: int = 250, nan: Policy = "raise"
) -> float:
    """Return the volume under the range-aware precision-recall surface: its area, averaged over buffer widths.

    For each buffer width w = 0 ... window, a point d steps outside a labelled range counts sqrt(1 - d / w) of an
    anomaly for d <= w // 2, and a whole one where the buffers of two ranges meet. At each of `thresholds` ranks, spread
    evenly from the highest score to the lowest, with TP the weight flagged, P the labelled points and B the weight of
    the flagged buffer::

        recall    = min(TP / (P + B / 2), 1) * (ranges touched / ranges)
        precision = TP / points flagged

    and the area is the sum of recall steps times precision. Ranges whose buffers meet are one range. Range 0 to 1,
    higher is better. Time O(n log n + window * (ranges + window * thresholds)), memory O(n).

    What fools it: with 250 ranks the second threshold already flags n / 249 points, so for shorter ranges the shape of
    the score matters more than finding them: a plateau as wide as the range beats a spike inside it. Scores equal to
    the labels give 1.0.

    Parameters
    ----------
    labels
        0 or 1, shape (n,), at least one of each.
    scores
        Shape (n,), higher is more anomalous. Only their order matters. Constant scores are worth flagging everything.
        Scores that differ by rounding alone are tied, in every measure that takes scores: neighbours in order whose
        difference is at most 1e-12 of their size, and those about a 0 that are at most 1e-12 of the usual size (the
        largest but for 1 score in 200 at both ends). A ramp of more than ten such steps is not tied.
    window
        The largest buffer width, in points.
    thresholds
        The number of ranks.
    nan
        "raise"; "lowest" ranks NaN below all other scores; "drop" leaves those points out, as if time went on.

    Raises
    ------
    InputError
        For labels without an anomaly or without a normal point, other lengths, or NaN under "raise".
    ParameterError
        For a window that is not a whole number from 0, or fewer than 2 thresholds.

    References
    ----------
    Paparrizos, Boniol, Palpanas, Tsay, Elmore, Franklin: Volume under the surface, PVLDB 15(11), 2022. The values equal
    those of the TSB-AD benchmark.

    Examples
    --------
    >>> truth = np.zeros(1000, dtype=int)
    >>> truth[400:440] = 1
    >>> late = np.roll(np.convolve(truth, np.ones(60) / 60, "same"), 15)
    >>> round(vus_pr(truth, late, window=50), 3), round(vus_pr(truth, -late, window=50), 3)
    (0.884, 0.027)
    """
    return volumes(labels, scores, window, thresholds, nan).vus_pr


@measured()
def vus_roc(
    labels: ArrayLike, scores: ArrayLike, window: int = 100, thresholds: int = 250, nan: Policy = "raise"
) -> float:
    """Return the volume under the range-aware ROC surface: its area, averaged over buffer widths.

    As `vus_pr`, with the false-positive rate (flagged - TP) / (n - P - B / 2) on the other axis, and trapezes. Range 0
    to 1, higher is better, about 0.5 for chance. What fools it: where anomalies are rare almost all scores come near 1.

    Examples
    --------
    >>> truth = np.arange(1000) // 20 == 25
    >>> round(vus_roc(truth, truth.astype(float), window=0), 6)
    1.0
    """
    return volumes(labels, scores, window, thresholds, nan).vus_roc


@measured()
def r_auc_pr(
    labels: ArrayLike, scores: ArrayLike, window: int = 100, thresholds: int = 250, nan: Policy = "raise"
) -> float:
    """Return the range-aware area under the precision-recall curve at one buffer width.

    The last slice of `vus_pr`.

    Range 0 to 1, higher is better. What fools it: the width must be chosen; `vus_pr` averages over it.

    Examples
    --------
    >>> truth = np.arange(1000) // 20 == 25
    >>> r_auc_pr(truth, truth.astype(float), window=0)
    1.0
    """
    return volumes(labels, scores, window, thresholds, nan).r_auc_pr


@measured()
def r_auc_roc(
    labels: ArrayLike, scores: ArrayLike, window: int = 100, thresholds: int = 250, nan: Policy = "raise"
) -> float:
    """Return the range-aware area under the ROC curve at one buffer width.

    The last slice of `vus_roc`.

    Range 0 to 1, higher is better, about 0.5 for chance. What fools it: as `vus_roc`, and the width must be chosen.

    Examples
    --------
    >>> truth = np.arange(1000) // 20 == 25
    >>> round(r_auc_roc(truth, truth.astype(float), window=0), 6)
    1.0
    """
    return volumes(labels, scores, window, thresholds, nan).r_auc_roc


@dataclass(frozen=True)
class FlaggedVolumes:
    """Range-aware precision, recall and F1 of predictions, each the mean over all buffer widths."""

    precision: float
    recall: float
    f1: float


@measured()
def vus_flagged(labels: ArrayLike, predictions: ArrayLike, window: int = 100) -> FlaggedVolumes:
    """Return range-aware precision, recall and F1 of predictions, averaged over buffer widths.

    As `vus_pr` at the one threshold that made the predictions, without the share of ranges touched, and with one
    difference, kept because the published figures have it: a flagged point d steps outside counts sqrt(1 / 2) at the
    width 2 d and a whole anomaly at every larger one. Range 0 to 1, higher is better. Time O(n + window), memory O(n).
    What fools it: alarms that stay within window // 2 of a range are nearly right, however many they are.

    Parameters
    ----------
    labels, predictions
        0 or 1, shape (n,).
    window
        The largest buffer width, in points.

    Returns
    -------
    Without any alarm, precision is NaN, recall and F1 are 0.

    Raises
    ------
    InputError
        For labels without an anomaly, other values or other lengths.
    ParameterError
        For a negative window.

    References
    ----------
    TSB-AD's VUS-Precision, VUS-Recall and VUS-F: Liu, Paparrizos: The elephant in the room, NeurIPS 2024.

    Examples
    --------
    >>> vus_flagged([0, 0, 1, 1, 0, 0], [0, 0, 0, 1, 1, 0], window=3)
    FlaggedVolumes(precision=0.713..., recall=0.631..., f1=0.668...)
    """
    truth, alarms = sought(labels, predictions)
    checked(window)
    if not alarms.any():
        return FlaggedVolumes(np.nan, 0.0, 0.0)
    widths = np.arange(window + 1)
    ranges, outside = true_runs(truth), np.flatnonzero(alarms & ~truth)
    behind = np.append(-np.inf, ranges[:, 1] - 1)[np.searchsorted(ranges[:, 1], outside, side="right")]
    ahead = np.append(ranges[:, 0], np.inf)[np.searchsorted(ranges[:, 0], outside)]
    near = np.minimum(outside - behind, ahead - outside)
    # a point that two ranges meet at once is whole at once
    single = np.where(outside - behind == ahead - outside, -1.0, near)
    buffer = np.searchsorted(np.sort(near), widths // 2, side="right").astype(np.float64)
    counts = np.bincount(single[(single > 0) & (single <= window // 2)].astype(np.intp), minlength=window // 2 + 1)
    buffer[::2] -= (1 - np.sqrt(0.5)) * counts
    tp = np.count_nonzero(truth & alarms) + buffer
    right = tp / np.count_nonzero(alarms)
    found = np.minimum(tp / (np.count_nonzero(truth) + buffer / 2), 1.0)
    both = np.where(tp > 0, 2 * right * found / np.where(tp > 0, right + found, 1.0), 0.0)
    return FlaggedVolumes(float(right.mean()), float(found.mean()), float(both.mean()))

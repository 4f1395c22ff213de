"""Areas and volumes under range-aware curves: ROC and precision-recall that forgive being a little early or late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offbeat.core.errors import ParameterError
from offbeat.core.series import Floats
from offbeat.core.windows import runs
from offbeat.metrics._inputs import Flags, Policy, scored


@dataclass(frozen=True)
class Volumes:
    """The four areas of one series: means over all buffer widths (`vus_...`), and at the full width (`r_auc_...`)."""

    vus_roc: float
    vus_pr: float
    r_auc_roc: float
    r_auc_pr: float


@dataclass(frozen=True, eq=False)
class Surface:
    """The range-aware curves at every buffer width 0 ... window; each of shape (window + 1, thresholds)."""

    tpr: Floats
    fpr: Floats
    precision: Floats

    @property
    def roc(self) -> Floats:
        """Area under the ROC curve at each width, by trapezes from (0, 0) to (1, 1)."""
        tpr = np.pad(self.tpr, ((0, 0), (1, 1)), constant_values=((0, 0), (0, 1)))
        fpr = np.pad(self.fpr, ((0, 0), (1, 1)), constant_values=((0, 0), (0, 1)))
        return np.asarray(np.trapezoid(tpr, fpr, axis=1))

    @property
    def pr(self) -> Floats:
        """Area under the precision-recall curve at each width, by steps."""
        return np.asarray(np.sum(np.diff(self.tpr, axis=1, prepend=0.0) * self.precision, axis=1))


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
        For a negative window, or no threshold.

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
    (0.897, 0.026)
    """
    return volumes(labels, scores, window, thresholds, nan).vus_pr


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


def r_auc_pr(
    labels: ArrayLike, scores: ArrayLike, window: int = 100, thresholds: int = 250, nan: Policy = "raise"
) -> float:
    """Return the area under the range-aware precision-recall curve at one buffer width: the last slice of `vus_pr`.

    Range 0 to 1, higher is better. What fools it: the width must be chosen; `vus_pr` averages over it.

    Examples
    --------
    >>> truth = np.arange(1000) // 20 == 25
    >>> r_auc_pr(truth, truth.astype(float), window=0)
    1.0
    """
    return volumes(labels, scores, window, thresholds, nan).r_auc_pr


def r_auc_roc(
    labels: ArrayLike, scores: ArrayLike, window: int = 100, thresholds: int = 250, nan: Policy = "raise"
) -> float:
    """Return the area under the range-aware ROC curve at one buffer width: the last slice of `vus_roc`.

    Range 0 to 1, higher is better, about 0.5 for chance. What fools it: as `vus_roc`, and the width must be chosen.

    Examples
    --------
    >>> truth = np.arange(1000) // 20 == 25
    >>> round(r_auc_roc(truth, truth.astype(float), window=0), 6)
    1.0
    """
    return volumes(labels, scores, window, thresholds, nan).r_auc_roc


def surface_of(
    labels: ArrayLike, scores: ArrayLike, window: int = 100, thresholds: int = 250, nan: Policy = "raise"
) -> Surface:
    """Return the curves behind the volumes, one a buffer width; parameters and errors as in `vus_pr`.

    Examples
    --------
    >>> surface_of([0, 0, 1, 0], [0.1, 0.2, 0.9, 0.3], window=2, thresholds=4).tpr.shape
    (3, 4)
    """
    if window < 0 or thresholds < 1:
        raise ParameterError(
            f"window={window}, thresholds={thresholds}; give a window of 0 or more and a threshold or more"
        )
    truth, ordered = scored(labels, scores, nan)
    bins = _first_flagged(ordered, thresholds)
    buffer, touched = _buffers(truth, bins, window, thresholds)
    hits = np.cumsum(np.bincount(bins[truth], minlength=thresholds))
    alarms = np.cumsum(np.bincount(bins, minlength=thresholds))
    tp = hits + buffer
    positives = hits[-1] + buffer / 2
    return Surface(
        tpr=np.minimum(tp / positives, 1.0) * touched,
        fpr=(alarms - tp) / (len(truth) - positives),
        precision=tp / alarms,
    )


def _first_flagged(scores: Floats, thresholds: int) -> NDArray[np.int32]:
    """For each point the first threshold, counted from the highest, that flags it."""
    ranks = np.linspace(0, len(scores) - 1, thresholds).astype(np.intp)
    levels = np.sort(scores)[::-1][ranks]
    return np.searchsorted(-levels, -scores).astype(np.int32)


def _buffers(truth: Flags, bins: NDArray[np.int32], window: int, thresholds: int) -> tuple[Floats, Floats]:
    """For each width and threshold: the weight of the flagged buffer, and the share of ranges that are touched.

    The half-width grows a point at a time, so each step meets two new points a range. A point that one range has met
    stands in `ring`, by its distance; one that a second range meets too counts whole, since sqrt(1 - d / w) is more
    than a half for d <= w / 2 and two of them are capped at 1.
    """
    ranges = runs(truth)
    first, last = ranges[:, 0], ranges[:, 1] - 1
    half = window // 2
    ring, whole = np.zeros((half + 1, thresholds)), np.zeros(thresholds)
    distance = np.zeros(len(truth), dtype=np.int32)
    starts = np.concatenate(([0], np.cumsum(last - first + 1)[:-1]))
    soonest = np.minimum.reduceat(bins[truth], starts)
    buffer, touched = np.zeros((window + 1, thresholds)), np.zeros((window + 1, thresholds))
    for h in range(half + 1):
        for edge in (last + h, first - h) if h else ():
            inside = (edge >= 0) & (edge < len(truth))
            at = edge[inside]
            soonest[inside] = np.minimum(soonest[inside], bins[at])
            _meet(at[~truth[at]], h, bins, distance, ring, whole)
        for width in range(2 * h, min(2 * h + 1, window) + 1):
            ramp = np.sqrt(1 - np.arange(1, h + 1) / max(width, 1))
            buffer[width] = ramp @ ring[1 : h + 1] + whole
            touched[width] = _share_touched(soonest, first[1:] - last[:-1] > 2 * h, thresholds)
    return np.cumsum(buffer, axis=1), touched


def _meet(
    at: NDArray[np.intp], h: int, bins: NDArray[np.int32], distance: NDArray[np.int32], ring: Floats, whole: Floats
) -> None:
    """Enter points that lie `h` from a range: the first time by their distance, the second time as whole."""
    known = distance[at]
    fresh, again = at[known == 0], at[known > 0]
    ring[h] += np.bincount(bins[fresh], minlength=len(whole))
    distance[fresh] = h
    np.subtract.at(ring, (distance[again], bins[again]), 1.0)
    whole += np.bincount(bins[again], minlength=len(whole))
    distance[again] = -1


def _share_touched(soonest: NDArray[np.int32], apart: Flags, thresholds: int) -> Floats:
    """Return the share of ranges that each threshold touches, where ranges that are not `apart` are one."""
    merged = np.minimum.reduceat(soonest, np.concatenate(([0], np.flatnonzero(apart) + 1)))
    share: Floats = np.cumsum(np.bincount(merged, minlength=thresholds)) / len(merged)
    return share

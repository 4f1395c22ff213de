"""Range-aware curves at every buffer width at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offbeat.core.errors import ParameterError
from offbeat.core.series import Floats
from offbeat.core.windows import true_runs
from offbeat.metrics._inputs import Flags, Policy, scored


@dataclass(frozen=True, eq=False)
class Surface:
    """The range-aware curves at every buffer width 0 ... window; each of shape (window + 1, thresholds)."""

    tpr: Floats
    fpr: Floats
    precision: Floats

    @property
    def roc(self) -> Floats:
        """Area under the ROC curve at each width, by trapezes from (0, 0) to (1, 1)."""
        begin = self.fpr[:, 0] * self.tpr[:, 0] / 2
        end = (1 - self.fpr[:, -1]) * (1 + self.tpr[:, -1]) / 2
        return np.asarray(begin + np.trapezoid(self.tpr, self.fpr, axis=1) + end)

    @property
    def pr(self) -> Floats:
        """Area under the precision-recall curve at each width, by steps."""
        return np.asarray(np.sum(np.diff(self.tpr, axis=1, prepend=0.0) * self.precision, axis=1))


def surface_of(
    labels: ArrayLike, scores: ArrayLike, window: int = 100, thresholds: int = 250, nan: Policy = "raise"
) -> Surface:
    """Return the curves behind the volumes, one a buffer width; parameters and errors as in `vus_pr`.

    Examples
    --------
    >>> surface_of([0, 0, 1, 0], [0.1, 0.2, 0.9, 0.3], window=2, thresholds=4).tpr.shape
    (3, 4)
    """
    checked(window)
    if thresholds < 2:
        raise ParameterError(
            f"thresholds={thresholds} can't reach from the highest score to the lowest; give at least 2"
        )
    truth, ordered = scored(labels, scores, nan)
    bins = _first_flagged(ordered, thresholds)
    buffer, touched = _buffers(truth, bins, window, thresholds)
    hits = np.cumsum(np.bincount(bins[truth], minlength=thresholds))
    alarms = np.cumsum(np.bincount(bins, minlength=thresholds))
    positives = hits[-1] + buffer / 2
    tp = np.add(buffer, hits, out=buffer)
    touched *= np.minimum(tp / positives, 1.0)
    return Surface(tpr=touched, fpr=(alarms - tp) / (len(truth) - positives), precision=tp / alarms)


def checked(window: int) -> None:
    """Refuse a buffer width that is not a whole number of points."""
    if window != int(window) or window < 0:
        raise ParameterError(f"window={window} is no buffer width; give a whole number of points, 0 or more")


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
    ranges = true_runs(truth)
    first, last = ranges[:, 0], ranges[:, 1] - 1
    gaps, half = first[1:] - last[:-1], window // 2
    steps = np.arange(1.0, half + 1)
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
        touched[2 * h : 2 * h + 2] = _share_touched(soonest, gaps > 2 * h, thresholds)
        for width in range(2 * h, min(2 * h + 1, window) + 1):
            np.dot(np.sqrt(1 - steps[:h] / max(width, 1)), ring[1 : h + 1], out=buffer[width])
            buffer[width] += whole
    return np.cumsum(buffer, axis=1, out=buffer), touched


def _meet(
    at: NDArray[np.intp], h: int, bins: NDArray[np.int32], distance: NDArray[np.int32], ring: Floats, whole: Floats
) -> None:
    """Enter points that lie `h` from a range: the first time by their distance, the second time as whole."""
    known = distance[at]
    fresh, again = at[known == 0], at[known > 0]
    ring[h] += np.bincount(bins[fresh], minlength=len(whole))
    distance[fresh] = h
    if len(again):
        np.subtract.at(ring, (distance[again], bins[again]), 1.0)
        whole += np.bincount(bins[again], minlength=len(whole))
        distance[again] = -1


def _share_touched(soonest: NDArray[np.int32], separate: Flags, thresholds: int) -> Floats:
    """Return the share of ranges that each threshold touches, where ranges that are not `separate` are one."""
    merged = np.minimum.reduceat(soonest, np.concatenate(([0], np.flatnonzero(separate) + 1)))
    share: Floats = np.cumsum(np.bincount(merged, minlength=thresholds)) / len(merged)
    return share

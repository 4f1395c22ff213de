"""Affiliation metrics: how near alarms are to labelled ranges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offbeat.core.series import Floats
from offbeat.core.windows import true_runs
from offbeat.metrics._inputs import Flags, sought
from offbeat.metrics.catalogue import measured
from offbeat.metrics.points import PrecisionRecall


@measured()
def affiliation(labels: ArrayLike, predictions: ArrayLike) -> PrecisionRecall:
    """Return affiliation precision, recall and F1.

    Each labelled range J owns the zone E of all moments nearer to it than to another. A flagged moment at distance d
    from J is worth the chance that a moment drawn at random from E is at least as far, 1 inside J; precision is the
    mean over flagged moments, then over zones that have any. A moment y of J, at distance d from the nearest alarm of
    its zone, is worth the chance that a random moment of E is at least as far from y; recall is the mean over J, then
    over all zones. Point i is the interval from i to i + 1.

    Range 0 to 1, higher is better, and about 0.5 already for alarms at random: differences matter more than values.
    Time O(n). What fools it: a few long zones make nearly every alarm look near, and alarms everywhere have recall 1.

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

    References
    ----------
    Huet, Navarro, Rossi: Local evaluation of time series anomaly detection algorithms, KDD 2022.

    Examples
    --------
    >>> near = affiliation([0, 0, 0, 1, 1, 0, 0, 0], [0, 0, 0, 0, 0, 1, 0, 0])
    >>> round(near.precision, 4), round(near.recall, 4)
    (0.625, 0.75)
    """
    truth, alarms = sought(labels, predictions)
    zones = _Zones.of(truth)
    pieces = zones.cut(true_runs(alarms).astype(np.float64))
    if not len(pieces.zone):
        return PrecisionRecall(np.nan, 0.0)
    worth, covered = zones.nearness(pieces), zones.coverage(pieces)
    return PrecisionRecall(float(np.mean(worth)), float(np.mean(covered)))


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Flagged intervals, each within one zone and on one side of its range."""

    start: Floats
    end: Floats
    zone: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Zones:
    """Labelled ranges (start, end), and the zones (low, high) around them."""

    start: Floats
    end: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(cls, truth: Flags) -> _Zones:
        start, end = true_runs(truth).T.astype(np.float64)
        borders = (end[:-1] + start[1:]) / 2
        return cls(start, end, np.append(0.0, borders), np.append(borders, float(len(truth))))

    def cut(self, alarms: Floats) -> _Pieces:
        """Cut the alarms where zones meet and where ranges begin and end."""
        borders = np.column_stack((self.start, self.end, self.high)).ravel()[:-1]
        owner = np.searchsorted(alarms[:, 0], borders) - 1
        inside = borders[(owner >= 0) & (alarms[owner, 1] > borders)] if len(alarms) else borders[:0]
        start = np.insert(alarms[:, 0], np.searchsorted(alarms[:, 0], inside), inside)
        end = np.insert(alarms[:, 1], np.searchsorted(alarms[:, 1], inside), inside)
        return _Pieces(start, end, np.searchsorted(self.high, start, side="right").astype(np.int64))

    def nearness(self, pieces: _Pieces) -> Floats:
        """Return the mean worth of the flagged moments, of each zone that has any."""
        z = pieces.zone
        a, b = self.start[z], self.end[z]
        length = pieces.end - pieces.start
        near = np.maximum(a - pieces.end, pieces.start - b)
        worth = np.where(near < 0, length, self._near(near + length, z) - self._near(near, z))
        total, flagged = np.bincount(z, worth, len(self.start)), np.bincount(z, length, len(self.start))
        return np.asarray(total[flagged > 0] / flagged[flagged > 0])

    def coverage(self, pieces: _Pieces) -> Floats:
        """Return each range's mean weight; 0 without an alarm in its zone."""
        middle = np.where(pieces.zone[1:] == pieces.zone[:-1], (pieces.end[:-1] + pieces.start[1:]) / 2, np.nan)
        before = np.fmax(self.start[pieces.zone], np.append(np.nan, middle))
        behind = np.fmin(self.end[pieces.zone], np.append(middle, np.nan))
        own = np.flatnonzero(before < behind)
        z, start, end = pieces.zone[own], pieces.start[own], pieces.end[own]
        a, b = self.start[z], self.end[z]
        worth = np.clip(end, a, b) - np.clip(start, a, b)
        # moments of the range that no other piece is nearer to: those on the left of this one, then those on its right
        worth += self._found(np.maximum(start - b, 0.0), start - before[own], start - self.low[z], z)
        worth += self._found(np.maximum(a - end, 0.0), behind[own] - end, self.high[z] - end, z)
        return np.asarray(np.bincount(z, worth, len(self.start)) / (self.end - self.start))

    def _near(self, d: Floats, z: NDArray[np.int64]) -> Floats:
        """Integrate, from 0 to `d` outside the range, the share of the zone that is at least as far from it."""
        both = np.minimum(self.start - self.low, self.high - self.end)[z]
        inner = np.minimum(d, both)
        passed = (self.end - self.start)[z] * d + d**2 / 2 + inner**2 / 2 + both * (d - inner)
        return np.asarray(d - passed / (self.high - self.low)[z])

    def _found(self, near: Floats, far: Floats, room: Floats, z: NDArray[np.int64]) -> Floats:
        """Integrate, over moments `near` to `far` from an alarm, the share of the zone at least as far from them.

        `room` is the distance from the alarm to the border of the zone on the moments' side: beyond it there is nobody.
        """
        far = np.maximum(far, near)
        inner_far, inner_near = np.minimum(far, room / 2), np.minimum(near, room / 2)
        passed = inner_far**2 - inner_near**2 + room * (far - inner_far - near + inner_near)
        return np.asarray(far - near - passed / (self.high - self.low)[z])

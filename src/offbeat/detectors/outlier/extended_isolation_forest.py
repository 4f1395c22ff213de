"""How few random oblique cuts set a window, or a point, apart from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.outlier._rows import Indices, Rows
from offbeat.detectors.outlier._trees import expected_length, isolation, samples_of

SLICE = 1024
"""Rows that one thread scores in one go."""


@dataclass
class ExtendedIsolationForest(Rows):
    """Depth at which random oblique cuts isolate a window, over all channels.

    With window=1 it scores points.

    As in an isolation forest, but each cut asks for a weighted sum of up to `mixed` values with normal weights, so
    that no direction is preferred, and what lies in the corner between two clusters is odd.

    Score: 2^(-h / c(samples)), where h is the mean length of the window's paths and c(m) the one expected of m normal
    rows: 0.5 is usual, towards 1 is odd. A row with a value that has left a constant of the training data has h = 1: it
    would be set apart by the first cut that saw it.

    Time O(n trees log(samples) mixed / step), memory O(n). Sees windows with many unusual values, so shifts of level
    and bursts, and broken relations of channels. Does not see one spike in a wide window.

    References
    ----------
    Hariri, Kind and Brunner, "Extended Isolation Forest" (TKDE 2021).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[700] = 3
    >>> int(detector("extended_isolation_forest", window=1).fit(x).score(x).argmax())
    700
    """

    trees: int = param(100, "trees in the forest", low=1, log=True)
    samples: int = param(256, "rows that each tree is grown on", low=2, log=True)
    mixed: int = param(8, "values that one cut mixes at most; 1 is a plain isolation forest", low=1, log=True)
    seed: int = param(0, "seed of the random cuts", low=0, high=2**32 - 1)

    sees: ClassVar[frozenset[str]] = frozenset({"level_shift", "variance"})

    def _learn_rows(self, rows: Floats) -> None:
        rng = np.random.default_rng(self.seed)
        self.constant_ = rows[0]
        self.still_ = (rows == rows[0]).all(axis=0)
        chosen = samples_of(rng, self.trees, self.samples, len(rows))
        self.samples_ = chosen.shape[1]
        depth = max(1, int(np.ceil(np.log2(self.samples_))))
        varying = np.flatnonzero(~self.still_) if not self.still_.all() else np.array([0])
        grown = [_grow(rng, rows[sample], varying, depth, self.mixed) for sample in chosen]
        self.feature_, self.weight_, self.cut_, self.length_ = (np.stack(parts) for parts in zip(*grown, strict=True))

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        from offbeat.kernels.oblique import oblique_lengths
        from offbeat.kernels.threads import in_slices

        total = np.zeros(len(rows))
        forest = (self.feature_, self.weight_, self.cut_, self.length_)
        in_slices(lambda first, last: oblique_lengths(rows[first:last], *forest, total[first:last]), len(rows), SLICE)
        moved = (rows[:, self.still_] != self.constant_[self.still_]).any(axis=1)
        return isolation(np.where(moved, self.trees, total), self.trees, self.samples_)


def _grow(
    rng: np.random.Generator, rows: Floats, varying: NDArray[np.int64], depth: int, mixed: int
) -> tuple[NDArray[Any], ...]:
    """Return features, weights and cuts of all nodes, and the length of the path to each leaf.

    A node that holds one row is cut no further: whatever comes there goes left down to a leaf that knows where the
    path has ended.
    """
    nodes, summed = 2**depth - 1, min(mixed, len(varying))
    feature = varying[np.argsort(rng.random((nodes, len(varying))), axis=1)[:, :summed]]
    weight, place, cut = rng.standard_normal((nodes, summed)), rng.random((nodes, summed)), np.empty(nodes)
    at, ended = np.zeros(len(rows), np.int64), np.full(1, depth)
    for depth_now in range(depth):
        base = 2**depth_now - 1
        values, own = rows[np.arange(len(rows))[:, None], feature[at]], at - base
        low, high = np.full((base + 1, summed), np.inf), np.full((base + 1, summed), -np.inf)
        np.minimum.at(low, own, values)
        np.maximum.at(high, own, values)
        counts = np.bincount(own, minlength=base + 1)
        here = slice(base, 2 * base + 1)
        alone = counts <= 1
        with np.errstate(invalid="ignore"):
            cut[here] = (weight[here] * (low + place[here] * (high - low))).sum(axis=1)
        cut[here][alone] = np.inf
        ended = np.repeat(np.where(alone & (ended == depth), depth_now, ended), 2)
        at = 2 * at + 1 + ((weight[at] * values).sum(axis=1) > cut[at])
    counts = np.bincount(at - nodes, minlength=nodes + 1)
    return feature.astype(np.uint32), weight, cut, ended + expected_length(counts)

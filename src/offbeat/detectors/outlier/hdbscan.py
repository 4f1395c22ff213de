"""Distance to the nearest cluster, by that cluster's own density."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.outlier._neighbours import Bank, NearestRows, last_of
from offbeat.detectors.outlier._rows import Indices

LEARNED = 2048
"""Rows that are clustered at most; time and memory of that grow as their square."""
NEAREST = 8
"""Clusters that a row is measured by, the nearest."""
LEAST = 0.01
"""Added to each distance, in robust standard deviations: clusters of equal rows are dense, but not without end."""


@dataclass
class HDBSCAN(NearestRows):
    """Distance to the nearest HDBSCAN cluster, in units of that cluster's density.

    Up to 2048 training rows are clustered by scikit-learn, by distances in which windows that overlap are as far from
    one another as the two furthest. Rows that it calls noise are then no place to be near to; if it finds no cluster,
    all rows are one. Where the scored series is the training series, windows that overlap are not compared.

    Score: min over the nearest clusters of |a - c| / spread, where c is the cluster's row nearest to a, and the spread
    is the median distance of the cluster's rows to their k-th neighbour: around 1 inside, above it outside.

    Time O(n bank window), memory O(n). Sees what lies apart from each usual state, tight or wide; does not see what
    the training data hold often enough for a cluster, such as a strange shape that lasts for several windows.

    References
    ----------
    Campello, Moulavi, Zimek and Sander, "Hierarchical density estimates for data clustering, visualization, and outlier
    detection" (TKDD 2015).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] *= 0.2
    >>> scores = detector("hdbscan", window=32).fit_score(x).scores
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    k: int = param(5, "neighbours that a density is measured by", low=1, high=256, log=True)
    smallest: int = param(20, "rows that make a cluster", low=2, high=LEARNED, log=True)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance"})
    cost: ClassVar[str] = "O(n bank)"

    def _learn_rows(self, rows: Floats) -> None:
        chosen = np.arange(0, len(rows), -(-len(rows) // LEARNED))
        whole = self._bank(rows)
        bank = whole.part(chosen, whole.groups[chosen])
        labels = self._clusters(bank)
        widths = np.nan_to_num(last_of(bank.nearest(bank.rows, bank.places, self.k)[0]))
        members = np.flatnonzero(labels >= 0)
        members = members[np.argsort(labels[members], kind="stable")]
        self.bank_ = bank.part(members, labels[members])
        kinds = np.unique(labels[members])
        self.spreads_ = np.array([np.median(widths[labels == kind]) for kind in kinds])

    def _clusters(self, bank: Bank) -> Indices:
        """Return the cluster of each row, numbered from 0; -1 for noise."""
        from sklearn import cluster

        count = len(bank.rows)
        if count <= max(self.smallest, self.k):
            return np.zeros(count, dtype=np.int64)
        away = np.concatenate([block for _, block in bank.squared(bank.rows, bank.places)])
        far = np.isinf(away)
        away = np.sqrt(np.where(far, np.where(far, 0.0, away).max(), away))
        np.fill_diagonal(away, 0.0)
        machine = cluster.HDBSCAN(
            min_cluster_size=self.smallest,
            min_samples=self.k + 1,
            metric="precomputed",
            allow_single_cluster=True,
            copy=False,
        )
        labels: Indices = machine.fit((away + away.T) / 2).labels_.astype(np.int64)
        return labels if (labels >= 0).any() else np.zeros(count, dtype=np.int64)

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        distances, nearest = self.bank_.nearest(rows, places, min(NEAREST, len(self.spreads_)))
        spreads = self.spreads_[self.bank_.groups[nearest]]
        scores: Floats = ((distances + LEAST) / (spreads + LEAST)).min(axis=1)
        return np.where(np.isfinite(scores), scores, np.nan)

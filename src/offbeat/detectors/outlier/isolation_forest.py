"""How few random cuts set a window, or a point, apart from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import Scale
from offbeat.core.series import Floats
from offbeat.core.windows import sliding
from offbeat.detectors._windows import width_for
from offbeat.detectors.outlier._trees import expected_length, isolation

POOL = 4096
"""Windows that the trees draw their samples from; only these are ever copied out of the series."""
POOL_VALUES = 2**22
"""Values in them at most, as long as one tree's sample stays whole."""
SLICE = 4096
"""Windows that one thread scores in one go."""
REACH = 1e30
"""Values further than this many scales from the middle count as that far, since trees compare in single precision."""


@dataclass
class IsolationForest(Detector):
    """Depth at which random cuts isolate a window, over all channels.

    With window=1 it scores points.

    Each tree cuts a sample of windows at a random value of a random point until each is alone. With h the mean length
    of a window's paths and c(m) = 2 H(m - 1) - 2 (m - 1) / m the one expected of m normal windows, the score is
    2^(-h / c(samples)): 0.5 is usual, towards 1 is odd. A window with a value that has left a constant of the training
    data, where no tree had a place to cut, has h = 1. The trees are grown by scikit-learn; the windows are read from
    the series and never copied out of it.

    Time O(n trees log(samples)), memory O(n). Sees windows with many unusual values, so shifts of level and bursts, and
    with window=1 single ones. Does not see a shape made of usual values, rarely one spike in a wide window, and nothing
    in a channel that was constant in training, where there is no place to cut.

    References
    ----------
    Liu, Ting and Zhou, "Isolation Forest" (ICDM 2008).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[700] = 3
    >>> int(detector("isolation_forest", window=1).fit(x).score(x).argmax())
    700
    """

    window: int | None = param(
        None, "window width, in points; 1 scores points, None is the period that the data show", low=1
    )
    trees: int = param(100, "trees in the forest", low=1, log=True)
    samples: int = param(256, "windows that each tree is grown on", low=2, log=True)
    seed: int = param(0, "seed of the random cuts", low=0, high=2**32 - 1)

    sees: ClassVar[frozenset[str]] = frozenset({"level_shift", "variance"})

    def _fit(self, x: Floats) -> None:
        self.window_ = width_for(x, self.window, least=1)
        self.scale_ = Scale.floored(x, REACH)
        self.still_ = (x == x[0]).all(axis=0)
        pool = self._pool(self._scaled(x))
        self.samples_ = min(self.samples, len(pool))
        self._plant(self._grow(pool))

    def _score(self, x: Floats) -> Floats:
        from offbeat.kernels.forest import path_lengths
        from offbeat.kernels.threads import in_slices

        channels = x.shape[1]
        values = self._scaled(x).ravel()
        total = np.zeros(len(x) - self.window_ + 1)

        def one(first: int, last: int) -> None:
            trees = (self.roots_, self.depth_, self.feature_, self.threshold_, self.children_, self.length_)
            path_lengths(values[first * channels :], channels, *trees, total[first:last])

        in_slices(one, len(total), SLICE)
        total[self._moved(x)] = len(self.roots_)
        return isolation(total, len(self.roots_), self.samples_)

    def _moved(self, x: Floats) -> NDArray[np.bool_]:
        """Return, for each window, whether it holds a value that has left a constant of the training data."""
        left = (x[:, self.still_] != self.scale_.middle[self.still_]).any(axis=1)
        seen = np.concatenate([[0], np.cumsum(left)])
        return np.asarray(seen[self.window_ :] > seen[: -self.window_])

    def _scaled(self, x: Floats) -> NDArray[np.float32]:
        """Return the series in robust standard deviations, so that a large offset costs no digits."""
        return self.scale_.apply(x).astype(np.float32)

    def _pool(self, scaled: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return up to `POOL` windows drawn at random, shape (windows, window_ * channels)."""
        views: Any = sliding(scaled, self.window_)  # type: ignore[arg-type]
        values = self.window_ * scaled.shape[1]
        most = max(min(POOL, POOL_VALUES // values), self.samples)
        chosen = np.arange(len(views))
        if len(chosen) > most:
            chosen = np.sort(np.random.default_rng(self.seed).choice(len(views), most, replace=False))
        return np.asarray(views[chosen].reshape(len(chosen), values))

    def _grow(self, pool: NDArray[np.float32]) -> Any:
        from sklearn.ensemble import IsolationForest as Forest

        return Forest(n_estimators=self.trees, max_samples=self.samples_, random_state=self.seed).fit(pool)

    def _plant(self, forest: Any) -> None:
        """Keep the trees as arrays, the nodes of one after those of the other."""
        trees = [estimator.tree_ for estimator in forest.estimators_]
        cuts = np.concatenate([tree.compute_node_depths() for tree in trees]) - 1.0
        counts = np.array([tree.node_count for tree in trees])
        first = np.repeat(np.cumsum(counts) - counts, counts)
        left = np.concatenate([tree.children_left for tree in trees])
        right = np.concatenate([tree.children_right for tree in trees])
        leaf, own = left < 0, np.arange(len(left))
        self.roots_ = (np.cumsum(counts) - counts).astype(np.uint32)
        self.depth_ = int(cuts.max())
        self.feature_ = np.where(leaf, 0, np.concatenate([tree.feature for tree in trees])).astype(np.uint32)
        self.threshold_ = np.where(leaf, np.inf, np.concatenate([tree.threshold for tree in trees]))
        both = np.where(leaf[:, None], own[:, None], np.column_stack([left, right]) + first[:, None])
        self.children_ = both.astype(np.uint32).ravel()
        sizes = np.concatenate([tree.n_node_samples for tree in trees])
        self.length_ = cuts + expected_length(sizes)

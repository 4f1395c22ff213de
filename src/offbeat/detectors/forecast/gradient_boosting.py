"""One-step error of boosted trees over past values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from offbeat.core.params import param
from offbeat.core.robust import clipped
from offbeat.core.series import Floats
from offbeat.core.threads import one_thread
from offbeat.detectors._residual import Residual

ROWS = 10_000
"""Points of training data that it learns from at most, evenly spaced; fewer for each of more than four channels."""

LEAST = 2000
"""Such points for each of many channels."""

FEWEST = 40
"""Points below which no tree is grown: the forecast is then the last value."""

DEPTH = 6
"""Cuts on the longest path through a tree."""

SLICE = 4096
"""Points that one thread takes at a time."""

LEAVES = 15
"""Leaves of a tree at most."""

LATEST = 8
"""So many latest values are read one by one; further back, fewer and fewer."""

FURTHER = 16
"""Values that are read further back, beside those one reach ago."""


Values = NDArray[np.float32]

NODE = [(word, np.float64) for word in ("value", "num_threshold")] + [
    (word, np.int64) for word in ("left", "right", "feature_idx", "is_leaf")
]
"""What is read of a node; the library's own have more."""


@dataclass(frozen=True, eq=False)
class Trees:
    """Regression trees as arrays, the nodes of one after those of the other.

    Parameters
    ----------
    start
        What all trees start from.
    roots
        The first node of each tree, shape (trees,).
    feature, threshold, children, value
        Of each node: which value is asked for, and up to what it goes left; where left and right lead, two a node; and
        what a path that ends there adds. A leaf leads to itself.
    """

    start: float
    roots: NDArray[np.uint32]
    feature: NDArray[np.uint32]
    threshold: Floats
    children: NDArray[np.uint32]
    value: Floats

    @classmethod
    def of(cls, model: Any, start: float, places: NDArray[np.int64]) -> Trees:
        """Return the trees of scikit-learn's fitted model, whose feature k is `places[k]`; None is no tree."""
        # as `isolation_forest` does, from an attribute that is not public: scikit-learn has no other way to them
        trees = [] if model is None else [stage[0].nodes for stage in model._predictors]  # noqa: SLF001
        start = start if model is None else float(model._baseline_prediction.ravel()[0])  # noqa: SLF001
        nodes = np.concatenate(trees) if trees else np.zeros(0, NODE)
        counts = np.array([len(tree) for tree in trees], dtype=np.int64)
        first = np.repeat(np.cumsum(counts) - counts, counts)
        leaf = nodes["is_leaf"].astype(bool)
        both = np.column_stack([nodes["left"], nodes["right"]]) + first[:, None]
        both = np.where(leaf[:, None], np.arange(len(nodes))[:, None], both)
        return cls(
            start,
            (np.cumsum(counts) - counts).astype(np.uint32),
            np.where(leaf, 0, places[nodes["feature_idx"]]).astype(np.uint32),
            np.where(leaf, np.inf, nodes["num_threshold"]),
            both.astype(np.uint32).ravel(),
            nodes["value"].astype(np.float64),
        )

    def predict(self, values: Values, total: Floats) -> None:
        """Write the prediction from each window of `values` to `total`, shape (windows,)."""
        from offbeat.kernels.forest import path_lengths

        total[:] = self.start
        path_lengths(values, 1, self.roots, DEPTH, self.feature, self.threshold, self.children, self.value, total)


@dataclass
class GradientBoosting(Residual):
    """One-step error of gradient-boosted regression trees over past values.

    The error is |x_t - F(x_(t-1), ..., x_(t-reach))|.

    F is the sum of up to 100 trees with 15 leaves, grown by scikit-learn's HistGradientBoostingRegressor on at most
    10,000 evenly spaced points of training data, until a tenth of them, held out, is forecast no better. It reads the 8
    latest values, 16 ever further apart, and those about one reach ago; all are cut off at 8 robust standard
    deviations, the judged value is not. Each channel has trees of its own. The first `reach` points are warm-up.

    Score: robust standard deviations of the training error. A channel that was constant in training scores 0 while it
    stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n trees) after a fit of bounded
    size, about a second a channel; memory O(n). Sees what never followed such a past, also where the rule is not
    linear, and a level outside of all that was learned; does not see what the training data hold often, nor much in a
    series that drifts away from them, where it is all error.

    References
    ----------
    Friedman (2001), Greedy function approximation: a gradient boosting machine, Annals of Statistics 29; Ke et al.
    (2017), LightGBM: a highly efficient gradient boosting decision tree, NeurIPS.

    Examples
    --------
    >>> x = np.sin(np.arange(600) / 5) + 0.05 * np.random.default_rng(0).normal(size=600)
    >>> x[400] += 1
    >>> int(np.nanargmax(GradientBoosting(reach=32).fit(x).score(x)))
    400
    """

    reach: int | None = param(
        None, "how far back it reads, in points; None is one period, 16 to 256", low=1, high=2**16, log=True
    )
    trees: int = param(100, "trees at most; it stops where more no longer help", low=1, log=True)
    seed: int = param(0, "seed of the choice of points that are held out", low=0, high=2**32 - 1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance"})
    causal: ClassVar[bool] = True
    cost: ClassVar[str] = "O(n trees)"
    fast_params: ClassVar[dict[str, Any]] = {"trees": 10}

    def _learn(self, z: Floats) -> None:
        reach = self.reach if self.reach is not None else _usual_reach(z)
        self.lookback_ = max(1, min(reach, (len(z) - 1) // 4))
        self.lags_ = _lags(self.lookback_)
        self.trees_ = [self._grown(column) for column in _rounded(z).T]

    def _expected(self, z: Floats) -> Floats:
        from offbeat.kernels.threads import in_slices

        expected = np.full(z.shape, np.nan)
        for channel, (trees, column) in enumerate(zip(self.trees_, _rounded(z).T, strict=True)):
            values, forecasts = np.ascontiguousarray(column), np.empty(max(len(z) - self.lookback_, 0))

            def one(
                first: int, last: int, trees: Trees = trees, values: Values = values, forecasts: Floats = forecasts
            ) -> None:
                trees.predict(values[first : last + self.lookback_], forecasts[first:last])

            in_slices(one, len(forecasts), SLICE)
            expected[self.lookback_ :, channel] = forecasts
        return expected

    def _grown(self, column: Values) -> Trees:
        """Grow the trees of one channel on evenly spaced points."""
        from sklearn.ensemble import HistGradientBoostingRegressor as Model

        count = max(len(column) - self.lookback_, 0)
        rows = min(max(ROWS * 4 // max(self.channels_, 4), LEAST), count)
        at = np.unique(np.linspace(0, count - 1, rows).astype(np.int64))
        places = self.lookback_ - self.lags_
        if len(at) < FEWEST:
            return Trees.of(None, float(np.median(column)), places)
        limits = {"max_iter": self.trees, "max_leaf_nodes": LEAVES, "max_depth": DEPTH}
        model = Model(early_stopping=True, random_state=self.seed, **limits)
        with one_thread():
            model.fit(column[at[:, None] + places], column[self.lookback_ + at])
        return Trees.of(model, 0.0, places)


def _rounded(z: Floats) -> Values:
    """Return the clipped values as the trees read them, so that they learn from the numbers that they will see."""
    return clipped(z).astype(np.float32)


def _usual_reach(z: Floats) -> int:
    from offbeat.preprocess.period import default_window

    return min(max(default_window(z) + 1, 16), 256)


def _lags(reach: int) -> NDArray[np.int64]:
    """Return how far back the values lie that are read: the latest, then ever fewer, and those about one reach ago."""
    near = np.arange(1, min(LATEST, reach) + 1)
    far = np.geomspace(near[-1], reach, FURTHER).astype(np.int64)
    return np.unique(np.concatenate([near, far, np.arange(max(reach - 2, 1), reach + 1)]))

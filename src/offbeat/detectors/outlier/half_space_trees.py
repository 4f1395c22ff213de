"""How thinly populated the place is that a new point, or short window, of a stream falls into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import LARGEST, Scale
from offbeat.core.series import Floats
from offbeat.core.windows import evenly_spaced, sliding
from offbeat.detectors._windows import width_for

POOL = 4096  # decision 21
"""Windows of the training data that make up the first profile, evenly spaced."""
SQUASH = 3.0  # decision 21
"""The robust standard deviations that are mapped halfway from the middle to the edge."""
FEW = 0.1
"""The share of a profile below which a node's children would know nothing."""
GROUPS = 8
"""Parts of the forest whose sums are kept apart, so that the number of threads changes no bit."""


@dataclass
class HalfSpaceTrees(Detector):
    """Density of a stream in random half-space trees, updated as windows arrive.

    Each tree halves a random range of a random value again and again, without a look at the data; only the masses of
    its nodes are learned. The first masses are those of the training data. Then the windows are counted as they come,
    and after every `profile` of them the masses move towards the new counts by the share `forget`, so that the forest
    follows a drift. Values are mapped into (0, 1) by z / (|z| + 3) with z in robust standard deviations of the training
    data, so that none is ever outside.

    Score: the mean over the trees of -log2((r + 1/2) 2^k / profile), where r is the mass of the node at level k in
    which the path of the window up to this point ends: by how many bits the place is thinner than it were if all was
    even.

    Time O(n trees depth), memory O(n). Sees shifts of level while they are new, bursts, and with window=1 single
    values, each before the next point comes. Does not see what lasts for many profiles, nor one spike in a wide window.

    References
    ----------
    Tan, Ting and Liu, "Fast Anomaly Detection for Streaming Data" (IJCAI 2011).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[700] = 3
    >>> int(detector("half_space_trees", window=1).fit(x).score(x).argmax())
    700
    """

    window: int | None = param(
        4, "window width up to the scored point; 1 scores single points, None is the period that the data show", low=1
    )
    trees: int = param(25, "trees in the forest", low=1, log=True)
    depth: int = param(10, "halvings on each path", low=1, high=15)
    profile: int = param(256, "windows after which the masses are brought up to date", low=1, log=True)
    # decision 21
    forget: float = param(0.02, "share of the masses that a new profile replaces; 0 learns nothing new", low=0, high=1)
    seed: int = param(0, "seed of the random halvings", low=0, high=2**32 - 1)

    sees: ClassVar[frozenset[str]] = frozenset({"level_shift", "variance"})
    causal: ClassVar[bool] = True
    unsteady: ClassVar[float] = 0.001

    def _fit(self, x: Floats) -> None:
        self.window_ = width_for(x, self.window, least=1)
        self.scale_ = Scale.floored(x, LARGEST)
        values = self.window_ * x.shape[1]
        rng = np.random.default_rng(self.seed)
        self.feature_ = rng.integers(0, values, (self.trees, 2**self.depth - 1), dtype=np.uint32)
        self.cut_ = np.stack([_halves(rng.random(values), feature) for feature in self.feature_])
        views = sliding(self._mapped(x), self.window_)
        chosen = evenly_spaced(len(views), POOL)
        self.mass_ = np.zeros((self.trees, 2 ** (self.depth + 1) - 1))
        self._stream(views[chosen].ravel(), values, len(chosen), self.mass_, len(chosen), 1.0)
        self.mass_ *= self.profile / len(chosen)

    def _score(self, x: Floats) -> Floats:
        values, count = self._mapped(x).ravel(), len(x) - self.window_ + 1
        logs = self._stream(values, x.shape[1], count, self.mass_.copy(), self.profile, self.forget)
        unknown = np.full(self.window_ - 1, np.nan)
        return np.concatenate([unknown, np.log2(self.profile) - logs / self.trees])

    def _stream(self, values: Floats, step: int, count: int, mass: Floats, profile: int, share: float) -> Floats:
        """Send `count` windows that begin every `step` values through the trees; return the sums of log2(density).

        `mass` is written to.
        """
        from offbeat.kernels.half_spaces import stream_densities
        from offbeat.kernels.threads import in_slices

        size = -(-self.trees // GROUPS)
        total = np.zeros((GROUPS, count))

        def one(first: int, last: int) -> None:
            for tree in range(first, last):
                halves = (self.feature_[tree], self.cut_[tree], mass[tree])
                stream_densities(values, step, *halves, profile, share, FEW * profile, total[first // size])

        in_slices(one, self.trees, size)
        return np.asarray(total.sum(axis=0))

    def _mapped(self, x: Floats) -> Floats:
        z = self.scale_.apply(x)
        return np.asarray(0.5 + 0.5 * z / (np.abs(z) + SQUASH))


def _halves(middle: Floats, feature: np.ndarray[tuple[int, ...], np.dtype[np.uint32]]) -> Floats:
    """Return where each node of one tree halves the range of its value.

    The range of each value reaches at least over (0, 1) and has its middle at a random place, shape (values,), so that
    the trees don't all cut at the same places.
    """
    half = 2 * np.maximum(middle, 1 - middle)
    low, high, cut = (middle - half)[None], (middle + half)[None], np.empty(len(feature))
    while 2 * len(low) - 1 <= len(feature):
        nodes, here = np.arange(len(low)), slice(len(low) - 1, 2 * len(low) - 1)
        asked = feature[here]
        cut[here] = (low[nodes, asked] + high[nodes, asked]) / 2
        low, high = np.repeat(low, 2, axis=0), np.repeat(high, 2, axis=0)
        high[2 * nodes, asked], low[2 * nodes + 1, asked] = cut[here], cut[here]
    return cut

"""How improbable a row is under a mixture of normal distributions."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.robust import clipped
from offbeat.core.series import Floats
from offbeat.detectors.outlier._rows import CentredRows, Indices
from offbeat.detectors.outlier._subspace import Subspace

LEAST = 1e-3
"""Added to each variance, so that equal rows have one."""


@dataclass
class GaussianMixture(CentredRows):
    """Negative log-likelihood under a mixture of normal distributions fitted by scikit-learn.

    Rows of more than `directions` values are described by their directions of largest variance; what is left outside
    is one more normal distribution, of the same variance in all directions left. For learning, values are cut off at
    8 robust standard deviations, so that an outlier gets no distribution of its own far from all else.

    Score: -log sum_i w_i N(a; m_i, C_i) + rest / 2, in nats, up to a constant.

    Time O(n window directions parts), memory O(n). Sees values and shapes that are rare, and, with a full covariance,
    values that don't go with each other; does not see a fault that the training data hold often enough for a
    distribution of its own.

    References
    ----------
    Dempster, Laird and Rubin, "Maximum likelihood from incomplete data via the EM algorithm" (1977).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] *= 0.2
    >>> scores = detector("gaussian_mixture", window=32).fit(x).score(x)
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    parts: int = param(8, "normal distributions in the mixture", low=1, high=64, log=True)
    directions: int = param(8, "directions in which rows are described", low=1, high=100)  # decision 18
    seed: int = param(0, "seed of the starting places", low=0, high=2**32 - 1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape", "correlation"})

    def _learn_rows(self, rows: Floats) -> None:
        self.subspace_ = Subspace.of(rows, self.directions)
        inside = self.subspace_.inside(clipped(rows))
        parts = max(min(self.parts, len(rows) // (2 * inside.shape[1] + 2)), 1)
        inside = np.concatenate([inside, inside[:1]]) if len(inside) == 1 else inside
        with warnings.catch_warnings():  # it has come near enough, and equal rows make fewer parts
            warnings.simplefilter("ignore")
            mixture = self._mixture(parts).fit(inside)
        self.weights_, self.means_ = mixture.weights_, mixture.means_
        self.precisions_ = mixture.precisions_cholesky_

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        mixture = self._mixture(len(self.weights_))
        mixture.weights_, mixture.means_, mixture.precisions_cholesky_ = self.weights_, self.means_, self.precisions_
        likelihood = mixture.score_samples(self.subspace_.inside(rows))
        return np.asarray(self.subspace_.outside(rows) / 2 - likelihood)

    def _mixture(self, parts: int) -> Any:
        from sklearn.mixture import GaussianMixture as Mixture

        return Mixture(parts, init_params="k-means++", reg_covar=LEAST, random_state=self.seed)

"""How far outside of a boundary around the training data a row lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.robust import clipped
from offbeat.core.series import Floats
from offbeat.detectors.outlier._rows import CentredRows, Indices

LEARNED = 2048
"""Rows that the exact machine learns from at most; its time grows as their square."""
LANDMARKS = 256
"""Rows that the kernel is approximated by."""
PAIRS = 2**22
"""Kernel values that are held at one time."""


@dataclass
class OneClassSVM(CentredRows):
    """One-class support vector machine: distance outside the training data's support.

    The kernel is exp(-gamma |a - b|^2), gamma = 1 / (values variance), by the variance of the training values cut off
    at 8 robust standard deviations. With approximation="none" the machine is exact, on up to 2048 training rows; with
    "nystroem" the kernel is approximated by 256 of the rows and the machine learned by stochastic gradient descent, on
    up to 4096, in time linear in them. Both are scikit-learn's.

    Score: -sum_i w_i exp(-gamma |a - s_i|^2) over the support vectors, or landmarks, s_i; up to a constant and a factor
    the distance to the boundary. It is highest, and the same, for all that is far from everything.

    Time O(n support window), memory O(n). Sees values and shapes that are rare; does not see what the training data
    hold more often than the share nu.

    References
    ----------
    Scholkopf, Platt, Shawe-Taylor, Smola and Williamson, "Estimating the support of a high-dimensional distribution"
    (2001); Williams and Seeger, "Using the Nystrom method to speed up kernel machines" (2000).

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> x = np.sin(np.arange(1000) / 5)
    >>> x[500:520] += 3
    >>> scores = detector("one_class_svm", window=32).fit(x).score(x)
    >>> 480 <= int(scores.argmax()) < 540
    True
    """

    nu: float = param(0.1, "share of the training rows that may lie outside", low=0.001, high=1)
    approximation: str = param("none", "how the kernel is approximated", choices=("none", "nystroem"))
    seed: int = param(0, "seed of the approximation", low=0, high=2**32 - 1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape"})

    def _learn_rows(self, rows: Floats) -> None:
        variance = float(clipped(rows).var())
        self.gamma_ = 1 / (rows.shape[1] * variance) if variance > 0 else 1.0
        learned = self._exact if self.approximation == "none" else self._approximate
        self.support_, self.weights_ = learned(rows)

    def _exact(self, rows: Floats) -> tuple[Floats, Floats]:
        from sklearn.svm import OneClassSVM as Machine

        machine = Machine(nu=self.nu, gamma=self.gamma_).fit(rows[:: -(-len(rows) // LEARNED)])
        return machine.support_vectors_, machine.dual_coef_[0]

    def _approximate(self, rows: Floats) -> tuple[Floats, Floats]:
        from sklearn.kernel_approximation import Nystroem
        from sklearn.linear_model import SGDOneClassSVM

        kernel = Nystroem(gamma=self.gamma_, n_components=min(LANDMARKS, len(rows)), random_state=self.seed)
        machine = SGDOneClassSVM(self.nu, random_state=self.seed, tol=None, max_iter=20).fit(kernel.fit_transform(rows))
        return kernel.components_, kernel.normalization_.T @ machine.coef_

    def _score_rows(self, rows: Floats, places: Indices | None) -> Floats:
        from sklearn.metrics.pairwise import rbf_kernel

        scores = np.empty(len(rows))
        size = PAIRS // len(self.support_)
        for first in range(0, len(rows), size):
            block = slice(first, first + size)
            scores[block] = -rbf_kernel(rows[block], self.support_, gamma=self.gamma_) @ self.weights_
        return scores

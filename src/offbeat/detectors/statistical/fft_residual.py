"""What the strongest harmonics of the series do not explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.robust import clipped
from offbeat.core.series import Floats
from offbeat.detectors._residual import Residual


@dataclass
class FFTResidual(Residual):
    """Distance from the series' strongest Fourier harmonics.

    |x - F^-1(F(x) where |F(x)| is largest)| over the usual distance.

    F is the cosine transform, that is the Fourier transform of the series followed by its mirror image, so that its two
    ends need not meet. Values are cut off at 8 robust standard deviations for it. What repeats, and what is slow, is
    explained; single values and short stretches are not. A long anomaly, or one as strong as the season, is among the
    harmonics itself.

    Score: robust standard deviations of the residual in the training data. A channel that was constant in training
    scores 0 while it stays so, and at least 1e4 as soon as it moves by a millionth of its value. Time O(n log n),
    memory O(n).

    References
    ----------
    Rasheed, Peng, Alhajj, Rokne (2009), Fourier transform based spatial outlier mining, IDEAL.

    Examples
    --------
    >>> t = np.arange(800)
    >>> x = np.sin(t / 6) + 0.1 * np.random.default_rng(0).normal(size=800)
    >>> x[400] += 1
    >>> int(FFTResidual().fit(x).score(x).argmax())
    400
    """

    harmonics: int = param(32, "how many of the strongest harmonics are taken for the usual", low=1, log=True)

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    cost: ClassVar[str] = "O(n log n)"
    unsteady: ClassVar[float] = 0.1

    def _expected(self, z: Floats) -> Floats:
        from scipy.fft import dct, idct

        expected = np.empty_like(z)
        kept = min(self.harmonics, len(z))
        for j, column in enumerate(z.T):
            spectrum = dct(clipped(column), norm="ortho")
            strongest = np.argpartition(-np.abs(spectrum), kept - 1)[:kept]
            strong = np.zeros_like(spectrum)
            strong[strongest] = spectrum[strongest]
            expected[:, j] = idct(strong, norm="ortho")
        return expected

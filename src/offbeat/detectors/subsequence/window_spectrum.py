"""Distance between the power spectrum of each window and those of the nearest training windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.subsequence._features import FeatureDistance

FAINT = 0.03
"""Added to the power of a band, that of the channel's variance spread evenly being 1 a frequency: fainter is silent."""


@dataclass
class WindowSpectrum(FeatureDistance):
    """Distance of each window's power spectrum to those of the nearest training windows.

    A window less its mean is tapered (Hann), and its power p_b added up in bands whose edges are in geometric
    progression, from one cycle a window to half a cycle a point; it is described by log(p_b + 0.03). These numbers
    don't depend on where in its cycle a window begins. Each is taken in its own robust standard deviations z and
    damped, sign(z) log(1 + |z|). The bank of training windows is divided into eight stretches; the nearest is looked
    for in each, and the k least distances are averaged.

    Score: sqrt(mean over the k stretches of min_j |f - f_j|^2 / bands), log units of a usual deviation.

    Time O(n (log window + bands bank / step)), where step = window // 16; memory O(n). Sees rhythms and shapes that
    change, bursts, noise and frozen stretches. Does not see levels, nor where in the window something happens.

    References
    ----------
    Welch (1967), The use of fast Fourier transform for the estimation of power spectra.

    Examples
    --------
    >>> x = np.sin(np.arange(1000) / 5) + 0.1 * np.random.default_rng(0).standard_normal(1000)
    >>> x[500:532] = np.sin(np.arange(32))
    >>> scores = WindowSpectrum(window=32).fit_score(x).scores
    >>> 470 <= int(scores.argmax()) < 560
    True
    """

    bands: int = param(16, "bands of the spectrum at most; short windows have fewer", low=1, high=64, log=True)

    sees: ClassVar[frozenset[str]] = frozenset({"variance", "shape", "frozen"})
    cost: ClassVar[str] = "O(n bank)"
    unsteady: ClassVar[float] = 0.05

    def _describe(self, values: Floats, channel: int) -> Floats:
        width = self.window_
        windows = np.lib.stride_tricks.sliding_window_view(values, width)[:: self.stride_]
        taper = np.hanning(width + 2)[1:-1]
        spectrum = np.fft.rfft((windows - windows.mean(axis=1, keepdims=True)) * taper, axis=1)[:, 1:]
        power = (np.square(spectrum.real) + np.square(spectrum.imag)) / (taper**2).sum()
        edges = np.geomspace(1, power.shape[1] + 1, self.bands + 1)[:-1].astype(np.intp)
        numbers: Floats = np.log(np.add.reduceat(power, np.unique(edges) - 1, axis=1) + FAINT)
        return numbers

"""What stands out from the smooth part of the spectrum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import scale_of, standard
from offbeat.core.series import Floats
from offbeat.core.windows import sliding

LEAST_AMPLITUDE = 1e-8
"""Spectral amplitudes below this share of the block's usual value are taken for zero."""

BATCH = 64
"""Blocks that are transformed at a time."""


@dataclass
class SpectralResidual(Detector):
    """Spectral residual saliency: what stands out from the averaged log spectrum.

    With A and P the amplitude and phase of the block's Fourier transform, the residual is R = log A - h_q * log A (h_q
    a mean over q = 3 frequencies), and the saliency map S = |F^-1(exp(R + i P))|. Its square is smoothed by a normal
    curve g of standard deviation `smooth`, as Hou and Zhang do; Ren et al. compare S with its mean over the points
    around instead, which leaves of a stretch only its first point and its last. Blocks overlap by half and only their
    middle halves are kept; the ends of the series are mirrored, because a Fourier transform sees a jump between its
    last and its first point.

    Score: sqrt(block g * S^2), 1 for noise. A constant stretch that fills a block scores 0. Time O(n log block), memory
    O(n).

    References
    ----------
    Hou, Zhang (2007), Saliency detection: a spectral residual approach, CVPR; Ren et al. (2019), Time-series anomaly
    detection service at Microsoft, KDD, for time series.

    Examples
    --------
    >>> x = np.sin(np.arange(500) / 8)
    >>> x[300] += 1
    >>> int(SpectralResidual().fit(x).score(x).argmax())
    300
    """

    block: int = param(2048, "points that are transformed together", low=16, log=True)
    smooth: float = param(
        8.0, "standard deviation of the curve that smooths the saliency, in points", low=0.5, log=True
    )

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "variance"})
    memory: ClassVar[int] = 220
    cost: ClassVar[str] = "O(n log block)"
    unsteady: ClassVar[float] = 0.1

    def _fit(self, x: Floats) -> None:
        self.centre_ = np.median(x, axis=0)
        self.scale_ = scale_of(x, self.centre_)

    def _score(self, x: Floats) -> Floats:
        from scipy.ndimage import gaussian_filter1d

        z = standard(x, self.centre_, self.scale_)
        squares = np.stack([np.square(self._saliency(column)) for column in z.T], axis=1)
        # beyond the ends there is nothing: mirrored there, what is near an end would count twice
        smoothed = gaussian_filter1d(squares, self.smooth, axis=0, mode="constant")
        scores: Floats = np.sqrt(4 * self._quarter(len(x)) * smoothed)
        return scores

    def _quarter(self, n: int) -> int:
        return max(4, min(self.block, n) // 4)

    def _saliency(self, z: Floats) -> Floats:
        """Return the saliency map of one channel, shape (n,)."""
        quarter = self._quarter(len(z))
        kept = 2 * quarter
        count = -(-len(z) // kept)
        padded = np.pad(z, (quarter, quarter + count * kept - len(z)), mode="symmetric")
        blocks = sliding(padded, 2 * kept, kept)
        maps = [_map(blocks[i : i + BATCH])[:, quarter:-quarter] for i in range(0, count, BATCH)]
        return np.concatenate(maps).ravel()[: len(z)]


def _map(blocks: Floats) -> Floats:
    """Return the saliency map of each block, shape (blocks, width)."""
    from scipy.fft import irfft, rfft
    from scipy.ndimage import uniform_filter1d

    spectrum = rfft(blocks - blocks.mean(axis=1, keepdims=True), axis=1)
    amplitude = np.abs(spectrum)
    least = LEAST_AMPLITUDE * np.maximum(amplitude.max(axis=1, keepdims=True), 1.0)
    present = amplitude > least
    log = np.log(np.maximum(amplitude, least))
    log[:, 0] = log[:, 1]  # the mean was taken out; the hole that it leaves is no feature of the spectrum
    residual = np.exp(log - uniform_filter1d(log, 3, axis=1))
    bare = np.divide(spectrum, amplitude, out=np.zeros_like(spectrum), where=present)
    saliency: Floats = np.abs(irfft(residual * bare, blocks.shape[1], axis=1))
    return saliency

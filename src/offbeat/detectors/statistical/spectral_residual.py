"""What stands out from the smooth part of the spectrum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.core.windows import sliding
from offbeat.detectors._robust import scale_of, standard
from offbeat.detectors.statistical._moving import moving_mean

LEAST_AMPLITUDE = 1e-8
"""Spectral amplitudes below this share of the block's usual value are taken for zero."""

LEAST_SALIENCY = 1e-6
"""Saliency below this is rounding; that of a lone spike is 1, of noise 1 / sqrt(block)."""

BATCH = 64
"""Blocks that are transformed at a time."""


@dataclass
class SpectralResidual(Detector):
    """Saliency by the spectral residual: what stands out from the locally averaged log spectrum.

    With A and P the amplitude and phase of the block's Fourier transform, the residual is R = log A - h_q * log A (h_q
    a mean over q = 3 frequencies), the saliency map S = |F^-1(exp(R + i P))|, and the score (S - m) / m with m
    the mean of S over `around` points. Blocks overlap by half and only their middle halves are kept; the ends of
    the series are mirrored, because a Fourier transform sees a jump between its last and its first point.

    Score: how many times its surroundings the saliency is, less 1; below 0 counts as 0. A constant stretch that fills
    a block scores 0. Time O(n log block), memory O(n).

    References
    ----------
    Ren et al. (2019), Time-series anomaly detection service at Microsoft, KDD.

    Examples
    --------
    >>> x = np.sin(np.arange(500) / 8)
    >>> x[300] += 1
    >>> int(SpectralResidual().fit(x).score(x).argmax())
    300
    """

    block: int = param(2048, "points that are transformed together", low=16, log=True)
    around: int = param(21, "width of the mean that the saliency is compared with, in points", low=3)

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    memory: ClassVar[int] = 220
    cost: ClassVar[str] = "O(n log block)"

    def _fit(self, x: Floats) -> None:
        self.centre_ = np.median(x, axis=0)
        self.scale_ = scale_of(x, self.centre_)

    def _score(self, x: Floats) -> Floats:
        z = standard(x, self.centre_, self.scale_)
        saliency = np.stack([self._saliency(column) for column in z.T], axis=1)
        usual = moving_mean(saliency, min(self.around, len(x)))
        return np.maximum(saliency / (usual + LEAST_SALIENCY) - 1.0, 0.0)

    def _saliency(self, z: Floats) -> Floats:
        """Return the saliency map of one channel, shape (n,)."""
        quarter = max(4, min(self.block, 2 * len(z)) // 4)
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

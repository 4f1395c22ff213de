"""Arithmetic of cycles: profiles, quantiles by phase, the phase at which rows begin, a moving median in O(n)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from offbeat.core.robust import clipped, standard, wide_scale_of
from offbeat.core.series import Floats
from offbeat.preprocess.around import middle_around

POOLED = 100
"""Quantiles at one phase take values from neighbouring phases until there are this many."""

LEAST_GAIN = 0.95
"""A profile is kept where it brings the mean residual below this share of what it was."""

SINGLY = 8
"""Up to this many channels are searched for periods one by one, more are searched together."""

AROUND = 2
"""How many points, beside a five-hundredth of itself, a period is moved at most to fit the whole of a series."""

NEARLY = 64
"""A period is taken for a multiple of a shorter one if it is off by no more than this part of itself."""

CLOSE_ENOUGH = 2.0
"""New rows are taken to follow the training rows while their squared misfit is at most this many times the best."""

BATCH = 2_000_000
"""Values that are gathered at a time."""


@dataclass(frozen=True, eq=False)
class Season:
    """The usual value at each phase of a period: shape (length, channels)."""

    profile: Floats

    @classmethod
    def of(cls, x: Floats, length: int) -> Season:
        """Take the median over all whole cycles of `x`, shape (n, channels)."""
        cycles = len(x) // length
        return cls(np.median(x[: cycles * length].reshape(cycles, length, -1), axis=0))

    def where_better(self, x: Floats, scale: Floats) -> Season:
        """Return the season with a profile of 0 for the channels in which it does not make `x` clearly smaller.

        Any profile makes the data that it was fitted on a little smaller, by up to one part in the number of cycles.
        """
        before, after = (np.abs(part / scale).mean(axis=0) for part in (x, x - self.at(len(x), 0)))
        better = after < (LEAST_GAIN - self.length / len(x)) * before
        return Season(np.where(better, self.profile, 0.0))

    @property
    def length(self) -> int:
        """The period, in points."""
        return len(self.profile)

    def at(self, n: int, shift: int) -> Floats:
        """Return the profile of `n` rows, the first of which has the phase `shift`; shape (n, channels)."""
        values: Floats = self.profile[(np.arange(n) + shift) % self.length]
        return values


def common_periods(x: Floats) -> list[int]:
    """Return the up to two strongest periods that any channel of `x`, shape (n, channels), has; the shortest first.

    Periods are found on a part of a long series, but a profile needs them to the point over the whole: each is moved
    to the length near it that explains most, and one that is nearly a multiple of the shorter one becomes that.
    """
    from offbeat.preprocess.period import CREDIBLE, periods

    parts = [x[:, [j]] for j in range(x.shape[1])] if x.shape[1] <= SINGLY else [x]
    found = sorted((p for part in parts for p in periods(part, most=2)), key=lambda p: -p.strength)
    lengths: list[int] = []
    for period in found:
        new = all(abs(period.length - other) > other / 16 for other in lengths)
        if period.strength >= CREDIBLE and new and len(lengths) < 2:
            lengths.append(period.length)
    sharp = sorted(sharpened(x, length) for length in lengths)
    if len(sharp) == 2 and abs(sharp[1] - round(sharp[1] / sharp[0]) * sharp[0]) <= sharp[1] / NEARLY:
        sharp[1] = round(sharp[1] / sharp[0]) * sharp[0]
    return sharp


def sharpened(x: Floats, length: int) -> int:
    """Return the period near `length` at which the profile of `x`, shape (n, channels), varies most."""
    reach = AROUND + length // 500
    near = sorted(range(max(2, length - reach), length + reach + 1), key=lambda p: abs(p - length))
    centre = np.median(x, axis=0)
    z = clipped(standard(x, centre, wide_scale_of(x, centre)))
    return max((p for p in near if p <= len(x)), key=lambda p: float(fold(z, p).var(axis=0).sum()), default=length)


def moving_median(x: Floats, width: int, cycle: int) -> Floats:
    """Return a moving median of `x`, shape (n, channels), over about `width` rows, in O(n).

    Medians of blocks of one cycle (a seventh of `width` where there is none) are smoothed by a running median over
    the blocks and joined by straight lines. A block of whole cycles has no phase, so that season does not leak in.
    """
    block = cycle if cycle > 1 else max(1, width // 7)
    count = len(x) // block
    if count < 3 or len(x) < width // 2:
        return np.broadcast_to(np.median(x, axis=0), x.shape).copy()
    medians = np.median(x[: count * block].reshape(count, block, -1), axis=1)
    blocks = min(max(1, round(width / block)), count)
    smooth = middle_around(medians, blocks - 1 + blocks % 2)
    centres = (np.arange(count) + 0.5) * block - 0.5
    rows = np.arange(len(x))
    return np.stack([np.interp(rows, centres, column) for column in smooth.T], axis=1)


def by_phase(x: Floats, length: int, quantiles: tuple[float, ...]) -> tuple[Floats, int]:
    """Return quantiles of `x`, shape (n, channels), at each phase, and how many values each was taken from.

    Returns
    -------
    Shape (quantiles, length, channels), and the count. Where there are few cycles, neighbouring phases are pooled.
    """
    if length == 1:
        return np.quantile(x, quantiles, axis=0)[:, None], len(x)
    cycles = len(x) // length
    side = min(max(0, -(-POOLED // cycles) // 2), length // 16)
    near = np.arange(-side, side + 1)
    found = np.empty((len(quantiles), length, x.shape[1]))
    folded = x[: cycles * length].reshape(cycles, length, -1)
    step = max(1, BATCH // (cycles * len(near) * x.shape[1]))
    for first in range(0, length, step):
        phases = np.arange(first, min(first + step, length))
        gathered = folded[:, (phases + near[:, None]) % length].reshape(-1, len(phases), x.shape[1])
        found[:, phases] = np.quantile(gathered, quantiles, axis=0)
    return found, cycles * len(near)


def misfits(x: Floats, pattern: Floats) -> Floats:
    """Return how badly the pattern fits the rows if they begin at its phase 0, 1, 2, ...

    Parameters
    ----------
    x, pattern
        Shape (n, channels) and (length, channels), in the same unit; n is at least `length`.

    Returns
    -------
    Shape (length,): sums of squared distances between the mean of the rows at each phase and the pattern, both
    without their own means. O(n + length log length) time.

    Examples
    --------
    >>> day = np.array([[0.0], [0.0], [3.0], [3.0]])
    >>> int(misfits(np.roll(np.tile(day, (5, 1)), -3, axis=0), day).argmin())
    3
    """
    folded, pattern = fold(x, len(pattern)), pattern - pattern.mean(axis=0)
    folded = folded - folded.mean(axis=0)
    match = np.fft.irfft(np.fft.rfft(pattern, axis=0) * np.fft.rfft(folded, axis=0).conj(), len(pattern), axis=0)
    energy = float((folded**2).sum() + (pattern**2).sum())
    found: Floats = np.maximum(energy - 2 * match.sum(axis=1), 1e-9 * energy)
    return found


def aligned(x: Floats, pattern: Floats, rows: int) -> int:
    """Return the row of the training data, or of what would have followed, as which the first row of `x` counts.

    It goes on from the training data or begins as they did, unless another phase fits clearly better.

    Parameters
    ----------
    x, pattern
        As in `misfits`; the pattern is that of the training data from their first row.
    rows
        The number of training rows.
    """
    misfit = misfits(x, pattern)
    best = int(misfit.argmin())
    usual = (row for row in (rows, 0) if misfit[row % len(pattern)] <= CLOSE_ENOUGH * misfit[best])
    return next(usual, best)


def fold(x: Floats, length: int) -> Floats:
    """Return the mean of `x`, shape (n, channels), at each phase, its first row having phase 0; (length, channels)."""
    phase = np.arange(len(x)) % length
    count = np.bincount(phase, minlength=length)
    return np.stack([np.bincount(phase, column, minlength=length) / count for column in x.T], axis=1)

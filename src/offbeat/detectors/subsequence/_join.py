"""Windows of one channel, prepared for the join, and the join of a series with blocks of reference windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.detector import FILLED_SHARE
from offbeat.core.series import Floats

SLICE = 2048
"""Windows of the series whose covariances are computed anew; between two such places they follow one another."""

TAME = 16.0
"""Windows are compared in single precision where the largest, by the largest factor, has a smaller mean square than
this: what it leaves behind in the recurrence is then little beside two windows that differ by noise of 0.1."""

NO_GAP = (0, 0, 0)
"""All windows are compared with all."""

SHORT = 1024
"""Reference windows along which single precision is carried on; then the covariances are computed anew."""

FLAT = 1e-6
"""A window whose sd is less than this many scales is constant: what would be left of it is rounding."""


Either = NDArray[np.floating[Any]]
Factors = tuple[Either, Either, Either, Either]


@dataclass(frozen=True, eq=False)
class Windows:
    """All windows of one channel with what the join needs of each: arrays of shape (windows,), but for `values`.

    A scaled window is its values less `mean`, times `inverse`; `square` is its sum of squares.
    """

    values: Floats
    width: int
    mean: Floats
    steps: Floats
    halves: Floats
    inverse: Floats
    square: Floats

    @classmethod
    def of(cls, values: Floats, width: int, *, centred: bool = True, damping: float | None = None) -> Windows:
        """Prepare the windows of `values`, shape (n,).

        Parameters
        ----------
        values
            Finite, of the order of 1.
        width
            In points.
        centred
            Whether each window loses its mean.
        damping
            Each window is divided by its sd plus this; None divides by nothing. A constant window becomes 0.
        """
        from offbeat.kernels.join import moments

        values = np.ascontiguousarray(values)
        mean, square = moments(values, width, 1)  # as elsewhere, so that one compiled form is loaded
        if not centred:
            square, mean = square + width * mean**2, np.zeros(len(mean))
        sd = np.sqrt(square / width)
        inverse = np.ones(len(mean))
        if damping is not None:
            inverse = np.divide(1.0, sd + damping, out=np.zeros(len(mean)), where=sd > FLAT)
        steps, halves = np.zeros(len(mean)), np.zeros(len(mean))
        enters, leaves = values[width:], values[: len(mean) - 1]
        steps[:-1] = (enters - leaves) / 2
        halves[:-1] = (enters - mean[1:]) + (leaves - mean[:-1])
        return cls(values, width, mean, steps, halves, inverse, square * inverse**2)

    def __len__(self) -> int:
        return len(self.mean)

    def without(self, filled: NDArray[np.bool_]) -> Windows:
        """Return the same windows, but those that had to be filled in too much are infinitely far from all others.

        Parameters
        ----------
        filled
            Shape (n,): which values were filled in.
        """
        if not filled.any():
            return self
        from offbeat.kernels.join import moments

        share, _ = moments(np.asarray(filled, dtype=np.float64), self.width, 1)
        return replace(self, square=np.where(share > FILLED_SHARE, np.inf, self.square))

    def part(self, first: int, last: int) -> Windows:
        """Return the windows first to last - 1, as views."""
        rows = slice(first, last)
        kept = (self.mean[rows], self.steps[rows], self.halves[rows], self.inverse[rows], self.square[rows])
        return Windows(self.values[first : last - 1 + self.width], self.width, *kept)

    @cached_property
    def tame(self) -> bool:
        """Whether no window is so large, before it is divided, that single precision loses one of the others."""
        divided = self.inverse > 0
        raw = np.divide(self.square, self.inverse**2, out=np.zeros(len(self)), where=divided)
        return bool(raw.max() * self.inverse.max() ** 2 < TAME * self.width)

    def raw(self, index: int) -> Floats:
        """Return one window less its mean, not divided."""
        window: Floats = self.values[index : index + self.width] - self.mean[index]
        return window

    def factors(self, *, single: bool) -> Factors:
        """Return steps, halves, factors and squares for the kernel, in single or double precision."""
        return self._single if single else (self.steps, self.halves, self.inverse, self.square)

    @cached_property
    def _single(self) -> Factors:
        steps, halves = np.asarray(self.steps, np.float32), np.asarray(self.halves, np.float32)
        return steps, halves, np.asarray(self.inverse, np.float32), np.asarray(self.square, np.float32)


def distances(
    series: Windows,
    blocks: Sequence[Windows],
    starts: Sequence[int] | None = None,
    min_gap: int = 0,
    k: int = 1,
    *,
    single: bool = False,
) -> Floats:
    """Return the squared distance of every window of `series` to its nearest in each block, k least of them averaged.

    Parameters
    ----------
    series, blocks
        Windows of one width.
    starts
        Where each block's first window stands in `series`, if the blocks were cut out of it; None where they come
        from elsewhere.
    min_gap
        Windows that begin closer than this in one series are not compared.
    k
        How many of the block's minima are averaged; fewer where fewer are to be had.
    single
        Whether single precision will do: half of the time, and an error of some 1e-6 of the windows' sum of squares.
        Large values are compared in double precision all the same.

    Returns
    -------
    Shape (windows,); NaN where no window was to be compared with. O(windows of the series times of the blocks).
    """
    from offbeat.kernels.threads import in_slices

    result = np.empty(len(series))

    def one(first: int, last: int) -> None:
        rows = series.part(first, last)
        gaps = [NO_GAP] * len(blocks) if starts is None else [(start - first, min_gap, min_gap) for start in starts]
        minima = np.stack(
            [nearest_in(rows, block, gap, single=single) for block, gap in zip(blocks, gaps, strict=True)]
        )
        result[first:last] = _mean_of_least(minima, k)

    in_slices(one, len(series), SLICE)
    return result


def nearest_in(rows: Windows, block: Windows, gap: tuple[int, int, int], *, single: bool = False) -> Floats:
    """Return each row's least squared distance to the block's windows, shape (rows,); infinity where there is none.

    Parameters
    ----------
    rows, block
        Windows of one width; few enough that the recurrence along them loses no digits, some thousand.
    gap
        (row, before, after): the block begins at window `row` of the rows, and rows that start less than `before`
        before or `after` after a window of the block are not compared with it.
    single
        Whether single precision will do.
    """
    from offbeat.kernels.join import nearest

    single = single and rows.tame and block.tame
    least: Either = np.full(len(rows), np.inf, np.float32 if single else np.float64)
    own_steps, own_halves, own_inverse, _ = rows.factors(single=single)
    steps, halves, inverse, square = block.factors(single=single)
    nearest(
        rows.values,
        rows.mean,
        own_steps,
        own_halves,
        own_inverse,
        block.values,
        block.mean,
        steps,
        halves,
        np.multiply(2, inverse, dtype=inverse.dtype),
        square,
        SHORT if single else len(block),
        gap,
        least,
    )
    return np.maximum(least + rows.square, 0.0)


def _mean_of_least(minima: Floats, k: int) -> Floats:
    """Return the mean of the k least finite values of each column; NaN where there are none."""
    least = np.partition(minima, min(k, len(minima)) - 1, axis=0)[:k]
    found = np.isfinite(least)
    with np.errstate(invalid="ignore"):
        mean: Floats = np.where(found, least, 0.0).sum(axis=0) / found.sum(axis=0)
    return mean

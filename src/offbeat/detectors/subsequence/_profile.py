"""What the matrix profiles share: z-normalised windows of data with gaps, and the search among earlier ones."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.params import param
from offbeat.core.robust import Scale
from offbeat.core.series import Floats
from offbeat.core.windows import fill
from offbeat.detectors._windows import width_for
from offbeat.detectors.subsequence._join import NO_GAP, Windows, nearest_in

BLOCK = 2048
"""Earlier windows that are compared in one go: few enough that sums along them lose no digits."""
WARMUP = 4
"""Widths of a series that pass before its windows are judged, where there are no training data before it."""
SHORTEST = 8
"""A shorter series is judged from this part of it on."""


@dataclass(frozen=True, eq=False)
class Past:
    """The windows of one channel, and those before them: windows of the training data, then earlier ones of its own.

    Windows have numbers: 0 is the first of the series, and -1 the last of the training data.

    Parameters
    ----------
    own
        The windows that are judged.
    trained
        Those of the training data; None where the series holds them itself.
    min_gap
        Windows of the series that begin closer than this are not compared.
    """

    own: Windows
    trained: Windows | None
    min_gap: int

    @property
    def first(self) -> int:
        """The number of the earliest window."""
        return 0 if self.trained is None else -len(self.trained)

    def nearest(self, first: int, last: int, low: int, high: int) -> Floats:
        """Return the least squared distance of the windows first to last - 1 to the earlier ones among low to high - 1.

        Returns
        -------
        Shape (last - first,), infinity where none is earlier.
        """
        rows = self.own.part(first, last)
        least = np.full(len(rows), np.inf)
        for start, block in self._blocks(low, min(high, last - self.min_gap)):
            gap = NO_GAP if start < 0 else (start - first, len(self.own), self.min_gap)
            np.minimum(least, nearest_in(rows, block, gap), out=least)
        return least

    def _blocks(self, low: int, high: int) -> Iterator[tuple[int, Windows]]:
        if self.trained is not None:
            count = len(self.trained)
            for start in range(low, min(high, 0), BLOCK):
                yield start, self.trained.part(start + count, min(start + BLOCK, high, 0) + count)
        for start in range(max(low, 0), high, BLOCK):
            yield start, self.own.part(start, min(start + BLOCK, high))


@dataclass
class ProfileDetector(Detector):
    """Distance of z-normalised windows, of data with gaps; windows that miss too much are not compared."""

    window: int | None = param(None, "window width, in points; None is the period that the data show", low=3)

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "shape"})
    takes_gaps: ClassVar[bool] = True

    def _fit(self, x: Floats) -> None:
        whole = fill(x)
        self.window_ = width_for(whole, self.window)
        self.scale_ = Scale.of(whole)
        self.reference_ = x

    @property
    def _min_gap(self) -> int:
        """How far apart two windows of one series must begin to be compared: more than a quarter of the width."""
        return -(-self.window_ // 4) + 1

    def _windows(self, x: Floats) -> list[Windows]:
        """Return the z-normalised windows of each channel of `x`, shape (n, channels); NaN are missing values."""
        missing = np.isnan(x)
        columns = zip(self.scale_.apply(fill(x)).T, missing.T, strict=True)
        return [Windows.of(values, self.window_, damping=0.0).without(absent) for values, absent in columns]


@dataclass
class PastDistance(ProfileDetector):
    """Distance of the window that ends at a point to the nearest of the windows before it, both z-normalised.

    A subclass returns in `_least` the squared distances. Where the scored series is said to begin with the training
    data, what is earlier is found in the series itself, and the first four widths are warm-up; else all of what was
    kept of the training data comes before it.
    """

    causal: ClassVar[bool] = True
    unsteady: ClassVar[float] = 0.05

    @abstractmethod
    def _least(self, past: Past, channel: int) -> Floats:
        """Return the squared distance of each window of `past.own` to an earlier one, (windows,); infinity for none."""

    def _keeps(self) -> int | None:
        """Return how many windows of the training data are kept; None keeps all."""
        return None

    def _fit(self, x: Floats) -> None:
        super()._fit(x)
        self.lookback_ = self.window_ - 1
        kept = self._keeps()
        self.reference_ = x if kept is None else x[-(kept + self.window_ - 1) :]

    def _score(self, x: Floats) -> Floats:
        return self._after(x, own=False)

    def _score_trained(self, x: Floats) -> Floats:
        return self._after(x, own=True)

    def _after(self, x: Floats, *, own: bool) -> Floats:
        """Score `x` after the training data, or by itself where it begins with them."""
        warmup = min(WARMUP * self.window_, len(x) // SHORTEST) if own else 0
        scores = np.full(x.shape, np.nan)
        before = [None] * x.shape[1] if own else self._windows(self.reference_)
        for channel, windows in enumerate(self._windows(x)):
            least = self._least(Past(windows, before[channel], self._min_gap), channel)
            least[:warmup] = np.inf
            scores[self.window_ - 1 :, channel] = np.where(np.isfinite(least), np.sqrt(least), np.nan)
        return scores

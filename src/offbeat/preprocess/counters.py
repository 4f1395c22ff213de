"""Counters: channels that only rise or only fall, but for resets, wraps and glitches; replaced by their steps."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats

MOVES = 0.5
"""A counter moves in at least this share of the rows; a switch turned on once is no counter."""
FALL = 3.0
"""A step back of fewer typical steps is jitter."""
JITTER = 0.001
"""The share of steps that may be jitter."""
LONGEST_GLITCH = 3
FEW = 4
SHARE = 0.001
"""Resets and losses that a counter may have: so many, or this share of its rows; glitches likewise."""
APART = 10
"""Rows between two wraps, as a rule."""
REGULAR = 0.1
"""Falls at distances that vary by less than this share of their mean are a wave, three or more of them."""
WAVE = 3
PLAUSIBLE = 10.0
LARGE = 0.99, 2.0
"""So many typical steps, or so many times this quantile of the steps, may be one step."""
ALIKE = 0.8
"""The share of falls to zero that start near the modulus, where there is one."""
SURE = 100.0
"""A modulus seen once is so many times the largest plausible step; else a reset could end there by chance."""
NEAR_ZERO = 0.01
"""A fall to this share of the value before it is a reset."""
LOCAL = 25
"""Rows before a break whose median step stands for the step that is unknown."""


@dataclass(frozen=True)
class Break:
    """Where a counter does not count on; rows are row to end - 1.

    Parameters
    ----------
    row, end
        The first row of the new count, and the next one; of a glitch the wrong rows.
    channel
        The column.
    kind
        "reset": starts again near zero. "wrap": starts again after its highest value. "loss": continues lower.
        "glitch": one to three rows are wrong, and the count continues as if they were not there.
    size
        The change of the value at `row`.
    """

    row: int
    end: int
    channel: int
    kind: str
    size: float


@dataclass(frozen=True, eq=False)
class Counters:
    """Which channels are counters, and how they count.

    Parameters
    ----------
    sign
        int64 of shape (channels,): 1 counts up, -1 counts down, 0 is no counter.
    typical
        Shape (channels,): the median of the steps that are not zero.
    reach
        Shape (channels,): how large a single step may be.
    modulus
        Shape (channels,): the number of values before it starts again; NaN where it does not wrap.

    Examples
    --------
    >>> rows = np.arange(60.0)
    >>> reset = np.where(rows < 40, rows, rows - 40) * 3
    >>> learned = Counters.fit(np.column_stack([rows**2, -rows, np.sin(rows), rows > 3, reset]))
    >>> learned.sign.tolist()
    [1, -1, 0, 0, 1]
    >>> learned.breaks(np.column_stack([rows**2, -rows, np.sin(rows), rows > 3, reset]))
    [Break(row=40, end=41, channel=4, kind='reset', size=-117.0)]
    """

    sign: NDArray[np.int64]
    typical: Floats
    reach: Floats
    modulus: Floats

    @classmethod
    def fit(cls, x: Floats) -> Counters:
        """Find the counters among the columns of `x`, shape (n, channels), NaN where missing."""
        learned = [_learn(column) for column in x.T]
        sign, *rest = (np.array(part) for part in zip(*learned, strict=True))
        return cls(sign.astype(np.int64), *rest)

    @property
    def any(self) -> bool:
        """Whether there is a counter."""
        return bool(self.sign.any())

    def breaks(self, x: Floats) -> list[Break]:
        """Return where the counters do not count on, in the order of the rows.

        A pure function of `x` and what was learned. Whether one of the last three rows is a glitch or the beginning
        of a new count is decided by the rows that follow it.
        """
        found = []
        for j in np.flatnonzero(self.sign):
            rows = np.flatnonzero(~np.isnan(x[:, j]))
            known = x[rows, j] * self.sign[j]
            for first, end, kind in _broken(known, self.typical[j], self.reach[j], self.modulus[j]):
                size = float(x[rows[first], j] - x[rows[first - 1], j])
                found.append(Break(int(rows[first]), int(rows[end - 1]) + 1, int(j), kind, size))
        return sorted(found, key=lambda one: (one.row, one.channel))

    def steps(self, x: Floats) -> Floats:
        """Return `x` with counters replaced by their steps; the first step is repeated.

        The step at a reset or a loss is unknown: the median of the steps before it. At a wrap the modulus is added.
        The wrong rows of a glitch have their distance from the last right row, so that they stand out, and the row
        after them its distance from that row, too.
        """
        if not self.any or len(x) < 2:
            return x
        counting = self.sign != 0
        steps = x.copy()
        steps[1:, counting] = np.diff(x[:, counting], axis=0)
        for one in self.breaks(x):
            self._mend(steps[:, one.channel], x[:, one.channel], one)
        steps[0, counting] = steps[1, counting]
        return steps

    def _mend(self, steps: Floats, x: Floats, one: Break) -> None:
        sign, typical, modulus = (float(part[one.channel]) for part in (self.sign, self.typical, self.modulus))
        if one.kind == "glitch":
            after = min(one.end + 1, len(x))
            steps[one.row : after] = x[one.row : after] - x[one.row - 1]
        elif not np.isnan(steps[one.row]):
            before = steps[max(1, one.row - LOCAL) : one.row]
            local = float(np.nanmedian(before)) if np.isfinite(before).any() else sign * typical
            steps[one.row] = one.size + sign * modulus if one.kind == "wrap" else local


def _learn(x: Floats) -> tuple[int, float, float, float]:
    """Return sign, typical step, reach and modulus of one channel; sign 0 for what is no counter."""
    none = 0, np.nan, np.nan, np.nan
    known = x[~np.isnan(x)]
    step = np.diff(known)
    up, down = int((step > 0).sum()), int((step < 0).sum())
    if max(up, down) < max(1.0, MOVES * len(step)):
        return none
    sign = 1 if up >= down else -1
    onward = sign * step[sign * step > 0]
    typical = float(np.median(onward))
    reach = max(PLAUSIBLE * typical, LARGE[1] * float(np.quantile(onward, LARGE[0])))
    if min(up, down) == 0:
        return sign, typical, reach, np.nan
    known = known * sign
    modulus = _modulus(known, typical, reach)
    broken = _broken(known, typical, reach, modulus)
    if _is_counter(known, broken, typical, sign):
        return sign, typical, reach, modulus
    return none


def _is_counter(known: Floats, broken: list[tuple[int, int, str]], typical: float, sign: int) -> bool:
    """Whether what breaks the count is rare, and no wave."""
    n = len(known)
    step = np.diff(known)
    jitter = int(((step < 0) & (step > -FALL * typical)).sum())
    glitches = sum(kind == "glitch" for _, _, kind in broken)
    wraps = np.array([first for first, _, kind in broken if kind == "wrap"])
    falls = np.array([first for first, _, kind in broken if kind in ("reset", "loss")])
    few = max(FEW, SHARE * n)
    if jitter > JITTER * n or glitches > few or len(falls) > few:
        return False
    if len(falls) and (sign < 0 or known.min() < 0):
        return False  # a tank that is filled again, or any other level
    if len(wraps) > 1 and np.median(np.diff(wraps)) < APART:
        return False
    between = np.diff(np.concatenate(([0], falls)))
    return len(falls) < WAVE or float(between.std()) >= REGULAR * float(between.mean())


def _modulus(known: Floats, typical: float, reach: float) -> float:
    """Return the power of two or ten after which a counter starts again at zero; NaN where it does not."""
    falls = np.flatnonzero(np.diff(known) < -FALL * typical)
    if not len(falls) or known.min() < 0:
        return np.nan
    tops = known[falls][known[falls + 1] <= reach]
    if not len(tops):
        return np.nan
    top = float(tops.max())
    power = min(float(base) ** (math.floor(math.log(max(top, 1.0), base) + 1e-12) + 1) for base in (2, 10))
    wraps = float(np.mean(power - tops <= reach)) >= ALIKE
    return power if wraps and reach < power / (SURE if len(tops) == 1 else 2) else np.nan


def _broken(known: Floats, typical: float, reach: float, modulus: float) -> list[tuple[int, int, str]]:
    """Return the breaks of one channel that counts up and has no missing rows, as first row, last + 1 and kind."""
    found: list[tuple[int, int, str]] = []
    done = 0
    for at in np.flatnonzero(np.diff(known) < -FALL * typical) + 1:
        if at < done:
            continue
        first, end, kind = _glitch(known, int(at), typical, reach, done) or (int(at), int(at) + 1, "")
        if not kind:
            kind = _fall(float(known[at - 1]), float(known[at]), reach, modulus)
        found.append((first, end, kind))
        done = end
    return found


def _glitch(known: Floats, at: int, typical: float, reach: float, done: int) -> tuple[int, int, str] | None:
    """Return the one to three rows beside the fall at `at` without which the count goes on, if there are such."""
    for few in range(1, LONGEST_GLITCH + 1):
        low, high = -FALL * typical, reach * (few + 1)
        first, after = at - few, at + few
        if first > done and low < known[at] - known[first - 1] <= high:
            return first, at, "glitch"
        if after < len(known) and low < known[after] - known[at - 1] <= high:
            return at, after, "glitch"
    return None


def _fall(before: float, after: float, reach: float, modulus: float) -> str:
    if abs(before) < modulus and 0 <= after + modulus - before <= reach:
        return "wrap"
    return "reset" if 0 <= after <= max(reach, NEAR_ZERO * abs(before)) else "loss"

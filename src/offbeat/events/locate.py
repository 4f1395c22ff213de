"""Find where in the values the cause of a stretch of alarms lies; one stretch may hold several."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from offbeat.core.series import Floats
from offbeat.core.windows import sliding, true_runs
from offbeat.events.context import ChannelView, EventContext
from offbeat.preprocess.seasonal_model import SD

TINY = float(np.finfo(np.float64).tiny)
FARTHEST = 1e6
"""Standard deviations beyond which distances count as equal."""

GAP_COST = 0.4
"""What a row inside the usual range takes from the evidence of the rows around it: those outside bring log(1 + distance
in half-widths), so that a large excursion does not swallow a small one ten rows on."""

CLOSE = 2
"""Excursions with at most so many rows between them are one."""

ROUGH = 3.0
"""Rows between two excursions do not part them where their mean square is 2, and so many of its deviations above 1."""

FAR_ABOVE = 4.0
"""Two spikes are apart, however rough it is between them, where they are so many times as high."""

FEWEST = 8
"""Rows from which on a course, or the side on which values are, can be recognised."""

ONE_SIDED = 0.9
"""The share of rows above the range must change by as much where an excursion changes sides."""

HARDLY = 0.03
"""Ends of an excursion closer to the usual range than this share of its largest distance are left out."""

ALIKE = 0.8
"""Two courses with a correlation above this, or below its opposite, are alike."""

STILL = 0.7
"""Values that vary by less than this share of their usual course keep still."""

LONG = 20
"""In an excursion of so many rows a spike may stand out again."""

NESTED = 7.0
"""It does from so many local standard deviations on."""

AROUND = 11
"""Rows of the running median that such a spike is measured from."""


@dataclass(frozen=True)
class Piece:
    """Rows in which one channel is off, by its values: from `first` up to and without `end`."""

    first: int
    end: int
    column: int
    gain: float


def locate(first: int, end: int, columns: list[int], context: EventContext) -> list[Piece]:
    """Return the excursions of these channels in the rows from `first` up to and without `end` that no chance makes.

    An excursion is a stretch of rows outside the usual range; those whose evidence outweighs what the rows between
    them take from it are one (maximal scoring segments, in linear time). It counts where one of its points, or all of
    them together, are less likely than a penalty that grows with the logarithm of the rows allows.

    References
    ----------
    Ruzzo, Tompa (1999), A linear time algorithm for finding all maximal scoring subsequences.
    Fisch, Eckley, Fearnhead (2022), A linear time method for the detection of collective and point anomalies.
    """
    found: list[Piece] = []
    for column in columns:
        view = context.view(first, end, column)
        distance = np.abs(np.nan_to_num(view.beyond))
        if not distance.any():
            continue
        deviation = float(context.normal.deviation[column])
        z = _standard(np.nan_to_num(view.residual), np.maximum(view.width, TINY) * deviation)
        pieces = [(a, b) for a, b in _excursions(distance) if _gain(z[a:b], column, context) > 0]
        pieces = [part for piece in _joined(pieces, z, view) for part in one_sided(piece, view)]
        pieces = _fitted(pieces, view)
        least = 1.5 * float(context.normal.extreme[column]) / deviation
        nested = [spike for a, b in pieces if b - a >= LONG for spike in _spikes(a, b, view, least, deviation)]
        for a, b in [*pieces, *nested]:
            found.append(Piece(first + a, first + b, column, _gain(z[a:b], column, context)))
    return found


def _standard(x: Floats, scale: Floats) -> Floats:
    """Return `x` in standard deviations, cut off where squares would tell no more."""
    with np.errstate(over="ignore"):
        return np.clip(x / scale, -FARTHEST, FARTHEST)


def _excursions(distance: Floats) -> list[tuple[int, int]]:
    """Return the maximal scoring stretches of log(1 + distance), where rows with a distance of 0 cost `GAP_COST`."""
    sums = np.concatenate([[0.0], np.cumsum(np.where(distance > 0, np.log1p(distance), -GAP_COST))])
    firsts: list[int] = []
    ends: list[int] = []
    before: list[int] = []  # for each stretch, the last one before it that starts at a smaller sum
    for first, end in true_runs(distance > 0):
        at, until = int(first), int(end)
        while True:
            j = len(firsts) - 1
            while j >= 0 and sums[firsts[j]] >= sums[at]:
                j = before[j]
            if j < 0 or sums[ends[j]] >= sums[until]:
                firsts.append(at)
                ends.append(until)
                before.append(j)
                break
            at = firsts[j]
            del firsts[j:], ends[j:], before[j:]
    return list(zip(firsts, ends, strict=True))


def _gain(z: Floats, column: int, context: EventContext) -> float:
    """Return by how much the rows exceed what chance explains: the worst of them alone, or all together."""
    normal = context.normal
    n = max(normal.rows, 2)
    usual = 1.5 * float(normal.extreme[column] / normal.deviation[column]) ** 2
    alone = float(np.max(z**2)) - max(2 * math.log(n) + 6, usual)
    if len(z) < 2:
        return alone
    mean, variance = float(z.mean()), max(float(z.var()), 1e-2)
    together = len(z) * (mean**2 + variance - 1 - math.log(variance))
    return max(alone, together - float(normal.memory[column]) * (4 * math.log(n) + 8))


def _joined(pieces: list[tuple[int, int]], z: Floats, view: ChannelView) -> list[tuple[int, int]]:
    """Join pieces that no calm parts, or that repeat one value."""
    found: list[tuple[int, int]] = []
    for a, b in pieces:
        if found:
            first, end = found[-1]
            between = z[end:a]
            sole = (
                b - a <= CLOSE and end - first <= CLOSE and _stand_out(z[[*range(first, end), *range(a, b)]], between)
            )
            if (
                len(between) <= CLOSE
                or (_is_rough(between) and not sole)
                or _same_value(view.x[first:end], view.x[a:b])
            ):
                found[-1] = (first, b)
                continue
        found.append((a, b))
    return found


def _stand_out(z: Floats, between: Floats) -> bool:
    """Whether the rows of two spikes are all far above those between them."""
    return float(np.min(np.abs(z))) > FAR_ABOVE * float(np.sqrt(np.mean(between**2)))


def _is_rough(z: Floats) -> bool:
    """Whether the rows vary more than calm ones would by chance."""
    return float(np.mean(z**2)) > max(2.0, 1 + ROUGH * math.sqrt(2 / len(z)))


def _same_value(one: Floats, two: Floats) -> bool:
    values = np.concatenate([one[-1:], two])
    return bool(np.ptp(values) == 0 and len(values) > CLOSE)


def one_sided(piece: tuple[int, int], view: ChannelView) -> list[tuple[int, int]]:
    """Part an excursion where it changes sides for long, unless it swings with its usual course, more or less."""
    first, end = piece
    outside = first + np.flatnonzero(np.nan_to_num(view.beyond[first:end]))
    if len(outside) < 2 * FEWEST or abs(_likeness(view.middle[outside], view.residual[outside])) > ALIKE:
        return [piece]
    side = view.beyond[outside] > 0
    before = np.cumsum(side)
    share = (before / np.arange(1, len(side) + 1))[:-1]
    after = (before[-1] - before[:-1]) / np.arange(len(side) - 1, 0, -1)
    turn = int(np.argmax(np.abs(share - after)[FEWEST - 1 : len(side) - FEWEST])) + FEWEST - 1
    if abs(share[turn] - after[turn]) < ONE_SIDED:
        return [piece]
    return [(first, int(outside[turn]) + 1), (int(outside[turn + 1]), end)]


def _fitted(pieces: list[tuple[int, int]], view: ChannelView) -> list[tuple[int, int]]:
    """Return the excursions without ends that hardly leave the range, and with the rows that belong to a new level.

    These are the rows on either side of a lasting excursion that are nearer to its level than to what is expected.
    """
    found: list[tuple[int, int]] = []
    rest, distance = np.nan_to_num(view.residual), np.abs(np.nan_to_num(view.beyond))
    for i, piece in enumerate(pieces):
        least = min(HARDLY * float(distance[slice(*piece)].max()), 1.0)
        far = piece[0] + np.flatnonzero(distance[slice(*piece)] >= least)
        low, high = int(far[0]), int(far[-1]) + 1
        side = np.sign(np.nan_to_num(view.beyond[low:high]))
        if high - low >= FEWEST and abs(side.sum()) >= max(ONE_SIDED * np.count_nonzero(side), (high - low) / 2):
            middle = float(np.median(rest[low:high]))
            most = max(LONG, (high - low) // 2)
            before = max(low - most, found[-1][1] if found else 0)
            after = min(high + most, pieces[i + 1][0] if i + 1 < len(pieces) else len(rest))
            gain = np.abs(rest) - np.abs(rest - middle)
            part = rest[low:high]
            back, ahead = _climb(part, low - before), _climb(part[::-1], after - high)
            low, high = low - (back or _best(gain[before:low][::-1])), high + (ahead or _best(gain[high:after]))
        found.append((low, high))
    return found


def _climb(rest: Floats, most: int) -> int:
    """Return how many rows before a drift it began: where the line through its rows crosses zero; 0 for no drift."""
    rows = np.arange(len(rest), dtype=np.float64)
    likeness = _likeness(rows, np.abs(rest))
    if len(rest) < LONG or likeness < ALIKE:
        return 0
    slope, start = np.polyfit(rows, np.abs(rest), 1)
    return int(np.clip(np.ceil(start / slope), 0, most))


def _best(gain: Floats) -> int:
    """Return how many rows from the first on have the largest sum; 0 where none is above 0."""
    return int(np.argmax(np.concatenate([[0.0], np.cumsum(gain)])))


def stays_out(x: Floats, course: Floats) -> bool:
    """Whether the usual course is missing: the values keep still, and differ from it by its own swings upside down."""
    size = float(np.abs(x).max() + np.abs(course).max()) or 1.0
    x, course = x / size, course / size
    residual = x - course
    still = x.std() < STILL * course.std() and residual.std() > 0.25 * np.abs(residual).mean()
    return bool(still and _likeness(course, residual) < -ALIKE)


def _likeness(one: Floats, two: Floats) -> float:
    """Return the correlation of two courses; 0 where there are too few rows, or where one is constant."""
    if len(one) < FEWEST or np.ptp(one) == 0 or np.ptp(two) == 0:
        return 0.0
    one, two = one / np.abs(one).max(), two / np.abs(two).max()
    return float(np.corrcoef(one, two)[0, 1])


def _spikes(first: int, end: int, view: ChannelView, least: float, deviation: float) -> list[tuple[int, int]]:
    """Return the single rows of a long excursion, or pairs of rows, whose values stick out of it by `least` or more."""
    unit = np.maximum(view.width[first:end], TINY) * deviation
    rest = _standard(_from_median(view.residual[first:end]), unit)
    value = _standard(_from_median(view.x[first:end]), unit)  # where only the expectation jumps, nothing happened
    scale = max(float(np.quantile(np.abs(rest), 0.9)) / SD, 1.0)
    high = (np.abs(rest) > max(NESTED * scale, least)) & (value * np.sign(rest) > 0.5 * np.abs(rest))
    return [(first + int(a), first + int(b)) for a, b in true_runs(high) if b - a <= CLOSE]


def _from_median(x: Floats) -> Floats:
    known = np.nan_to_num(x)
    rest: Floats = known - np.median(sliding(np.pad(known, AROUND // 2, mode="edge"), AROUND), axis=1)
    return rest

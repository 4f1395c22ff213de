"""Which parts of a series serve as references where no training part is named (decision 43)."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from offbeat.core.calibration import Calibration
from offbeat.core.series import Floats
from offbeat.ensembles._recipe import RECIPE

BLOCKS = 16
"""Parts of a series whose medians show its trend."""

MemberScores = Mapping[str, tuple[Floats, Floats]]
"""The score of each member, (n,), and of its channels, (n, channels)."""


def parts_of(n: int, window: int) -> list[slice]:
    """Return the parts of `n` rows that serve as references, or none where they hold too few windows.

    Examples
    --------
    >>> parts_of(1000, 20)
    [slice(0, 250, None), slice(250, 500, None), slice(500, 750, None), slice(750, 1000, None)]
    >>> parts_of(1000, 100)
    []
    """
    if n < RECIPE.parts * RECIPE.fewest * window:
        return []
    edges = [n * i // RECIPE.parts for i in range(RECIPE.parts + 1)]
    return [slice(first, last) for first, last in pairwise(edges)]


def without_trend(x: Floats) -> Floats:
    """Return `x`, shape (n, channels), of at least 16 rows, less a straight line in each channel that follows one.

    The end of a trend would be odd to the first part for its level alone. A step is no line, nor is a lasting fault.

    Examples
    --------
    >>> without_trend(np.arange(64.0)[:, None] + 5).round(6).any()
    np.False_
    >>> step = np.where(np.arange(64) < 32, 0.0, 1.0)[:, None]
    >>> bool((without_trend(step) == step).all())
    True
    """
    blocks = np.array_split(np.arange(len(x)), BLOCKS)
    at = np.array([rows.mean() for rows in blocks])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a block of NaN has none
        medians = np.array([np.nanmedian(x[rows], axis=0) for rows in blocks])
    result = x.copy()
    for j, heights in enumerate(medians.T):
        known = np.isfinite(heights)
        if known.sum() < BLOCKS // 2 or np.ptp(heights[known]) == 0:
            continue
        size = np.abs(heights[known]).max()  # huge and tiny values have no square
        slope, start = np.polyfit(at[known], heights[known] / size, 1)
        rest = heights[known] / size - slope * at[known] - start
        if rest.var() < (1 - RECIPE.straight) * (heights[known] / size).var():
            result[:, j] -= size * (slope * np.arange(len(x)) + start)
    return result


def combined(whole: MemberScores, by_part: Sequence[MemberScores], parts: Sequence[slice]) -> MemberScores:
    """Return the weighted mean of each member's scores by all rows and by each part.

    Parameters
    ----------
    whole
        The scores by members that learned from all rows.
    by_part
        For each part, the scores of all rows by members that learned from that part. A member that is absent from one
        keeps its scores by all rows.
    parts
        The rows of each part.
    """
    weights = _weights(_oddness(by_part, parts))
    everywhere = [name for name in whole if all(name in part for part in by_part)]
    means = {name: _mean([one[name] for one in (whole, *by_part)], weights) for name in everywhere}
    return {**whole, **means}


def _oddness(by_part: Sequence[MemberScores], parts: Sequence[slice]) -> Floats:
    """Return how odd each part is to the others: the mean share of its rows that are unusual to them, (parts,)."""
    shares = np.zeros((len(parts), len(parts)))
    for i, member_scores in enumerate(by_part):
        score = np.nan_to_num(Calibration.combine(np.column_stack([one for one, _ in member_scores.values()])))
        shares[i] = [(score[part] > RECIPE.odd).mean() for part in parts]
    np.fill_diagonal(shares, 0.0)
    odd: Floats = shares.sum(axis=0) / (len(parts) - 1)
    return odd


def _weights(odd: Floats) -> Floats:
    """Return the weight of all rows, and then of each part; they sum to 1.

    Examples
    --------
    >>> _weights(np.array([0.1, 0.2, 0.1, 0.2])).round(2).tolist()
    [0.4, 0.45, 0.05, 0.05, 0.05]
    >>> _weights(np.array([0.3, 0.2, 0.0, 0.2])).round(2).tolist()
    [0.4, 0.25, 0.05, 0.25, 0.05]
    """
    quiet = int(odd.argmin())
    trusted = [0, quiet] if RECIPE.quieter * odd[quiet] < odd[0] else [0]
    weights = np.full(1 + len(odd), (1 - 2 * RECIPE.share) / len(odd))
    weights[0] = RECIPE.share
    for part in trusted:
        weights[1 + part] += RECIPE.share / len(trusted)
    return weights


def _mean(scores: Sequence[tuple[Floats, Floats]], weights: Floats) -> tuple[Floats, Floats]:
    """Return the weighted mean of a member's scores, and of those of its channels, ignoring NaN."""

    def mean(several: Sequence[Floats]) -> Floats:
        total, weight = np.zeros(several[0].shape), np.zeros(several[0].shape)
        for one, counts in zip(several, weights, strict=True):
            known = ~np.isnan(one)
            total += np.where(known, counts * one, 0.0)
            weight += counts * known
        result: Floats = np.divide(total, weight, out=np.full(total.shape, np.nan), where=weight > 0)
        return result

    combined_scores = mean([one for one, _ in scores])
    if scores[0][1].shape[1] == 1:
        return combined_scores, combined_scores[:, None]
    return combined_scores, mean([channels for _, channels in scores])

"""Rank detectors over many series, and test which differences are significant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offbeat.core.errors import InputError, ParameterError
from offbeat.core.series import Floats
from offbeat.metrics._ties import tied


@dataclass(frozen=True, eq=False)
class Ranks:
    """Mean ranks of detectors over series, the best first.

    Parameters
    ----------
    names
        The detectors, the best mean rank first; all else is in this order.
    ranks
        Mean ranks, shape (k,); 1 is best.
    p_value
        Friedman's test of all being equal; Wilcoxon's where there are two detectors only.
    critical_difference
        Nemenyi's: mean ranks that are farther apart differ.
    p_values
        Wilcoxon's signed-rank test of each pair, adjusted by Holm, shape (k, k), 1 on the diagonal.
    groups
        The largest sets of neighbours in which no pair differs by `p_values`.
    """

    names: tuple[str, ...]
    ranks: Floats
    p_value: float
    critical_difference: float
    p_values: Floats
    groups: tuple[tuple[str, ...], ...]


def critical_difference(
    values: ArrayLike, names: Sequence[str], alpha: float = 0.05, higher_is_better: bool = True
) -> Ranks:
    """Rank detectors over many series and say which differences chance could not have made.

    Friedman's test for all; then Nemenyi's critical difference, q sqrt(k (k + 1) / (6 n)), and Wilcoxon's signed-rank
    tests of all pairs, adjusted by Holm. O(n k^2). What fools it: ranks forget by how much; many series of one source
    count as if they were independent.

    Parameters
    ----------
    values
        Shape (series, detectors), at least 2 of each. Values that differ by rounding alone are tied, as scores are in
        `vus_pr`, and so are differences of two detectors.
    names
        One a detector.
    alpha
        The chance of calling equals different, between 0 and 1.
    higher_is_better
        The direction of the values.

    Raises
    ------
    InputError
        For another shape, other lengths, or NaN.
    ParameterError
        For an alpha that is not between 0 and 1.

    References
    ----------
    Demsar: Statistical comparisons of classifiers over multiple data sets, JMLR 7, 2006; Benavoli, Corani, Mangili:
    Should we really use post-hoc tests based on mean-ranks?, JMLR 17, 2016.

    Examples
    --------
    >>> base = np.linspace(0.3, 0.7, 12)
    >>> found = critical_difference(np.column_stack([base, base + 0.1, base - 0.001]), ["knn", "auto", "zscore"])
    >>> found.names, found.ranks.tolist(), round(found.critical_difference, 2)
    (('auto', 'knn', 'zscore'), [1.0, 2.0, 3.0], 0.96)
    >>> found.groups
    (('auto',), ('knn',), ('zscore',))
    """
    from scipy.stats import rankdata, studentized_range

    table = _table(values, names)
    if not 0 < alpha < 1:
        raise ParameterError(f"alpha={alpha} is not between 0 and 1; 0.05 is usual")
    n, k = table.shape
    means = rankdata(-table if higher_is_better else table, axis=1).mean(axis=0)
    order = np.argsort(means, kind="stable")
    p_values = _pairwise(table[:, order])
    spread = float(studentized_range.ppf(1 - alpha, k, np.inf)) / np.sqrt(2) * np.sqrt(k * (k + 1) / (6 * n))
    ordered = tuple(names[i] for i in order)
    groups = tuple(ordered[first:last] for first, last in _groups(p_values > alpha))
    return Ranks(ordered, means[order], _friedman(table, p_values), float(spread), p_values, groups)


def _table(values: ArrayLike, names: Sequence[str]) -> Floats:
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2:
        raise InputError(f"values of shape {table.shape}; give (series, detectors), at least 2 of each")
    if table.shape[1] != len(names):
        raise InputError(f"{len(names)} names for {table.shape[1]} columns of values; give one a detector")
    if np.isnan(table).any():
        row, column = np.argwhere(np.isnan(table))[0]
        raise InputError(
            f"the value of {names[column]} on series {row} is NaN; leave that series out for all, or give it a value"
        )
    return np.stack([tied(row) for row in table])


def _friedman(table: Floats, p_values: Floats) -> float:
    from scipy.stats import friedmanchisquare

    if table.shape[1] == 2:
        return float(p_values[0, 1])
    if (table == table[:, :1]).all():
        return 1.0
    return float(friedmanchisquare(*table.T).pvalue)


def _pairwise(table: Floats) -> Floats:
    """Return Wilcoxon's p-values of all pairs of columns, adjusted by Holm."""
    from scipy.stats import wilcoxon

    k = table.shape[1]
    pairs = np.argwhere(np.triu(np.ones((k, k), dtype=bool), 1))
    pairwise = [_differences(table[:, i], table[:, j]) for i, j in pairs]
    raw = np.array([wilcoxon(differences).pvalue if differences.any() else 1.0 for differences in pairwise])
    order = np.argsort(raw, kind="stable")
    adjusted = np.minimum(np.maximum.accumulate(raw[order] * np.arange(len(raw), 0, -1)), 1.0)
    matrix = np.eye(k)
    for (i, j), p in zip(pairs[order], adjusted, strict=True):
        matrix[i, j] = matrix[j, i] = p
    return matrix


def _differences(first: Floats, second: Floats) -> Floats:
    """Return the differences, those of sizes that differ by rounding alone of one size."""
    differences = first - second
    return np.asarray(np.sign(differences) * tied(np.abs(differences)))


def _groups(similar: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the largest stretches (first, last + 1) in which all pairs are alike."""
    found: list[tuple[int, int]] = []
    for first in range(len(similar)):
        last = first + 1
        while last < len(similar) and similar[first : last + 1, first : last + 1].all():
            last += 1
        if not found or last > found[-1][1]:
            found.append((first, last))
    return found

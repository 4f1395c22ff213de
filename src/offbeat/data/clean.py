"""Cleaning: sort, drop duplicates, regularise, fill short gaps; every step is reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import ParameterError, unknown_parameter
from offbeat.core.health import Finding
from offbeat.core.params import param, params_of, parse_options, validate
from offbeat.core.series import Floats, Series
from offbeat.core.wording import counted
from offbeat.data import filling, grid
from offbeat.data.health import clock_changes, examine, infinities


@dataclass(frozen=True, eq=False)
class Cleaned:
    """A cleaned series, and what was done to it.

    Parameters
    ----------
    series
        In time order, one row a time, at equal steps where the times allow it. Without the index of the input.
    rows
        int64 of shape (rows of the input,): the row of `series` in which each row of the input went; of a dropped row,
        that of the row with its time.
    dropped
        bool of shape (rows of the input,), True where another row with the same time was kept instead.
    filled
        bool of shape (n, channels), True where a value was interpolated or imputed.
    findings
        What was found and done.
    """

    series: Series
    rows: NDArray[np.int64]
    dropped: NDArray[np.bool_]
    filled: NDArray[np.bool_]
    findings: tuple[Finding, ...]

    def to_input(self, values: NDArray[Any], absent: Any) -> NDArray[Any]:
        """Return what is known of each row of `series` for each row of the input; `absent` for a dropped one.

        Parameters
        ----------
        values
            One entry a row of `series`; any shape (n, ...).
        absent
            What a dropped row has instead: NaN, False or `Status.DROPPED`.

        Examples
        --------
        >>> series = Series(np.array([[3.0], [9.0], [5.0]]), time=np.array([0, 0, 1]))
        >>> Clean()(series).to_input(np.array([0.5, 0.25]), np.nan)
        array([0.5 ,  nan, 0.25])
        """
        given = values[self.rows]
        given[self.dropped] = absent
        return given


@dataclass(frozen=True)
class Clean:
    """The policy of cleaning; called with a series, it cleans it.

    Examples
    --------
    >>> series = Series(np.array([[3.0], [1.0], [7.0]]), time=np.array([2, 0, 6]))
    >>> cleaned = Clean()(series)
    >>> cleaned.series.values.ravel()
    array([1., 3., 5., 7.])
    >>> cleaned.rows.tolist()
    [1, 0, 3]
    """

    sort: bool = param(True, "whether rows are put in time order")
    duplicates: str = param(
        "auto",
        "which of the rows with one time is kept; auto: all where half of the rows repeat one with other values, or "
        "where the times are irregular, else the first",
        choices=("auto", "first", "last", "mean", "all"),
    )
    regular: bool = param(True, "whether rows that are missing from nearly regular times are put in, without values")
    max_gap: int = param(3, "the longest gap that is interpolated, in points", low=0)  # decision 5
    method: str = param("linear", "how gaps are interpolated", choices=("linear", "time", "spline", "seasonal"))
    impute: str = param("none", "what fills longer gaps", choices=("none", "forward", "median", "seasonal"))
    period: int | None = param(None, "the season for seasonal filling, in points; None: a day, week or year", low=2)

    def __post_init__(self) -> None:
        validate(self)

    @classmethod
    def parse(cls, options: Mapping[str, str]) -> Clean:
        """Return the policy that a user typed.

        Raises
        ------
        UnknownNameError
            For an option that is not there, with the nearest one offered.
        ParameterError
            For a value that is not allowed.

        Examples
        --------
        >>> Clean.parse({"max_gap": "12"}).max_gap
        12
        """
        return cls(**parse_options(cls, options))

    def __call__(self, series: Series) -> Cleaned:
        """Clean one series; see `clean`."""
        return clean(series, self)


class CleanOptions(TypedDict, total=False):
    """The policy of cleaning as a dict; names, meaning and defaults are those of `Clean`."""

    sort: bool
    duplicates: str
    regular: bool
    max_gap: int
    method: str
    impute: str
    period: int | None


def as_clean(asked: Clean | CleanOptions | None) -> Clean:
    """Return the policy that was asked for, as one, as a dict of what differs from the default, or not at all.

    Raises
    ------
    UnknownNameError
        For an option that is not there, with the nearest one offered.
    ParameterError
        For a value that is not allowed.

    Examples
    --------
    >>> as_clean({"max_gap": 12}).max_gap
    12
    """
    if asked is None or isinstance(asked, Clean):
        return asked or Clean()
    if not isinstance(asked, Mapping):
        raise ParameterError(f"clean={asked!r} is no policy; write it as {{'method': 'linear'}}, or give a Clean(...)")
    for name in asked:
        if name not in params_of(Clean):
            raise unknown_parameter("clean", name, params_of(Clean))
    return Clean(**asked)


@dataclass
class _Work:
    """A series being cleaned, and the row that each input row has moved to."""

    series: Series
    rows: NDArray[np.int64]
    dropped: NDArray[np.bool_]
    findings: list[Finding] = field(default_factory=list)


def clean(series: Series, policy: Clean | None = None) -> Cleaned:
    """Sort, deduplicate, regularise and fill a series, and report every step.

    Parameters
    ----------
    series
        Any series; it is not changed. A series that needs nothing is passed on without being copied.
    policy
        What to do; None is the default policy.

    Raises
    ------
    ParameterError
        For seasonal filling where no period is given and the times suggest none.

    Notes
    -----
    O(n), or O(n log n) where rows must be sorted. The findings include those of `health`.

    Examples
    --------
    >>> series = Series(np.array([[1.0], [np.nan], [3.0]]))
    >>> cleaned = clean(series)
    >>> cleaned.series.values.ravel(), cleaned.filled.ravel()
    (array([1., 2., 3.]), array([False,  True, False]))
    """
    policy = policy or Clean()
    work = _Work(_finite(series), np.arange(len(series)), np.zeros(len(series), dtype=bool))
    changes = clock_changes(series)
    if series.time is not None and len(series) > 1:
        _sort(work, policy)
        if grid.is_sorted(work.series.stamps):
            policy = settled(policy, work.series)
            _merge(work, policy)
            if policy.regular and policy.duplicates != "all":
                _lay(work)
    found = examine(work.series, policy.max_gap)
    known = tuple(finding for finding in found if finding.kind != "clock") + changes
    infinite = infinities(series)
    values, filled = _fill(work, policy)
    final = work.series if values is work.series.values else replace(work.series, values=values)
    return Cleaned(final, work.rows, work.dropped, filled, (*infinite, *work.findings, *known))


def _finite(series: Series) -> Series:
    # the sum of finite numbers is finite but for overflow, and needs no copy
    with np.errstate(invalid="ignore", over="ignore"):
        if np.isfinite(series.values.sum()) or not np.isinf(series.values).any():
            return series
    return replace(series, values=np.where(np.isinf(series.values), np.nan, series.values))


def _moved(series: Series, rows: Any) -> Series:
    return replace(
        series,
        values=series.values[rows],
        time=None if series.time is None else series.time[rows],
        labels=None if series.labels is None else series.labels[rows],
        index=None,
        source=None,
    )


def _sort(work: _Work, policy: Clean) -> None:
    stamps = work.series.stamps
    if grid.is_sorted(stamps):
        return
    late = int((stamps[1:] < stamps[:-1]).sum())
    early = f"{counted(late, 'row is', 'rows are')} earlier than the row above"
    if not policy.sort:
        work.findings.append(Finding("unsorted", f"{early}; not sorted"))
        return
    order = np.argsort(stamps, kind="stable")
    work.series = _moved(work.series, order)
    work.rows = np.empty_like(order)
    work.rows[order] = np.arange(len(order))
    work.findings.append(Finding("unsorted", f"{early}; all were sorted by time", n_points=late))


def settled(policy: Clean, series: Series) -> Clean:
    """Return the policy with what "auto" means for the rows of a series that share a time: the same from then on.

    Examples
    --------
    >>> orders = Series(np.arange(6.0)[:, None], time=np.array([0, 0, 0, 1, 1, 1]))
    >>> settled(Clean(), orders).duplicates
    'all'
    """
    if policy.duplicates != "auto" or series.time is None:
        return policy
    stamps = series.stamps if grid.is_sorted(series.stamps) else np.sort(series.stamps)
    if not (stamps[1:] == stamps[:-1]).any():
        return policy
    group = grid.groups(stamps)
    order = np.argsort(series.stamps, kind="stable")
    differ = _differing(series.values[order], series.values[order][grid.kept(group, "first")], group)
    many = 2 * differ >= len(series) or (differ > 1 and not grid.lay(stamps[grid.kept(group, "first")]).regular)
    return replace(policy, duplicates="all" if many else "first")


def _differing(values: Floats, merged: Floats, group: NDArray[np.int64]) -> int:
    """Return how many rows have other values than what stands for all rows of their time."""
    back = merged[group]
    return int((~((back == values) | (np.isnan(back) & np.isnan(values)))).any(axis=1).sum())


def _merge(work: _Work, policy: Clean) -> None:
    series = work.series
    group = grid.groups(series.stamps)
    extra = len(series) - int(group[-1]) - 1
    if not extra:
        return
    if policy.duplicates == "all":
        text = f"{counted(extra, 'row repeats', 'rows repeat')} a time that is already there; all were kept"
        work.findings.append(Finding("duplicate", text, n_points=extra))
        return
    merged = grid.merge(series.values, group, policy.duplicates)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    differ = _differing(series.values, merged, group)
    kept = "their mean was taken" if policy.duplicates == "mean" else f"the {policy.duplicates} was kept"
    others = f", {differ} of them with other values" if differ else ""
    text = f"{counted(extra, 'row repeats', 'rows repeat')} a time that is already there{others}; {kept}"
    work.findings.append(Finding("duplicate", text, n_points=extra))
    labels = None if series.labels is None else np.logical_or.reduceat(series.labels, starts)
    work.series = replace(series, values=merged, time=series.stamps[starts], labels=labels, index=None, source=None)
    if policy.duplicates != "mean":
        work.dropped = (grid.kept(group, policy.duplicates)[group] != np.arange(len(group)))[work.rows]
    work.rows = group[work.rows]


def _lay(work: _Work) -> None:
    series = work.series
    laid = grid.lay(series.stamps)
    if not laid.grows:
        return
    values = np.full((len(laid.times), series.values.shape[1]), np.nan)
    values[laid.slots] = series.values
    labels = None
    if series.labels is not None:
        # a row that was put in lies in an anomaly where the rows on both sides do, so that none falls to pieces
        rows = np.arange(len(laid.times))
        before, after = (np.searchsorted(laid.slots, rows, side) for side in ("right", "left"))
        labels = series.labels[before - 1] & series.labels[after]
    work.series = replace(series, values=values, time=laid.times, labels=labels, index=None, source=None)
    work.rows = laid.slots[work.rows]


def _fill(work: _Work, policy: Clean) -> tuple[Floats, NDArray[np.bool_]]:
    values = work.series.values
    filled = np.zeros(values.shape, dtype=bool)
    if not np.isnan(values).any():
        return values, filled
    period = None
    if "seasonal" in (policy.method, policy.impute):
        period = filling.period_of(work.series, policy.period)
    made = values.copy()
    for j in range(values.shape[1]):
        x = values[:, j]
        holes = np.isnan(x)
        if not holes.any() or holes.all():
            continue
        short, long = filling.split_holes(x, policy.max_gap)
        if short.any():
            made[short, j] = filling.interpolated(x, short, work.series.stamps, policy.method, period)
        if policy.impute != "none" and long.any():
            made[long, j] = filling.imputed(x, long, policy.impute, period)
        filled[:, j] = holes & ~np.isnan(made[:, j])
    _say_filled(work, filled, policy)
    return made, filled


def _say_filled(work: _Work, filled: NDArray[np.bool_], policy: Clean) -> None:
    total = int(filled.sum())
    if not total:
        return
    how = {"linear": "interpolated", "time": "interpolated by time", "spline": "interpolated by a spline"}
    words = how.get(policy.method, "filled by season")
    rest = "" if policy.impute == "none" else f" (gaps of more than {policy.max_gap} points by {policy.impute})"
    text = f"{counted(total, 'missing value was', 'missing values were')} {words}{rest}"
    work.findings.append(Finding("filled", text, n_points=total))

"""Resampling and class weights for labels with few anomalies.

Measures are left alone: a test part that was balanced says nothing of the false alarms that real data will raise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offbeat.core.errors import InputError, ParameterError
from offbeat.core.series import Floats

Rows = NDArray[np.int64]


def stratified_bootstrap(labels: ArrayLike, seed: int = 0) -> Rows:
    """Draw rows with replacement, as many of each class as there are.

    So no draw is without an anomaly, as a plain one may be where they are rare. O(n). Rows of one event are alike, so
    what is drawn varies less than other data would; `offbeat.metrics.bootstrap_events` draws whole events.

    Parameters
    ----------
    labels
        0 or 1, shape (n,), at least one of each.
    seed
        The same seed draws the same rows.

    Returns
    -------
    Rows, shape (n,), in time order.

    Raises
    ------
    InputError
        For labels of one kind, or that are not 0 and 1.

    Examples
    --------
    >>> labels = np.array([0, 0, 0, 1, 0, 1])
    >>> rows = stratified_bootstrap(labels)
    >>> len(rows), int(labels[rows].sum())
    (6, 2)
    """
    marks = _marks(labels)
    rng = np.random.default_rng(seed)
    drawn = [rng.choice(rows, len(rows)) for rows in (np.flatnonzero(marks), np.flatnonzero(~marks))]
    return np.sort(np.concatenate(drawn))


def downsample(labels: ArrayLike, ratio: float = 1.0, seed: int = 0) -> Rows:
    """Return all rows of the rarer class, and at most `ratio` times as many others.

    Drawn without replacement.

    O(n). For models that take rows or windows one by one; neighbours in time are no longer neighbours.

    Parameters
    ----------
    labels
        0 or 1, shape (n,), at least one of each.
    ratio
        Rows of the common kind for each of the rare one, at least 1.
    seed
        The same seed draws the same rows.

    Returns
    -------
    Rows in time order.

    Raises
    ------
    InputError
        For labels of one kind, or that are not 0 and 1.
    ParameterError
        For a ratio below 1.

    Examples
    --------
    >>> labels = np.arange(100) >= 95
    >>> rows = downsample(labels, ratio=2)
    >>> len(rows), int(labels[rows].sum())
    (15, 5)
    """
    if not ratio >= 1:
        raise ParameterError(
            f"ratio={ratio:g} is not allowed; give at least 1, rows of the common kind for each rare one"
        )
    marks = _marks(labels)
    few, many = sorted((np.flatnonzero(marks), np.flatnonzero(~marks)), key=len)
    wanted = min(len(many), round(ratio * len(few)))
    kept = np.random.default_rng(seed).choice(many, wanted, replace=False)
    return np.sort(np.concatenate([few, kept]))


def class_weights(labels: ArrayLike) -> Floats:
    """Return balanced weights, n / (2 n_class), one per row.

    Both classes weigh the same in all, and the mean weight is 1.

    O(n). For a loss or a model with sample weights; nothing is drawn, nothing is lost.

    Parameters
    ----------
    labels
        0 or 1, shape (n,), at least one of each.

    Returns
    -------
    float64 of shape (n,).

    Raises
    ------
    InputError
        For labels of one kind, or that are not 0 and 1.

    Examples
    --------
    >>> class_weights([0, 0, 0, 1])
    array([0.66..., 0.66..., 0.66..., 2. ])
    """
    marks = _marks(labels)
    share = marks.mean()
    weights: Floats = np.where(marks, 0.5 / share, 0.5 / (1 - share))
    return weights


def _marks(labels: ArrayLike) -> NDArray[np.bool_]:
    array = np.asarray(labels)
    if array.ndim != 1 or not np.isin(array, (0, 1)).all():
        raise InputError(f"labels of shape {array.shape} must be 0 or 1, one a row; turn them into that first")
    marks: NDArray[np.bool_] = array == 1
    if marks.all() or not marks.any():
        kind = "anomalous" if marks.any() else "normal"
        raise InputError(f"all {len(marks)} rows are {kind}; there is nothing to balance without both kinds")
    return marks

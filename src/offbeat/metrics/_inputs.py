"""Checks that every measure makes of its arrays."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offbeat.core.errors import InputError, ParameterError
from offbeat.core.series import Floats, as_flags
from offbeat.metrics._ties import tied

Flags = NDArray[np.bool_]
Policy = Literal["raise", "lowest", "drop"]


def numbers(values: ArrayLike, name: str) -> Floats:
    """Return numbers as float64 of shape (n,)."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} must be numbers ({error}); convert them first") from None
    if array.ndim != 1 or not len(array):
        raise InputError(
            f"{name} must have the shape (n,) with n at least 1, not {array.shape}; pass one number a point"
        )
    return array


def same_length(first: NDArray[Any], second: NDArray[Any], names: tuple[str, str]) -> None:
    """Refuse two arrays of different lengths."""
    if len(first) != len(second):
        raise InputError(
            f"{len(first)} {names[0]} and {len(second)} {names[1]}; there must be one of each for every point"
        )


def anomalous(labels: Flags) -> None:
    """Refuse labels without an anomaly."""
    if not labels.any():
        raise InputError(
            f"no anomaly in {len(labels)} labels; a measure of detection needs at least one labelled point"
        )


def normal(labels: Flags) -> None:
    """Refuse labels that are all anomalous: then no alarm could be false."""
    if labels.all():
        raise InputError(
            f"all {len(labels)} labels are anomalous; a measure of detection needs at least one normal point"
        )


def scored(labels: ArrayLike, scores: ArrayLike, nan: Policy = "raise") -> tuple[Flags, Floats]:
    """Return labels and scores of one length, both classes present, without NaN.

    Scores that differ by rounding alone are one value: see `tied`.
    """
    truth, array = as_flags(labels), numbers(scores, "scores")
    same_length(truth, array, ("labels", "scores"))
    truth, array = _without_nan(truth, array, nan)
    anomalous(truth)
    normal(truth)
    return truth, tied(array)


def flagged(labels: ArrayLike, predictions: ArrayLike) -> tuple[Flags, Flags]:
    """Return labels and predictions of one length."""
    truth, alarms = as_flags(labels), as_flags(predictions, "predictions")
    same_length(truth, alarms, ("labels", "predictions"))
    return truth, alarms


def sought(labels: ArrayLike, predictions: ArrayLike) -> tuple[Flags, Flags]:
    """Return labels and predictions of one length, at least one point labelled."""
    truth, alarms = flagged(labels, predictions)
    anomalous(truth)
    return truth, alarms


def _without_nan(truth: Flags, scores: Floats, nan: Policy) -> tuple[Flags, Floats]:
    if nan not in ("raise", "lowest", "drop"):
        raise ParameterError(f"nan={nan!r} is no policy; use 'raise', 'lowest' or 'drop'")
    absent = np.isnan(scores)
    count = int(absent.sum())
    if not count:
        return truth, scores
    if nan == "raise":
        raise InputError(
            f"{count} of {len(scores)} scores are NaN, the first at {int(absent.argmax())}; "
            "say nan='lowest' to rank them below all others or nan='drop' to leave those points out"
        )
    if count == len(scores):
        raise InputError(f"all {count} scores are NaN; there is nothing to measure")
    if nan == "lowest":
        return truth, np.where(absent, -np.inf, scores)
    return truth[~absent], scores[~absent]

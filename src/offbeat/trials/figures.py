"""What is measured of scores, alarms and expectations, and how large a fitted detector is."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.detector import Detector
from offbeat.core.errors import InputError
from offbeat.core.series import Floats
from offbeat.metrics.catalogue import measures
from offbeat.metrics.ranges import MisleadingMeasureWarning


def off(away: Floats, width: int) -> dict[str, float]:
    """Return how far expectations are off: the mean squared error and its deviation over windows, and two more.

    Parameters
    ----------
    away
        Shape (n, channels), observed less expected; NaN where there is nothing to compare.
    width
        Points of a window.

    Examples
    --------
    >>> {name: round(value, 3) for name, value in off(np.array([[1.0], [-1.0], [3.0], [np.nan]]), 2).items()}
    {'mse': 3.667, 'mse_sd': 4.0, 'mae': 1.667, 'rmse': 1.915}
    """
    known = away[np.isfinite(away).all(axis=1)]
    if not len(known):
        return {}
    windows = [part.mean() for part in np.array_split(known**2, max(1, round(len(known) / width)))]
    mse, mae = float((known**2).mean()), float(np.abs(known).mean())
    return {"mse": mse, "mse_sd": float(np.std(windows)), "mae": mae, "rmse": mse**0.5}


def measure(
    labels: NDArray[np.bool_], scores: Floats, alarms: NDArray[np.bool_] | None, step: float | None
) -> tuple[dict[str, float], list[str]]:
    """Return every metric of scores and of alarms by its column, and why some have none.

    Parameters
    ----------
    labels
        Shape (n,).
    scores
        Shape (n,); NaN rank below all others.
    alarms
        Shape (n,); None where there is no threshold, and so no metric of alarms.
    step
        Seconds between two points; None without dates, where delays are in points.

    Examples
    --------
    >>> labels = np.arange(50) == 30
    >>> columns, reasons = measure(labels, labels * 1.0, labels, None)
    >>> columns["vus_pr"], columns["event_wise_f1"], reasons
    (1.0, 1.0, ['false_alarms_per_day: the series has no dates'])
    """
    columns: dict[str, float] = {}
    empty: dict[str, list[str]] = {}
    for one in measures().values():
        if one.takes not in ("scores", "predictions") or (one.takes == "predictions" and alarms is None):
            continue
        if one.name == "false_alarms_per_day" and step is None:
            empty.setdefault("the series has no dates", []).append(one.name)
            continue
        try:
            values = _quietly(partial(one.over_all, labels, scores if one.takes == "scores" else alarms, step))
        except InputError as error:
            empty.setdefault(str(error), []).append(one.name)
            continue
        columns |= {name: value for name, value in values.items() if not np.isnan(value)}
        absent = [name for name, value in values.items() if np.isnan(value)]
        if absent:
            reason = "no alarm" if alarms is not None and not alarms.any() else "nothing was found"
            empty.setdefault(reason, []).extend(absent)
    return columns, [f"{', '.join(names)}: {reason}" for reason, names in empty.items()]


def count(model: Any) -> int:
    """Return how many numbers a fitted detector has learned: the sizes of its arrays, its members' included.

    Examples
    --------
    >>> import offbeat as ob
    >>> count(ob.detector("knn", window=8).fit(np.arange(100.0))) > 93
    True
    """
    if isinstance(model, np.ndarray):
        return model.size if model.dtype.kind in "biuf" else 0
    if isinstance(model, dict):
        return sum(count(value) for value in model.values())
    if isinstance(model, (list, tuple)):
        return sum(count(value) for value in model)
    if isinstance(model, Detector):
        asked = {field.name for field in fields(model)}  # type: ignore[arg-type]  # every detector is a dataclass
        return sum(count(value) for name, value in vars(model).items() if name not in asked)
    return sum(count(value) for value in vars(model).values()) if is_dataclass(model) else 0


def _quietly(task: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Call a measure without its warning that it misleads: here it stands beside all the others."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MisleadingMeasureWarning)
        return task()

"""A metric: one number of one measure."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import unknown
from offbeat.metrics.catalogue import Measure, measures

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Metric:
    """One number of one measure.

    Parameters
    ----------
    name
        As a user writes it: "vus_pr", or "event_wise_f1" for a part of a measure that has several.
    measure
        The measure that it belongs to.
    """

    name: str
    measure: Measure

    def value(self, truth: Flags, output: Any, step: float | None) -> float:
        """Return the number; what is undefined, such as precision without an alarm, counts as the worst value."""
        accepted = inspect.signature(self.measure.function).parameters
        options: dict[str, Any] = {"nan": "lowest"} if "nan" in accepted else {}
        if "step" in accepted and step is not None:
            options["step"] = step
        found = self.measure.columns(truth, output, **options)[self.name]
        return self.measure.worst if np.isnan(found) else found


def metric_named(name: str) -> Metric:
    """Return the metric of that name.

    Raises
    ------
    UnknownNameError
        Where no measure of scores or alarms gives such a number, with the nearest names offered.

    Examples
    --------
    >>> metric_named("event_wise_f1").measure.name
    'event_wise'
    """
    found = {
        column: Metric(column, measure)
        for measure in measures().values()
        if measure.takes in ("scores", "predictions")
        for column in _columns(measure)
    }
    if name not in found:
        raise unknown("measure of detection", name, found)
    return found[name]


def _columns(measure: Measure) -> list[str]:
    returned = get_type_hints(measure.function)["return"]
    return [f"{measure.name}_{f.name}" for f in fields(returned)] if is_dataclass(returned) else [measure.name]

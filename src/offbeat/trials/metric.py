"""A metric: one number of one measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
        found = self.measure.over_all(truth, output, step)[self.name]
        return self.measure.worst if np.isnan(found) else found


def metric_named(name: str) -> Metric:
    """Return the metric of that name.

    Raises
    ------
    UnknownNameError
        Where no metric of scores or alarms has that name, with the nearest names offered.

    Examples
    --------
    >>> metric_named("event_wise_f1").measure.name
    'event_wise'
    """
    found = {
        column: Metric(column, measure)
        for measure in measures().values()
        if measure.takes in ("scores", "predictions")
        for column in measure.names
    }
    if name not in found:
        raise unknown("metric", name, found)
    return found[name]

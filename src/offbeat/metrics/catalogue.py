"""Which measures there are: each says beside itself what its best and its worst value is."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, is_dataclass
from importlib import import_module
from typing import Any, TypeVar, get_type_hints

import numpy as np

from offbeat.core.errors import unknown
from offbeat.core.registry import listed, modules

Function = TypeVar("Function", bound=Callable[..., Any])

_FOUND: dict[str, Measure] = {}


@dataclass(frozen=True)
class Measure:
    """One measure, as a table of results wants it.

    Parameters
    ----------
    name
        The function's name.
    function
        The function itself.
    takes
        The name of its second argument: "scores" or "predictions" after labels, "expected" after actual values.
    best, worst
        The ends of its range; the best is the larger where higher is better.
    """

    name: str
    function: Callable[..., Any]
    takes: str
    best: float
    worst: float

    @property
    def higher_is_better(self) -> bool:
        """Whether a larger value is a better one."""
        return self.best > self.worst

    @property
    def names(self) -> list[str]:
        """The columns that it gives: its name, or one a part where the function is annotated to return a dataclass."""
        try:
            returned = get_type_hints(self.function).get("return")
        except NameError:  # an annotation that only a type checker imports
            returned = None
        return [f"{self.name}_{part.name}" for part in fields(returned)] if is_dataclass(returned) else [self.name]

    def over_all(self, truth: Any, judged: Any, step: float | None = None) -> dict[str, float]:
        """Return its columns over all points: those without a score rank below all others.

        The function gets `nan="lowest"` where it has that parameter, and scores with -inf for NaN where it has not;
        `step`, the seconds between two points, only where it has that one.

        Examples
        --------
        >>> measures()["roc_auc"].over_all([0, 1, 0], np.array([np.nan, 3.0, 1.0]))
        {'roc_auc': 1.0}
        """
        accepted = inspect.signature(self.function).parameters
        options = {"step": step} if step is not None and "step" in accepted else {}
        if "nan" in accepted:
            return self.columns(truth, judged, nan="lowest", **options)
        ranked = np.where(np.isnan(judged), -np.inf, judged) if self.takes == "scores" else judged
        return self.columns(truth, ranked, **options)

    def columns(self, truth: Any, judged: Any, **options: Any) -> dict[str, float]:
        """Return what it measures as one number a column: its name, or its name and the part's.

        Examples
        --------
        >>> measures()["event_wise"].columns([0, 1, 1, 0], [0, 0, 1, 0])
        {'event_wise_precision': 1.0, 'event_wise_recall': 1.0, 'event_wise_f1': 1.0}
        >>> measures()["accuracy"].columns([0, 1, 1, 0], [0, 0, 1, 0])
        {'accuracy': 0.75}
        """
        value = self.function(truth, judged, **options)
        if is_dataclass(value) and not isinstance(value, type):
            return {f"{self.name}_{part}": float(number) for part, number in asdict(value).items()}
        return {self.name: float(value)}


def measured(best: float = 1.0, worst: float = 0.0) -> Callable[[Function], Function]:
    """Declare a function to be a measure, with its best and its worst value; the function stays as it is."""

    def declare(function: Function) -> Function:
        takes = list(inspect.signature(function).parameters)[1]
        _FOUND[function.__name__] = Measure(function.__name__, function, takes, best, worst)
        return listed(function, takes=takes, best=best, worst=worst)

    return declare


def measures(takes: str | None = None) -> dict[str, Measure]:
    """Return the measures by name, all or those that take "scores", "predictions" or "expected".

    Examples
    --------
    >>> list(measures("expected"))
    ['mae', 'mase', 'mse', 'rmse', 'smape']
    """
    modules("metrics")
    package = import_module("offbeat.metrics")
    for name, found in _FOUND.items():
        setattr(package, name, found.function)  # a file may be called as its measure
    return {name: found for name, found in sorted(_FOUND.items()) if takes in (None, found.takes)}


def measure(name: str) -> Measure:
    """Return the measure of that name.

    Raises
    ------
    UnknownNameError
        Where there is none, with the nearest names offered.

    Examples
    --------
    >>> measure("vus_pr").takes
    'scores'
    """
    found = measures()
    if name not in found:
        raise unknown("metric", name, found)
    return found[name]

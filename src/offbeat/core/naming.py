"""The id of a detector class, and what stands in for the names that other libraries use."""

from __future__ import annotations

import re
from typing import Any

OWN = ("offbeat.detectors.", "offbeat.ensembles.")
"""Where the file's name is the detector's."""


def name_of(kind: type[Any]) -> str:
    """Return the id of a detector class: its file's name, or the class name in snake case for a user's own.

    Examples
    --------
    >>> name_of(type("MyKNNDetector", (), {"__module__": "__main__"}))
    'my_knn_detector'
    """
    if kind.__module__.startswith(OWN):
        return kind.__module__.rpartition(".")[2]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", kind.__name__).lower()


class Absent:
    """A name that users of scikit-learn and PyOD type: asking for it says what to call here (decision 35)."""

    def __init__(self, instead: str = "") -> None:
        self.instead = instead

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.name = name

    def __get__(self, detector: Any, owner: type[Any]) -> Any:
        raise AttributeError(
            f"{name_of(owner)} has no {self.name}: {self.instead}call .as_sklearn() on it for a scikit-learn estimator"
        )

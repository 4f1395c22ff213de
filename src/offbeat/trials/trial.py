"""A trial: fit one detector, score, measure. What is to be run, and what came out."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import OffbeatError
from offbeat.core.series import Floats
from offbeat.core.spec import DetectorSpec
from offbeat.trials.power import Power

_WARM: set[tuple[type, int]] = set()


class Trial(ABC):
    """What is to be run: a detector on some data."""

    spec: DetectorSpec
    columns: tuple[str, ...] = ()
    """What a row in the journal must have to stand for this trial."""

    @property
    @abstractmethod
    def facts(self) -> tuple[Any, ...]:
        """What tells this trial from others, beside the detector."""

    @property
    def values(self) -> int:
        """How many values are learned from and scored; 0 where that is not known before."""
        return 0

    @abstractmethod
    def run(self) -> TrialResult:
        """Fit, score and measure."""

    @abstractmethod
    def failed(self, reason: str, too_long: bool = False) -> TrialResult:
        """Return the result of a trial that raised an error, died or took too long."""

    @property
    def key(self) -> str:
        """A word that is the same for the same trial of the same code only."""
        spec = self.spec
        words = (spec.name, spec.identity, repr(sorted(spec.params.items())), spec.scaler, *self.facts)
        return blake2b(repr(words).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, eq=False)
class TrialResult:
    """What came out of one trial.

    Parameters
    ----------
    row
        One row of the table of results: names, counts, measures, cost, and why something is empty.
    scores
        Of the test rows, higher is more anomalous; NaN where there is none. Empty where the trial failed.
    severity
        The same in units of the threshold.
    events
        Shape (k, 2), the alarms as rows (first, last + 1), counted from the first test row.
    power
        Which planted anomalies were found; only without labels.
    expected
        Shape (n, channels), the expected values of the test rows, in the data's unit; may be empty.
    history
        Shape (epochs, 2), the loss on training and on validation rows; empty where nothing is trained in epochs.
    failed
        Whether there is nothing but an error.
    """

    row: dict[str, Any]
    scores: Floats = field(default_factory=partial(np.zeros, 0))
    severity: Floats = field(default_factory=partial(np.zeros, 0))
    events: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    power: tuple[Power, ...] = ()
    expected: Floats = field(default_factory=partial(np.zeros, (0, 1)))
    history: Floats = field(default_factory=partial(np.zeros, (0, 2)))
    failed: bool = False


def run(trial: Trial) -> TrialResult:
    """TrialResult one trial; an error becomes its result and stops no other."""
    try:
        return trial.run()
    except Exception as error:  # one detector's fault must not end the others
        return trial.failed(sentence(error))


def sentence(error: Exception) -> str:
    """Return an error on one line; one that is not offbeat's own with its type."""
    text = " ".join(str(error).split())
    return text if isinstance(error, OffbeatError) and text else f"{type(error).__name__}: {text}"


def warm(spec: DetectorSpec, channels: int) -> None:
    """Let a process import and compile what a detector needs before the clock runs."""
    channels = min(channels, 2)
    if (spec.kind, channels) in _WARM:
        return
    _WARM.add((spec.kind, channels))
    fast = {name: value for name, value in spec.kind.fast_params.items() if name not in spec.given}
    # an error here comes again in the trial, where it is reported
    with contextlib.suppress(Exception):
        model = spec.kind(**{**spec.params, **fast})
        model.fit_score(np.sin(np.arange(400)[:, None] / (5.0 + np.arange(channels))))

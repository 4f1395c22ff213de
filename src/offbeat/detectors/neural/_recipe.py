"""How a network is trained, and what came of it: plain numbers, without torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Recipe:
    """How to train; the fields are the parameters of the same names of every neural detector."""

    epochs: int
    batch: int
    windows: int
    learning_rate: float
    weight_decay: float
    patience: int
    trim: float
    augment: str
    seed: int
    device: str
    checkpoint: str | None


@dataclass
class Course:
    """Where a training stands.

    Parameters
    ----------
    history
        One pair an epoch: the mean loss of training, and of validation, NaN where nothing was kept apart.
    best
        The epoch whose weights are kept, counted from 1; 0 before there is one.
    cutoff
        Windows whose loss is above it teach nothing.
    stopped
        Why it ended: "" for all epochs done, "early" for no more progress, "interrupted" for Ctrl-C.
    """

    history: list[tuple[float, float]] = field(default_factory=list)
    best: int = 0
    cutoff: float = float("inf")
    stopped: str = ""

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return len(self.history)

    def watched(self, epoch: int) -> float:
        """Return the loss that decides: of validation, where there is one."""
        training, validation = self.history[epoch - 1]
        return validation if validation == validation else training

    def as_json(self) -> dict[str, Any]:
        """Return the same as plain values."""
        return {"history": self.history, "best": self.best, "cutoff": self.cutoff, "stopped": self.stopped}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Course:
        """Return what `as_json` gave."""
        history = [(float(a), float(b)) for a, b in values["history"]]
        return cls(history, int(values["best"]), float(values["cutoff"]), str(values["stopped"]))

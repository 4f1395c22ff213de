"""What tuning found: the best parameters, what they are worth, and how they were found."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offbeat.core.detector import Detector
from offbeat.core.spec import DetectorSpec
from offbeat.core.wording import counted, duration, number
from offbeat.core.written import HISTORY_COLUMNS
from offbeat.trials import paramfile
from offbeat.trials.search import SearchTrial

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class TuneResult:
    """What a search found.

    Parameters
    ----------
    detector
        The detector's name.
    params
        The best parameters, those that were held among them.
    metric
        Its name.
    default, value
        What it is with the defaults (None where they failed) and with the best parameters: the mean over the
        validation parts.
    unseen
        The same two, on the last part of each series, which the search did not look at; None where nothing is known
        there.
    trials
        Every trial, the defaults first.
    facts
        How it was found, as the parameter file says it.
    notes
        What the user should know, one sentence each.
    is_stopped
        Whether somebody interrupted the search.
    failures
        Why a trial failed or a series was left out, by its name; the notes say it, too.
    """

    detector: str
    params: dict[str, Any]
    metric: str
    default: float | None
    value: float
    unseen: tuple[float, float] | None
    trials: tuple[SearchTrial, ...]
    facts: dict[str, Any]
    notes: tuple[str, ...] = ()
    is_stopped: bool = False
    failures: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"TuneResult: {self.summary}"

    @property
    def summary(self) -> str:
        """What tuning was worth, in a sentence."""
        where = " on planted anomalies" if self.facts["planted"] else ""
        return f"{self.detector}: {self.metric}{where} {self._gain()}{self._carried()}; {self._effort()}"

    @property
    def changed(self) -> dict[str, Any]:
        """The parameters that are not what they were in the first trial."""
        first = self.trials[0].params
        return {name: value for name, value in self.params.items() if name in first and first[name] != value}

    def make(self) -> Detector:
        """Return a new detector with the best parameters and the seed; `ob.detect(data, result.make())` uses it."""
        return DetectorSpec.make(self.detector, self.params).new(self.facts["seed"])

    def save(self, path: str | Path) -> None:
        """Write the parameter file that `offbeat detect --params` takes.

        Raises
        ------
        OutputError
            Where it can't be written.
        """
        paramfile.save(path, self.detector, self.params, self.facts)

    def to_dict(self) -> dict[str, Any]:
        """Return what the parameter file holds, as JSON can hold it."""
        return paramfile.contents(self.detector, self.params, self.facts)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a trial: state, value, seconds, its parameters, and the reason where it failed."""
        import pandas as pd

        index, *names = HISTORY_COLUMNS
        rows = [dict(zip(names, (t.state, t.value, t.seconds), strict=True)) | t.params for t in self.trials]
        frame = pd.DataFrame(rows).assign(reason=[t.reason for t in self.trials])
        return frame.rename_axis(index)

    def _gain(self) -> str:
        if self.default is None:
            return f"{_figure(self.value)} with {typed(self.params)}; the defaults failed"
        if len(self.trials[0].params) == 0:
            return f"{_figure(self.default)}, and nothing to tune"
        if not self.changed:
            return f"{_figure(self.default)} with the defaults, and nothing better was found"
        return f"{_figure(self.default)} with the defaults, {_figure(self.value)} with {typed(self.changed)}"

    def _carried(self) -> str:
        if self.unseen is None or not self.changed:
            return ""
        before, after = self.unseen
        carried = after > before if self.facts["higher_is_better"] else after < before
        verdict = "" if carried else ", so the gain did not carry over"
        return f"; on the last part, which the search did not see, {_figure(before)} and {_figure(after)}{verdict}"

    def _effort(self) -> str:
        states: list[str] = [trial.state for trial in self.trials]
        words = {"pruned": "stopped early", "failed": "failed"}
        parts = ", ".join(f"{states.count(state)} {words[state]}" for state in words if state in states)
        many = counted(len(states), "trial")
        return f"{many}{f' ({parts})' if parts else ''}, {duration(round(self.facts['seconds'], 1))}"


def typed(params: Mapping[str, Any]) -> str:
    """Return parameters as a person would type them: "window=48, k=1".

    Examples
    --------
    >>> typed({"window": 48, "ridge": 0.000123456, "normalise": "mean"})
    'window=48, ridge=0.000123, normalise=mean'
    """
    return ", ".join(f"{k}={v:.3g}" if isinstance(v, float) else f"{k}={v}" for k, v in params.items())


def _figure(value: float) -> str:
    return number(value) if math.isfinite(value) else "infinite"

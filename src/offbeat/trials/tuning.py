"""The search for a detector's parameters: what `tune` and a study run on cleaned series."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.errors import InputError
from offbeat.core.series import Series
from offbeat.core.spec import DetectorSpec
from offbeat.core.wording import counted
from offbeat.trials.metric import Metric, metric_named
from offbeat.trials.planted import Planted, TuneParts, plantable, tune_parts
from offbeat.trials.search import Rate, Search, SearchTrial, search
from offbeat.trials.space import space
from offbeat.trials.tuneresult import TuneResult, typed

SPLIT = "expanding:3"
"""The default split of a search."""


@dataclass(frozen=True)
class TuneTask:
    """What is tuned, and how; as for `offbeat.tune`."""

    spec: DetectorSpec
    metric: str = "vus_pr"
    trials: int = 30
    seed: int = 0
    planted: str | Sequence[str] | None = None
    study: str | Path | None = None
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    split: str = SPLIT
    gap: int = 0
    progress: Callable[[float], None] | None = None

    @property
    def measure(self) -> Metric:
        """The metric to optimise."""
        return metric_named(self.metric)

    def rate(self, parts: Sequence[Planted], params: Mapping[str, Any]) -> Iterator[float]:
        """Yield the mean over the first part, the first two, and so on; the last is the mean over all."""
        values: list[float] = []
        for part in parts:
            values.append(part.value(self.spec.with_params(**params).new(self.seed), self.measure))
            yield float(np.mean(values))


def tune_series(every: Sequence[Series], task: TuneTask) -> TuneResult:
    """Search for parameters on cleaned series.

    Raises
    ------
    MissingExtraError
        Without Optuna.
    InputError
        For parts without labelled anomalies, or where every trial failed.
    ParameterError, UnknownNameError
        For a measure, parameter, range or kind that is not there or out of bounds.
    """
    metric, planted, kind = task.measure, task.planted, task.spec.kind
    if planted is None and all(series.labels is None for series in every):
        planted = _visible(kind, every)
    parts = tune_parts(every, task.split, task.gap, planted, task.seed)
    where = space(kind, parts.shortest, task.spec.held, task.ranges)
    facts = {"metric": metric.name, "seed": task.seed, "split": task.split, "gap": task.gap}
    facts |= {"planted": list(parts.planted)}
    same = {"detector": task.spec.where, "code": task.spec.identity, **facts, "parameters held": task.spec.held}
    same |= {"ranges": [str(part) for part in where], "data": parts.digest}
    better = metric.measure.higher_is_better
    facts["higher_is_better"] = better
    with search(where, task.seed, task.study, same, maximise=better) as found:
        rate, trials = partial(task.rate, parts.measured), task.trials if where else 1
        ended = _run(found, rate, len(parts.measured), trials, task.progress)
        return _result(found, task, parts, facts, ended=ended)


def _visible(kind: type[Detector], every: Sequence[Series]) -> list[str]:
    """Return the kinds that the detector says it sees and that can be planted; all where it says nothing."""
    possible = plantable("all", min(len(series.channels) for series in every))
    return [word for word in possible if word in kind.sees] or possible


def _run(found: Search, rate: Rate, parts: int, trials: int, progress: Callable[[float], None] | None) -> bool:
    """Make the trials that are missing; False where somebody stopped it and there is something to keep."""
    try:
        while (done := len(found.trials)) < trials:
            found.step(rate, parts)
            if progress is not None:
                progress((done + 1) / trials)
    except KeyboardInterrupt:
        if found.best is None:
            raise
        return False
    return True


def _result(found: Search, task: TuneTask, parts: TuneParts, facts: dict[str, Any], *, ended: bool) -> TuneResult:
    trials, best = found.trials, found.best
    if best is None:
        reasons = [trial.reason for trial in trials if trial.state == "failed"]
        raise InputError(f"{'all ' * (len(trials) > 1)}{counted(len(trials), 'trial')} failed; the first: {reasons[0]}")
    notes = [*parts.notes, *_failures(trials)]
    if not ended:
        notes.append(f"stopped after {counted(len(trials), 'trial')}; the best so far is kept")
    default = trials[0].value if trials[0].state == "done" else None
    unseen = _unseen(task, parts.unseen, trials[0], best, notes) if ended and default is not None else None
    before, after = unseen or (None, None)
    value = float(best.value or 0.0)
    facts = {
        **facts,
        "default": _finite(default),
        "value": _finite(value),
        "unseen_default": _finite(before),
        "unseen_value": _finite(after),
        "trials": len(trials),
        "seconds": round(sum(trial.seconds for trial in trials), 3),
        "offbeat": _version(),
    }
    failures = {f"trial {number}": trial.reason for number, trial in enumerate(trials) if trial.state == "failed"}
    return TuneResult(
        detector=task.spec.where,
        params={**task.spec.held, **best.params},
        metric=task.metric,
        default=default,
        value=value,
        unseen=unseen,
        trials=tuple(trials),
        facts=facts,
        notes=tuple(notes),
        is_stopped=not ended,
        failures=parts.failures | failures,
    )


def _failures(trials: Sequence[SearchTrial]) -> list[str]:
    return [
        f"trial {number} failed ({typed(trial.params) or 'the defaults'}): {trial.reason}"
        for number, trial in enumerate(trials)
        if trial.state == "failed"
    ]


def _unseen(
    task: TuneTask, parts: Sequence[Planted], first: SearchTrial, best: SearchTrial, notes: list[str]
) -> tuple[float, float] | None:
    """Measure the defaults and the best where the search did not look; None where nothing can be measured there."""
    if not parts:
        notes.append("the part that the search did not see has no labelled anomalies, so the gain could not be checked")
        return None
    try:
        before, after = ([*task.rate(parts, trial.params)][-1] for trial in (first, best))
    except KeyboardInterrupt:
        notes.append("stopped before the part that the search did not see was measured")
        return None
    except Exception as error:
        notes.append(f"the part that the search did not see could not be measured: {error}")
        return None
    return before, after


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


def _version() -> str:
    from offbeat import __version__

    return __version__

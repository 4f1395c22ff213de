"""Tuning: the parameters with which a detector finds most of what is known, and what that is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, ParameterError
from offbeat.core.params import params_of
from offbeat.core.registry import detector as make_detector
from offbeat.core.registry import detector_class
from offbeat.core.series import Series
from offbeat.core.wording import counted
from offbeat.data.clean import Clean, clean
from offbeat.data.read import ReadOptions, read
from offbeat.trials.metric import Metric, goal
from offbeat.tune.planted import Cases, Planted, cases, plantable
from offbeat.tune.result import TuneResult, said
from offbeat.tune.search import Rate, Search, Trial, search
from offbeat.tune.space import space

SPLIT = "expanding:3"
"""How the rows are split where nobody says."""


def tune(
    data: Any,
    detector: str,
    metric: str = "vus_pr",
    trials: int = 30,
    *,
    planted: str | Sequence[str] | None = None,
    study: str | Path | None = None,
    seed: int = 0,
    **options: Any,
) -> TuneResult:
    """Search for the parameters with which a detector finds most of what is known to be anomalous.

    Each trial learns from the rows before each validation part and measures what it finds in that part. The first
    trial is the defaults, so the result is never worse than they are, on what is measured. How much of the gain is
    luck shows the last part of the data, which the search does not see.

    Parameters
    ----------
    data
        What `offbeat.read` takes, with labels where there are some; of several series, the mean over all their parts.
    detector
        A name of `offbeat.catalogue()`.
    metric
        A measure of scores, or of alarms (then under the default alarm budget), by its name: "vus_pr", "event_wise_f1".
    trials
        How many sets of parameters are tried in all, the defaults among them; those in `study` count.
    planted
        The kinds of anomaly to plant into the parts that are measured, "all" or names, instead of using labels; without
        labels it is the kinds that the detector says it sees. The measure is then averaged over kinds.
    study
        An SQLite file that keeps the trials; a later call with the same file goes on with them.
    seed
        Of everything random.
    **options
        `params`, a dict of parameters that are held; `ranges`, a dict of (lowest, highest) for some that are searched;
        `split` and `gap` as for `compare`; `clean`, a `Clean` policy; `progress`, a function that is called with the
        share that is done; the rest goes to `offbeat.read`.

    Returns
    -------
    `Tuned`. After an interruption (Ctrl-C) it holds the best so far, and says so in its notes.

    Raises
    ------
    MissingExtraError
        Without Optuna.
    InputError
        For data that can't be used, parts without labelled anomalies, or where every trial failed.
    ParameterError, UnknownNameError
        For a detector, measure, parameter, range or kind that is not there or out of bounds.

    Examples
    --------
    >>> from offbeat.data.synth import inject_many, sine
    >>> series = inject_many(sine(2000), "variance:6", length=30, seed=1)
    >>> found = tune(series, "moving_rms", "roc_auc", trials=5)
    >>> found.value >= found.default
    True
    >>> found.make().name
    'moving_rms'
    """
    if trials < 1:
        raise ParameterError(f"trials={trials} is not allowed; it is the number of trials, at least 1")
    if seed < 0:
        raise ParameterError(f"seed={seed} is not allowed; it is a whole number of at least 0")
    policy, progress = options.pop("clean", None), options.pop("progress", None)
    split, gap = options.pop("split", SPLIT), options.pop("gap", 0)
    task = _Task(detector_class(detector), goal(metric), seed, dict(options.pop("params", {})))
    make_detector(detector, **task.held)
    ranges = options.pop("ranges", {})
    every = _read(data, policy, options)
    if planted is None and all(series.labels is None for series in every):
        planted = _visible(task.kind, every)
    parts = cases(every, split, gap, planted, seed)
    where = space(task.kind, parts.shortest, task.held, ranges)
    facts = {"metric": metric, "seed": seed, "split": split, "gap": gap, "planted": list(parts.planted)}
    same = {"detector": detector, **facts, "parameters held": task.held, "ranges": [str(part) for part in where]}
    same |= {"data": parts.digest, "version of offbeat": _version()}
    better = task.goal.measure.higher_is_better
    facts["higher_is_better"] = better
    with search(where, seed, study, same, maximise=better) as found:
        ended = _run(found, partial(task.rate, parts.measured), len(parts.measured), trials if where else 1, progress)
        return _result(found, task, parts, facts, ended=ended)


@dataclass(frozen=True)
class _Task:
    """What is tuned, and to what end."""

    kind: type[Detector]
    goal: Metric
    seed: int
    held: dict[str, Any]

    def rate(self, parts: Sequence[Planted], params: Mapping[str, Any]) -> Iterator[float]:
        """Yield the mean over the first part, the first two, and so on; the last is the mean over all."""
        seed = {"seed": self.seed} if "seed" in params_of(self.kind) else {}
        values: list[float] = []
        for case in parts:
            values.append(case.value(self.kind(**{**seed, **self.held, **params}), self.goal))
            yield float(np.mean(values))


def _read(data: Any, policy: Clean | None, options: Mapping[str, Any]) -> list[Series]:
    for name in set(options) - set(ReadOptions.__annotations__):
        raise TypeError(f"tune() got an unexpected keyword argument {name!r}")
    source = read(data, **options)
    every = [source] if isinstance(source, Series) else [replace(one, name=name) for name, one in source.items()]
    return [clean(series, policy).series for series in every]


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


def _result(found: Search, task: _Task, parts: Cases, facts: dict[str, Any], *, ended: bool) -> TuneResult:
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
    name = task.kind.__module__.rpartition(".")[2]
    params = {**task.held, **best.params}
    return TuneResult(
        name, params, task.goal.name, default, value, unseen, tuple(trials), facts, tuple(notes), not ended
    )


def _failures(trials: Sequence[Trial]) -> list[str]:
    return [
        f"trial {number} failed ({said(trial.params) or 'the defaults'}): {trial.reason}"
        for number, trial in enumerate(trials)
        if trial.state == "failed"
    ]


def _unseen(
    task: _Task, parts: Sequence[Planted], first: Trial, best: Trial, notes: list[str]
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

"""One run of a comparison: one contender learns from one part of one series and is measured on another."""

from __future__ import annotations

import contextlib
import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.cut import Cut
from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, OffbeatError, ParameterError
from offbeat.core.series import Floats, Series
from offbeat.core.windows import true_runs
from offbeat.data.synth import sine
from offbeat.events.stretches import stretches
from offbeat.metrics.catalogue import Measure, measures
from offbeat.metrics.ranges import MisleadingMeasureWarning
from offbeat.run.cost import costing
from offbeat.thresholds import Threshold
from offbeat.trials.folds import Fold
from offbeat.trials.power import FEWEST, Power, power
from offbeat.trials.spec import DetectorSpec, Fitted
from offbeat.trials.unlabelled import stability

_WARM: set[str] = set()


@dataclass(frozen=True, eq=False)
class Job:
    """What one run is: who, on which rows of which cleaned series, and how the threshold is chosen.

    With `expects`, what the detector expected is measured and kept as well, where it expects anything.
    """

    contender: DetectorSpec
    series: Series
    fold: Fold
    number: int
    seed: int
    threshold: Threshold
    expects: bool = False


@dataclass(frozen=True, eq=False)
class Run:
    """What came out of one run.

    Parameters
    ----------
    row
        One row of the table of results: identity, counts, measures, cost, and why something is empty.
    scores
        Of the test rows, higher is more anomalous; NaN where not judged. Empty where the run failed.
    severity
        The same with the threshold at 1.
    events
        Shape (k, 2), the alarms as rows (first, last + 1), counted from the first test row.
    power
        What was found of the anomalies that were planted; only without labels.
    expected
        Shape (n, channels), what was expected of the test rows, in the data's unit; empty where nothing was.
    history
        Shape (epochs, 2), the loss on training and on validation rows; empty where nothing is trained in epochs.
    """

    row: dict[str, Any]
    scores: Floats
    severity: Floats
    events: NDArray[np.int64]
    power: tuple[Power, ...] = ()
    expected: Floats = field(default_factory=partial(np.zeros, (0, 1)))
    history: Floats = field(default_factory=partial(np.zeros, (0, 2)))

    @property
    def failed(self) -> bool:
        """Whether there is nothing but an error."""
        return bool(self.row["error"])


def trial(job: Job) -> Run:
    """Run one job; what goes wrong with it is said in its row, and stops nothing else."""
    _warm(job.contender)
    try:
        return _run(job)
    except OffbeatError as error:
        return failure(job, str(error))
    except Exception as error:  # one detector's fault must not end the comparison of the others
        return failure(job, f"{type(error).__name__}: {error}")


def _run(job: Job) -> Run:
    fold, series = job.fold, job.series
    with costing() as cost:
        with costing() as learning:
            fitted = job.contender.fit(series[fold.train], job.seed)
        scores = fitted.score(series, fold.train.start, fold.test)
    step = series.step if series.is_dated else None
    # judged apart from the test rows, so that no window tells the threshold of them
    cut, note = _cut(job, fitted.score(series, fold.train.start, fold.validation), step)
    row = _identity(job) | {"seconds": cost.seconds, "seconds_fit": learning.seconds}
    row |= {"memory": cost.memory, "parameters": count(fitted.model)}
    found = Run(row, scores, cut.severity(scores), stretches(scores, cut))
    if job.expects:
        found = _with_expected(found, fitted, job)
    row.update(threshold_value=cut.value, alarms=len(found.events))
    if series.labels is None:
        row.update(stability(job.contender, series, fold, job.seed, scores))
        after = series[fold.validation.start : fold.test.stop]
        if len(after) < FEWEST:
            row["empty"] = f"detection power: {len(after)} points are too few to plant anomalies in"
            return found
        return replace(found, power=tuple(power(fitted.score, after, cut.value, seed=job.seed)))
    columns, reasons = measure(series.labels[fold.test], scores, None if note else scores > cut.value, step)
    row.update(columns, empty="; ".join([f"measures of alarms: {note}", *reasons] if note else reasons))
    return found


def _with_expected(found: Run, fitted: Fitted, job: Job) -> Run:
    """Add what was expected of the test rows, how far it was off on normal rows, and how the losses fell."""
    history = np.asarray(getattr(fitted.model, "history_", np.zeros((0, 2))), dtype=np.float64)
    fold, series = job.fold, job.series
    shown = fitted.scaled(series[fold.train.start : fold.test.stop])
    band = fitted.model.band(shown)
    if band is None:
        return replace(found, history=history)
    away = shown.values - band.expected
    if series.labels is not None:
        away[series.labels[fold.train.start : fold.test.stop]] = np.nan
    begun, width = fold.train.start, int(getattr(fitted.model, "window_", 1))
    test = off(away[fold.test.start - begun :], width)
    validation = off(away[fold.validation.start - begun : fold.validation.stop - begun], width)
    found.row.update(test | {f"{name}_validation": value for name, value in validation.items()})
    expected = band.expected if fitted.scaler is None else fitted.scaler.inverse(band.expected)
    return replace(found, history=history, expected=expected[fold.test.start - begun :])


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
    """Return every measure of scores and of alarms by its column, and why some have none.

    Parameters
    ----------
    labels
        Shape (n,).
    scores
        Shape (n,); NaN rank below all others.
    alarms
        Shape (n,); None where there is no threshold, and so no measure of alarms.
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
            judged, options = (scores, {"nan": "lowest"}) if one.takes == "scores" else (alarms, _options(one, step))
            values = _quietly(partial(one.columns, labels, judged, **options))
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


def _identity(job: Job) -> dict[str, Any]:
    labels = job.series.labels
    return {
        "series": job.series.name,
        "detector": job.contender.name,
        "fold": job.number,
        "seed": job.seed,
        "train_points": job.fold.train.stop - job.fold.train.start,
        "test_points": job.fold.test.stop - job.fold.test.start,
        "anomalies": float("nan") if labels is None else len(true_runs(labels[job.fold.test])),
        "threshold": job.threshold.words,
        "error": "",
        "empty": "",
    }


def failure(job: Job, why: str) -> Run:
    """Return the run of a job that came to nothing."""
    nothing = np.zeros(0)
    return Run(_identity(job) | {"error": why}, nothing, nothing, np.zeros((0, 2), dtype=np.int64))


def _cut(job: Job, scores: Floats, step: float | None) -> tuple[Cut, str]:
    labels = None if job.series.labels is None else job.series.labels[job.fold.validation]
    try:
        return job.threshold.cut(scores, labels, step), ""
    except ParameterError:
        raise
    except InputError as error:
        return Cut(np.inf), f"no threshold from the validation rows, as {error}"


def _options(one: Measure, step: float | None) -> dict[str, Any]:
    takes_step = step is not None and "step" in inspect.signature(one.function).parameters
    return {"step": step} if takes_step else {}


def _quietly(task: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Call a measure without its warning that it misleads: here it stands beside all the others."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MisleadingMeasureWarning)
        return task()


def _warm(contender: DetectorSpec) -> None:
    """Let a process load what the detector needs before its time is taken."""
    if contender.name in _WARM:
        return
    _WARM.add(contender.name)
    # what it can't do here, the run itself will say
    with contextlib.suppress(Exception):
        contender.new(0).fit_score(sine(n=300))

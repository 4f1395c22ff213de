"""A trial on one fold of one series: learn, choose the threshold, measure, each on rows after the ones before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np

from offbeat.core.cut import Cut, severity
from offbeat.core.errors import InputError, ParameterError
from offbeat.core.series import Floats, Series
from offbeat.core.spec import DetectorSpec
from offbeat.core.windows import true_runs
from offbeat.core.written import TRIAL_COLUMNS
from offbeat.events.stretches import stretches
from offbeat.run.cost import costing
from offbeat.thresholds import Threshold
from offbeat.trials.figures import count, measure, off
from offbeat.trials.fitted import Fitted, fit
from offbeat.trials.folds import Fold
from offbeat.trials.power import FEWEST, power
from offbeat.trials.trial import Trial, TrialResult, warm
from offbeat.trials.unlabelled import stability


@dataclass(frozen=True, eq=False)
class FoldTrial(Trial):
    """A detector on one fold of a cleaned series, and how the threshold is chosen.

    With `expects`, the expected values are measured and kept as well, where the detector has any.
    """

    spec: DetectorSpec
    series: Series
    fold: Fold
    number: int
    seed: int
    threshold: Threshold
    expects: bool = False

    @cached_property
    def facts(self) -> tuple[Any, ...]:
        """The data, the rows, the seed and the threshold."""
        series = (self.series.name, _digest(self.series))
        return (*series, repr(self.fold), self.seed, repr(self.threshold), self.expects)

    @property
    def values(self) -> int:
        """How many values are learned from and scored."""
        return int(self.fold.test.stop * self.series.values.shape[1])

    def run(self) -> TrialResult:
        """Fit, score and measure."""
        warm(self.spec, self.series.values.shape[1])
        return _run(self)

    def failed(self, reason: str, too_long: bool = False) -> TrialResult:
        """Return the result of a trial that raised an error, died or took too long."""
        return TrialResult(_identity(self) | {"error": reason}, failed=True)


def _digest(series: Series) -> str:
    found = blake2b(digest_size=12)
    for part in (series.values, series.stamps, np.zeros(0) if series.labels is None else series.labels):
        found.update(np.ascontiguousarray(part).view(np.uint8).data)
    return found.hexdigest()


def _run(trial: FoldTrial) -> TrialResult:
    fold, series = trial.fold, trial.series
    with costing() as cost:
        with costing() as learning:
            fitted = fit(trial.spec, series[fold.train], trial.seed)
        scores = fitted.score_after(series, fold.train.start, fold.test)
    step = series.step if series.is_dated else None
    # scored without the test rows, so that no window carries them into the threshold
    cut, note = _cut(trial, fitted.score_after(series, fold.train.start, fold.validation), step)
    row = _identity(trial) | {"seconds": cost.seconds, "seconds_fit": learning.seconds}
    row |= {"memory": cost.memory, "parameters": count(fitted.model)}
    found = TrialResult(row, scores, severity(scores, cut), stretches(scores, cut))
    if trial.expects:
        found = _with_expected(found, fitted, trial)
    row.update(threshold_value=cut.value, alarms=len(found.events))
    if series.labels is None:
        row.update(stability(trial.spec, series, fold, trial.seed, scores))
        after = series[fold.validation.start : fold.test.stop]
        if len(after) < FEWEST:
            row["empty"] = f"detection power: {len(after)} points are too few to plant anomalies in"
            return found
        return replace(found, power=tuple(power(fitted.score, after, cut.value, seed=trial.seed)))
    columns, reasons = measure(series.labels[fold.test], scores, None if note else scores > cut.value, step)
    row.update(columns, empty="; ".join([f"metrics of alarms: {note}", *reasons] if note else reasons))
    return found


def _with_expected(found: TrialResult, fitted: Fitted, trial: FoldTrial) -> TrialResult:
    """Add what was expected of the test rows, how far it was off on normal rows, and how the losses fell."""
    history = np.asarray(getattr(fitted.model, "history_", np.zeros((0, 2))), dtype=np.float64)
    fold, series = trial.fold, trial.series
    shown = fitted.scaled(series[fold.train.start : fold.test.stop])
    band = fitted.model.band(shown, trained=True)
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


def _identity(trial: FoldTrial) -> dict[str, Any]:
    labels = trial.series.labels
    fold = trial.fold
    sizes = (fold.train.stop - fold.train.start, fold.test.stop - fold.test.start)
    return {
        **dict(zip(TRIAL_COLUMNS, (trial.series.name, trial.spec.name, trial.number, trial.seed, *sizes), strict=True)),
        "anomalies": float("nan") if labels is None else len(true_runs(labels[trial.fold.test])),
        "threshold": trial.threshold.words,
        "error": "",
        "empty": "",
    }


def _cut(trial: FoldTrial, scores: Floats, step: float | None) -> tuple[Cut, str]:
    labels = None if trial.series.labels is None else trial.series.labels[trial.fold.validation]
    try:
        return trial.threshold.cut(scores, labels, step), ""
    except ParameterError:
        raise
    except InputError as error:
        return Cut(np.inf), f"no threshold from the validation rows, as {error}"

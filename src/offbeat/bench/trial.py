"""A trial of a benchmark: one detector on one labelled series, and its row."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from offbeat import __version__
from offbeat.core.errors import InputError, OffbeatError
from offbeat.core.series import Floats
from offbeat.core.spec import DetectorSpec
from offbeat.data.datasets import Labelled
from offbeat.metrics import measure
from offbeat.run.cost import costing
from offbeat.trials.trial import Trial, TrialResult, sentence, warm

DONE, SKIPPED, FAILED, STOPPED = "ok", "skipped", "failed", "stopped"
"""Status of a row: measured; a series that can't be measured; an error; longer than the limit."""

KNOWN, NONE = "first rows", "none"
"""What a detector learns from: the rows that the data set gives for training, or the series that it scores."""

KEY = ("folder", "collection", "series", "detector", "params", "training", "crop")
"""The columns that name a row; all others are results."""


@dataclass(frozen=True)
class Place:
    """Where a series is; `folder` and `name` are known to the benchmark and never to a detector."""

    folder: str
    name: str
    collection: str
    series: str
    reader: Any = field(compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class BenchTrial(Trial):
    """A detector on a labelled series, measured by `metrics`."""

    place: Place
    spec: DetectorSpec
    seed: int
    metrics: tuple[str, ...]
    training: str = KNOWN
    crop: int | None = None

    @property
    def facts(self) -> tuple[Any, ...]:
        """The cells that name the row."""
        return tuple(str(self.row[name]) for name in KEY)

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]  # depends on the trial here
        """The metrics: a row without one of them is not complete."""
        return self.metrics

    @property
    def row(self) -> dict[str, Any]:
        """The row before anything is done."""
        params = json.dumps(self.spec.new(self.seed).get_params(), default=repr, sort_keys=True)
        place = (self.place.folder, self.place.collection, self.place.series)
        cells = (*place, self.spec.name, params, self.training, self.crop)
        return {**dict(zip(KEY, cells, strict=True)), "status": "", "error": "", "version": __version__}

    def run(self) -> TrialResult:
        """Fit, score and measure; any error is in the row."""
        try:
            labelled = _read(self.place)
            _check(labelled)
            if self.crop is not None:
                labelled = labelled.cropped(self.crop)
        except Exception as error:
            return TrialResult(self.row | {"status": SKIPPED, "error": sentence(error)}, failed=True)
        row = self.row | _extent(labelled)
        try:
            return TrialResult(row | {"status": DONE} | _measured(self, labelled))
        except Exception as error:
            return TrialResult(row | {"status": FAILED, "error": sentence(error)}, failed=True)

    def failed(self, reason: str, too_long: bool = False) -> TrialResult:
        """Return the result of a trial that raised an error, died or took too long."""
        return TrialResult(self.row | {"status": STOPPED if too_long else FAILED, "error": reason}, failed=True)


def forget() -> None:
    """Forget the last series: its file may have changed since."""
    _read.cache_clear()


@lru_cache(maxsize=1)
def _read(place: Place) -> Labelled:
    """Read a series; the detectors of one series follow one another, so the last one is kept."""
    found: Labelled = place.reader()
    return found


def _check(labelled: Labelled) -> None:
    """Refuse a series that no metric of detection can use."""
    labels = labelled.series.labels
    if labels is None or not labels.any():
        raise InputError("no point is labelled, so there is nothing to find")
    if labels.all():
        raise InputError("every point is labelled, so no alarm could be false")


def _extent(labelled: Labelled) -> dict[str, Any]:
    values, labels = labelled.series.values, labelled.series.labels
    assert labels is not None  # noqa: S101 - checked before
    return {"n": len(values), "channels": values.shape[1], "anomalous": int(labels.sum())}


def _measured(trial: BenchTrial, labelled: Labelled) -> dict[str, Any]:
    """Return times, memory and metrics; the detector sees the values and nothing else."""
    values = labelled.series.values.copy()
    known = labelled.train_end if trial.training == KNOWN else None
    warm(trial.spec, values.shape[1])
    detector = trial.spec.new(trial.seed)
    cells: dict[str, Any] = {"training_rows": known, "seconds_fit": None}
    with costing() as whole:
        scores = detector.fit_score(values, train=known or None).scores
    if known:
        cells["seconds_fit"] = detector.fit_seconds_
    cells["seconds_score"] = whole.seconds - (cells["seconds_fit"] or 0.0)
    cells["memory_mb"] = _number(whole.memory / 1e6)
    return cells | _metrics(trial.metrics, labelled, scores)


def _metrics(names: tuple[str, ...], labelled: Labelled, scores: Floats) -> dict[str, Any]:
    """Return the metrics; points without a score rank below all others."""
    missing = int(np.isnan(scores).sum())
    if missing == len(scores):
        raise InputError("no point has a score")
    cells: dict[str, Any] = {"unscored": missing}
    for name in names:
        try:
            cells[name] = _number(measure(name).over_all(labelled.series.labels, scores)[name])
        except OffbeatError as error:
            cells |= {name: None, "error": "; ".join(filter(None, (cells.get("error"), f"{name}: {error}")))}
    return cells


def _number(value: float) -> float | None:
    """Return a number as a row holds it: nothing for NaN."""
    return None if np.isnan(value) else float(value)

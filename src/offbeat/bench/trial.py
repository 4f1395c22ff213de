"""One detector on one series: the smallest piece of a benchmark, and its row."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import numpy as np

from offbeat import __version__
from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, OffbeatError
from offbeat.core.series import Floats
from offbeat.data.datasets import Labelled
from offbeat.metrics import measure
from offbeat.run.bounded import Lost
from offbeat.run.cost import costing

DONE, SKIPPED, FAILED, STOPPED = "ok", "skipped", "failed", "stopped"
"""What became of a trial: measured; a series that can't be measured; an error; longer than the limit."""

KNOWN, NONE = "first rows", "none"
"""What a detector may learn from: the rows that the data set gives for training, or what it judges."""

KEY = ("folder", "collection", "series", "detector", "params", "training", "crop")
"""The columns that make a row of its own; all else is what came out."""


@dataclass(frozen=True)
class Place:
    """Where a series is; `folder` and `name` are known to the benchmark and never to a detector."""

    folder: str
    name: str
    collection: str
    series: str
    reader: Any = field(compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Trial:
    """A detector that is to judge a series, and how well it does is to be measured by `measures`."""

    place: Place
    label: str
    detector: Detector
    measures: tuple[str, ...]
    training: str = KNOWN
    crop: int | None = None

    @property
    def row(self) -> dict[str, Any]:
        """What stands in its row before anything was done."""
        params = json.dumps(self.detector.get_params(), default=repr, sort_keys=True)
        place = (self.place.folder, self.place.collection, self.place.series)
        cells = (*place, self.label, params, self.training, self.crop)
        return {**dict(zip(KEY, cells, strict=True)), "status": "", "error": "", "version": __version__}


def carry_out(trial: Trial) -> dict[str, Any]:
    """Return the row of a trial; whatever goes wrong is said in it."""
    row = trial.row
    try:
        labelled = _read(trial.place)
        _check(labelled)
        if trial.crop is not None:
            labelled = labelled.cropped(trial.crop)
    except Exception as error:
        return row | {"status": SKIPPED, "error": _said(error)}
    row |= _extent(labelled)
    try:
        return row | {"status": DONE} | _judged(trial, labelled)
    except Exception as error:
        return row | {"status": FAILED, "error": _said(error)}


def lost(trial: Trial, why: Lost) -> dict[str, Any]:
    """Return the row of a trial that was stopped or died."""
    return trial.row | {"status": STOPPED if why.too_long else FAILED, "error": why.reason}


def forget() -> None:
    """Forget what was read: the files may have changed since."""
    _read.cache_clear()


@lru_cache(maxsize=1)
def _read(place: Place) -> Labelled:
    """Read a series; the detectors of one series follow one another, so the last one is kept."""
    found: Labelled = place.reader()
    return found


def _check(labelled: Labelled) -> None:
    """Refuse a series that no measure of detection can use."""
    labels = labelled.series.labels
    if labels is None or not labels.any():
        raise InputError("no point is labelled, so there is nothing to find")
    if labels.all():
        raise InputError("every point is labelled, so no alarm could be false")


def _extent(labelled: Labelled) -> dict[str, Any]:
    values, labels = labelled.series.values, labelled.series.labels
    assert labels is not None  # noqa: S101 - checked before
    return {"n": len(values), "channels": values.shape[1], "anomalous": int(labels.sum())}


def _judged(trial: Trial, labelled: Labelled) -> dict[str, Any]:
    """Return times, memory and measures; the detector sees the values and nothing else."""
    values = labelled.series.values.copy()
    known = labelled.train_end if trial.training == KNOWN else None
    _warm(type(trial.detector), min(values.shape[1], 2))
    detector = type(trial.detector)(**trial.detector.get_params())
    cells: dict[str, Any] = {"training_rows": known, "seconds_fit": None}
    with costing() as whole:
        if known:
            with costing() as learning:
                detector.fit(values[:known])
            cells["seconds_fit"] = learning.seconds
            scores = detector.judge(values).scores
        else:
            scores = detector.fit_judge(values).scores
    cells["seconds_score"] = whole.seconds - (cells["seconds_fit"] or 0.0)
    cells["memory_mb"] = _number(whole.memory / 1e6)
    return cells | _measured(trial.measures, labelled, scores)


def _measured(names: tuple[str, ...], labelled: Labelled, scores: Floats) -> dict[str, Any]:
    """Return the measures; points that were not judged rank below all others."""
    unjudged = int(np.isnan(scores).sum())
    if unjudged == len(scores):
        raise InputError("no point was judged")
    ranked = np.where(np.isnan(scores), -np.inf, scores) if unjudged else scores
    cells: dict[str, Any] = {"unjudged": unjudged}
    for name in names:
        try:
            cells[name] = _number(measure(name).columns(labelled.series.labels, ranked)[name])
        except OffbeatError as error:
            cells |= {name: None, "error": "; ".join(filter(None, (cells.get("error"), f"{name}: {error}")))}
    return cells


@cache
def _warm(kind: type[Detector], channels: int) -> None:
    """Compile and import before the clock runs: the first series would pay for all."""
    with contextlib.suppress(Exception):
        kind().fit_judge(np.sin(np.arange(400)[:, None] / (5.0 + np.arange(channels))))


def _number(value: float) -> float | None:
    """Return a number as a row holds it: nothing for NaN."""
    return None if np.isnan(value) else float(value)


def _said(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, OffbeatError) and text else f"{type(error).__name__}: {text}"

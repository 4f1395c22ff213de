"""The main job, end to end: read, clean, judge, cut, describe. The one place where the arrows are joined."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, OffbeatError
from offbeat.core.options import check, part
from offbeat.core.series import Panel, Series
from offbeat.data.clean import Clean, Cleaned, as_clean, clean
from offbeat.data.frozen import runs_of
from offbeat.data.read import read
from offbeat.data.reading.options import ReadOptions
from offbeat.events.band import usual_here
from offbeat.events.counting import counted_range, habit, resets
from offbeat.events.stretches import stretches
from offbeat.monitor.background import Background
from offbeat.monitor.finding import Scored, detection
from offbeat.monitor.held_out import held_out_cut, width_of
from offbeat.monitor.learn import LearnOptions, learn_series, new_detector, require
from offbeat.monitor.monitor import one_series
from offbeat.preprocess.counters import Counters
from offbeat.results.detection import Detection
from offbeat.results.detections import Detections
from offbeat.run.map import each
from offbeat.run.options import RunOptions
from offbeat.thresholds import Threshold, as_threshold

MANY = 20
"""Series from which on several processes are faster than one."""


@dataclass(frozen=True)
class _Job:
    """How every series is judged: the arguments of `detect`, checked."""

    detector: Detector
    train: Any
    threshold: Threshold
    policy: Clean
    reading: ReadOptions

    def new_detector(self) -> Detector:
        """Return a detector for one series: an unfitted one of its own, or the given one where that is fitted."""
        return self.detector if self.detector.is_fitted else self.detector.clone()


class DetectOptions(LearnOptions, RunOptions, total=False):
    """What `detect` takes beside its own arguments: what `learn` takes, and how it runs."""


def detect(
    data: Any,
    detector: str | Detector | type[Detector] = "auto",
    train: Any = None,
    threshold: str | float | Threshold | None = None,
    alarms: str | None = None,
    seed: int = 0,
    **options: Unpack[DetectOptions],
) -> Detection | Detections:
    """Find what is off in a series, or in each series of a panel.

    Parameters
    ----------
    data
        A path, "-", an array of shape (n,) or (n, channels), a pandas / polars / Arrow frame or series, a `Series` or
        a `Panel`: what `offbeat.read` takes.
    detector
        A name of `offbeat.catalogue()`, with parameters behind a colon ("knn:window=64,k=1") or without; or a
        detector, or the class of one. One that is already fitted is used as it is.
    train
        What to learn from: the first so many rows, all rows before a timestamp, or a second data set. None: the data.
    threshold
        A name with options ("percentile:99", "pot:risk=0.001"), a number (a score), or a threshold. None: the budget.
    alarms
        The alarm budget: how many false events are accepted, "2/week", "1/10000 points", or "2/series" (the default).
    seed
        Random seed of a detector that has one which the user did not set; see `offbeat.core.spec.DetectorSpec`.
    **options
        `params`, a dict of the detector's parameters; `clean`, a `Clean` policy or a dict; `workers`, the number of
        processes for a panel; `progress`, a function that is called with the share that is done; and those of
        `offbeat.read`.

    Returns
    -------
    `Detection`, or `Detections` for a panel.

    Raises
    ------
    InputError
        For data that can't be used, in one sentence.
    ParameterError, UnknownNameError
        For a detector, threshold, budget or parameter that is not there or out of bounds.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.sin(np.arange(2000) / 10)
    >>> x[1500] += 3
    >>> result = detect(x)
    >>> result.events[["start", "kind"]].to_numpy().tolist()
    [[1500, 'spike']]
    >>> len(result.scores), str(result.status[0])
    (2000, 'ok')
    """
    check(detect, options, DetectOptions)
    job = _Job(
        detector=new_detector(detector, options.get("params", {}), seed),
        train=train,
        threshold=as_threshold(threshold, alarms),
        policy=as_clean(options.get("clean")),
        reading=part(options, ReadOptions),
    )
    source = read(data, **job.reading)
    if isinstance(source, Series):
        return _detect_one(source, job)
    return _detect_panel(source, job, _workers(options.get("workers", 1), len(source)), options.get("progress"))


def _workers(asked: int | None, n_series: int) -> int:
    """Return the number of processes; where none is asked for, all cores for many series: few don't pay."""
    if asked is None:
        return (os.cpu_count() or 1) if n_series >= MANY else 1
    return asked


def _detect_panel(panel: Panel, job: _Job, workers: int, progress: Callable[[float], None] | None) -> Detections:
    outcomes = {}
    named = [replace(series, name=name) for name, series in panel.items()]
    for i, (name, outcome) in enumerate(zip(panel, each(partial(_attempt, job), named, workers), strict=True)):
        outcomes[name] = outcome
        if progress is not None:
            progress((i + 1) / len(panel))
    return Detections.of(panel, outcomes)


def _attempt(job: _Job, series: Series) -> Detection | str:
    """Judge one series of many; what is wrong with it must not stop the others."""
    try:
        return _detect_one(series, job)
    except OffbeatError as error:
        return str(error)


def _detect_one(series: Series, job: _Job) -> Detection:
    require(series)
    if job.detector.is_fitted or job.train is None:
        return _learned_here(series, job)
    cleaned = clean(series, job.policy)
    known = _training_part(job.train, cleaned, job.reading)
    if isinstance(known, Series):
        return learn_series(known, job.new_detector(), job.threshold, job.policy, len(series)).detect_series(series)
    return _learned_before(series, cleaned, known, job)


def _learned_here(series: Series, job: _Job) -> Detection:
    """Learn from a series and find what is off in it; a fitted detector learns the threshold alone."""
    cleaned, detector = clean(series, job.policy), job.new_detector()
    judged_on = cleaned.series
    fitted = detector.is_fitted
    scores = detector.score_result(judged_on) if fitted else detector.fit_score(judged_on)
    step = judged_on.step if judged_on.is_dated else None
    cut = job.threshold.cut(scores.scores, judged_on.labels, step, width=width_of(detector))
    alarms, counters = stretches(scores.scores, cut), Counters.fit(judged_on.values)
    band = detector.band(judged_on, trained=not fitted) or counted_range(
        counters, judged_on, partial(usual_here, alarms=alarms)
    )
    runs = runs_of(judged_on) + resets(counters, judged_on, habit(counters, judged_on.values))
    return detection(Scored(series, cleaned, detector, job.threshold, cut, scores, band, runs))


def _learned_before(series: Series, cleaned: Cleaned, rows: int, job: _Job) -> Detection:
    """Learn from the first rows of a series, and find what is off in all of it."""
    judged_on, detector = cleaned.series, job.new_detector()
    known = judged_on[:rows]
    began = time.perf_counter()
    scores = detector.fit_score(judged_on, rows, known.usable_labels)
    # a few later rows do not have a budget for a whole series to themselves
    seconds, later = time.perf_counter() - began, max(len(judged_on) - rows, rows)
    cut = held_out_cut(job.threshold, detector, known, seconds, rows=later, together=True)
    background = Background.of(known)
    alarms = stretches(scores.scores, cut)
    band = detector.band(judged_on, trained=True) or background.range_of(judged_on, 0, alarms)
    runs = background.find_runs(judged_on)
    return detection(Scored(series, cleaned, detector, job.threshold, cut, scores, band, runs))


def _training_part(train: Any, cleaned: Cleaned, reading: ReadOptions) -> Series | int:
    """Return how many of the first rows to learn from, or another series to learn from, read as the data were."""
    series = cleaned.series
    if isinstance(train, str) and train.strip().isdecimal():
        train = int(train)
    if isinstance(train, (int, np.integer)) and not isinstance(train, bool):
        if not 0 < train <= len(cleaned.rows):
            raise InputError(f"train={train} rows, and {series.name} has {len(cleaned.rows)}; give a number in between")
        return int(cleaned.rows[:train].max()) + 1
    if _is_moment(train):
        return _before(series, train)
    return one_series(train, reading if isinstance(train, str | os.PathLike) else {})


def _is_moment(train: Any) -> bool:
    if not isinstance(train, str):
        return isinstance(train, np.datetime64) or hasattr(train, "isoformat")
    return not Path(train).exists() and train[:4].isdecimal()


def _before(series: Series, moment: Any) -> int:
    try:
        rows = series.row_at(moment)
    except InputError as error:
        raise InputError(f"train={error}") from None
    if rows == 0:
        raise InputError(f"train={moment!r}: {series.name} begins at {series.label(0)}; give a later time")
    if rows == len(series):
        raise InputError(f"train={moment!r}: {series.name} ends at {series.label(rows - 1)}; give an earlier time")
    return rows

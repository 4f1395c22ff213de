"""What was learned once from good data, and judges later data by it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray

from offbeat.core import modelfile
from offbeat.core.cut import Cut
from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, OffbeatError
from offbeat.core.scores import ScoreResult
from offbeat.core.series import Panel, Series
from offbeat.core.spec import DetectorSpec
from offbeat.core.status import Status
from offbeat.core.wording import counted
from offbeat.data.clean import Clean, clean
from offbeat.data.read import read
from offbeat.data.reading.frames import is_frame
from offbeat.data.reading.options import ReadOptions
from offbeat.events.context import Normal
from offbeat.events.stretches import stretches
from offbeat.monitor.background import Background
from offbeat.monitor.finding import Scored, detection
from offbeat.monitor.held_out import width_of
from offbeat.monitor.schema import Schema
from offbeat.monitor.state import State, state_path
from offbeat.results.detection import Detection
from offbeat.results.detections import Detections
from offbeat.thresholds import Threshold
from offbeat.thresholds.budget import Budget

LEAST_WEEKS = 1.0
"""Calls of a monitor are many and short: an event stands out where at most 1 clean week in 100 has one as strong."""


@dataclass(frozen=True)
class Lesson:
    """What a monitor was learned from.

    Parameters
    ----------
    name
        The name of the series, e.g. the file's.
    rows
        The number of rows.
    start, end
        The first and last time, in words; empty where there are none.
    health
        What was found about the data.
    notes
        What the user should know about how the threshold was learned.
    reading
        The options of `offbeat.read` that make the choices that were made of its file.
    """

    name: str
    rows: int
    start: str
    end: str
    health: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reading: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class Monitor:
    """A detector and its threshold, learned once; `offbeat.learn` makes it.

    Whatever it is given, its threshold, the normal range and the usual length of a standstill stay those that it has
    learned. A row has the same score and severity in every call in which the detector can see as much of what is near
    it: `detector.lookback_` rows before it, and for detectors that are not causal a window after it. Rows nearer to
    the end of a call than that are `provisional`. Rows with times are scored after those that they follow, of earlier
    calls too, so that a file a day is the same as all in one; without times `past` gives the rows before.

    Parameters
    ----------
    detector
        The fitted detector.
    threshold, cut
        How the threshold was to be chosen, and the one that was.
    end_value
        The threshold of rows nearer to the end of a call than the detector looks ahead, where it does: fewer windows
        hold them, so that their scores vary more. They are brought to the scale of `cut`.
    policy
        How data is cleaned.
    schema
        The channels, times and ranges of the data learned from.
    background
        The normal range, and how long each channel stays at one value, whatever the detector.
    normal
        What is normal of each channel between events.
    lesson
        What it was learned from.
    state
        The rows given last, and how many alarms there were so far.
    version
        1 at first; one more each time that it is learned anew.

    Examples
    --------
    >>> import offbeat as ob
    >>> rng = np.random.default_rng(0)
    >>> monitor = ob.learn(rng.normal(size=2000), "zscore", alarms="1/10000 points")
    >>> later = rng.normal(size=20)
    >>> later[5] = 12.0
    >>> monitor.detect(later).events["start"].tolist()
    [5]
    """

    detector: Detector
    threshold: Threshold
    cut: Cut
    end_value: float | None
    policy: Clean
    schema: Schema
    background: Background
    normal: Normal
    lesson: Lesson
    state: State
    version: int = 1

    def detect(self, data: Any, past: Any = None, **options: Unpack[ReadOptions]) -> Detection | Detections:
        """Find what is off in later data, by what was learned.

        Parameters
        ----------
        data
            What `offbeat.read` takes. Of several series, such as one file a day, each is compared by itself.
        past
            The rows before `data`, not judged again. None: the rows of earlier calls and the last ones learned from,
            where `data` has times and follows them.
        **options
            Those of `offbeat.read`.

        Raises
        ------
        InputError
            For a channel that is missing, another step, dates where there were none, or no values.
        """
        found = self._read(data, options)
        before = None if past is None else one_series(past, options)
        if isinstance(found, Series):
            return self.detect_series(found, before)
        outcomes: dict[str, Detection | str] = {}
        for name, series in found.items():
            try:
                outcomes[name] = self.detect_series(replace(series, name=name), before)
            except OffbeatError as error:
                outcomes[name] = str(error)
        return Detections.of(found, outcomes)

    def _read(self, data: Any, options: ReadOptions) -> Series | Panel:
        """Read data as that learned from was read, since a short file may not show how; else by what it shows."""
        known = {name: value for name, value in self.lesson.reading if name not in options}
        marks = {name: value for name, value in known.items() if name not in ("time", "values")}
        few = {name: value for name, value in marks.items() if name not in ("decimal", "thousands")}
        tries = [few] if isinstance(data, str) and data == "-" else [known, marks, few]
        if isinstance(data, str | os.PathLike) or is_frame(data):
            for some in tries:
                try:
                    return read(data, **{**some, **options})
                except OffbeatError:
                    continue
        return read(data, **options)

    def detect_series(self, data: Series, past: Series | None = None) -> Detection:
        """Find what is off in one series; see `detect`."""
        if not len(data) or np.isnan(data.values).all():
            raise InputError(f"{data.name} has {len(data)} rows and no value in any of them; give data with values")
        series, notes = self.schema.fitted(data)
        before = self.state.before(series, self.schema.step) if past is None else self._before(series, past)
        joined = series if before is None else _joined(before, series)
        cleaned = clean(joined, self.policy)
        scored = self.detector.score_result(cleaned.series)
        scored = self._at_the_ends(scored, begins=before is None)
        notes += self.schema.other_ranges(series) + self._too_few(cleaned.series)
        start = self.schema.row_of(cleaned.series)
        alarms = stretches(scored.scores, self.cut)
        band = self.detector.band(cleaned.series) or self.background.range_of(cleaned.series, start, alarms)
        earlier = 0 if before is None else len(before)
        runs = self.background.find_runs(cleaned.series)
        made_by = (self.detector, self.threshold, self.cut)
        one = Scored(series, cleaned, *made_by, scored, band, runs, self.normal, earlier, LEAST_WEEKS, notes)
        made = detection(one)
        self.state.add(series, made)
        return replace(made, remarks=(*made.remarks, *self._doubts()))

    def save(self, path: str | Path) -> None:
        """Write what was learned to one file of JSON and arrays; nothing in it can run code.

        Raises
        ------
        OutputError
            Where the file can't be written.
        """
        modelfile.save(replace(self, state=replace(self.state, seen=self.state.learned, spans=())), Path(path))

    def save_state(self, path: str | Path) -> None:
        """Write what it has been given and has said so far to `path` with ".state"; `offbeat.load` reads both.

        Raises
        ------
        OutputError
            Where the file can't be written.
        """
        self.state.save(state_path(path))

    @property
    def facts(self) -> tuple[str, ...]:
        """What it promised, and what it has raised since, one sentence each."""
        raised = self.state.alarms
        if not self.state.spans:
            return (*self._promise(), "nothing was scored with it so far")
        since, rows = self.state.spans[0].label, self.state.rows
        return (
            *self._promise(),
            f"raised so far: {counted(raised, 'event')} in {rows:,} rows since {since}",
            *self._doubts(),
        )

    def _promise(self) -> tuple[str, ...]:
        promise = self.cut.promise
        if promise is None:
            budget = isinstance(self.threshold, Budget)
            why = "there were too few rows for a budget" if budget else "no budget was given"
            return (f"promised: no number of alarms, as {why}",)
        doubt = () if promise.trusted else (f"do not rely on it: {promise.why}",)
        expect = f"expect {promise.low:g} to {promise.high:g} in {self.schema.rows:,} rows of normal data"
        return (f"promised: {promise.asked}; {expect}", *doubt)

    def _doubts(self) -> tuple[str, ...]:
        expected = self._expected(self.state.rows)
        if expected is None or not self.state.broken(expected):
            return ()
        many = counted(self.state.alarms, "event")
        return (f"{many} so far, where {expected:.1f} were to be expected; if the data changed for good, learn again",)

    def _expected(self, rows: int) -> float | None:
        """Return the number of events expected in so many rows of normal data; None where nothing was promised."""
        if not isinstance(self.threshold, Budget):
            return None
        step = self.schema.step if self.schema.dated else None
        return self.threshold.expected(self.schema.rows, step) * rows / self.schema.rows

    @property
    def summary(self) -> str:
        """One line: what it is and what it was learned from."""
        lesson = self.lesson
        span = f", {lesson.start} to {lesson.end}" if lesson.start else ""
        return (
            f"{DetectorSpec.of(self.detector).name} learned from {lesson.rows:,} rows of {lesson.name}{span}; "
            f"{self.threshold.words}"
        )

    def __repr__(self) -> str:
        return f"Monitor: {self.summary}"

    def _at_the_ends(self, scored: ScoreResult, *, begins: bool) -> ScoreResult:
        """Mark the last rows as provisional, and bring their scores, and those of first rows, to the scale of `cut`."""
        n, ahead = len(scored.scores), self.detector.lookahead
        scored = replace(scored, status=provisional(scored.status, ahead))
        if self.end_value is None or not ahead or self.end_value <= self.cut.value:
            return scored
        near = np.arange(n) >= n - ahead
        near |= begins & (np.arange(n) < ahead)
        away = (scored.scores - self.cut.normal) / (self.end_value - self.cut.normal)
        same = self.cut.normal + away * (self.cut.value - self.cut.normal)
        return replace(scored, scores=np.where(near, same, scored.scores))

    def _before(self, series: Series, past: Series) -> Series | None:
        """Return those rows of `past` that are earlier than the series."""
        before, _ = self.schema.fitted(past)
        if series.time is None:
            return before if before.time is None else None
        early = before.stamps < series.stamps.min()
        return before[: len(before) if early.all() else int(np.argmin(early))]

    def _too_few(self, series: Series) -> tuple[str, ...]:
        width = width_of(self.detector)
        if len(series) >= width:
            return ()
        name = self.detector.name
        return (f"{len(series)} rows are fewer than the {width} that {name} reads at once; give the rows before, too",)


def provisional(status: NDArray[np.uint8], ahead: int) -> NDArray[np.uint8]:
    """Return the status with the last rows, whose scores later rows may still change, marked.

    Examples
    --------
    >>> provisional(np.zeros(4, dtype=np.uint8), 2).tolist() == [0, 0, Status.PROVISIONAL, Status.PROVISIONAL]
    True
    """
    marked = status.copy()
    last = marked[max(len(marked) - ahead, 0) :]
    last[last == Status.OK] = Status.PROVISIONAL
    return marked


def _joined(before: Series, series: Series) -> Series:
    """Return both, one after the other, without what belongs to the user's own table."""
    time = None
    if series.time is not None and before.time is not None:
        time = np.concatenate([before.time, series.time])
    return replace(
        series, values=np.concatenate([before.values, series.values]), time=time, labels=None, index=None, source=None
    )


def one_series(data: Any, options: ReadOptions) -> Series:
    """Read one series.

    Raises
    ------
    InputError
        For several.
    """
    series = read(data, **options)
    if isinstance(series, Series):
        return series
    if len(series) == 1 and not series.failures:
        return next(iter(series.values()))
    names = [*series, *series.failures]
    raise InputError(f"there are {len(names)} series ({', '.join(names[:4])}), and one is needed; give one of them")

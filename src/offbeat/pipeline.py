"""The main job, end to end: read, clean, judge, cut, describe. The one place where the arrows are joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core import lineup
from offbeat.core.describe import describe
from offbeat.core.describe import frozen as mark_frozen
from offbeat.core.detector import Band, Detector, Judged
from offbeat.core.errors import InputError, OffbeatError, ParameterError
from offbeat.core.events import Event, to_frame
from offbeat.core.evidence import Evidence
from offbeat.core.health import Finding
from offbeat.core.params import params_of, parse_options
from offbeat.core.registry import detector as make_detector
from offbeat.core.registry import detector_class
from offbeat.core.registry import summary as catalogued
from offbeat.core.series import Floats, Panel, Series
from offbeat.core.status import words
from offbeat.data.clean import Clean, Cleaned, clean
from offbeat.data.health import frozen_mask
from offbeat.data.read import read
from offbeat.run.map import each
from offbeat.thresholds import Cut, Threshold, stretches
from offbeat.thresholds import threshold as make_threshold

if TYPE_CHECKING:
    import pandas as pd

    from offbeat.report.view import View

FEWEST = 8
"""Rows below which nothing can be said about what is usual."""


@dataclass(frozen=True, eq=False)
class Detection:
    """What was found in one series.

    Parameters
    ----------
    data
        The series as it was read.
    cleaned
        The series as it was judged (sorted, regular), with what was found about the data itself.
    detector
        The fitted detector.
    threshold, cut
        How the threshold was to be chosen, and the one that was.
    judged
        Score, status and shares of every point of the cleaned series.
    band
        What was usual at every point of the cleaned series.
    found
        The events, strongest first.
    """

    data: Series
    cleaned: Cleaned
    detector: Detector
    threshold: Threshold
    cut: Cut
    judged: Judged
    band: Band
    found: tuple[Event, ...]

    def __repr__(self) -> str:
        return f"Detection: {self.summary}"

    @property
    def summary(self) -> str:
        """One line: how many events in how many points of what."""
        many = len(self.found)
        return (
            f"{many or 'no'} event{'s' * (many != 1)} in {len(self.data):,} points of {self.data.name} "
            f"({self.detector.name}, {self.threshold.words})"
        )

    @property
    def scores(self) -> Floats:
        """float64 of shape (n,), one for each row of the data, higher is more anomalous; NaN where not judged."""
        return self.judged.scores[self.cleaned.rows]

    @property
    def level(self) -> Floats:
        """The scores scaled so that 1.0 is the alarm threshold; shape (n,)."""
        return self._level[self.cleaned.rows]

    @property
    def status(self) -> NDArray[np.str_]:
        """A word for each row of the data: ok, missing, warmup, frozen, short."""
        return words(self.judged.status[self.cleaned.rows])

    @property
    def alarms(self) -> NDArray[np.bool_]:
        """Whether each row of the data lies in an event; shape (n,)."""
        marks = np.zeros(len(self.cleaned.series), dtype=bool)
        for event in self.found:
            marks[event.rows[0] : event.rows[1] + 1] = True
        return marks[self.cleaned.rows]

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row an event, strongest first."""
        return to_frame(self.found)

    @property
    def health(self) -> tuple[Finding, ...]:
        """What was found about the data itself."""
        return self.cleaned.findings

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed, and what the user should know about the threshold."""
        return self.data.notes + self.cut.notes

    def to_frame(self) -> pd.DataFrame:
        """Return the data's values with score, level, status and alarm, on the index that the data came with."""
        import pandas as pd

        frame = pd.DataFrame(self.data.values, index=self.data.to_index(), columns=list(self.data.channels))
        taken = set(frame.columns)
        extra = {"score": self.scores, "level": self.level, "status": self.status, "alarm": self.alarms}
        for word, column in extra.items():
            frame[word if word not in taken else f"offbeat_{word}"] = column
        return frame

    def plot(self, path: str | Path | None = None) -> Any:
        """Draw series, events and score; return the matplotlib figure, and write it where a path is given."""
        from offbeat import report

        return report.plot([self.view()], path)

    def report(self, path: str | Path) -> None:
        """Write the whole as one HTML page that needs no network.

        Raises
        ------
        OutputError
            Where the page can't be written; then nothing is left half-written.
        """
        from offbeat import report

        report.page([self.view()], path)

    def view(self) -> View:
        """Return what plots and pages are drawn from."""
        from offbeat.report.view import View

        facts = {
            "detector": self.detector.name,
            "what it is": catalogued(type(self.detector)),
            "threshold": f"{self.threshold.words}: scores above {self.cut.value:.3g}",
        }
        facts |= {"about the threshold": " ".join(f"{note}." for note in self.cut.notes)} if self.cut.notes else {}
        status = self.judged.status
        return View(self.cleaned.series, self._level, self.found, self.band, self.health, facts, status)

    @cached_property
    def _level(self) -> Floats:
        return self.cut.level(self.judged.scores)


@dataclass(frozen=True, eq=False)
class Detections(Mapping[str, Detection]):
    """What was found in several series, by name; those that failed are in `failures`, with the reason."""

    members: dict[str, Detection]
    failures: dict[str, str]

    def __getitem__(self, name: str) -> Detection:
        return self.members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def __repr__(self) -> str:
        return f"Detections: {self.summary}"

    @property
    def summary(self) -> str:
        """One line: how many events in how many series."""
        many = len(self.found)
        failed = f", {len(self.failures)} not judged" if self.failures else ""
        return f"{many or 'no'} event{'s' * (many != 1)} in {len(self)} series{failed}"

    @property
    def found(self) -> tuple[Event, ...]:
        """All events, strongest first."""
        events = [event for member in self.members.values() for event in member.found]
        return tuple(sorted(events, key=lambda event: -event.level))

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row an event of any series, strongest first."""
        return to_frame(self.found)

    def to_frame(self) -> pd.DataFrame:
        """Return the frames of all series below one another, the series' name as first index level."""
        import pandas as pd

        return pd.concat({name: member.to_frame() for name, member in self.members.items()}, names=["series"])

    def plot(self, path: str | Path | None = None) -> Any:
        """Draw all series; return the matplotlib figure, and write it where a path is given."""
        from offbeat import report

        return report.plot([member.view() for member in self.members.values()], path)

    def report(self, path: str | Path) -> None:
        """Write all series as one HTML page that needs no network."""
        from offbeat import report

        report.page([member.view() for member in self.members.values()], path)


@dataclass(frozen=True)
class _Job:
    """How every series is judged: the arguments of `detect`, checked."""

    detector: Detector
    train: Any
    threshold: Threshold
    policy: Clean

    def new_detector(self) -> Detector:
        """Return a detector for one series: an unfitted one of its own, or the given one where that is fitted."""
        return self.detector if self.detector.is_fitted else type(self.detector)(**self.detector.get_params())


def detect(
    data: Any,
    detector: str | Detector = "auto",
    train: Any = None,
    threshold: str | float | Threshold | None = None,
    alarms: str | None = None,
    seed: int = 0,
    **options: Any,
) -> Detection | Detections:
    """Find what is off in a series, or in each series of a panel.

    Parameters
    ----------
    data
        A path, "-", an array of shape (n,) or (n, channels), a pandas / polars / Arrow frame or series, a `Series` or
        a `Panel`: what `offbeat.read` takes.
    detector
        A name of `offbeat.catalogue()`, with parameters behind a colon ("knn:window=64,k=1") or without, or a detector;
        one that is already fitted is used as it is.
    train
        What to learn from: the first so many rows, all rows before a timestamp, or a second data set. None: the data.
    threshold
        A name with options ("percentile:99", "pot:risk=0.001"), a number (a score), or a threshold. None: the budget.
    alarms
        The alarm budget: how many false events are accepted, "2/week", "1/10000 points", or "2/series" (the default).
    seed
        Of everything random.
    **options
        `params`, a dict of the detector's parameters; `clean`, a `Clean` policy; `workers`, the number of processes
        for a panel; `progress`, a function that is called with the share that is done; the rest goes to `offbeat.read`.

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
    job = _Job(
        detector=_detector(detector, options.pop("params", {}), seed),
        train=train,
        threshold=asked_threshold(threshold, alarms),
        policy=options.pop("clean", None) or Clean(),
    )
    workers, progress = options.pop("workers", 1), options.pop("progress", None)
    for name in set(options) - set(signature(read).parameters):
        raise TypeError(f"detect() got an unexpected keyword argument {name!r}")
    source = read(data, **options)
    if isinstance(source, Series):
        return _detect_one(source, job)
    return _detect_panel(source, job, workers, progress)


def _detector(detector: str | Detector, params: Mapping[str, Any], seed: int) -> Detector:
    if isinstance(detector, Detector):
        return detector
    name, options = lineup.read(detector)
    params = {**parse_options(detector_class(name), options), **params} if options else params
    made = make_detector(name, **params)
    return made.set_params(seed=seed) if "seed" in params_of(made) and "seed" not in params else made


def asked_threshold(threshold: str | float | Threshold | None, alarms: str | None) -> Threshold:
    """Return the threshold that was asked for, by name, as a score, or as a budget of alarms.

    Raises
    ------
    UnknownNameError, ParameterError
        For a name or value that is not allowed, or where both are given.

    Examples
    --------
    >>> asked_threshold(None, "2/week").words
    'alarm budget 2/week'
    """
    if threshold is not None and alarms is not None:
        raise ParameterError(f"threshold={threshold!r} and alarms={alarms!r} are two ways to say one thing; give one")
    if isinstance(threshold, Threshold):
        return threshold
    if isinstance(threshold, str):
        return make_threshold(threshold)
    if threshold is not None:
        return make_threshold(f"fixed:{float(threshold)!r}")
    return make_threshold(f"budget:{alarms}" if alarms is not None else "budget")


def _detect_panel(panel: Panel, job: _Job, workers: int, progress: Callable[[float], None] | None) -> Detections:
    members, failures = {}, {}
    named = [replace(series, name=name) for name, series in panel.items()]
    for i, (name, outcome) in enumerate(zip(panel, each(partial(_attempt, job), named, workers), strict=True)):
        if isinstance(outcome, Detection):
            members[name] = outcome
        else:
            failures[name] = outcome
        if progress is not None:
            progress((i + 1) / len(panel))
    if not members:
        first = next(iter(failures.values()), "it is empty")
        raise InputError(f"none of the {len(panel)} series could be judged; the first: {first}")
    return Detections(members, failures)


def _attempt(job: _Job, series: Series) -> Detection | str:
    """Judge one series of many; what is wrong with it must not stop the others."""
    try:
        return _detect_one(series, job)
    except OffbeatError as error:
        return str(error)


def _detect_one(series: Series, job: _Job) -> Detection:
    if len(series) < FEWEST:
        rows = f"{len(series)} row{'s' * (len(series) != 1)}"
        raise InputError(f"{series.name} has {rows}; it takes at least {FEWEST} to tell what is usual")
    if np.isnan(series.values).all():
        raise InputError(f"{series.name} has {len(series):,} rows and no value in any of them; give a file with values")
    cleaned = clean(series, job.policy)
    judged_on = cleaned.series
    known = _training_part(job.train, cleaned, job.policy)
    detector = job.new_detector()
    if detector.is_fitted:
        judged = detector.judge(judged_on)
    elif known is None:
        judged = detector.fit_judge(judged_on)
    else:
        judged = detector.fit(known, known.lessons).judge(judged_on)
    step = judged_on.step if judged_on.is_dated else None
    cut = job.threshold.cut(judged.scores, judged_on.labels, step)
    judged = replace(judged, status=mark_frozen(judged.status, frozen_mask(judged_on)))
    alarms = [(int(first), int(end)) for first, end in stretches(judged.scores, cut)]
    band = detector.band(judged_on) or (_usual_here(judged_on, alarms) if known is None else _usual(known, judged_on))
    evidence = Evidence(judged_on, judged, cut.level(judged.scores), band, cut.tail.p_value if cut.tail else None)
    found = [describe(first, end, evidence) for first, end in alarms]
    found.sort(key=lambda event: -event.level)
    return Detection(series, cleaned, detector, job.threshold, cut, judged, band, tuple(found))


def _usual(known: Series, series: Series) -> Band:
    """Return the usual range by season and trend, for detectors that have no idea of it themselves."""
    band = make_detector("seasonal_residual").fit(known).band(series)
    assert band is not None  # noqa: S101 - that detector has one
    return band


def _usual_here(series: Series, alarms: Sequence[tuple[int, int]]) -> Band:
    """Return the usual range where the series is all there is to learn from: what raised an alarm must not widen it."""
    band = _usual(series, series)
    if not alarms:
        return band
    values = series.values.copy()
    for first, end in alarms:
        values[first:end] = np.where(np.isnan(values[first:end]), np.nan, band.expected[first:end])
    calm = replace(series, values=values)
    return _usual(calm, calm)


def _training_part(train: Any, cleaned: Cleaned, policy: Clean) -> Series | None:
    """Return the series to learn from; None where it is the whole of the data itself."""
    if train is None:
        return None
    series = cleaned.series
    if isinstance(train, str) and train.strip().isdecimal():
        train = int(train)
    if isinstance(train, (int, np.integer)) and not isinstance(train, bool):
        if not 0 < train <= len(cleaned.rows):
            raise InputError(f"train={train} rows, and {series.name} has {len(cleaned.rows)}; give a number in between")
        return series[: int(cleaned.rows[:train].max()) + 1]
    if _is_moment(train):
        return _before(series, train)
    known = read(train)
    if not isinstance(known, Series):
        raise InputError("the data set to learn from holds several series; give one")
    return clean(known, policy).series


def _is_moment(train: Any) -> bool:
    if not isinstance(train, str):
        return isinstance(train, np.datetime64) or hasattr(train, "isoformat")
    return not Path(train).exists() and train[:4].isdecimal()


def _before(series: Series, moment: Any) -> Series:
    try:
        rows = series.row_at(moment)
    except InputError as error:
        raise InputError(f"train={error}") from None
    if rows == 0:
        raise InputError(f"train={moment!r}: {series.name} begins at {series.label(0)}; give a later time")
    return series[:rows]

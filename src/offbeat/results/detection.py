"""What was found in one series."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.cut import Cut, severity, stands_out
from offbeat.core.detector import Detector
from offbeat.core.event import COLUMNS, Event
from offbeat.core.health import Finding
from offbeat.core.registry import summary as catalogued
from offbeat.core.scores import Band, ScoreResult, score_columns
from offbeat.core.series import Floats, Series
from offbeat.core.spec import DetectorSpec
from offbeat.core.status import Status, words
from offbeat.core.units import rows_a_week
from offbeat.data.clean import Cleaned
from offbeat.results._base import Result, how_many
from offbeat.results._frame import as_frame
from offbeat.thresholds import Threshold

if TYPE_CHECKING:
    import pandas as pd

    from offbeat.report.view import View


@dataclass(frozen=True, eq=False, repr=False)
class Detection(Result):
    """What was found in one series.

    Parameters
    ----------
    data
        The series as it was read.
    cleaned
        The series as it was scored (sorted, regular), with what was found about the data itself.
    detector
        The fitted detector.
    threshold, cut
        How the threshold was to be chosen, and the one that was.
    score_result
        Score, status and shares of every point of the cleaned series.
    channel_codes
        The status of every channel of every point of the cleaned series, as codes of `Status`.
    band
        What was usual at every point of the cleaned series.
    found
        The events, strongest first.
    remarks
        What is to be said about how the data fit what was learned.
    """

    data: Series
    cleaned: Cleaned
    detector: Detector
    threshold: Threshold
    cut: Cut
    score_result: ScoreResult
    channel_codes: NDArray[np.uint8]
    band: Band
    found: tuple[Event, ...]
    remarks: tuple[str, ...] = ()

    @property
    def detections(self) -> tuple[Detection, ...]:
        """Itself alone, as `Detections` has several."""
        return (self,)

    @property
    def is_scored(self) -> bool:
        """Whether there is a row with a score, or an event."""
        return bool(self.found) or bool(np.isfinite(self.score_result.scores).any())

    @property
    def failures(self) -> dict[str, str]:
        """Why no row could be scored, by the name of the series; empty where one was. What else fails raises."""
        if self.is_scored:
            return {}
        return {self.data.name: f"{self.data.name}: {self.cut.short or self._unscored}"}

    @property
    def _unscored(self) -> str:
        """Why no row has a score, by the words of their status."""
        found, counts = np.unique(self.status, return_counts=True)
        why = ", ".join(f"{count:,} {word}" for word, count in zip(found, counts, strict=True))
        remedy = "; ".join(self.remarks) or "give more rows, or another detector"
        return f"too little data to tell: no row could be scored ({why}); {remedy}"

    @property
    def summary(self) -> str:
        """One line: how many events in how many points of what."""
        how = f"threshold {self.cut.instead}" if self.cut.instead else self.threshold.words
        where = f"{len(self.data):,} points of {self.data.name} ({self.detector.name}, {how})"
        if not self.is_scored:
            return self.failures[self.data.name]
        return f"{how_many(self.found, self.is_calibrated, self._lets_through)} in {where}"

    @property
    def weeks(self) -> float:
        """How long the data are, in weeks, or in 10,000 rows where there are no dates."""
        series = self.cleaned.series
        return len(series) / rows_a_week(series.step if series.is_dated else None)

    @property
    def is_calibrated(self) -> bool:
        """Whether it is known how often clean data holds scores as high, so that an event can stand out."""
        return bool(self.cut.weekly)

    @property
    def standing_out(self) -> tuple[Event, ...]:
        """The events that stand out of all that clean data would hold; all, where nothing is known of that."""
        return tuple(event for event in self.found if event.stands_out or not self.is_calibrated)

    @property
    def _lets_through(self) -> str:
        """What lets events through that do not stand out."""
        by = "the threshold" if self.cut.instead else self.threshold.words.replace("alarm budget", "a budget of")
        return f"what {by} lets through"

    @property
    def _chosen(self) -> str:
        """How the threshold was chosen: as it was asked for, or what was used instead and why."""
        return self.cut.instead or self.threshold.words

    @property
    def scores(self) -> Floats:
        """float64 of shape (n,), one for each row of the data, higher is more anomalous; NaN where not scored."""
        return self.cleaned.to_input(self.score_result.scores, np.nan)

    @property
    def severity(self) -> Floats:
        """The scores scaled so that 1.0 is the alarm threshold; shape (n,)."""
        return self.cleaned.to_input(self._severity, np.nan)

    @property
    def status(self) -> NDArray[np.str_]:
        """A word for each row of the data: ok, provisional, partial, frozen, warmup, short, missing or dropped."""
        return words(self.cleaned.to_input(self.score_result.status, Status.DROPPED))

    @property
    def channel_status(self) -> NDArray[np.str_]:
        """The same for each channel, shape (n, channels); the status of a row is the worst of them."""
        return words(self.cleaned.to_input(self.channel_codes, Status.DROPPED))

    @property
    def alarms(self) -> NDArray[np.bool_]:
        """Whether each row of the data lies in an event; shape (n,).

        The rows of an event are those that leave the normal range, and those around it with a severity above 1: the
        score of a window is high in the rows around what caused it, too (decision 40).
        """
        marks = np.zeros(len(self.cleaned.series), dtype=bool)
        for event in self.found:
            for first, last in (event.rows[:2], event.alarm_rows):
                marks[first : last + 1] = True
        return self.cleaned.to_input(marks, absent=False)

    @property
    def health(self) -> tuple[Finding, ...]:
        """What was found about the data itself."""
        return self.cleaned.findings

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed, and what the user should know about the threshold."""
        return self.data.notes + self.remarks + self.cut.notes

    def to_frame(self) -> pd.DataFrame:
        """Return the data with score, severity, status and alarm, one row for each of its rows, in their order.

        Of a frame, the result has the user's own columns and index. A polars or Arrow table comes back as a pandas
        frame. Of a file or an array, it has the values, on an index of times named as the file's column; of one series
        of a file with ids, the id and the time are columns, on an index of row numbers.
        """
        return scored_frame(self)

    def to_dict(self) -> dict[str, Any]:
        """Return all that was found as JSON can hold it: NaN is null, times are ISO 8601."""
        return {
            "series": self.data.name,
            "points": len(self.data),
            "detector": DetectorSpec.of(self.detector).name,
            "threshold": {"chosen": self._chosen, "score": _plain(self.cut.value)},
            "stand_out": len(self.standing_out),
            "events": [{name: _plain(getattr(event, name)) for name in COLUMNS} for event in self.found],
            "health": [{name: _plain(value) for name, value in vars(finding).items()} for finding in self.health],
            "notes": list(self.notes),
        }

    def view(self) -> View:
        """Return what plots and pages are drawn from."""
        from offbeat.report.view import View

        facts = {
            "detector": self.detector.name,
            "method": catalogued(type(self.detector)),
            "threshold": f"{self._chosen}: scores above {self.cut.value:.3g}",
        }
        facts |= {"about the threshold": " ".join(f"{note}." for note in self.cut.notes)} if self.cut.notes else {}
        status = self.score_result.status
        return View(self.cleaned.series, self._severity, self.found, self.band, self.health, facts, status)

    @cached_property
    def _severity(self) -> Floats:
        return severity(self.score_result.scores, self.cut)


def marked(one: Detection, weeks: float) -> Detection:
    """Return the detection with the events marked that stand out of so many weeks of clean data."""
    marks = stands_out([event.p_value for event in one.found], weeks)
    found = (replace(event, stands_out=bool(mark)) for event, mark in zip(one.found, marks, strict=True))
    return replace(one, found=tuple(found))


def scored_frame(one: Detection, others: Collection[Any] = ()) -> pd.DataFrame:
    """Return the rows of the data with score, severity, status and alarm.

    Parameters
    ----------
    one
        What was found.
    others
        Names that these columns must not have, beside those of the data.
    """
    frame = as_frame(one.data)
    columns = (one.scores, one.severity, one.status, one.alarms)
    for name, column in zip(score_columns({*frame.columns, *others}), columns, strict=True):
        frame[name] = column
    return frame


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.isoformat() if hasattr(value, "isoformat") else value

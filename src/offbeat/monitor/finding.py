"""From scores and what was learned to a detection: the arrows that every door shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from offbeat.core.cut import Cut, severity
from offbeat.core.detector import Detector
from offbeat.core.event import Run
from offbeat.core.scores import Band, ScoreResult
from offbeat.core.series import Series
from offbeat.core.status import Status, channel_status, worst
from offbeat.data.clean import Cleaned
from offbeat.data.frozen import run_mask
from offbeat.events.context import EventContext, Normal
from offbeat.events.find import find_events
from offbeat.results.detection import Detection, marked
from offbeat.thresholds import Threshold


@dataclass(frozen=True, eq=False)
class Scored:
    """A scored series, and what it is compared with.

    Parameters
    ----------
    data
        The series as it was read, without the rows of the past.
    cleaned
        The series as it was scored, with those rows.
    detector, threshold, cut
        What scored it, how its threshold was to be chosen, and the one that was.
    scores
        Score and status of every row of the cleaned series.
    band
        The normal range at every row of the cleaned series.
    runs
        The runs of one value that are too long.
    normal
        What is normal between events, where it was learned before.
    past
        The number of rows of the input that come before `data`.
    least_weeks
        An event stands out of at least so many weeks of clean data, however short the series is.
    notes
        What is to be said about how the data fits what was learned.
    """

    data: Series
    cleaned: Cleaned
    detector: Detector
    threshold: Threshold
    cut: Cut
    scores: ScoreResult
    band: Band
    runs: Sequence[Run]
    normal: Normal | None = None
    past: int = 0
    least_weeks: float = 0.0
    notes: tuple[str, ...] = ()


def detection(one: Scored) -> Detection:
    """Find and describe the events of a scored series."""
    series, scores = one.cleaned.series, one.scores
    if one.cut.short:
        nothing = np.where(scores.status <= Status.FROZEN, np.uint8(Status.SHORT), scores.status)
        scores = replace(scores, scores=np.full_like(scores.scores, np.nan), status=nothing)
    codes = channel_status(series.values, scores.raw, scores.status, run_mask(one.runs, series.values.shape))
    scores = replace(scores, status=worst(codes))
    reads = max(int(getattr(one.detector, "window_", 1)), int(getattr(one.detector, "lookback_", 1)))
    found = find_events(
        EventContext(series, scores, severity(scores.scores, one.cut), one.band, one.cut.p_value, reads, one.normal),
        one.cut,
        one.runs,
    )
    made = Detection(
        one.data, one.cleaned, one.detector, one.threshold, one.cut, scores, codes, one.band, found, one.notes
    )
    made = without_past(made, one.past) if one.past else made
    return marked(made, max(made.weeks, one.least_weeks))


def without_past(made: Detection, past: int) -> Detection:
    """Return a detection without its first rows, and without the events that end before the rows that are left."""
    rows = made.cleaned.rows[past:]
    first = int(rows.min())
    part = slice(first, None)
    scores, band, cleaned = made.score_result, made.band, made.cleaned
    members = {name: replace(member, scores=member.scores[part]) for name, member in scores.members.items()}
    kept = ScoreResult(
        scores.scores[part],
        scores.status[part],
        None if scores.shares is None else scores.shares[part],
        scores.raw[part],
        members,
    )
    found = []
    for event in made.found:
        begin, end, peak = (max(row - first, 0) for row in event.rows)
        alarmed = (max(event.alarm_rows[0] - first, 0), max(event.alarm_rows[1] - first, 0))
        if event.rows[1] >= first:
            found.append(replace(event, rows=(begin, end, peak), alarm_rows=alarmed))
    return replace(
        made,
        cleaned=replace(
            cleaned,
            series=cleaned.series[part],
            rows=rows - first,
            dropped=cleaned.dropped[past:],
            filled=cleaned.filled[part],
        ),
        score_result=kept,
        channel_codes=made.channel_codes[part],
        band=Band(band.expected[part], band.lower[part], band.upper[part]),
        found=tuple(found),
    )

"""From scores and what was learned to a detection: the arrows that every door shares."""

from __future__ import annotations

from dataclasses import dataclass, replace

from offbeat.core.cut import Cut, severity
from offbeat.core.detector import Band, Detector, ScoreResult
from offbeat.core.series import Series
from offbeat.data.clean import Cleaned
from offbeat.data.health import frozen_mask
from offbeat.events.context import EventContext
from offbeat.events.describe import describe
from offbeat.events.describe import frozen as mark_frozen
from offbeat.events.stretches import stretches
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
    past
        The number of rows of the input that come before `data`.
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
    past: int = 0
    notes: tuple[str, ...] = ()


def detection(one: Scored) -> Detection:
    """Find and describe the events of a scored series."""
    series, scores = one.cleaned.series, one.scores
    scores = replace(scores, status=mark_frozen(scores.status, frozen_mask(series)))
    context = EventContext(series, scores, severity(scores.scores, one.cut), one.band, one.cut.p_value)
    found = [describe(int(first), int(end), context) for first, end in stretches(scores.scores, one.cut)]
    found.sort(key=lambda event: -event.severity)
    made = Detection(
        one.data, one.cleaned, one.detector, one.threshold, one.cut, scores, one.band, tuple(found), one.notes
    )
    made = made if not one.past else without_past(made, one.past)
    return marked(made, made.weeks)


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
        begin, end, worst = (max(row - first, 0) for row in event.rows)
        if event.rows[1] >= first:
            found.append(replace(event, rows=(begin, end, worst)))
    return replace(
        made,
        cleaned=replace(cleaned, series=cleaned.series[part], rows=rows - first, filled=cleaned.filled[part]),
        score_result=kept,
        band=Band(band.expected[part], band.lower[part], band.upper[part]),
        found=tuple(found),
    )

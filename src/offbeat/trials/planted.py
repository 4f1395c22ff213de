"""The parts of series that a detector is tuned on: what is learned from, what is measured, and what is known there."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, ParameterError, unknown
from offbeat.core.series import Floats, Series
from offbeat.data.anomalies import KINDS
from offbeat.data.synth import inject_many
from offbeat.events.stretches import stretches
from offbeat.thresholds import threshold
from offbeat.trials.folds import folds
from offbeat.trials.metric import Flags, Metric

COPIES = 3
"""Planted anomalies of a kind in each part."""


@dataclass(frozen=True, eq=False)
class Objective:
    """Something to be found.

    Parameters
    ----------
    series
        What is scored.
    truth
        Which of the measured rows are anomalous.
    counted
        Which of the measured rows count.
    """

    series: Series
    truth: Flags
    counted: Flags


@dataclass(frozen=True, eq=False)
class Planted:
    """One part of one series that a detector is measured on.

    Parameters
    ----------
    known
        What is learned from.
    measured
        The rows of each objective that are measured; those before them are what `known` was, and a gap.
    objectives
        What a person labelled; or the same rows several times, each with anomalies of another kind planted.
    """

    known: Series
    measured: slice
    objectives: tuple[Objective, ...]

    def value(self, detector: Detector, metric: Metric) -> float:
        """Learn, judge, and measure: the mean over the objectives."""
        detector.fit(self.known, self.known.usable_labels)
        return float(np.mean([self._one(detector, metric, objective) for objective in self.objectives]))

    def _one(self, detector: Detector, metric: Metric, objective: Objective) -> float:
        scores = detector.score_result(objective.series).scores
        step = objective.series.step if objective.series.is_dated else None
        output = scores if metric.measure.takes == "scores" else _alarms(scores, step)
        return metric.value(objective.truth[objective.counted], output[self.measured][objective.counted], step)


@dataclass(frozen=True, eq=False)
class TuneParts:
    """What a search looks at, and what it does not.

    Parameters
    ----------
    measured
        The validation parts of all series, in the order in which they are measured.
    unseen
        The last part of each series.
    planted
        The kinds of anomaly that were planted; empty where a person labelled some.
    notes
        What was left out and why, one sentence each.
    failures
        Why a whole series was left out, by its name.
    """

    measured: list[Planted] = field(default_factory=list)
    unseen: list[Planted] = field(default_factory=list)
    planted: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)

    def leave_out(self, name: str, reason: str) -> None:
        """Note that a whole series is left out."""
        self.failures[name] = reason
        self.notes.append(f"{name} was left out: {reason}")

    @property
    def shortest(self) -> int:
        """Points in the shortest training part."""
        return min(len(part.known) for part in self.measured)

    @property
    def digest(self) -> str:
        """A word that is another one for other data, other parts or other labels."""
        found = hashlib.blake2b(digest_size=16)
        for part in (*self.measured, *self.unseen):
            found.update(f"{len(part.known)} {part.measured}".encode())
            for objective in part.objectives:
                found.update(np.ascontiguousarray(objective.series.values).tobytes())
                found.update(objective.truth.tobytes() + objective.counted.tobytes())
        return found.hexdigest()


def tune_parts(
    every: Sequence[Series], split: str, gap: int, kinds: str | Sequence[str] | None, seed: int
) -> TuneParts:
    """Return the parts to tune on.

    Parameters
    ----------
    every
        The series, cleaned.
    split, gap
        As for `folds`; the validation parts are measured, the last test part is kept unseen.
    kinds
        The kinds of anomaly to plant, "all" or names; None takes the labels.
    seed
        Of the planting.

    Raises
    ------
    InputError
        Where no part has both normal and anomalous rows.
    """
    found = (
        TuneParts()
        if kinds is None
        else TuneParts(planted=tuple(plantable(kinds, min(len(s.channels) for s in every))))
    )
    for number, series in enumerate(every):
        try:
            _add(found, series, split, gap, (seed, number))
        except InputError as error:
            if len(every) == 1:
                raise
            found.leave_out(series.name, str(error))
    if not found.measured:
        why = found.notes[0] if found.planted and found.notes else "no part to measure on has labelled anomalies"
        raise InputError(
            f"there is nothing to tune on: {why}; give another split, more data, or plant anomalies instead of labels"
        )
    return found


def _add(found: TuneParts, series: Series, split: str, gap: int, seed: tuple[int, int]) -> None:
    parts = folds(len(series), split, gap)
    rows = [(part.train, part.validation) for part in parts] + [(parts[-1].train, parts[-1].test)]
    if found.planted:
        made = [planted(series, *pair, found.planted, (*seed, i)) for i, pair in enumerate(rows)]
        found.measured.extend(made[:-1])
        found.unseen.append(made[-1])
        return
    if series.labels is None:
        found.leave_out(series.name, "it has no labels")
        return
    known = [labelled(series, *pair) for pair in rows]
    kept = [part for part in known[:-1] if part is not None]
    found.measured.extend(kept)
    found.unseen.extend([known[-1]] if known[-1] is not None else [])
    if len(kept) < len(parts):
        missing = len(parts) - len(kept)
        found.notes.append(
            f"{missing} of {len(parts)} validation parts of {series.name} {'was' if missing == 1 else 'were'} left "
            "out: all rows there are normal, or all anomalous"
        )


def labelled(series: Series, learned: slice, measured: slice) -> Planted | None:
    """Return the part of what a person labelled; None where the measured rows are all normal or all anomalous."""
    part, known, rows = _cut_out(series, learned, measured)
    assert part.labels is not None  # noqa: S101 - the caller has looked
    truth = part.labels[rows]
    if not truth.any() or truth.all():
        return None
    return Planted(known, rows, (Objective(part, truth, np.ones(len(truth), dtype=bool)),))


def planted(series: Series, learned: slice, measured: slice, kinds: Sequence[str], seed: Sequence[int]) -> Planted:
    """Return a part with an objective for each kind, in whose measured rows anomalies of that kind were planted.

    What a person labelled there does not count.

    Raises
    ------
    InputError
        Where the measured rows have no room for them.
    """
    part, known, rows = _cut_out(series, learned, measured)
    before = np.zeros(len(part), dtype=bool) if part.labels is None else part.labels
    rng = np.random.default_rng(seed)
    objectives = []
    for kind in kinds:
        changed = inject_many(part, {kind: COPIES}, length=_length(rows.stop - rows.start), after=rows.start, seed=rng)
        assert changed.labels is not None  # noqa: S101 - they have just been set
        objectives.append(Objective(changed, (changed.labels & ~before)[rows], ~before[rows]))
    return Planted(known, rows, tuple(objectives))


def plantable(kinds: str | Sequence[str], channels: int) -> list[str]:
    """Return the kinds that are asked for, "all" being all that can be planted in so many channels.

    Raises
    ------
    UnknownNameError
        For a kind that is not there.
    ParameterError
        For none, or one that needs more channels.

    Examples
    --------
    >>> plantable("spike, level_shift", 1)
    ['spike', 'level_shift']
    """
    if kinds == "all":
        return [name for name, kind in KINDS.items() if channels > 1 or not kind.alone]
    names = [word.strip() for word in kinds.split(",")] if isinstance(kinds, str) else list(kinds)
    for name in names:
        if name not in KINDS:
            raise unknown("kind of anomaly", name, KINDS)
        if KINDS[name].alone and channels < 2:
            raise ParameterError(f"{name} can't be planted in one channel; leave it out")
    if not names:
        raise ParameterError("no kind of anomaly to plant; name some, or all")
    return list(dict.fromkeys(names))


def _length(count: int) -> int:
    """Return the length of planted stretches in so many rows: a fiftieth, 8 points where there is room for them."""
    return max(count // 50, min(8, count // (4 * COPIES)), 1)


def _cut_out(series: Series, learned: slice, measured: slice) -> tuple[Series, Series, slice]:
    """Return the rows from the first that is learned from to the last that is measured, the known, the measured."""
    first = learned.start
    rows = slice(measured.start - first, measured.stop - first)
    return series[first : measured.stop], series[learned], rows


def _alarms(scores: Floats, step: float | None) -> Flags:
    """Return which points are alarms under the default budget, as `detect` would raise them."""
    marks = np.zeros(len(scores), dtype=bool)
    for first, end in stretches(scores, threshold("budget").cut(scores, None, step)):
        marks[first:end] = True
    return marks

"""Which spec is best, by how much, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError
from offbeat.core.series import Floats, Series
from offbeat.core.windows import true_runs as ranges
from offbeat.core.wording import counted, number
from offbeat.metrics.confidence import Difference, paired_bootstrap, paired_bootstrap_events
from offbeat.trials.folds import Fold
from offbeat.trials.metric import Metric
from offbeat.trials.trial import TrialResult
from offbeat.trials.unlabelled import correlations, smallest_found, total

ENOUGH = 6
"""Of so many series and folds, or labelled events, a difference can be told from chance: if five of five are
for one side, a sign test still gives p = 0.06."""

SURE = 0.05
"""A difference is called more than chance where its p-value is below this."""

DRAWN = 2_000_000
"""Points that are measured in all draws together; long series are drawn less often, `REPEATS` at least."""

REPEATS = (50, 200)
"""Draws of events, at least and at most."""

Unit = tuple[str, int]
"""A series by its name, and the number of a fold."""


@dataclass(frozen=True)
class Rank:
    """One spec in the order of the comparison.

    Parameters
    ----------
    detector
        Its name.
    value
        The mean of the metric over series and folds; NaN where no run has one.
    units
        How many series and folds have one.
    """

    detector: str
    value: float
    units: int


@dataclass(frozen=True)
class Truth:
    """Series by their names, each with its folds, to look up what a unit's labels are."""

    series: dict[str, Series]
    folds: dict[str, list[Fold]]

    @property
    def step(self) -> float | None:
        """Seconds between two points of the first series; None without dates."""
        first = next(iter(self.series.values()))
        return first.step if first.is_dated else None

    def labels(self, unit: Unit) -> NDArray[np.bool_]:
        """Return the labels of the test rows of a unit, shape (n,)."""
        name, number = unit
        labels = self.series[name].labels
        rows = self.folds[name][number].test
        return np.zeros(rows.stop - rows.start, dtype=bool) if labels is None else labels[rows]


def by_unit(runs: Sequence[TrialResult], column: str) -> dict[str, dict[Unit, float]]:
    """Return each spec's mean over seeds, by series and fold; what is not there is left out."""
    seen: dict[str, dict[Unit, list[float]]] = {}
    for run in runs:
        found = seen.setdefault(run.row["detector"], {})
        if not np.isnan(run.row.get(column, np.nan)):
            found.setdefault((run.row["series"], run.row["fold"]), []).append(run.row[column])
    return {name: {unit: float(np.mean(values)) for unit, values in units.items()} for name, units in seen.items()}


def scores_of(runs: Sequence[TrialResult]) -> dict[Unit, dict[str, Floats]]:
    """Return by series and fold the test scores of each spec, of its first seed."""
    found: dict[Unit, dict[str, Floats]] = {}
    for run in runs:
        if not run.failed:
            found.setdefault((run.row["series"], run.row["fold"]), {}).setdefault(run.row["detector"], run.scores)
    return found


def ranks(runs: Sequence[TrialResult], metric: Metric) -> list[Rank]:
    """Return the detectors, the best first; those without a value stand last."""
    found = [
        Rank(name, float(np.mean(list(units.values()))) if units else np.nan, len(units))
        for name, units in by_unit(runs, metric.name).items()
    ]
    sign = -1.0 if metric.measure.higher_is_better else 1.0
    return sorted(found, key=lambda one: (np.isnan(one.value), sign * one.value))


@dataclass(frozen=True)
class Gap:
    """By how much the first of two detectors is better, and what was drawn again to say how sure that is.

    Parameters
    ----------
    difference
        Of the mean over series and folds, or of the metric on all their test rows together.
    drawn
        What was drawn, in words.
    """

    difference: Difference
    drawn: str

    def sentence(self, detectors: int) -> str:
        """Return how sure it is, in words, when the best of so many is compared with the second.

        The best was picked by the same data, so the p-value is multiplied by the number of the others (Bonferroni).
        """
        gap, others = self.difference, detectors - 1
        if np.isnan(gap.p_value) or not np.isfinite([gap.low, gap.high]).all():
            return "chance can't be ruled out, as the metric is undefined on some draws"
        value = min(1.0, others * gap.p_value)
        sure = "that is more than chance" if value < SURE else "that may be chance"
        p = "p < 0.01" if value < 0.01 else f"p = {value:.2f}"
        p += f" for the best of {detectors}" if others > 1 else ""
        return f"{sure} ({p}; between {number(gap.low)} and {number(gap.high)} when {self.drawn} are drawn again)"


def gap(runs: Sequence[TrialResult], metric: Metric, truth: Truth, one: str, two: str, seed: int = 0) -> Gap:
    """Return by how much one spec is better than another, and whether by chance.

    With `ENOUGH` series and folds, these are drawn with replacement; otherwise the labelled events of the test rows
    are, those of all series and folds together, by the ranks of the scores within each.

    Raises
    ------
    InputError
        For fewer than `ENOUGH` labelled events.
    """
    values = by_unit(runs, metric.name)
    common = sorted(values[one].keys() & values[two].keys())
    if len(common) >= ENOUGH:
        each = [[values[name][unit] for unit in common] for name in (one, two)]
        found, drawn = paired_bootstrap(each[0], each[1], seed=seed), f"{len(common)} series and folds"
    else:
        labels = np.concatenate([np.zeros(0, dtype=bool), *map(truth.labels, common)])
        first, second = (_joined(runs, name, common, metric) for name in (one, two))
        found = _over_events(labels, first, second, partial(_value, metric, truth.step), seed)
        drawn = f"the {len(ranges(labels))} labelled events in all test rows together"
    if not metric.measure.higher_is_better:
        found = Difference(-found.value, -found.high, -found.low, found.p_value)
    return Gap(found, drawn)


def _over_events(
    labels: NDArray[np.bool_], one: Floats, two: Floats, value: Callable[..., float], seed: int
) -> Difference:
    events = len(ranges(labels))
    if events < ENOUGH:
        some = counted(events, "labelled event")
        verb = "is" if events == 1 else "are"
        raise InputError(f"{some} {verb} too few to rule out chance; you need {ENOUGH}")
    repeats = int(np.clip(DRAWN // len(labels), *REPEATS))
    return paired_bootstrap_events(value, labels, one, two, repeats=repeats, seed=seed)


def _value(metric: Metric, step: float | None, labels: NDArray[np.bool_], scores: Floats) -> float:
    return metric.value(labels, scores if metric.measure.takes == "scores" else scores > 0, step)


def _joined(runs: Sequence[TrialResult], name: str, units: Sequence[Unit], metric: Metric) -> Floats:
    """Return the scores of the first seed, or its alarms as 0 and 1; of several units, the ranks within each."""
    first: dict[Unit, TrialResult] = {}
    for run in runs:
        if run.row["detector"] == name and not run.failed:
            first.setdefault((run.row["series"], run.row["fold"]), run)
    if metric.measure.takes != "scores":
        parts = [np.asarray(first[u].scores > first[u].row["threshold_value"], dtype=np.float64) for u in units]
    else:
        parts = [first[u].scores if len(units) == 1 else _ranked(first[u].scores) for u in units]
    return np.concatenate([np.zeros(0), *parts])


def _ranked(scores: Floats) -> Floats:
    from scipy.stats import rankdata

    return np.asarray(rankdata(np.where(np.isfinite(scores), scores, -np.inf)) / len(scores), dtype=np.float64)


def verdict(runs: Sequence[TrialResult], metric: Metric, truth: Truth, seed: int = 0) -> list[str]:
    """Return what the comparison comes to, in sentences."""
    known = [one for one in ranks(runs, metric) if not np.isnan(one.value)]
    if not known:
        return [f"No detector has a {metric.name}; the columns 'empty' and 'error' of the runs say why."]
    lines = [_first(runs, metric, truth, known, seed)]
    most = max(one.units for one in known)
    few = [one.detector for one in known if one.units < most]
    if few:
        lines.append(f"{_listed(few)} did not run everywhere, so the means are not over the same series and folds.")
    return lines


def _first(runs: Sequence[TrialResult], metric: Metric, truth: Truth, known: Sequence[Rank], seed: int) -> str:
    best = known[0]
    side = "higher" if metric.measure.higher_is_better else "lower"
    tied = [one.detector for one in known if one.value == best.value]
    if len(known) == 1:
        return f"{best.detector} has {metric.name} {number(best.value)} ({side} is better); no other has a value."
    if len(tied) > 1:
        return f"{_listed(tied)} are equally good: {metric.name} {number(best.value)} ({side} is better)."
    second = known[1]
    begin = (
        f"{best.detector} is best: {metric.name} {number(best.value)} ({side} is better), {second.detector} follows "
        f"with {number(second.value)}, {number(abs(best.value - second.value))} behind"
    )
    try:
        return f"{begin}; {gap(runs, metric, truth, best.detector, second.detector, seed).sentence(len(known))}."
    except InputError as error:
        return f"{begin}; {error}."


def without_labels(runs: Sequence[TrialResult]) -> list[str]:
    """Return findings that need no labels, in sentences."""
    lines = ["Without labels accuracy cannot be measured; this is how the detectors behave."]
    pairs = [one for one in correlations(scores_of(runs)) if not np.isnan(one["rank_correlation"])]
    pairs.sort(key=lambda one: -one["rank_correlation"])
    if pairs:
        lines.append(f"{_pair(pairs[0])} agree most{_details(pairs[0])}.")
    if len(pairs) > 1:
        lines.append(f"{_pair(pairs[-1])} agree least{_details(pairs[-1])}.")
    return lines + [_finds(name, share, runs) for name, share in found_shares(runs).items()]


def found_shares(runs: Sequence[TrialResult]) -> dict[str, float]:
    """Return the share of planted anomalies that each spec found, the largest first."""
    counts: dict[str, tuple[int, int]] = {}
    for run in runs:
        found, places = counts.get(run.row["detector"], (0, 0))
        counts[run.row["detector"]] = (
            found + sum(one.found for one in run.power), places + sum(one.places for one in run.power)
        )  # fmt: skip
    shares = {name: found / places for name, (found, places) in counts.items() if places}
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def _pair(pair: Mapping[str, Any]) -> str:
    return f"{pair['first']} and {pair['second']}"


def _details(pair: Mapping[str, Any]) -> str:
    shared = "" if np.isnan(pair["shared_events"]) else f", {pair['shared_events']:.0%} of the strongest events shared"
    return f" (rank correlation {pair['rank_correlation']:.2f}{shared})"


def _finds(name: str, share: float, runs: Sequence[TrialResult]) -> str:
    own = [run for run in runs if run.row["detector"] == name and not run.failed]
    powers = total([one for run in own for one in run.power])
    least = [one.words for one in smallest_found(powers) if one.probe.name in ("spike", "drop")]
    known = [run.row.get("stability_halves", np.nan) for run in own]
    stable = [value for value in known if not np.isnan(value)]
    shown = f" ({'; '.join(least)})" if least else ""
    alarms = counted(sum(run.row["alarms"] for run in own), "alarm")
    stability = ""
    if stable:
        stability = f"; learned from either half of the training rows, its ranks correlate by {np.mean(stable):.2f}"
    found = f"{name} finds {share:.0%} of the planted anomalies{shown}"
    return f"{found} and raises {alarms} in the test rows as they are{stability}."


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))

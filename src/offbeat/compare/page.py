"""The page of a comparison: what came out, the table, and the pictures behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.compare.result import ComparisonResult
from offbeat.compare.verdict import Unit, found_shares
from offbeat.core.series import Floats
from offbeat.core.wording import counted
from offbeat.metrics._ties import tied
from offbeat.metrics.points import sweep
from offbeat.report import Section
from offbeat.report.comparison import curves, distributions, found_by
from offbeat.trials.trial import TrialResult
from offbeat.trials.unlabelled import total

DRAWN = 6
"""Series whose events are drawn."""

SHOWN = (
    "vus_pr", "vus_roc", "pr_auc", "roc_auc", "event_wise_f1", "affiliation_f1", "range_based_f1", "f1", "precision",
    "recall", "false_alarms_per_day", "detection_delay_mean", "stability_halves", "stability_seed", "alarms",
)  # fmt: skip
"""Figures in the first table, where there are any; the last table has them all."""

FEW = 4
"""So many runs are named where something is empty; more are counted."""

GRID = np.linspace(0.0, 1.0, 501)
"""Where curves of several runs are averaged."""

MEGABYTE = 1e6

ELSEWHERE = ("memory", "threshold", "empty", "error")
"""Columns of a run that the page shows in another form, or elsewhere."""


def sections(comparison: ComparisonResult) -> list[Section]:
    """Return the parts of the page."""
    parts = [
        Section("What came out", [*comparison.summary, *comparison.notes]),
        Section("Detectors", [_about(comparison)], _means(comparison), "Means over series, folds and seeds"),
        *_curves(comparison),
        *_severities(comparison),
        *_events(comparison),
        *_unlabelled(comparison),
        Section("Every run", (), _every(comparison.runs), "One row a series, detector, fold and seed"),
        Section("What is empty", _reasons(comparison.runs)),
    ]
    return [part for part in parts if part.paragraphs or part.rows or part.figures]


def _about(comparison: ComparisonResult) -> str:
    parts = [fold for each in comparison.truth.folds.values() for fold in each]
    learned = sum(fold.train.stop - fold.train.start for fold in parts)
    tested = sum(fold.test.stop - fold.test.start for fold in parts)
    by = comparison.metric.name if comparison.labelled else "the share of planted anomalies that were found"
    return (
        f"{counted(len(comparison.truth.series), 'series', 'series')}, {counted(len(parts), 'fold')} in all: "
        f"{counted(learned, 'point')} to learn from, {counted(tested, 'point')} to measure on, each fold's after those "
        f"it learned from. Ordered by {by}; alarms by the {comparison.runs[0].row['threshold']} on the validation "
        "rows. Seconds are for fitting and scoring, memory is what the process grew by, and parameters are the "
        "numbers that were learned."
    )


def _means(comparison: ComparisonResult) -> list[dict[str, Any]]:
    means = comparison.means
    chosen = dict.fromkeys([comparison.metric.name, *SHOWN])
    columns = [name for name in chosen if name in means.columns and means[name].notna().any()]
    found = found_shares(comparison.runs)
    return [
        {"detector": name, "runs": int(row["runs"]), "failed": int(row["failed"])}
        | ({"planted found": found.get(str(name))} if found else {})
        | {column: float(row[column]) for column in columns}
        | _cost(row)
        for name, row in means.iterrows()
    ]


def _cost(row: Any) -> dict[str, Any]:
    known = {name: float(row.get(name, np.nan)) for name in ("seconds", "memory", "parameters")}
    numbers = None if np.isnan(known["parameters"]) else round(known["parameters"])
    return {"seconds": known["seconds"], "memory, MB": known["memory"] / MEGABYTE, "parameters": numbers}


def _every(runs: Sequence[TrialResult]) -> list[dict[str, Any]]:
    """Return the rows of all runs with the same columns, memory in megabytes, what is undefined empty."""
    heads = dict.fromkeys(name for run in runs for name in run.row if name not in ELSEWHERE)
    return [
        {name: run.row.get(name) for name in heads}
        | {"memory, MB": run.row.get("memory", np.nan) / MEGABYTE, "error": run.row["error"]}
        for run in runs
    ]


def _reasons(runs: Sequence[TrialResult]) -> list[str]:
    """Return why metrics are empty, each reason once, with the runs that it concerns."""
    found: dict[str, list[str]] = {}
    for run in runs:
        for reason in filter(None, run.row["empty"].split("; ")):
            where = f"{run.row['detector']} on {run.row['series']}, fold {run.row['fold']}"
            found.setdefault(reason, []).append(where)
    return [
        f"{reason} ({'; '.join(sorted(set(where))) if len(where) <= FEW else counted(len(where), 'run')})."
        for reason, where in found.items()
    ]


def _labelled(comparison: ComparisonResult) -> dict[str, list[tuple[NDArray[np.bool_], TrialResult]]]:
    """Return by detector its runs on test rows that hold both kinds of points, with the labels."""
    found: dict[str, list[tuple[NDArray[np.bool_], TrialResult]]] = {name: [] for name in comparison.detectors}
    for run in comparison.runs:
        labels = comparison.truth.labels(_unit(run))
        if not run.failed and np.isfinite(run.scores).any() and 0 < labels.sum() < len(labels):
            found[run.row["detector"]].append((labels, run))
    return {name: pairs for name, pairs in found.items() if pairs}


def _unit(run: TrialResult) -> Unit:
    return run.row["series"], run.row["fold"]


def _curves(comparison: ComparisonResult) -> Iterator[Section]:
    found = _labelled(comparison)
    if not found:
        return
    both = {name: [_curve(labels, run.scores) for labels, run in pairs] for name, pairs in found.items()}
    roc = {name: (GRID, np.mean([one[0] for one in several], axis=0)) for name, several in both.items()}
    pr = {name: (GRID, np.mean([one[1] for one in several], axis=0)) for name, several in both.items()}
    labels = np.concatenate([labels for labels, _ in next(iter(found.values()))])
    several = any(len(pairs) > 1 for pairs in found.values())
    words = [
        "Every threshold at once, on the test rows" + (", as means over the runs." if several else "."),
        "The thin grey lines are what random scores would give.",
    ]
    figure = curves(roc, pr, float(labels.mean()))
    yield Section("Curves", [" ".join(words)], figures={f"ROC and precision-recall curves of {_named(roc)}": figure})


def _curve(labels: NDArray[np.bool_], scores: Floats) -> tuple[Floats, Floats]:
    """Return true positive rates at false positive rates, and precisions at recalls, both at `GRID`."""
    hits, alarms, _ = sweep(labels, tied(np.where(np.isfinite(scores), scores, -np.inf)))
    recall, precision = hits / labels.sum(), hits / alarms
    false = (alarms - hits) / (~labels).sum()
    tpr = np.interp(GRID, np.append(0.0, false), np.append(0.0, recall))
    first = np.minimum(np.searchsorted(recall, GRID), len(recall) - 1)
    return tpr, precision[first]


def _severities(comparison: ComparisonResult) -> Iterator[Section]:
    pairs = {
        name: [(comparison.truth.labels(_unit(run)), run.severity) for run in comparison.runs if _is_of(run, name)]
        for name in comparison.detectors
    }
    groups = {
        name: (
            np.concatenate([severity[~labels] for labels, severity in several]),
            np.concatenate([severity[labels] for labels, severity in several]),
        )
        for name, several in pairs.items()
        if several
    }
    if groups:
        figure = distributions(groups, ("normal points", "anomalous points") if comparison.labelled else ("points", ""))
        words = "How the scores of the test rows lie below and above the threshold; each colour sums to 1."
        yield Section("Scores", [words], figures={f"Distributions of the severities of {_named(groups)}": figure})


def _is_of(run: TrialResult, name: str) -> bool:
    return run.row["detector"] == name and not run.failed


def _events(comparison: ComparisonResult) -> Iterator[Section]:
    figures: dict[str, Any] = {}
    for name in list(comparison.truth.series)[:DRAWN]:
        begun = comparison.truth.folds[name][0].test.start
        tested = comparison.truth.series[name][begun:]
        rows = {one: _stretches(comparison, name, one, begun) for one in comparison.detectors}
        figures[f"Events of each detector on {name}"] = found_by(tested, rows)
    left = len(comparison.truth.series) - len(figures)
    shaded = ", labelled anomalies shaded" if comparison.labelled else ""
    more = f" Of {len(comparison.truth.series)} series the first {DRAWN} are drawn." if left else ""
    words = f"The test rows{shaded}, and below each detector's events.{more}"
    yield Section("Events on the series", [words], figures=figures)


def _stretches(comparison: ComparisonResult, series: str, detector: str, begun: int) -> NDArray[np.int64]:
    """Return the events of the first seed in all test rows of a series, counted from the first of them."""
    found: dict[int, NDArray[np.int64]] = {}
    for run in comparison.runs:
        if run.row["series"] == series and _is_of(run, detector):
            place = run.row["fold"]
            found.setdefault(place, run.events + comparison.truth.folds[series][place].test.start - begun)
    return np.concatenate([np.zeros((0, 2), dtype=np.int64), *found.values()])


def _unlabelled(comparison: ComparisonResult) -> Iterator[Section]:
    pairs = comparison.agreement.to_dict(orient="records")
    if pairs and not comparison.labelled:
        words = (
            "How far the scores of two detectors agree: the correlation of their ranks, and the share of their "
            "strongest events that both have."
        )
        yield Section("Agreement", [words], [{str(k): v for k, v in pair.items()} for pair in pairs])
    rows = _power(comparison)
    if rows:
        words = (
            "Anomalies planted in the rows behind the training rows, where nothing was found before: the share of "
            "places in which each detector then raised an alarm. Sizes are in usual deviations of the series."
        )
        yield Section("What would be found", [words], rows)


def _power(comparison: ComparisonResult) -> list[dict[str, Any]]:
    by_detector = {
        name: total([one for run in comparison.runs if _is_of(run, name) for one in run.power])
        for name in comparison.detectors
    }
    rows: dict[Any, dict[str, Any]] = {}
    for name, powers in by_detector.items():
        for one in powers:
            row = rows.setdefault(
                one.probe, {"anomaly": one.what, "size": abs(one.probe.size), "points": one.probe.length}
            )
            row[name] = one.found / one.places if one.places else None
    return list(rows.values())


def _named(names: Sequence[str] | Mapping[str, Any]) -> str:
    return ", ".join(names)

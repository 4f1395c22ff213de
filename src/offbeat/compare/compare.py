"""Several detectors on several series, side by side: who is best, by how much, and is that more than chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from offbeat.compare.verdict import Truth, found_shares, scores_of, standings, verdict, without_labels
from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, ParameterError
from offbeat.core.series import Series
from offbeat.core.windows import true_runs as ranges
from offbeat.core.wording import counted
from offbeat.data.clean import Clean, clean
from offbeat.data.read import ReadOptions, read
from offbeat.thresholds import Threshold, as_threshold
from offbeat.trials.folds import SPLIT, Fold, folds
from offbeat.trials.journal import Journal
from offbeat.trials.metric import Metric, goal
from offbeat.trials.runner import run_all
from offbeat.trials.spec import DETECTORS, DetectorSpec, contenders
from offbeat.trials.trial import Job, Run
from offbeat.trials.unlabelled import alikeness

if TYPE_CHECKING:
    import pandas as pd

METRIC = "vus_pr"
"""What contenders are ordered by where nobody says."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What came out of a comparison.

    Parameters
    ----------
    runs
        Every run: who, where, how good, and its scores.
    truth
        The series, cleaned, and their folds.
    goal
        What the contenders are ordered by.
    notes
        What the user should know about the data and the split, one sentence each.
    """

    runs: tuple[Run, ...]
    truth: Truth
    goal: Metric
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Comparison: {self.summary[0]}"

    @property
    def labelled(self) -> bool:
        """Whether a person has labelled at least one of the series."""
        return any(series.labels is not None for series in self.truth.series.values())

    @property
    def detectors(self) -> list[str]:
        """The names of the contenders, the best first: by the metric, without labels by what they find when planted."""
        ordered = [one.detector for one in standings(self.runs, self.goal)]
        return ordered if self.labelled else list(dict.fromkeys([*found_shares(self.runs), *ordered]))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a run: series, detector, fold, seed, every measure, seconds, bytes, learned numbers, errors."""
        import pandas as pd

        return pd.DataFrame([run.row for run in self.runs])

    @cached_property
    def means(self) -> pd.DataFrame:
        """One row a contender, the best first: the mean of every figure over its runs, and how many runs failed."""
        table = self.table.drop(columns=["fold", "seed"])
        grouped = table.groupby("detector", sort=False)
        means = grouped.mean(numeric_only=True)
        means.insert(0, "runs", grouped.size())
        means.insert(1, "failed", grouped["error"].agg(lambda errors: int((errors != "").sum())))
        return means.loc[self.detectors]

    @cached_property
    def summary(self) -> list[str]:
        """What it comes to, in sentences: with labels who is best, without them what can be said all the same."""
        if self.labelled:
            return verdict(self.runs, self.goal, self.truth)
        return without_labels(self.runs)

    @cached_property
    def agreement(self) -> pd.DataFrame:
        """One row a pair of contenders: how alike their ranks are, and the share of strongest events that they share.

        Means over series and folds.
        """
        import pandas as pd

        return pd.DataFrame(alikeness(scores_of(self.runs)))

    @cached_property
    def power(self) -> pd.DataFrame:
        """One row a contender and planted anomaly: in how many places it was found; empty where there are labels."""
        import pandas as pd

        rows = [
            {"series": run.row["series"], "detector": run.row["detector"], "anomaly": one.probe.name}
            | {"size": abs(one.probe.size), "length": one.probe.length, "percent": one.percent}
            | {"found": one.found, "places": one.places, "words": one.words}
            for run in self.runs
            for one in run.power
        ]
        return pd.DataFrame(rows)

    def report(self, path: str | Path) -> None:
        """Write the whole as one HTML page that needs no network.

        Raises
        ------
        OutputError
            Where the page can't be written.
        """
        from offbeat.compare.page import sections
        from offbeat.report import table_page

        table_page(f"{len(self.detectors)} detectors compared", sections(self), path)


def compare(
    data: Any,
    detectors: str | Detector | Sequence[str | Detector] = DETECTORS,
    split: str = SPLIT,
    gap: int = 0,
    seeds: int | Sequence[int] = 1,
    threshold: str | float | Threshold | None = None,
    alarms: str | None = None,
    **options: Any,
) -> Comparison:
    """Compare detectors on one or several series: each learns from the past and is measured on what comes after.

    With labels, the contenders are measured; without, it is said how far they agree, how stable they are, and what
    they find of anomalies planted in the data.

    Parameters
    ----------
    data
        What `offbeat.read` takes. Series with a label column are measured.
    detectors
        Names, each with parameters behind a colon, "knn:window=64,k=1,scaler=robust", or detectors; "all" is every one
        whose extra is installed and that asks for nothing.
    split
        "70/15/15", "expanding:5" or "rolling:5": rows to learn from, to choose the threshold on, and to measure on.
    gap
        Rows left out between these.
    seeds
        How many seeds, from 0, or which; detectors without chance run once.
    threshold, alarms
        As in `detect`; chosen on the validation rows, so "2/series" is 2 in as many points as these.
    **options
        `metric`, what contenders are ordered by (`vus_pr`); `out`, a .csv or .jsonl file of results: runs that stand
        beside it are not run again; `workers`, the number of processes, None for one a core where that pays; `limit`,
        seconds for one run; `progress`, a function that is called with the share that is done; `clean`, a `Clean`
        policy; the rest goes to `offbeat.read`.

    Raises
    ------
    InputError
        For data that can't be used or split.
    ParameterError, UnknownNameError
        For a detector, parameter, metric, threshold or split that is not there or not allowed.
    OutputError
        For a file of results that can't be written.

    Examples
    --------
    >>> from offbeat.data.synth import inject_many, sine
    >>> found = compare(inject_many(sine(), "spike:3,dip", after=1700), "moving_rms,ar", metric="pr_auc")
    >>> found.detectors
    ['ar', 'moving_rms']
    >>> found.table[["detector", "anomalies", "pr_auc", "error"]].to_numpy().tolist()[1]
    ['ar', 4, 1.0, '']
    """
    settings = _Settings.of(options)
    chosen = as_threshold(threshold, alarms)
    taking = contenders(detectors)
    found = read(data, **options)
    every = {found.name: found} if isinstance(found, Series) else dict(found)
    cleaned = {name: replace(clean(one, settings.policy).series, name=name, index=None) for name, one in every.items()}
    truth = Truth(cleaned, {name: folds(len(one), split, gap) for name, one in cleaned.items()})
    _try_threshold(chosen, truth)
    jobs = [job for name in cleaned for job in _jobs(cleaned[name], truth.folds[name], taking, _seeds(seeds), chosen)]
    runs = run_all(jobs, settings.journal, settings.workers, settings.limit, settings.progress)
    settings.journal.table([run.row for run in runs])
    return Comparison(tuple(runs), truth, settings.goal, tuple(dict.fromkeys(_notes(truth))))


@dataclass(frozen=True)
class _Settings:
    """The options of `compare` that are not for reading."""

    goal: Metric
    journal: Journal
    workers: int | None
    limit: float | None
    progress: Callable[[float], None] | None
    policy: Clean

    @classmethod
    def of(cls, options: dict[str, Any]) -> _Settings:
        """Take them out of `options`, and refuse what nobody knows."""
        taken = cls(
            goal=goal(options.pop("metric", METRIC)),
            journal=Journal.beside(options.pop("out", None)),
            workers=options.pop("workers", 1),
            limit=options.pop("limit", None),
            progress=options.pop("progress", None),
            policy=options.pop("clean", None) or Clean(),
        )
        for name in set(options) - set(ReadOptions.__annotations__):
            raise TypeError(f"compare() got an unexpected keyword argument {name!r}")
        return taken


def _seeds(seeds: int | Sequence[int]) -> list[int]:
    found = list(range(seeds)) if isinstance(seeds, int) else list(seeds)
    if not found or min(found) < 0:
        raise ParameterError(f"seeds={seeds!r} is not allowed; give how many, at least 1, or a list of them from 0 on")
    return found


def _try_threshold(threshold: Threshold, truth: Truth) -> None:
    """Refuse a threshold that no run could choose: one that needs dates or labels where no series has them."""
    problems = []
    for series in truth.series.values():
        step = series.step if series.is_dated else None
        try:
            threshold.cut(np.arange(3.0), None if series.labels is None else np.arange(3) > 1, step)
        except (InputError, ParameterError) as error:
            problems.append(error)
    if problems and len(problems) == len(truth.series):
        raise problems[0]


def _jobs(
    series: Series, parts: Sequence[Fold], taking: Sequence[DetectorSpec], seeds: Sequence[int], threshold: Threshold
) -> Iterator[Job]:
    for contender in taking:
        for number, fold in enumerate(parts):
            for seed in seeds if contender.stochastic else seeds[:1]:
                yield Job(contender, series, fold, number, seed, threshold)


def _notes(truth: Truth) -> Iterator[str]:
    for name, series in truth.series.items():
        yield from series.notes
        if series.labels is None:
            yield f"{name} has no labels, so nothing is measured on it."
            continue
        hollow = [i for i in range(len(truth.folds[name])) if not truth.labels((name, i)).any()]
        if not hollow:
            continue
        if not series.labels.any():
            yield f"{name}: no row is labelled as anomalous, so no measure of finding anomalies is defined."
            continue
        several = len(truth.folds[name])
        where = "the test rows hold" if several == 1 else f"the test rows of {len(hollow)} of {several} folds hold"
        way_out = "; split='expanding:5' tests on more rows" if several == 1 else ""
        events = counted(len(ranges(series.labels)), "labelled event")
        yield f"{name}: {where} none of its {events}, so measures of finding them are empty there{way_out}."

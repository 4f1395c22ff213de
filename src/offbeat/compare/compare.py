"""Several detectors on several series, side by side: who is best, by how much, and is that more than chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from offbeat.compare.page import sections
from offbeat.compare.result import ComparisonResult
from offbeat.compare.verdict import Truth
from offbeat.core.errors import InputError, ParameterError, by_reason
from offbeat.core.options import check as check_options
from offbeat.core.options import part
from offbeat.core.output import check, replacing
from offbeat.core.series import Panel, Series
from offbeat.core.spec import DetectorSpec, Named, specs
from offbeat.core.windows import true_runs as ranges
from offbeat.core.wording import counted
from offbeat.data.clean import Clean, CleanOptions, as_clean, clean
from offbeat.data.read import read
from offbeat.data.reading.options import ReadOptions
from offbeat.report import table_page
from offbeat.run.options import RunOptions
from offbeat.thresholds import Threshold, as_threshold
from offbeat.trials.fitted import DETECTORS, scalers
from offbeat.trials.folds import SPLIT, Fold, folds
from offbeat.trials.foldtrial import FoldTrial
from offbeat.trials.journal import Journal
from offbeat.trials.metric import metric_named
from offbeat.trials.runner import run_all

ENDINGS = (".csv", ".jsonl")
"""What a table of results can be written as."""

METRIC = "vus_pr"
"""The default metric to order detectors by."""


class CompareOptions(ReadOptions, RunOptions, total=False):
    """What `compare` takes beside its own arguments: how data is read, how it runs, and these.

    Parameters
    ----------
    metric
        What detectors are ordered by.
    out
        A .csv or .jsonl file of results; runs that stand beside it are not run again.
    limit
        Seconds for one run, after which it has failed. None sets none.
    clean
        A `Clean` policy, or a dict of what differs from the default.
    """

    metric: str
    out: str | Path | None
    limit: float | None
    clean: Clean | CleanOptions | None


class Comparison(ComparisonResult):
    """What came out of a comparison, to be read, printed or written as a page."""

    def report(self, path: str | Path) -> None:
        """Write the whole as one HTML page that needs no network.

        Raises
        ------
        OutputError
            Where the page can't be written.
        """
        table_page(f"{len(self.detectors)} detectors compared", sections(self), path)


def compare(
    data: Any,
    detectors: Named | Sequence[Named] = DETECTORS,
    split: str = SPLIT,
    gap: int = 0,
    seeds: int | Sequence[int] = 1,
    threshold: str | float | Threshold | None = None,
    alarms: str | None = None,
    **options: Unpack[CompareOptions],
) -> Comparison:
    """Compare detectors on one or several series: each learns from the past and is measured on what comes after.

    With labels, the detectors are measured; without, the result shows how far they agree, how stable they are, and what
    they find of anomalies planted in the data.

    Parameters
    ----------
    data
        What `offbeat.read` takes. Series with a label column are measured.
    detectors
        Names, each with parameters behind a colon, "knn:window=64,k=1,scaler=robust", or detectors, or their classes;
        "all" is every one whose extra is installed and that asks for nothing.
    split
        "70/15/15", "expanding:5" or "rolling:5": rows to learn from, to choose the threshold on, and to measure on.
    gap
        Rows left out between these.
    seeds
        How many seeds, from 0, or which; detectors without chance run once.
    threshold, alarms
        As in `detect`; chosen on the validation rows, so "2/series" is 2 in as many points as these.
    **options
        `metric`, what detectors are ordered by (`vus_pr`); `out`, a .csv or .jsonl file of results: runs that stand
        beside it are not run again; `workers`, the number of processes, None for one a core where that pays; `limit`,
        seconds for one run; `progress`, a function that is called with the share that is done; `clean`, a `Clean`
        policy or a dict; and those of `offbeat.read`: see `CompareOptions`.

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
    check_options(compare, options, CompareOptions)
    metric, out = metric_named(options.get("metric", METRIC)), _out(options.get("out"))
    policy = as_clean(options.get("clean"))
    chosen = as_threshold(threshold, alarms)
    taking = specs(detectors, scalers())
    found = read(data, **part(options, ReadOptions))
    panel = Panel({found.name: found}) if isinstance(found, Series) else found
    cleaned = {name: replace(clean(one, policy).series, name=name, index=None) for name, one in panel.items()}
    truth, failures = _split(cleaned, split, gap, panel.failures)
    _try_threshold(chosen, truth)
    jobs = [
        job
        for name, series in truth.series.items()
        for job in _jobs(series, truth.folds[name], taking, _seeds(seeds), chosen)
    ]
    journal = Journal(None if out is None else out.with_suffix(".runs"))
    runs = run_all(jobs, journal, options.get("workers", 1), options.get("limit"), options.get("progress"))
    if out is not None:
        _write_table([run.row for run in runs], out)
    return Comparison(tuple(runs), truth, metric, tuple(dict.fromkeys((*panel.notes, *_notes(truth)))), failures)


def _split(every: dict[str, Series], split: str, gap: int, unread: dict[str, str]) -> tuple[Truth, dict[str, str]]:
    """Return the series with their folds, and why others are left out; one alone that is too short is an error."""
    parts, failures = {}, dict(unread)
    for name, series in every.items():
        try:
            parts[name] = folds(len(series), split, gap)
        except InputError as error:
            failures[name] = str(error)
    if not parts:
        raise InputError("\n".join(by_reason(failures)))
    return Truth({name: every[name] for name in parts}, parts), failures


def _out(path: str | Path | None) -> Path | None:
    if path is None:
        return None
    check(path, ENDINGS)
    return Path(path)


def _write_table(rows: list[dict[str, Any]], out: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame(rows)
    with replacing(out) as part:
        if out.suffix.lower() == ".csv":
            frame.to_csv(part, index=False)
        else:
            frame.to_json(part, orient="records", lines=True, double_precision=15)


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
) -> Iterator[FoldTrial]:
    for spec in taking:
        for number, fold in enumerate(parts):
            for seed in seeds if spec.stochastic else seeds[:1]:
                yield FoldTrial(spec, series, fold, number, seed, threshold)


def _notes(truth: Truth) -> Iterator[str]:
    for name, series in truth.series.items():
        yield from series.notes
        if series.labels is None:
            yield f"{name} has no labels, so accuracy cannot be measured."
            continue
        hollow = [i for i in range(len(truth.folds[name])) if not truth.labels((name, i)).any()]
        if not hollow:
            continue
        if not series.labels.any():
            yield f"{name}: no row is labelled as anomalous, so no metric of finding anomalies is defined."
            continue
        several = len(truth.folds[name])
        where = "the test rows hold" if several == 1 else f"the test rows of {len(hollow)} of {several} folds hold"
        way_out = "; split='expanding:5' tests on more rows" if several == 1 else ""
        events = counted(len(ranges(series.labels)), "labelled event")
        yield f"{name}: {where} none of its {events}, so metrics of finding them are empty there{way_out}."

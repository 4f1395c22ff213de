"""A study: detectors and their variants on several series, under one condition after another."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from offbeat.core.errors import InputError, OutputError
from offbeat.core.output import replacing
from offbeat.core.series import Series
from offbeat.core.spec import DetectorSpec
from offbeat.data.anomalies import usual_deviation
from offbeat.data.clean import clean
from offbeat.data.synth import sine
from offbeat.run.cost import costing
from offbeat.study import page
from offbeat.study.result import Condition, StudyRuns
from offbeat.study.studyfile import StudyEntry, StudyPlan, study_plan, varied
from offbeat.thresholds import as_threshold
from offbeat.trials.fitted import fit, scalers
from offbeat.trials.folds import Fold, folds
from offbeat.trials.foldtrial import FoldTrial
from offbeat.trials.journal import Journal
from offbeat.trials.runner import run_all
from offbeat.trials.tuning import TuneTask, tune_series


class StudyResult(StudyRuns):
    """What came out of a study, to be read or written as tables, pictures and a page."""

    def write(self, folder: str | Path) -> None:
        """Write tables, pictures and the page.

        Raises
        ------
        OutputError
            Where they can't be written.
        """
        page.write(self, _folder(folder))


def study(
    file: str | Path,
    out: str | Path,
    data: str | Path | None = None,
    *,
    workers: int | None = 1,
    progress: Callable[[float], None] | None = None,
) -> StudyResult:
    """Run the study in a file and write its tables, pictures and page.

    Every run is kept as soon as it is there; the same call goes on where an earlier one was stopped.

    Parameters
    ----------
    file
        A TOML file: `title`, `question`; [[data]], [[detectors]], [[factors]], [[stories]], [[tables]]; `metric`,
        `columns`, `choose`, `split`, `seeds`, `threshold`, `lengths`. The files in `studies/` show each of them.
    out
        The folder for results.csv, means.csv, factors.csv, times.csv, tuned.csv, losses.csv, results.md, index.html
        and the figures (PNG and SVG).
    data
        A folder in which the files that the study names are looked for, after its own.
    workers
        Processes; None takes one a core where that pays.
    progress
        Called with the share of the runs that is done.

    Raises
    ------
    InputError, ParameterError, UnknownNameError
        For a study file that can't be run, with the place.
    MissingExtraError
        Where a detector or the search needs what is not installed.
    OutputError
        Where the results can't be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> text = '''
    ... title = "Shift or shape"
    ... data = [{name = "sine", make = "sine", anomalies = "level_shift:3", after = 1400}]
    ... detectors = [{use = "zscore"}, {use = "moving_rms"}]
    ... factors = [{name = "noise", values = [0.5]}]
    ... '''
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "study.toml").write_text(text)
    ...     found = study(Path(folder) / "study.toml", Path(folder) / "out")
    ...     (Path(folder) / "out" / "index.html").exists()
    True
    >>> found.table[["condition", "detector"]].to_numpy().tolist()[1:3]
    [['as it is', 'moving_rms'], ['noise=0.5', 'zscore']]
    """
    plan = study_plan(file, data)
    folder = _folder(out)
    journal = Journal(folder / "results.runs")
    tuned = [_tuned(entry, series, plan, folder) for entry, series in _searches(plan)]
    rounds = list(_trials(plan, {(row["detector"], row["series"]): row["made"] for row in tuned}))
    runs = run_all([trial for _, trial in rounds], journal, workers, plan.limit, progress)
    paired = tuple((condition, run) for (condition, _), run in zip(rounds, runs, strict=True))
    rows = tuple({name: value for name, value in row.items() if name != "made"} for row in tuned)
    result = StudyResult(plan, paired, tuple(trial for _, trial in rounds), rows, tuple(_times(plan, folder)))
    result.write(folder)
    return result


def _folder(out: str | Path) -> Path:
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"can't make the folder {folder}: {(error.strerror or str(error)).lower()}") from None
    return folder


def _trials(plan: StudyPlan, tuned: Mapping[tuple[str, str], DetectorSpec]) -> Iterator[tuple[Condition, FoldTrial]]:
    """Give every run: all detectors with nothing varied, then under each value of each factor."""
    conditions = [Condition(), *(Condition(factor.name, value) for factor in plan.factors for value in factor.values)]
    for condition in conditions:
        split = condition.value if condition.factor == "split" else plan.split
        for name, series in plan.series.items():
            seen = _noisy(series, condition.value) if condition.factor == "noise" else series
            for entry in plan.entries:
                spec = tuned.get((entry.spec.name, name), entry.spec)
                under = _under(spec, condition)
                if under is None:
                    continue
                threshold = as_threshold(entry.threshold or plan.threshold, None)
                for number, fold in enumerate(folds(len(seen), split, plan.gap)):
                    for seed in range(plan.seeds) if under.stochastic else (0,):
                        yield condition, FoldTrial(under, seen, fold, number, seed, threshold, expects=True)


def _under(spec: DetectorSpec, condition: Condition) -> DetectorSpec | None:
    if condition.factor in ("", "noise", "split"):
        return spec
    return varied(spec, condition.factor, condition.value)


def _noisy(series: Series, share: float, seed: int = 0) -> Series:
    """Return the series with normal noise added, of so many of each channel's usual deviations."""
    rng = np.random.default_rng(seed)
    noise = share * usual_deviation(series.values) * rng.normal(size=series.values.shape)
    return replace(series, values=series.values + noise)


def _searches(plan: StudyPlan) -> Iterator[tuple[StudyEntry, Series]]:
    for entry in plan.entries:
        if entry.tuning is not None:
            for series in plan.series.values():
                yield entry, series


def _tuned(entry: StudyEntry, series: Series, plan: StudyPlan, folder: Path) -> dict[str, Any]:
    """Search the parameters of one entry on what lies before the test rows; a search that stands is read."""
    spec = entry.spec
    fold = folds(len(series), plan.split, plan.gap)[0]
    path = folder / "tuned" / f"{_plain(spec.name)}-{_plain(series.name)}.json"
    _folder(path.parent)
    facts = {"detector": spec.name, "series": series.name, "task": repr((spec.identity, spec.params, entry.tuning))}
    row = _kept(path, facts)
    if row is None:
        row = {**facts, **_search(entry, series, fold, path.with_suffix(".db"))}
        with replacing(path) as part:
            part.write_text(json.dumps(row, indent=1), encoding="utf-8")
    params = spec.kind(**row["params"]).get_params()
    return {**row, "params": json.dumps(row["params"]), "made": replace(spec, params=params)}


def _kept(path: Path, facts: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        row: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return row if all(row.get(name) == value for name, value in facts.items()) else None


def _search(entry: StudyEntry, series: Series, fold: Fold, database: Path) -> dict[str, Any]:
    wishes = dict(entry.tuning or {})
    spec = entry.spec
    before = series[: fold.validation.stop]
    if spec.scaler is not None:
        scaler = scalers()[spec.scaler]().fit(series[fold.train].values)
        before = replace(before, values=scaler.transform(before.values))
    ranges = {name: tuple(ends) for name, ends in wishes.pop("ranges", {}).items()}
    usual = spec.kind().get_params()
    changed = {name for name, value in spec.params.items() if ranges or value != usual[name]} - {"seed"}
    held = replace(spec, given=(spec.given | changed) - frozenset(ranges))
    task = TuneTask(held, ranges=ranges, study=database, **{"trials": 10, **wishes})
    try:
        found = tune_series([clean(before).series], task)
    except InputError as error:
        summary = f"nothing was found ({error}); its parameters stay as they are"
        return {"params": spec.params, "default": None, "value": None, "summary": summary}
    if found.is_stopped:
        raise KeyboardInterrupt
    params = found.make().get_params()
    return {"params": params, "default": found.default, "value": found.value, "summary": found.summary}


def _times(plan: StudyPlan, folder: Path) -> Iterator[dict[str, Any]]:
    """Time each entry on made-up series of each length; what stands in times.csv is not timed again."""
    import pandas as pd

    path = folder / "times.csv"
    known: dict[tuple[str, int], dict[str, Any]] = {}
    if path.exists():
        for row in pd.read_csv(path).to_dict(orient="records"):
            known[str(row["detector"]), int(row["points"])] = {str(name): value for name, value in row.items()}
    for entry in plan.entries:
        for points in plan.lengths:
            place = (entry.spec.name, points)
            if place not in known:
                known[place] = _timed(entry, points)
                with replacing(path) as part:
                    pd.DataFrame(known.values()).to_csv(part, index=False)
            yield known[place]


def _timed(entry: StudyEntry, points: int) -> dict[str, Any]:
    series = sine(points, period=100.0)
    with costing() as learning:
        fitted = fit(entry.spec, series, 0)
    with costing() as scoring:
        fitted.score(series)
    costs = {"seconds_fit": learning.seconds, "seconds_score": scoring.seconds}
    return {"detector": entry.spec.name, "points": points, **costs}


def _plain(name: str) -> str:
    """Return a name that every file system takes."""
    return "".join(letter if letter.isalnum() else "_" for letter in name)

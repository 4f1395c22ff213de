"""A study: detectors and their variants on several series, under one condition after another, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from offbeat.core.errors import InputError, OutputError
from offbeat.core.output import replacing
from offbeat.core.series import Series
from offbeat.data.anomalies import usual_deviation
from offbeat.data.synth import sine
from offbeat.run.cost import costing
from offbeat.study.studyfile import ERRORS, Plan, StudyEntry, plan, varied
from offbeat.thresholds import as_threshold
from offbeat.trials.folds import Fold, folds
from offbeat.trials.journal import Journal
from offbeat.trials.runner import run_all
from offbeat.trials.spec import DetectorSpec
from offbeat.trials.trial import Job, Run
from offbeat.tune.tune import tune

if TYPE_CHECKING:
    import pandas as pd

BASE = "as it is"
"""What the condition is called in which nothing is varied."""

FIGURES = ("mse", "mse_sd", "mae", "rmse", "mse_validation")
"""What is known of expectations, beside the measures that the plan names."""

COSTS = ("seconds", "seconds_fit", "parameters")


@dataclass(frozen=True)
class Condition:
    """Under what the runs of one round were made: nothing varied, or one factor at one level."""

    factor: str = ""
    level: Any = None

    def __str__(self) -> str:
        return f"{self.factor}={self.level}" if self.factor else BASE


@dataclass(frozen=True, eq=False)
class StudyResult:
    """What came out of a study.

    Parameters
    ----------
    plan
        What was asked.
    runs
        Every run with the condition it was made under.
    jobs
        What each of these runs was.
    tuned
        One row a search: entry, series, what it was worth, and the parameters found.
    times
        One row an entry and length: seconds to learn and to judge.
    """

    plan: Plan
    runs: tuple[tuple[Condition, Run], ...]
    jobs: tuple[Job, ...]
    tuned: tuple[dict[str, Any], ...]
    times: tuple[dict[str, Any], ...]

    def __repr__(self) -> str:
        return f"Studied: {self.verdict}"

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a run: condition, series, detector, fold, seed, every measure, seconds, learned numbers, errors."""
        import pandas as pd

        rows = [
            {"condition": str(condition), "factor": condition.factor, "level": condition.level, **run.row}
            for condition, run in self.runs
        ]
        return pd.DataFrame(rows)

    @cached_property
    def means(self) -> pd.DataFrame:
        """One row a detector, the chosen one first: means over series, folds and seeds, with nothing varied."""
        base = self.table[self.table["condition"] == BASE]
        grouped = base.groupby("detector", sort=False)
        columns = [name for name in (*self.plan.columns, *FIGURES, *COSTS) if name in base.columns]
        means = grouped[columns].mean(numeric_only=True)
        means.insert(0, "runs", grouped.size())
        means.insert(1, "failed", grouped["error"].agg(lambda errors: int((errors != "").sum())))
        return means.sort_values(self.plan.choose, ascending=not self._more_is_better, na_position="last")

    @cached_property
    def by_level(self) -> pd.DataFrame:
        """One row a factor, level and detector: the mean of each measure; the first round stands as "as it is"."""
        import pandas as pd

        columns = [name for name in (*self.plan.columns, *FIGURES, *COSTS) if name in self.table.columns]
        parts = []
        for factor in self.plan.factors:
            rows = self.table[self.table["factor"] == factor.name]
            parts.append(rows.groupby(["factor", "level", "detector"], sort=False)[columns].mean(numeric_only=True))
        return pd.concat(parts).reset_index() if parts else pd.DataFrame()

    @property
    def best(self) -> str:
        """The name of the detector that is chosen."""
        return str(self.means.index[0])

    @property
    def verdict(self) -> str:
        """Who is chosen, by what rule, and how far ahead, in a sentence."""
        rule = f"{'highest' if self._more_is_better else 'lowest'} mean {self.plan.choose}"
        known = self.means[self.plan.choose].dropna()
        if not len(known):
            return f"no detector has a {self.plan.choose}, so none is chosen"
        said = f"{known.index[0]} is chosen by the {rule}: {known.iloc[0]:.4g}"
        return said if len(known) == 1 else f"{said}, before {known.index[1]} with {known.iloc[1]:.4g}"

    def of(self, detector: str, condition: str = BASE) -> Iterator[tuple[Job, Run]]:
        """Give the runs of one detector under one condition that came to something."""
        for (under, run), job in zip(self.runs, self.jobs, strict=True):
            if run.row["detector"] == detector and str(under) == condition and not run.failed:
                yield job, run

    def write(self, folder: str | Path) -> None:
        """Write tables, pictures and the page.

        Raises
        ------
        OutputError
            Where they can't be written.
        """
        from offbeat.study import page

        page.write(self, _folder(folder))

    @property
    def _more_is_better(self) -> bool:
        from offbeat.trials.metric import goal

        return self.plan.choose not in ERRORS and goal(self.plan.choose).measure.higher_is_better


def study(
    file: str | Path,
    out: str | Path,
    data: str | Path | None = None,
    *,
    workers: int | None = 1,
    progress: Callable[[float], None] | None = None,
) -> StudyResult:
    """Carry out what a study file asks for, and write all that came of it.

    Every run is kept as soon as it is there; the same call goes on where an earlier one was stopped.

    Parameters
    ----------
    file
        A TOML file: `title`, `question`; [[data]], [[detectors]], [[factors]], [[stories]], [[tables]]; `metric`,
        `columns`, `choose`, `split`, `seeds`, `threshold`, `lengths`. The files in `studies/` show each of them.
    out
        The folder for results.csv, means.csv, levels.csv, times.csv, tuned.csv, losses.csv, results.md, index.html
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
        For a study file that can't be carried out, with the place.
    MissingExtraError
        Where a detector or the search needs what is not installed.
    OutputError
        Where the results can't be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> text = '''
    ... title = "Level or shape"
    ... data = [{name = "sine", make = "sine", anomalies = "level_shift:3", after = 1400}]
    ... detectors = [{use = "zscore"}, {use = "moving_rms"}]
    ... factors = [{name = "noise", levels = [0.5]}]
    ... '''
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "study.toml").write_text(text)
    ...     found = study(Path(folder) / "study.toml", Path(folder) / "out")
    ...     (Path(folder) / "out" / "index.html").exists()
    True
    >>> found.table[["condition", "detector"]].to_numpy().tolist()[1:3]
    [['as it is', 'moving_rms'], ['noise=0.5', 'zscore']]
    """
    asked = plan(file, data)
    folder = _folder(out)
    journal = Journal.beside(folder / "results.csv")
    tuned = [_tuned(entry, series, asked, folder) for entry, series in _searches(asked)]
    rounds = list(_jobs(asked, {(row["detector"], row["series"]): row["made"] for row in tuned}))
    runs = run_all([job for _, job in rounds], journal, workers, asked.limit, progress)
    paired = tuple((condition, run) for (condition, _), run in zip(rounds, runs, strict=True))
    rows = tuple({name: value for name, value in row.items() if name != "made"} for row in tuned)
    result = StudyResult(asked, paired, tuple(job for _, job in rounds), rows, tuple(_times(asked, folder)))
    result.write(folder)
    return result


def _folder(out: str | Path) -> Path:
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"can't make the folder {folder}: {(error.strerror or str(error)).lower()}") from None
    return folder


def _jobs(asked: Plan, tuned: Mapping[tuple[str, str], DetectorSpec]) -> Iterator[tuple[Condition, Job]]:
    """Give every run: all detectors with nothing varied, then under each level of each factor."""
    levels = [Condition(), *(Condition(factor.name, level) for factor in asked.factors for level in factor.levels)]
    for condition in levels:
        split = condition.level if condition.factor == "split" else asked.split
        for name, series in asked.series.items():
            seen = _noisy(series, condition.level) if condition.factor == "noise" else series
            for entry in asked.entries:
                contender = tuned.get((entry.contender.name, name), entry.contender)
                under = _under(contender, condition)
                if under is None:
                    continue
                threshold = as_threshold(entry.threshold or asked.threshold, None)
                for number, fold in enumerate(folds(len(seen), split, asked.gap)):
                    for seed in range(asked.seeds) if under.stochastic else (0,):
                        yield condition, Job(under, seen, fold, number, seed, threshold, expects=True)


def _under(contender: DetectorSpec, condition: Condition) -> DetectorSpec | None:
    if condition.factor in ("", "noise", "split"):
        return contender
    return varied(contender, condition.factor, condition.level)


def _noisy(series: Series, share: float, seed: int = 0) -> Series:
    """Return the series with normal noise added, of so many of each channel's usual deviations."""
    rng = np.random.default_rng(seed)
    noise = share * usual_deviation(series.values) * rng.normal(size=series.values.shape)
    return replace(series, values=series.values + noise)


def _searches(asked: Plan) -> Iterator[tuple[StudyEntry, Series]]:
    for entry in asked.entries:
        if entry.tuning is not None:
            for series in asked.series.values():
                yield entry, series


def _tuned(entry: StudyEntry, series: Series, asked: Plan, folder: Path) -> dict[str, Any]:
    """Search the parameters of one entry on what lies before the test rows; a search that stands is read."""
    contender = entry.contender
    fold = folds(len(series), asked.split, asked.gap)[0]
    path = folder / "tuned" / f"{_plain(contender.name)}-{_plain(series.name)}.json"
    _folder(path.parent)
    facts = {"detector": contender.name, "series": series.name, "asked": repr((contender.model, entry.tuning))}
    row = _standing(path, facts)
    if row is None:
        row = {**facts, **_search(entry, series, fold, path.with_suffix(".db"))}
        with replacing(path) as part:
            part.write_text(json.dumps(row, indent=1), encoding="utf-8")
    model = type(contender.model)(**row["params"])
    return {**row, "params": json.dumps(row["params"]), "made": replace(contender, model=model)}


def _standing(path: Path, facts: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        row: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return row if all(row.get(name) == value for name, value in facts.items()) else None


def _search(entry: StudyEntry, series: Series, fold: Fold, database: Path) -> dict[str, Any]:
    wishes = dict(entry.tuning or {})
    contender = entry.contender
    before = series[: fold.validation.stop]
    if contender.scaler is not None:
        scaler = contender.scaler().fit(series[fold.train].values)
        before = replace(before, values=scaler.transform(before.values))
    ranges = {name: tuple(ends) for name, ends in wishes.pop("ranges", {}).items()}
    usual = type(contender.model)().get_params()
    held = {k: v for k, v in contender.model.get_params().items() if k not in ranges and (ranges or v != usual[k])}
    held.pop("seed", None)
    metric, trials = wishes.pop("metric", "vus_pr"), wishes.pop("trials", 10)
    name = contender.model.name
    try:
        found = tune(before, name, metric, trials, params=held, ranges=ranges, study=database, **wishes)
    except InputError as error:
        said = f"nothing was found ({error}); its parameters stay as they are"
        return {"params": contender.model.get_params(), "default": None, "value": None, "said": said}
    if found.is_stopped:
        raise KeyboardInterrupt
    return {"params": found.make().get_params(), "default": found.default, "value": found.value, "said": found.summary}


def _times(asked: Plan, folder: Path) -> Iterator[dict[str, Any]]:
    """Time each entry on made-up series of each length; what stands in times.csv is not timed again."""
    import pandas as pd

    path = folder / "times.csv"
    known: dict[tuple[str, int], dict[str, Any]] = {}
    if path.exists():
        for row in pd.read_csv(path).to_dict(orient="records"):
            known[str(row["detector"]), int(row["points"])] = {str(name): value for name, value in row.items()}
    for entry in asked.entries:
        for points in asked.lengths:
            place = (entry.contender.name, points)
            if place not in known:
                known[place] = _timed(entry, points)
                with replacing(path) as part:
                    pd.DataFrame(known.values()).to_csv(part, index=False)
            yield known[place]


def _timed(entry: StudyEntry, points: int) -> dict[str, Any]:
    series = sine(points, period=100.0)
    with costing() as learning:
        fitted = entry.contender.fit(series, 0)
    with costing() as judging:
        fitted.score(series)
    costs = {"seconds_fit": learning.seconds, "seconds_score": judging.seconds}
    return {"detector": entry.contender.name, "points": points, **costs}


def _plain(name: str) -> str:
    """Return a name that every file system takes."""
    return "".join(letter if letter.isalnum() else "_" for letter in name)


def rows_of(series: Series, start: str, end: str) -> slice:
    """Return the rows of a stretch, given by times or by row numbers.

    Raises
    ------
    InputError
        Where there are none.
    """
    first, last = (series.row_at(edge) if series.is_dated else int(edge) for edge in (start, end))
    if first >= last:
        raise InputError(f"{series.name} has no rows from {start} to {end}")
    return slice(first, last)

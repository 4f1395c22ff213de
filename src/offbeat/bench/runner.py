"""A benchmark: every detector on every series of a folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

from offbeat.bench.leaderboard import unmeasured
from offbeat.bench.results import LEADERBOARD, RESULTS, BenchResult
from offbeat.bench.rows import published
from offbeat.bench.trial import DONE, KNOWN, NONE, BenchTrial, Place, forget
from offbeat.core.errors import ParameterError
from offbeat.core.options import check
from offbeat.core.spec import DetectorSpec, Named, specs
from offbeat.data.datasets import Collection, load
from offbeat.metrics import measure
from offbeat.run.options import RunOptions
from offbeat.trials.journal import Journal
from offbeat.trials.runner import run_all

SHORTEST = 100
"""Rows that a series is cropped to, at least."""

_TSB_AD = re.compile(r"\d+_(.+?)_id_\d+_")
"""Where all files are named so, their collections are in the names."""


class BenchOptions(RunOptions, total=False):
    """What `bench` takes beside its own arguments: how it runs, and these.

    Parameters
    ----------
    layout
        How the folder is laid out: a name of `offbeat.data.datasets.layouts()`.
    training
        Whether a detector learns from the rows that the data set gives for training, where it gives any; else, and
        where it gives none, it learns from the series that it scores.
    seed
        Random seed of every detector that has one which the user did not set.
    crop
        Rows of a series at most: of a longer one, those around its first labelled point. None takes all.
    limit
        Seconds for one detector on one series, reading and measuring included; None sets none.
    retry
        Whether to try again what failed or took too long in an earlier run.
    beside
        A CSV of a published leaderboard, with the columns detector and the metric's name, to be laid beside.
    """

    layout: str
    training: bool
    seed: int
    crop: int | None
    limit: float | None
    retry: bool
    beside: str | Path | None


@dataclass(frozen=True)
class Settings:
    """The options of a benchmark with their defaults, checked; see `BenchOptions`."""

    layout: str = "labelled"
    training: bool = True
    seed: int = 0
    workers: int | None = 1
    crop: int | None = None
    limit: float | None = None
    retry: bool = False
    progress: Callable[[float], None] | None = None
    beside: str | Path | None = None

    def __post_init__(self) -> None:
        if self.limit is not None and not self.limit > 0:
            raise ParameterError(f"limit={self.limit} leaves no time; give seconds above 0, or None")
        if self.crop is not None and self.crop < SHORTEST:
            raise ParameterError(f"crop={self.crop} leaves too few rows to score; give at least {SHORTEST}, or None")
        if self.workers is not None and self.workers < 1:
            raise ParameterError(f"workers={self.workers} do no work; give at least 1")


def bench(
    folder: str | Path,
    detectors: Named | Sequence[Named] = "all",
    metrics: str | Sequence[str] = "vus_pr",
    out: str | Path | None = None,
    **options: Unpack[BenchOptions],
) -> BenchResult:
    r"""Run detectors on all labelled series of a folder, and measure how well each finds what is labelled.

    A detector sees values, and at most how many rows are for training: no name, no times, no labels. Points without
    a score rank below all others. What fails, or takes longer than the limit, is a row that says so.

    Parameters
    ----------
    folder
        Where the series are: CSV files whose last column is Label, in folders that are collections; or as the
        option `layout` says.
    detectors
        Names with parameters behind a colon, "zscore,knn:window=64", import paths of your own
        ("mymodule:MyDetector"), or detectors, or their classes; "all" is every detector whose extra is installed.
    metrics
        Metrics of scores, by their names in `offbeat.metrics`; the first one ranks the detectors.
    out
        A folder for the rows and the leaderboard. Each row is written when it is there; a later run with the same
        folder leaves out what stands there. None writes nothing.
    **options
        `layout`, `training`, `seed`, `workers`, `crop`, `limit`, `retry`, `progress`, `beside`: see `BenchOptions`.
        With several workers or a limit, detectors run in processes of their own; a script must then be guarded by
        `if __name__ == "__main__":`.

    Raises
    ------
    InputError
        For a folder without series, or without one that can be measured.
    ParameterError, UnknownNameError
        For a detector, metric, layout or parameter that is not there or out of bounds.
    OutputError
        Where the results can't be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     lines = [f"{9 if i == 150 else i % 7},{int(i == 150)}" for i in range(200)]
    ...     _ = (Path(folder) / "pump.csv").write_text("value,Label\n" + "\n".join(lines))
    ...     results = bench(folder, "mad,zscore", metrics="roc_auc")
    >>> results.frame[["series", "detector", "status", "roc_auc"]].to_numpy().tolist()
    [['pump', 'mad', 'ok', 1.0], ['pump', 'zscore', 'ok', 1.0]]
    """
    check(bench, options, BenchOptions)
    chosen = Settings(**options)
    names = _metrics(metrics)
    others = {} if chosen.beside is None else published(chosen.beside, names)
    taken = specs(detectors)
    found = _without_own(load(chosen.layout, folder), Path(folder), out)
    trials = list(_trials(found, Path(folder), taken, names, chosen))
    journal = Journal(None if out is None else Path(out))
    forget()
    runs = run_all(trials, journal, chosen.workers, chosen.limit, chosen.progress, retry=chosen.retry)
    results = BenchResult.of([run.row for run in runs], names, others)
    if not (results.frame["status"] == DONE).any():
        raise unmeasured(results.frame, names[0])
    if out is not None:
        results.write(out)
    return results


def _without_own(found: Collection, folder: Path, out: str | Path | None) -> Collection:
    """Return the series without the tables that an earlier run has written among them."""
    if out is None:
        return found
    own = [(Path(out) / name).with_suffix("").resolve() for name in (RESULTS, LEADERBOARD)]
    kept = {name: found.reader(name) for name in found if (folder / name).resolve() not in own}
    return Collection(found.name, kept)


def _metrics(named: str | Sequence[str]) -> tuple[str, ...]:
    words = [named] if isinstance(named, str) else named
    names = tuple(dict.fromkeys(part.strip() for word in words for part in word.split(",") if part.strip()))
    if not names:
        raise ParameterError("no metric is named; give at least one, such as vus_pr")
    for name in names:
        found = measure(name)
        if found.takes != "scores":
            raise ParameterError(
                f"{name} takes {found.takes}, and a benchmark has scores; give a metric of scores such as vus_pr"
            )
    return names


def _trials(
    found: Collection, folder: Path, taken: Sequence[DetectorSpec], names: tuple[str, ...], settings: Settings
) -> Iterator[BenchTrial]:
    """Yield all trials, those of one series together."""
    in_names = all(_TSB_AD.match(name) for name in found)
    for name in found:
        collection, _, series = name.rpartition("/")
        if in_names and (match := _TSB_AD.match(name)):
            collection = match[1]
        collection = collection or folder.resolve().name
        place = Place(str(folder.resolve()), name, collection, series, found.reader(name))
        for spec in taken:
            yield BenchTrial(place, spec, settings.seed, names, KNOWN if settings.training else NONE, settings.crop)

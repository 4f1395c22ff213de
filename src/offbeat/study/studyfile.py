"""The file that says what a study is: TOML, checked to the last key before any work is done."""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import signature
from pathlib import Path
from typing import Any

from offbeat.core.errors import InputError, OffbeatError, ParameterError, unknown
from offbeat.core.params import params_of
from offbeat.core.series import Series
from offbeat.core.spec import DetectorSpec, refuse_twice
from offbeat.data import synth
from offbeat.data.clean import clean
from offbeat.data.datasets import load
from offbeat.data.read import read
from offbeat.data.reading.options import ReadOptions
from offbeat.thresholds import as_threshold
from offbeat.trials.fitted import scalers
from offbeat.trials.folds import SPLIT
from offbeat.trials.metric import Metric, metric_named

MADE: Mapping[str, Callable[..., Series]] = {"sine": synth.sine, "mixture": synth.mixture}
"""Series that a study can make itself."""

WAYS = ("file", "make", "layout")
"""How a study can come by series."""

PLANTED = ("anomalies", "after", "length")
"""Keys of anomalies to be planted, beside what the series is made of."""

ERRORS = ("mse", "mse_validation", "mae", "rmse")
"""Figures beside the metrics that a study may choose the best by; of all, less is better."""


@dataclass(frozen=True, eq=False)
class StudyEntry:
    """One detector of a study, as it takes part.

    Parameters
    ----------
    spec
        Its name in the study, the detector with its parameters, and the scaler of its data.
    group
        What it is a version of; those of one group share a picture of their losses.
    tuning
        Options of `tune`, where its parameters are searched first; None where they are as they stand.
    threshold
        How its alarms are cut; None as the study says.
    """

    spec: DetectorSpec
    group: str
    tuning: Mapping[str, Any] | None = None
    threshold: str | None = None


@dataclass(frozen=True)
class Factor:
    """One thing that is varied while all else stays: the noise, the split, the scaler, or any parameter."""

    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Story:
    """A stretch of a series: what happened, and which detectors raised an alarm."""

    series: str
    start: str
    end: str
    words: str


@dataclass(frozen=True)
class Table:
    """Some of the detectors beside one another, in a table of their own."""

    heading: str
    detectors: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class StudyPlan:
    """All that a study is to do.

    Parameters
    ----------
    title, question
        What stands above the results.
    series
        By name, cleaned.
    entries, factors, stories, tables
        Detectors, what is varied, stretches with an explanation, tables of some of the detectors.
    lengths
        Points of made-up series on which fitting and scoring are timed.
    metric
        The metric that orders the results.
    choose
        The figure by which the best is chosen; one of `ERRORS` or a metric.
    columns
        The metrics in the tables.
    split, gap, seeds, threshold, limit
        As for `compare`.
    """

    title: str
    question: str
    series: Mapping[str, Series]
    entries: tuple[StudyEntry, ...]
    factors: tuple[Factor, ...]
    stories: tuple[Story, ...]
    tables: tuple[Table, ...]
    lengths: tuple[int, ...]
    metric: Metric
    choose: str
    columns: tuple[str, ...]
    split: str
    gap: int
    seeds: int
    threshold: str
    limit: float | None


def study_plan(path: str | Path, data: str | Path | None = None) -> StudyPlan:
    """Read a study file.

    Parameters
    ----------
    path
        The TOML file.
    data
        A folder in which files that it names are looked for, after the folder of the study file itself.

    Raises
    ------
    InputError
        For a file that is not there or is no TOML, with the line; for data that can't be read.
    ParameterError, UnknownNameError
        For a key, detector, parameter or metric that is not there or not allowed, with the place in the file.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> text = '''
    ... title = "One against another"
    ... [[data]]
    ... name = "noisy sine"
    ... make = "sine"
    ... anomalies = "spike:3"
    ... [[detectors]]
    ... use = "zscore"
    ... [[detectors]]
    ... name = "wide"
    ... use = "zscore"
    ... set = { window = 50 }
    ... '''
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "study.toml").write_text(text)
    ...     found = study_plan(Path(folder) / "study.toml")
    >>> [one.spec for one in found.entries]
    [DetectorSpec(zscore), DetectorSpec(wide)]
    """
    path = Path(path)
    table = _table(path)
    try:
        return _plan(table, [path.parent] if data is None else [path.parent, Path(data)])
    except OffbeatError as error:
        raise type(error)(f"{path}: {error}") from None


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"can't read the study {path}: {(error.strerror or str(error)).lower()}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not a study file in TOML: {error}") from None


def _plan(table: Mapping[str, Any], folders: Sequence[Path]) -> StudyPlan:
    fields: dict[str, type | tuple[type, ...]] = {
        "title": str, "question": str, "metric": str, "choose": str, "columns": list, "split": str, "gap": int,
        "seeds": int, "threshold": str, "limit": (int, float), "lengths": list,
        "data": list, "detectors": list, "factors": list, "stories": list, "tables": list,
    }  # fmt: skip
    _known(table, fields, "the study", ("title", "data", "detectors"))
    series = {one.name: one for part in table["data"] for one in _series(part, folders)}
    entries = tuple(_entry(part) for part in table["detectors"])
    names = [one.spec.name for one in entries]
    refuse_twice(names)
    metric = metric_named(table.get("metric", "vus_pr"))
    choose = table.get("choose", metric.name)
    if choose not in ERRORS:
        metric_named(choose)
    for word in (table.get("threshold"), *(one.threshold for one in entries)):
        as_threshold(word, None)
    stories = tuple(_story(part, series) for part in table.get("stories", ()))
    return StudyPlan(
        title=table["title"],
        question=table.get("question", ""),
        series=series,
        entries=entries,
        factors=tuple(_factor(part, entries) for part in table.get("factors", ())),
        stories=stories,
        tables=tuple(_shown(part, names) for part in table.get("tables", ())),
        lengths=tuple(table.get("lengths", ())),
        metric=metric,
        choose=choose,
        columns=tuple(metric_named(name).name for name in table.get("columns", (metric.name,)) if name not in ERRORS),
        split=table.get("split", SPLIT),
        gap=table.get("gap", 0),
        seeds=table.get("seeds", 1),
        threshold=table.get("threshold", "percentile"),
        limit=table.get("limit"),
    )


def _known(
    table: Mapping[str, Any], fields: Mapping[str, Any], where: str, must: Sequence[str] = (), *, others: bool = False
) -> None:
    """Refuse keys that nobody knows, values of another type, and what is missing."""
    for name, value in table.items():
        if name not in fields:
            if others:
                continue
            raise unknown(f"key in {where}", name, fields)
        kinds = fields[name] if isinstance(fields[name], tuple) else (fields[name],)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            wanted = " or ".join({dict: "a table", list: "a list"}.get(kind, kind.__name__) for kind in kinds)
            raise ParameterError(f"{name} = {value!r} in {where} must be {wanted}")
    for name in must:
        if name not in table:
            raise ParameterError(f"{where} has no {name}; give one")


def _series(part: Mapping[str, Any], folders: Sequence[Path]) -> list[Series]:
    """Return the series that one [[data]] table names or asks to be made."""
    words: dict[str, type] = dict.fromkeys(("name", "file", "make", "layout", "folder", "anomalies"), str)
    fields = words | {"names": list} | dict.fromkeys(("after", "length", "seed"), int)
    _known(part, fields, "[[data]]", others=True)
    if sum(way in part for way in WAYS) != 1:
        ways = "file, a path; make, " + " or ".join(MADE) + "; layout, with folder and names"
        raise ParameterError(f"a [[data]] table has one of {ways}")
    options = {key: value for key, value in part.items() if key not in (*WAYS, *PLANTED, "name", "folder", "names")}
    if "make" in part:
        return [_planted(_made(part["make"], options), part)]
    if "layout" in part:
        _known(part, fields, "[[data]]", ("folder", "names"))
        every = _of_collection(part, _there(part["folder"], folders))
    else:
        for name in set(options) - set(ReadOptions.__annotations__):
            raise unknown("key in [[data]]", name, [*fields, *ReadOptions.__annotations__])
        found = read(_there(part["file"], folders), **options)
        every = [found] if isinstance(found, Series) else list(dict(found).values())
    every = [replace(clean(one).series, index=None, name=one.name) for one in every]
    return [_planted(one, part if len(every) == 1 else {**part, "name": one.name}) for one in every]


def _there(name: str, folders: Sequence[Path]) -> Path:
    """Return the first path of that name that there is."""
    paths = [folder / name for folder in folders]
    found = next((path for path in paths if path.exists()), None)
    if found is None:
        where = " or ".join(str(path) for path in paths)
        raise InputError(f"there is no {where}; say where the data are with --data FOLDER")
    return found


def _of_collection(part: Mapping[str, Any], folder: Path) -> list[Series]:
    """Return named series of a data set; names may be patterns, such as realTweets/*."""
    found = load(part["layout"], folder)
    names = [name for pattern in part["names"] for name in fnmatch.filter(found, str(pattern))]
    if not names:
        raise InputError(
            f"no series of {folder} is called {' or '.join(map(str, part['names']))}; there are {len(found)}"
        )
    return [found[name].series for name in dict.fromkeys(names)]


def _made(kind: str, options: Mapping[str, Any]) -> Series:
    if kind not in MADE:
        raise unknown("series to make", kind, MADE)
    maker = MADE[kind]
    for name in options:
        if name not in signature(maker).parameters:
            raise unknown(f"key of a {kind} in [[data]]", name, signature(maker).parameters)
    return maker(**options)


def _planted(series: Series, part: Mapping[str, Any]) -> Series:
    series = replace(series, name=part.get("name", series.name))
    if "anomalies" not in part:
        return series
    places = {name: part[name] for name in ("after", "length") if name in part}
    return synth.inject_many(series, part["anomalies"], seed=part.get("seed", 0) + 1, **places)


def _entry(part: Mapping[str, Any]) -> StudyEntry:
    fields = {"name": str, "use": str, "set": dict, "scaler": str, "group": str, "tune": dict, "threshold": str}
    _known(part, fields, "[[detectors]]", ("use",))
    use, name = part["use"], part.get("name", part["use"])
    where = f"detector {name!r}"
    scaler = part.get("scaler")
    if scaler is not None and scaler not in scalers():
        raise unknown(f"scaler of {where}", scaler, scalers())
    tuning = part.get("tune")
    if tuning is not None:
        _known(tuning, {"trials": int, "metric": str, "planted": str, "ranges": dict, "split": str}, f"tune of {where}")
    made = DetectorSpec.make(use, part.get("set", {}), name, scaler)
    return StudyEntry(made, part.get("group", use), tuning, part.get("threshold"))


def _factor(part: Mapping[str, Any], entries: Sequence[StudyEntry]) -> Factor:
    _known(part, {"name": str, "values": list}, "[[factors]]", ("name", "values"))
    name, values = part["name"], tuple(part["values"])
    if not values:
        raise ParameterError(f"the factor {name!r} has no values; give at least one")
    if name in ("noise", "split"):
        return Factor(name, values)
    if name == "scaler":
        for value in values:
            if value not in ("none", *scalers()):
                raise unknown("scaler", value, ["none", *scalers()])
        return Factor(name, values)
    having = [one.spec for one in entries if name in params_of(one.spec.kind)]
    if not having:
        every = {word for one in entries for word in params_of(one.spec.kind)}
        raise unknown("factor", name, ["noise", "split", "scaler", *sorted(every)])
    for value in values:
        for spec in having:
            spec.with_params(**{name: value})
    return Factor(name, values)


def _story(part: Mapping[str, Any], series: Mapping[str, Series]) -> Story:
    must = ("data", "start", "end", "words")
    _known(part, dict.fromkeys(must, str), "[[stories]]", must)
    if part["data"] not in series:
        raise unknown("data of a story", part["data"], series)
    return Story(part["data"], part["start"], part["end"], part["words"])


def _shown(part: Mapping[str, Any], names: Sequence[str]) -> Table:
    _known(part, {"heading": str, "detectors": list}, "[[tables]]", ("heading", "detectors"))
    for name in part["detectors"]:
        if name not in names:
            raise unknown(f"detector of the table {part['heading']!r}", name, names)
    return Table(part["heading"], tuple(part["detectors"]))


def varied(spec: DetectorSpec, factor: str, value: Any) -> DetectorSpec | None:
    """Return the spec under one value of a factor; None where the factor is none of its own."""
    if factor == "scaler":
        return replace(spec, scaler=None if value == "none" else value)
    return spec.with_params(**{factor: value}) if factor in params_of(spec.kind) else None

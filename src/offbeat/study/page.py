"""What a study leaves behind: tables, pictures, and one page with all of it."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from offbeat.core.output import replacing
from offbeat.core.series import Floats, Series
from offbeat.core.wording import counted
from offbeat.report import Section, comparison, learning, table_page
from offbeat.report.table_page import shown
from offbeat.study.result import BASE, StudyRuns, rows_of
from offbeat.study.studyfile import ERRORS, Story
from offbeat.trials.foldtrial import FoldTrial
from offbeat.trials.trial import TrialResult

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("png", "svg")
"""What each picture is written as."""

DRAWN = 4
"""Series that are drawn; the tables have them all."""


def write(result: StudyRuns, folder: Path) -> None:
    """Write everything into an existing folder.

    Raises
    ------
    OutputError
        Where something can't be written.
    """
    tables = _tables(result)
    for name, table in tables.items():
        if len(table):
            with replacing(folder / f"{name}.csv") as part:
                table.to_csv(part, index=False)
    parts = list(_sections(result, tables))
    figures = folder / "figures"
    figures.mkdir(exist_ok=True)
    for section in parts:
        for place, figure in enumerate((section.figures or {}).values(), start=1):
            for kind in KINDS:
                with replacing(figures / f"{_file_name(section.heading)}-{place}.{kind}") as part:
                    figure.savefig(part, format=kind, metadata={"Date": None} if kind == "svg" else {})
    with replacing(folder / "results.md") as part:
        part.write_text(_markdown(result, parts), encoding="utf-8")
    table_page(result.plan.title, parts, folder / "index.html")


def _tables(result: StudyRuns) -> dict[str, pd.DataFrame]:
    import pandas as pd

    losses = [
        {"detector": run.row["detector"], "series": run.row["series"], "fold": run.row["fold"], "seed": run.row["seed"]}
        | {"condition": str(condition), "epoch": epoch, "training": float(pair[0]), "validation": float(pair[1])}
        for condition, run in result.runs
        for epoch, pair in enumerate(run.history, start=1)
    ]
    return {
        "results": result.table,
        "means": result.means.reset_index(),
        "factors": result.by_value,
        "tuned": pd.DataFrame(result.tuned),
        "losses": pd.DataFrame(losses),
        "stories": pd.DataFrame(_story_alarms(result)),
    }


def _sections(result: StudyRuns, tables: Mapping[str, pd.DataFrame]) -> Iterator[Section]:
    question = [result.plan.question] if result.plan.question else []
    yield Section("What came out", [*question, f"{result.verdict}.", _about(result)])
    yield Section("Detectors", (), _records(tables["means"]), "Means over series, folds and seeds, nothing varied")
    for table in result.plan.tables:
        own = tables["means"][tables["means"]["detector"].isin(table.detectors)]
        yield Section(table.heading, (), _records(own))
    yield from _losses(result)
    yield from _factors(result)
    yield from _times(result)
    if len(tables["tuned"]):
        searches = _records(tables["tuned"][["detector", "series", "summary"]])
        yield Section("Searches", ["Each saw the rows before the test rows, and no other."], searches)
    yield from _chosen(result)
    yield from _events(result)
    yield from _stories(result)
    columns = [name for name in tables["results"] if name not in ("empty", "memory", "factor", "value", "threshold")]
    yield Section("Every run", (), _records(tables["results"][columns]))


def _about(result: StudyRuns) -> str:
    plan = result.plan
    failed = sum(run.failed for _, run in result.runs)
    return (
        f"{counted(len(plan.entries), 'detector')} on {counted(len(plan.series), 'series', 'series')}, "
        f"{counted(len(result.runs), 'run')}, of which {failed} failed; split {plan.split}, thresholds by "
        f"{plan.threshold} on the validation rows, {counted(plan.seeds, 'seed')}. Errors of expectations (mse, mae, "
        "rmse) are in the unit that the detector's scaler makes, on rows that nobody labelled as anomalous; mse_sd is "
        f"their deviation over windows. Python {platform.python_version()} on {platform.machine()}."
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict(orient="records")]


def _losses(result: StudyRuns) -> Iterator[Section]:
    """Draw the losses of each group of versions side by side."""
    groups: dict[str, dict[str, list[Floats]]] = {}
    for entry in result.plan.entries:
        name = entry.spec.name
        found = [run.history for _, run in result.of(name) if len(run.history)]
        if found:
            groups.setdefault(entry.group, {})[name] = found
    if groups:
        figures = {f"Losses by epoch of {', '.join(of)}": learning.losses(of) for of in groups.values()}
        yield Section("Losses", ["Every run, with nothing varied."], figures=figures)


def _factors(result: StudyRuns) -> Iterator[Section]:
    table = result.by_value
    for factor in result.plan.factors:
        rows = table[table["factor"] == factor.name]
        base = result.means
        figures: dict[str, Any] = {}
        for column in dict.fromkeys((result.plan.metric.name, result.plan.choose)):
            # errors in the unit that one scaler makes say nothing beside those of another
            if column not in rows.columns or (factor.name == "scaler" and column in ERRORS):
                continue
            values = [BASE, *factor.values] if factor.name != "noise" else [0.0, *factor.values]
            lines = {
                str(name): np.array([base.loc[name, column], *_at_values(rows, name, factor.values, column)])
                for name in base.index
                if (rows["detector"] == name).any()
            }
            words = f"{column} by {factor.name} of {', '.join(lines)}"
            figures[words] = learning.lines(values, lines, (factor.name, column))
        yield Section(f"Varied: {factor.name}", (), _records(rows.drop(columns="factor")), figures=figures)


def _at_values(rows: pd.DataFrame, detector: Any, values: Sequence[Any], column: str) -> Iterator[float]:
    own = rows[rows["detector"] == detector]
    for value in values:
        found = own[own["value"] == value][column]
        yield float(found.iloc[0]) if len(found) else float("nan")


def _times(result: StudyRuns) -> Iterator[Section]:
    if not result.times:
        return
    lengths = list(result.plan.lengths)
    figures = {}
    for column, word in (("seconds_fit", "seconds to fit"), ("seconds_score", "seconds to score")):
        values = {
            entry.spec.name: np.array(
                [row[column] for row in result.times if row["detector"] == entry.spec.name], dtype=np.float64
            )
            for entry in result.plan.entries
        }
        figures[f"{word} by points"] = learning.lines(lengths, values, ("points", word))
    yield Section("Time by length", ["Made-up sines of one channel."], list(result.times), figures=figures)


def _chosen(result: StudyRuns) -> Iterator[Section]:
    """Show the chosen detector on each series: its severities, what it expected, and its alarms."""
    found = {trial.series.name: (trial, run) for trial, run in result.of(result.best) if run.row["seed"] == 0}
    if not found:
        return
    severities = {name: _split(trial, run) for name, (trial, run) in found.items()}
    figures = {f"Severities of {result.best}": comparison.distributions(dict(list(severities.items())[:DRAWN]))}
    for name, (trial, run) in list(found.items())[:DRAWN]:
        tested = trial.series[trial.fold.test]
        figures[f"{result.best} on {name}"] = comparison.expectation(tested, run.severity, run.expected)
    rows = _records(result.table[(result.table["detector"] == result.best) & (result.table["condition"] == BASE)])
    keep = ("series", "fold", "seed", "threshold_value", "alarms", *result.plan.columns, *_known(rows))
    yield Section(
        f"The chosen one: {result.best}",
        [f"{result.verdict}. On the test rows; severity 1 is the threshold."],
        [{name: row.get(name) for name in keep} for row in rows],
        figures=figures,
    )


def _known(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [name for name in ("mse", "mse_sd", "mae", "rmse") if any(row.get(name) == row.get(name) for row in rows)]


def _split(trial: FoldTrial, run: TrialResult) -> tuple[Floats, Floats]:
    """Return the severities of normal and of anomalous test rows."""
    labels = trial.series.labels
    marked = np.zeros(len(run.severity), dtype=bool) if labels is None else labels[trial.fold.test]
    return run.severity[~marked], run.severity[marked]


def _events(result: StudyRuns) -> Iterator[Section]:
    figures = {}
    for name, series in list(result.plan.series.items())[:DRAWN]:
        found = dict(_alarms(result, name))
        if found:
            figures[f"Alarms of each detector on {name}"] = comparison.found_by(_tested(result, series), found)
    if figures:
        words = "The test rows, labelled anomalies shaded, and below each detector's alarms with nothing varied."
        yield Section("Alarms", [words], figures=figures)


def _tested(result: StudyRuns, series: Series) -> Series:
    begun = min(trial.fold.test.start for trial in result.trials if trial.series is series)
    return series[begun:]


def _alarms(result: StudyRuns, series: str) -> Iterator[tuple[str, Any]]:
    begun = min(trial.fold.test.start for trial in result.trials if trial.series is result.plan.series[series])
    for name in result.means.index:
        found = [
            run.events + trial.fold.test.start - begun for trial, run in result.of(str(name)) if _is(trial, run, series)
        ]
        if found:
            yield str(name), np.concatenate(found)


def _is(trial: FoldTrial, run: TrialResult, series: str) -> bool:
    return trial.series.name == series and run.row["seed"] == 0


def _stories(result: StudyRuns) -> Iterator[Section]:
    for story in result.plan.stories:
        heading = f"{story.series}, {story.start}"
        rows, alarms = _story_rows(result, story)
        if not alarms:
            yield Section(heading, [story.words, "It lies before the test rows."])
            continue
        found = [name for name, events in alarms.items() if len(events)]
        words = f"{counted(len(found), 'detector')} of {len(alarms)} raised an alarm: {', '.join(found) or 'none'}."
        figure = comparison.found_by(result.plan.series[story.series][rows], alarms)
        yield Section(heading, [story.words, words], figures={story.words: figure})


def _story_rows(result: StudyRuns, story: Story) -> tuple[slice, dict[str, Any]]:
    """Return the rows of a story and, counted from their first, each detector's alarms; none before the test rows."""
    series = result.plan.series[story.series]
    begun = len(series) - len(_tested(result, series))
    rows = rows_of(series, story.start, story.end)
    if rows.start < begun:
        return rows, {}
    return rows, {name: _within(events + begun, rows) for name, events in _alarms(result, story.series)}


def _story_alarms(result: StudyRuns) -> Iterator[dict[str, Any]]:
    """Give one row an alarm in a story; one without times for a detector that raised none."""
    for story in result.plan.stories:
        rows, alarms = _story_rows(result, story)
        label = result.plan.series[story.series].label
        for name, events in alarms.items():
            own = {"series": story.series, "from": story.start, "to": story.end, "detector": name}
            for first, last in events:
                yield own | {"start": str(label(rows.start + first)), "end": str(label(rows.start + last - 1))}
            if not len(events):
                yield own | {"start": "", "end": ""}


def _within(events: Any, rows: slice) -> Any:
    """Return the parts of events that lie in the rows, counted from the first of these."""
    cut = np.clip(events, rows.start, rows.stop) - rows.start
    return cut[cut[:, 1] > cut[:, 0]]


def _markdown(result: StudyRuns, parts: Sequence[Section]) -> str:
    """Return headings, words, tables and pictures as Markdown; tables of every run are left to the CSV files."""
    lines = [f"# {result.plan.title}", ""]
    for section in parts:
        if section.heading == "Every run":
            continue
        lines += [f"## {section.heading}", ""]
        lines += [line for text in section.paragraphs for line in (text, "")]
        if section.rows:
            heads = list(section.rows[0])
            lines += [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
            lines += [f"| {' | '.join(shown(row.get(head)) for head in heads)} |" for row in section.rows]
            lines.append("")
        for place, words in enumerate(section.figures or {}, start=1):
            lines += [f"![{words}](figures/{_file_name(section.heading)}-{place}.png)", ""]
    return "\n".join(lines)


def _file_name(heading: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in heading.lower()).split())

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
from offbeat.report import Section, contest, learning, table_page
from offbeat.report.table_page import shown
from offbeat.study.study import BASE, StudyResult, rows_of
from offbeat.study.studyfile import ERRORS, Story
from offbeat.trials.trial import Job, Run

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("png", "svg")
"""What each picture is written as."""

DRAWN = 4
"""Series that are drawn; the tables have them all."""


def write(studied: StudyResult, folder: Path) -> None:
    """Write everything into an existing folder.

    Raises
    ------
    OutputError
        Where something can't be written.
    """
    tables = _tables(studied)
    for name, table in tables.items():
        if len(table):
            with replacing(folder / f"{name}.csv") as part:
                table.to_csv(part, index=False)
    parts = list(_sections(studied, tables))
    figures = folder / "figures"
    figures.mkdir(exist_ok=True)
    for section in parts:
        for place, figure in enumerate((section.figures or {}).values(), start=1):
            for kind in KINDS:
                with replacing(figures / f"{_file_name(section.heading)}-{place}.{kind}") as part:
                    figure.savefig(part, format=kind, metadata={"Date": None} if kind == "svg" else {})
    with replacing(folder / "results.md") as part:
        part.write_text(_markdown(studied, parts), encoding="utf-8")
    table_page(studied.plan.title, parts, folder / "index.html")


def _tables(studied: StudyResult) -> dict[str, pd.DataFrame]:
    import pandas as pd

    losses = [
        {"detector": run.row["detector"], "series": run.row["series"], "fold": run.row["fold"], "seed": run.row["seed"]}
        | {"condition": str(condition), "epoch": epoch, "training": float(pair[0]), "validation": float(pair[1])}
        for condition, run in studied.runs
        for epoch, pair in enumerate(run.history, start=1)
    ]
    return {
        "results": studied.table,
        "means": studied.means.reset_index(),
        "levels": studied.by_level,
        "tuned": pd.DataFrame(studied.tuned),
        "losses": pd.DataFrame(losses),
        "stories": pd.DataFrame(_alarms_told(studied)),
    }


def _sections(studied: StudyResult, tables: Mapping[str, pd.DataFrame]) -> Iterator[Section]:
    question = [studied.plan.question] if studied.plan.question else []
    yield Section("What came out", [*question, f"{studied.verdict}.", _about(studied)])
    yield Section("Detectors", (), _records(tables["means"]), "Means over series, folds and seeds, nothing varied")
    for table in studied.plan.tables:
        own = tables["means"][tables["means"]["detector"].isin(table.detectors)]
        yield Section(table.heading, (), _records(own))
    yield from _losses(studied)
    yield from _levels(studied)
    yield from _times(studied)
    if len(tables["tuned"]):
        said = _records(tables["tuned"][["detector", "series", "said"]])
        yield Section("Searches", ["Each saw the rows before the test rows, and no other."], said)
    yield from _chosen(studied)
    yield from _events(studied)
    yield from _stories(studied)
    columns = [name for name in tables["results"] if name not in ("empty", "memory", "factor", "level", "threshold")]
    yield Section("Every run", (), _records(tables["results"][columns]))


def _about(studied: StudyResult) -> str:
    asked = studied.plan
    failed = sum(run.failed for _, run in studied.runs)
    return (
        f"{counted(len(asked.entries), 'detector')} on {counted(len(asked.series), 'series', 'series')}, "
        f"{counted(len(studied.runs), 'run')}, of which {failed} failed; split {asked.split}, thresholds by "
        f"{asked.threshold} on the validation rows, {counted(asked.seeds, 'seed')}. Errors of expectations (mse, mae, "
        "rmse) are in the unit that the detector's scaler makes, on rows that nobody labelled as anomalous; mse_sd is "
        f"their deviation over windows. Python {platform.python_version()} on {platform.machine()}."
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict(orient="records")]


def _losses(studied: StudyResult) -> Iterator[Section]:
    """Draw the losses of each group of versions side by side."""
    groups: dict[str, dict[str, list[Floats]]] = {}
    for entry in studied.plan.entries:
        name = entry.contender.name
        found = [run.history for _, run in studied.of(name) if len(run.history)]
        if found:
            groups.setdefault(entry.group, {})[name] = found
    if groups:
        figures = {f"Losses by epoch of {', '.join(of)}": learning.losses(of) for of in groups.values()}
        yield Section("Losses", ["Every run, with nothing varied."], figures=figures)


def _levels(studied: StudyResult) -> Iterator[Section]:
    table = studied.by_level
    for factor in studied.plan.factors:
        rows = table[table["factor"] == factor.name]
        base = studied.means
        figures: dict[str, Any] = {}
        for column in dict.fromkeys((studied.plan.goal.name, studied.plan.choose)):
            # errors in the unit that one scaler makes say nothing beside those of another
            if column not in rows.columns or (factor.name == "scaler" and column in ERRORS):
                continue
            levels = [BASE, *factor.levels] if factor.name != "noise" else [0.0, *factor.levels]
            values = {
                str(name): np.array([base.loc[name, column], *_at_levels(rows, name, factor.levels, column)])
                for name in base.index
                if (rows["detector"] == name).any()
            }
            words = f"{column} by {factor.name} of {', '.join(values)}"
            figures[words] = learning.lines(levels, values, (factor.name, column))
        yield Section(f"Varied: {factor.name}", (), _records(rows.drop(columns="factor")), figures=figures)


def _at_levels(rows: pd.DataFrame, detector: Any, levels: Sequence[Any], column: str) -> Iterator[float]:
    own = rows[rows["detector"] == detector]
    for level in levels:
        found = own[own["level"] == level][column]
        yield float(found.iloc[0]) if len(found) else float("nan")


def _times(studied: StudyResult) -> Iterator[Section]:
    if not studied.times:
        return
    lengths = list(studied.plan.lengths)
    figures = {}
    for column, word in (("seconds_fit", "seconds to learn"), ("seconds_score", "seconds to judge")):
        values = {
            entry.contender.name: np.array(
                [row[column] for row in studied.times if row["detector"] == entry.contender.name], dtype=np.float64
            )
            for entry in studied.plan.entries
        }
        figures[f"{word} by points"] = learning.lines(lengths, values, ("points", word))
    yield Section("Time by length", ["Made-up sines of one channel."], list(studied.times), figures=figures)


def _chosen(studied: StudyResult) -> Iterator[Section]:
    """Show the chosen detector on each series: its levels, what it expected, and its alarms."""
    found = {job.series.name: (job, run) for job, run in studied.of(studied.best) if run.row["seed"] == 0}
    if not found:
        return
    levels = {name: _split(job, run) for name, (job, run) in found.items()}
    figures = {f"Levels of {studied.best}": contest.distributions(dict(list(levels.items())[:DRAWN]))}
    for name, (job, run) in list(found.items())[:DRAWN]:
        tested = job.series[job.fold.test]
        figures[f"{studied.best} on {name}"] = contest.expectation(tested, run.severity, run.expected)
    rows = _records(studied.table[(studied.table["detector"] == studied.best) & (studied.table["condition"] == BASE)])
    keep = ("series", "fold", "seed", "threshold_value", "alarms", *studied.plan.columns, *_known(rows))
    yield Section(
        f"The chosen one: {studied.best}",
        [f"{studied.verdict}. On the test rows; level 1 is the threshold."],
        [{name: row.get(name) for name in keep} for row in rows],
        figures=figures,
    )


def _known(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [name for name in ("mse", "mse_sd", "mae", "rmse") if any(row.get(name) == row.get(name) for row in rows)]


def _split(job: Job, run: Run) -> tuple[Floats, Floats]:
    """Return the levels of normal and of anomalous test rows."""
    labels = job.series.labels
    marked = np.zeros(len(run.severity), dtype=bool) if labels is None else labels[job.fold.test]
    return run.severity[~marked], run.severity[marked]


def _events(studied: StudyResult) -> Iterator[Section]:
    figures = {}
    for name, series in list(studied.plan.series.items())[:DRAWN]:
        found = dict(_alarms(studied, name))
        if found:
            figures[f"Alarms of each detector on {name}"] = contest.found_by(_tested(studied, series), found)
    if figures:
        words = "The test rows, labelled anomalies shaded, and below each detector's alarms with nothing varied."
        yield Section("Alarms", [words], figures=figures)


def _tested(studied: StudyResult, series: Series) -> Series:
    begun = min(job.fold.test.start for job in studied.jobs if job.series is series)
    return series[begun:]


def _alarms(studied: StudyResult, series: str) -> Iterator[tuple[str, Any]]:
    begun = min(job.fold.test.start for job in studied.jobs if job.series is studied.plan.series[series])
    for name in studied.means.index:
        found = [
            run.events + job.fold.test.start - begun for job, run in studied.of(str(name)) if _is(job, run, series)
        ]
        if found:
            yield str(name), np.concatenate(found)


def _is(job: Job, run: Run, series: str) -> bool:
    return job.series.name == series and run.row["seed"] == 0


def _stories(studied: StudyResult) -> Iterator[Section]:
    for story in studied.plan.stories:
        heading = f"{story.series}, {story.start}"
        rows, alarms = _told(studied, story)
        if not alarms:
            yield Section(heading, [story.words, "It lies before the test rows."])
            continue
        said = [name for name, events in alarms.items() if len(events)]
        words = f"{counted(len(said), 'detector')} of {len(alarms)} raised an alarm: {', '.join(said) or 'none'}."
        figure = contest.found_by(studied.plan.series[story.series][rows], alarms)
        yield Section(heading, [story.words, words], figures={story.words: figure})


def _told(studied: StudyResult, story: Story) -> tuple[slice, dict[str, Any]]:
    """Return the rows of a story and, counted from their first, each detector's alarms; none before the test rows."""
    series = studied.plan.series[story.series]
    begun = len(series) - len(_tested(studied, series))
    rows = rows_of(series, story.start, story.end)
    if rows.start < begun:
        return rows, {}
    return rows, {name: _within(events + begun, rows) for name, events in _alarms(studied, story.series)}


def _alarms_told(studied: StudyResult) -> Iterator[dict[str, Any]]:
    """Give one row an alarm in a story; one without times for a detector that raised none."""
    for story in studied.plan.stories:
        rows, alarms = _told(studied, story)
        label = studied.plan.series[story.series].label
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


def _markdown(studied: StudyResult, parts: Sequence[Section]) -> str:
    """Return headings, words, tables and pictures as Markdown; tables of every run are left to the CSV files."""
    lines = [f"# {studied.plan.title}", ""]
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

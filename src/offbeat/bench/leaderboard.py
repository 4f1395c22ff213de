"""From the rows of a benchmark to who is best, by how much, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

import numpy as np

from offbeat.bench.trial import DONE, SKIPPED
from offbeat.core.errors import InputError
from offbeat.core.wording import counted
from offbeat.metrics import Ranks, bootstrap, critical_difference, measure, paired_bootstrap
from offbeat.report.html import card

if TYPE_CHECKING:
    import pandas as pd

HERE, BESIDE = "here", "published"
ALPHA = 0.05


@dataclass(frozen=True, eq=False)
class Leaderboard:
    """Who is best by one metric.

    Parameters
    ----------
    metric
        Its name.
    frame
        One row a detector, the best mean first: `detector`; `mean` over series, with `low` and `high` of its 95 %
        bootstrap interval; `macro_mean`, the mean over collections; `mean_rank`; `group`, letters of which two
        detectors share one where their difference may be chance; `seconds_per_100k` points, to fit and score;
        `memory_mb`, the most on any series; the number of `series` and of those on which it `failed`; `source`.
    by_collection
        Mean of each detector, a row a collection, with the number of `series`.
    ranks
        Ranks and their tests; None below two series or two detectors.
    notes
        What it says, in sentences.
    """

    metric: str
    frame: pd.DataFrame
    by_collection: pd.DataFrame
    ranks: Ranks | None
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Leaderboard by {self.metric}: {self.notes[0]}\n{self.frame.to_string(index=False)}"

    def _repr_html_(self) -> str:
        return card(self, f"{self.metric}, {self.notes[0]}", self.records)

    @property
    def records(self) -> list[dict[str, Any]]:
        """The rows of `frame`, None where there is nothing, without columns that are the same for all by design."""
        frame = self.frame if (self.frame["source"] == BESIDE).any() else self.frame.drop(columns="source")
        return [{str(name): _cell(value) for name, value in row.items()} for row in frame.to_dict("records")]

    def to_markdown(self) -> str:
        """Return the notes and the table in Markdown."""
        rows = self.records
        heads = list(rows[0])
        lines = [_line(heads), _line(["---" if head in ("detector", "group", "source") else "---:" for head in heads])]
        lines += [_line([_short(row[head]) for head in heads]) for row in rows]
        return "\n".join([f"## {self.metric}", "", *(f"- {note}" for note in self.notes), "", *lines, ""])


def leaderboard(frame: pd.DataFrame, name: str, published: Mapping[str, float] | None = None) -> Leaderboard:
    """Rank the detectors of a benchmark by one metric.

    A series counts where at least one detector has a value on it; one that failed there, or took too long, has the
    metric's worst value, so that failing on a hard series never helps.

    Parameters
    ----------
    frame
        The rows, as `BenchResult.frame` has them.
    name
        A metric among its columns.
    published
        Means to be laid beside, by detector.

    Raises
    ------
    InputError
        Where no series could be measured.
    """
    import pandas as pd

    tried = frame[frame["status"] != SKIPPED]
    table = tried.pivot_table(name, ["collection", "series"], "detector", dropna=False, observed=True, sort=False)
    table = table.reindex(columns=list(dict.fromkeys(frame["detector"]))).dropna(how="all")
    if not len(table):
        raise unmeasured(frame, name)
    chosen = measure(name)
    filled = table.fillna(chosen.worst)
    ranks = _ranks(filled, chosen.higher_is_better)
    rows = [{**_row(filled, called, ranks), **_cost(tried, table, called), "source": HERE} for called in table.columns]
    rows += [{"detector": called, "mean": mean, "source": BESIDE} for called, mean in (published or {}).items()]
    board = pd.DataFrame(rows).sort_values("mean", ascending=not chosen.higher_is_better, kind="stable")
    board[["series", "failed"]] = board[["series", "failed"]].astype("Int64")
    by_collection = filled.groupby(level="collection", sort=True).mean()
    by_collection = by_collection[list(board.loc[board["source"] == HERE, "detector"])]
    by_collection.insert(0, "series", filled.groupby(level="collection", sort=True).size())
    notes = _notes(frame, filled, name, ranks)
    return Leaderboard(name, board.reset_index(drop=True), by_collection, ranks, notes)


def unmeasured(frame: pd.DataFrame, name: str) -> InputError:
    """Return the error for rows of which none has a value, with the first reason."""
    tried = frame[frame["status"] != SKIPPED]
    reason = next(filter(None, (tried if len(tried) else frame)["error"]), "there are no rows")
    return InputError(f"no series could be measured by {name}; the first reason: {reason}")


def _ranks(filled: pd.DataFrame, higher_is_better: bool) -> Ranks | None:
    if min(filled.shape) < 2:
        return None
    return critical_difference(filled.to_numpy(), [str(name) for name in filled.columns], ALPHA, higher_is_better)


def _row(filled: pd.DataFrame, called: str, ranks: Ranks | None) -> dict[str, Any]:
    values = filled[called].to_numpy()
    sure = bootstrap(values) if len(values) > 1 else None
    place = None if ranks is None else ranks.names.index(called)
    return {
        "detector": called,
        "mean": float(values.mean()),
        "low": np.nan if sure is None else sure.low,
        "high": np.nan if sure is None else sure.high,
        "macro_mean": float(filled[called].groupby(level="collection").mean().mean()),
        "mean_rank": np.nan if ranks is None or place is None else float(ranks.ranks[place]),
        "group": "" if ranks is None else _letters(called, ranks.groups),
    }


def _letters(called: str, groups: Sequence[Sequence[str]]) -> str:
    """Return the groups that a detector is in; behind the 26th a letter comes twice, as in "aa"."""
    return " ".join(
        ascii_lowercase[place % 26] * (1 + place // 26) for place, group in enumerate(groups) if called in group
    )


def _cost(tried: pd.DataFrame, table: pd.DataFrame, called: str) -> dict[str, Any]:
    rows = tried[tried["detector"] == called]
    done = rows[rows["status"] == DONE]
    seconds = done[["seconds_fit", "seconds_score"]].sum().sum()
    return {
        "seconds_per_100k": float(seconds / done["n"].sum() * 1e5) if len(done) else np.nan,
        "memory_mb": float(done["memory_mb"].max()),
        "series": len(table),
        "failed": int(table[called].isna().sum()),
    }


def _notes(frame: pd.DataFrame, filled: pd.DataFrame, name: str, ranks: Ranks | None) -> tuple[str, ...]:
    chosen = measure(name)
    collections = len(filled.index.unique(level="collection"))
    better = "higher" if chosen.higher_is_better else "lower"
    many = counted(len(filled), "series", "series")
    first = (
        f"{name} ({better} is better) of {counted(filled.shape[1], 'detector')} on {many} of "
        f"{counted(collections, 'collection')}; a failure or timeout counts as {chosen.worst:g}, a point without a "
        "score ranks lowest."
    )
    notes = [first]
    if ranks is not None:
        notes += [_best(filled, chosen.higher_is_better), _ranked(ranks)]
    skipped = frame[frame["status"] == SKIPPED].drop_duplicates(["collection", "series"])
    if len(skipped):
        reasons = "; ".join(f"{count} because {why}" for why, count in skipped["error"].value_counts().head(3).items())
        notes.append(f"{counted(len(skipped), 'series', 'series')} could not be measured: {reasons}.")
    return tuple(notes)


def _best(filled: pd.DataFrame, higher_is_better: bool) -> str:
    """Say which is best, by how much, and whether the difference is more than chance."""
    means = filled.mean().sort_values(ascending=not higher_is_better, kind="stable")
    first, second = means.index[:2]
    gap = paired_bootstrap(filled[first], filled[second])
    if gap.value == 0:
        return f"{first} and {second} are best, both with a mean of {means[first]:.4f}."
    low, high = sorted((abs(gap.low), abs(gap.high))) if gap.low * gap.high > 0 else (gap.low, gap.high)
    word = "more than chance" if gap.p_value < ALPHA else "which may be chance"
    return (
        f"{first} is best with a mean of {means[first]:.4f}; {abs(gap.value):.4f} ({low:.4f} to {high:.4f}) better "
        f"than {second}, {word} (paired bootstrap over series, p = {gap.p_value:.2g})."
    )


def _ranked(ranks: Ranks) -> str:
    return (
        f"Mean ranks farther apart than {ranks.critical_difference:.2f} differ (Nemenyi at {ALPHA:g}; Friedman's p = "
        f"{ranks.p_value:.2g}); detectors that share a letter do not differ by Wilcoxon's tests, adjusted by Holm."
    )


def _cell(value: Any) -> Any:
    import pandas as pd

    return None if pd.isna(value) else value


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _short(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)

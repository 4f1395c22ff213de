"""The page of a benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offbeat.bench.leaderboard import HERE, Leaderboard
from offbeat.bench.rows import BenchRows
from offbeat.report import Section, table_page
from offbeat.report.intervals import intervals

if TYPE_CHECKING:
    import pandas as pd


def page(results: BenchRows, boards: Sequence[Leaderboard], path: str | Path) -> None:
    """Write the leaderboards, what failed and every row as one page that needs no network.

    Raises
    ------
    OutputError
        Where the page can't be written.
    """
    sections = [section for board in boards for section in _board(board)]
    if len(results.troubles):
        columns = ["collection", "series", "detector", "status", "error"]
        sections.append(Section("What failed or took too long", rows=_rows(results.troubles[columns])))
    if len(results.skipped):
        sections.append(Section("Series that can't be measured", rows=_rows(results.skipped)))
    sections.append(
        Section("Every row", rows=_rows(results.frame.drop(columns=["params", "training", "crop", "error", "version"])))
    )
    table_page(f"Detectors compared by {', '.join(results.metrics)}", sections, path)


def _board(board: Leaderboard) -> list[Section]:
    here = board.frame[board.frame["source"] == HERE]
    drawn = intervals(
        list(here["detector"]), here["mean"], here["low"], here["high"], f"mean {board.metric}, with its 95 % interval"
    )
    caption = f"The mean {board.metric} of each detector with its interval, as in the table."
    ranked = [{head.replace("_", " "): cell for head, cell in record.items()} for record in board.records]
    table = board.by_collection.reset_index()
    return [
        Section(f"Leaderboard by {board.metric}", board.notes, ranked, figures={caption: drawn}),
        Section(f"Mean {board.metric} by collection", rows=_rows(table)),
    ]


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows for a page, None where there is nothing."""
    cleared = frame.astype(object).where(frame.notna(), None)
    return [{str(head): cell for head, cell in row.items()} for row in cleared.to_dict("records")]

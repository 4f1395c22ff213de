"""The results of a benchmark, and their files."""

from __future__ import annotations

from pathlib import Path

from offbeat.bench.page import page
from offbeat.bench.rows import BenchRows
from offbeat.core.output import replacing

RESULTS, LEADERBOARD = "results.csv", "leaderboard.csv"
"""The tables that are written; where they lie among the series, they are none."""


class BenchResult(BenchRows):
    """The rows of a benchmark, to be read or written with their leaderboards."""

    def write(self, folder: str | Path) -> list[Path]:
        """Write results.csv, leaderboard.csv, leaderboard.md and index.html; return their paths.

        Raises
        ------
        OutputError
            Where the folder can't be written to.
        InputError
            Where no series could be measured.
        """
        import pandas as pd

        folder = Path(folder)
        boards = [self.leaderboard(name) for name in self.metrics]
        table = pd.concat([board.frame.assign(metric=board.metric) for board in boards])
        texts = {
            RESULTS: self.frame.to_csv(index=False),
            LEADERBOARD: table.to_csv(index=False),
            "leaderboard.md": "# Leaderboard\n\n" + "\n".join(board.to_markdown() for board in boards),
        }
        for name, text in texts.items():
            with replacing(folder / name) as part:
                part.write_text(text, encoding="utf-8")
        page(self, boards, folder / "index.html")
        return [folder / name for name in (*texts, "index.html")]

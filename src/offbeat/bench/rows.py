"""The rows of a benchmark, and those of a published leaderboard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from offbeat.bench.leaderboard import Leaderboard, leaderboard
from offbeat.bench.trial import FAILED, KEY, SKIPPED, STOPPED
from offbeat.core.errors import InputError, unknown
from offbeat.report.html import card

if TYPE_CHECKING:
    import pandas as pd

COUNTS = ("n", "channels", "anomalous", "training_rows", "unscored")
COSTS = ("seconds_fit", "seconds_score", "memory_mb")

Published = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, eq=False)
class BenchRows:
    """The rows of a benchmark.

    Parameters
    ----------
    frame
        One row a series and detector: `collection`, `series`, `detector`, `params` (JSON), `training` (whether it
        learned from the first rows), `crop`, `status` (ok, skipped, failed, stopped), `error`; `n` points, `channels`,
        `anomalous` points, `training_rows`, `unscored` points; `seconds_fit` (empty where it learned from what it
        scored, in one go), `seconds_score`, `memory_mb` (growth of the process at its peak; empty but on Linux); a
        column per metric; and the `version` of offbeat.
    metrics
        Their names; the first one ranks.
    published
        Means to be laid beside, by metric and detector.
    """

    frame: pd.DataFrame
    metrics: tuple[str, ...]
    published: Published = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]], metrics: Sequence[str], published: Published | None = None) -> Self:
        """Make a frame of rows."""
        import pandas as pd

        columns = [*KEY[1:], "status", "error", *COUNTS, *COSTS, *metrics, "version"]
        frame = pd.DataFrame(list(rows)).reindex(columns=columns)
        frame[list(COUNTS)] = frame[list(COUNTS)].astype("Int64")
        frame[[*COSTS, *metrics]] = frame[[*COSTS, *metrics]].astype("float64")
        return cls(frame, tuple(metrics), published or {})

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {word}" for word, count in self.frame["status"].value_counts().items())
        return f"BenchResult: {len(self.frame)} rows ({counts}), by {', '.join(self.metrics)}"

    def _repr_html_(self) -> str:
        summary = repr(self).removeprefix("BenchResult: ")
        try:
            return card(self, summary, self.leaderboard().records)
        except InputError:  # nothing was measured
            return card(self, summary)

    @property
    def troubles(self) -> pd.DataFrame:
        """The rows of what failed or took too long."""
        return self.frame[self.frame["status"].isin((FAILED, STOPPED))]

    @property
    def skipped(self) -> pd.DataFrame:
        """The series that can't be measured, one row each, with the reason."""
        rows = self.frame[self.frame["status"] == SKIPPED]
        return rows.drop_duplicates(["collection", "series"])[["collection", "series", "error"]]

    def leaderboard(self, name: str | None = None) -> Leaderboard:
        """Return who is best by a metric: the first, where none is named.

        Raises
        ------
        UnknownNameError
            For a metric that was not asked for.
        InputError
            Where no series could be measured.
        """
        chosen = self.metrics[0] if name is None else name
        if chosen not in self.metrics:
            raise unknown("metric among the results", chosen, self.metrics)
        return leaderboard(self.frame, chosen, self.published.get(chosen))


def published(path: str | Path, metrics: Sequence[str]) -> Published:
    """Read a published leaderboard: a CSV with a column `detector` and one for each metric, by its name.

    Small and capital letters, and a dash for an underscore, are the same, so that "VUS-PR" is vus_pr; where there is
    one metric, its column may be called `metric`.

    Raises
    ------
    InputError
        For a file that can't be read, or without those columns.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path)
    except OSError as error:
        raise InputError(f"can't read {path}: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:
        raise InputError(f"{path} is no table: {' '.join(str(error).split())}") from error
    table.columns = [str(head).strip().lower().replace("-", "_") for head in table.columns]
    if len(metrics) == 1:
        table = table.rename(columns={"metric": metrics[0]} if metrics[0] not in table.columns else {})
    known = [name for name in metrics if name in table.columns]
    if "detector" not in table.columns or not known:
        wanted = " or ".join(metrics)
        raise InputError(f"{path} has the columns {', '.join(table.columns)}; it takes detector and {wanted}")
    values = {name: pd.to_numeric(table[name], errors="coerce") for name in known}
    return {
        name: {str(who): float(value) for who, value in zip(table["detector"], column, strict=True) if value == value}
        for name, column in values.items()
    }

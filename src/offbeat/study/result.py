"""What came out of a study: runs, tables, and which detector is best."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from offbeat.core.errors import InputError
from offbeat.core.series import Series
from offbeat.report.html import card
from offbeat.study.studyfile import ERRORS, StudyPlan
from offbeat.trials.foldtrial import FoldTrial
from offbeat.trials.metric import metric_named
from offbeat.trials.trial import TrialResult

if TYPE_CHECKING:
    import pandas as pd

BASE = "as it is"
"""What the condition is called in which nothing is varied."""

FIGURES = ("mse", "mse_sd", "mae", "rmse", "mse_validation")
"""What is known of expectations, beside the metrics that the plan names."""

COSTS = ("seconds", "seconds_fit", "parameters")


@dataclass(frozen=True)
class Condition:
    """Under what the runs of one round were made: nothing varied, or one factor at one value."""

    factor: str = ""
    value: Any = None

    def __str__(self) -> str:
        return f"{self.factor}={self.value}" if self.factor else BASE


@dataclass(frozen=True, eq=False)
class StudyRuns:
    """What came out of a study.

    Parameters
    ----------
    plan
        What was asked.
    runs
        Every run with the condition it was made under.
    trials
        The trial of each of these runs.
    tuned
        One row a search: entry, series, the gain, and the parameters found.
    times
        One row an entry and length: seconds to fit and to score.
    """

    plan: StudyPlan
    runs: tuple[tuple[Condition, TrialResult], ...]
    trials: tuple[FoldTrial, ...]
    tuned: tuple[dict[str, Any], ...]
    times: tuple[dict[str, Any], ...]

    def __repr__(self) -> str:
        return f"StudyResult: {self.verdict}"

    def _repr_html_(self) -> str:
        return card(self, self.verdict, self.means.reset_index().to_dict("records"))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a run: condition, series, detector, fold, seed, every metric, seconds, learned numbers, errors."""
        import pandas as pd

        rows = [
            {"condition": str(condition), "factor": condition.factor, "value": condition.value, **run.row}
            for condition, run in self.runs
        ]
        return pd.DataFrame(rows)

    @cached_property
    def means(self) -> pd.DataFrame:
        """One row a detector, the chosen one first: means over series, folds and seeds, with nothing varied."""
        base = self.table[self.table["condition"] == BASE]
        if self.plan.choose not in base.columns:  # where every trial failed
            base = base.assign(**{self.plan.choose: float("nan")})
        grouped = base.groupby("detector", sort=False)
        names = dict.fromkeys((*self.plan.columns, *FIGURES, *COSTS, self.plan.choose))
        columns = [name for name in names if name in base.columns]
        means = grouped[columns].mean(numeric_only=True)
        means.insert(0, "runs", grouped.size())
        means.insert(1, "failed", grouped["error"].agg(lambda errors: int((errors != "").sum())))
        return means.sort_values(self.plan.choose, ascending=not self._more_is_better, na_position="last")

    @cached_property
    def by_value(self) -> pd.DataFrame:
        """One row a factor, value and detector: the mean of each metric; the first round stands as "as it is"."""
        import pandas as pd

        columns = [name for name in (*self.plan.columns, *FIGURES, *COSTS) if name in self.table.columns]
        parts = []
        for factor in self.plan.factors:
            rows = self.table[self.table["factor"] == factor.name]
            parts.append(rows.groupby(["factor", "value", "detector"], sort=False)[columns].mean(numeric_only=True))
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
        words = f"{known.index[0]} is chosen by the {rule}: {known.iloc[0]:.4g}"
        return words if len(known) == 1 else f"{words}, before {known.index[1]} with {known.iloc[1]:.4g}"

    def of(self, detector: str, condition: str = BASE) -> Iterator[tuple[FoldTrial, TrialResult]]:
        """Give the runs of one detector under one condition that came to something."""
        for (under, run), trial in zip(self.runs, self.trials, strict=True):
            if run.row["detector"] == detector and str(under) == condition and not run.failed:
                yield trial, run

    @property
    def _more_is_better(self) -> bool:
        return self.plan.choose not in ERRORS and metric_named(self.plan.choose).measure.higher_is_better


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

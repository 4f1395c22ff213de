"""What came out of a comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from offbeat.compare.verdict import Truth, found_shares, ranks, scores_of, verdict, without_labels
from offbeat.report.html import card
from offbeat.trials.metric import Metric
from offbeat.trials.trial import TrialResult
from offbeat.trials.unlabelled import correlations

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class ComparisonResult:
    """What came out of a comparison.

    Parameters
    ----------
    runs
        Every run: who, where, how good, and its scores.
    truth
        The series, cleaned, and their folds.
    metric
        What the detectors are ordered by.
    notes
        What the user should know about the data and the split, one sentence each.
    failures
        Why a series was left out, by its name: it could not be read, or is too short to be split.
    """

    runs: tuple[TrialResult, ...]
    truth: Truth
    metric: Metric
    notes: tuple[str, ...]
    failures: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Comparison: {self.summary[0]}"

    def _repr_html_(self) -> str:
        return card(self, self.summary[0], self.means.reset_index().to_dict("records"))

    @property
    def labelled(self) -> bool:
        """Whether a person has labelled at least one of the series."""
        return any(series.labels is not None for series in self.truth.series.values())

    @property
    def detectors(self) -> list[str]:
        """The names of the detectors, the best first: by the metric, without labels by what they find when planted."""
        ordered = [one.detector for one in ranks(self.runs, self.metric)]
        return ordered if self.labelled else list(dict.fromkeys([*found_shares(self.runs), *ordered]))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a run: series, detector, fold, seed, every metric, seconds, bytes, learned numbers, errors."""
        import pandas as pd

        return pd.DataFrame([run.row for run in self.runs])

    @cached_property
    def means(self) -> pd.DataFrame:
        """One row a spec, the best first: the mean of every figure over its runs, and how many runs failed."""
        table = self.table.drop(columns=["fold", "seed"])
        grouped = table.groupby("detector", sort=False)
        means = grouped.mean(numeric_only=True)
        means.insert(0, "runs", grouped.size())
        means.insert(1, "failed", grouped["error"].agg(lambda errors: int((errors != "").sum())))
        return means.loc[self.detectors]

    @cached_property
    def summary(self) -> list[str]:
        """The result in sentences: which is best, or without labels agreement, stability and planted anomalies."""
        if self.labelled:
            return verdict(self.runs, self.metric, self.truth)
        return without_labels(self.runs)

    @cached_property
    def agreement(self) -> pd.DataFrame:
        """One row a pair of detectors: rank correlation and shared strongest events.

        Means over series and folds.
        """
        import pandas as pd

        return pd.DataFrame(correlations(scores_of(self.runs)))

    @cached_property
    def power(self) -> pd.DataFrame:
        """One row a spec and planted anomaly: in how many places it was found; empty where there are labels."""
        import pandas as pd

        rows = [
            {"series": run.row["series"], "detector": run.row["detector"], "anomaly": one.probe.name}
            | {"size": abs(one.probe.size), "length": one.probe.length, "percent": one.percent}
            | {"found": one.found, "places": one.places, "words": one.words}
            for run in self.runs
            for one in run.power
        ]
        return pd.DataFrame(rows)

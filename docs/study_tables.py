"""The tables of studies as they stand beside their write-up, and what is shown of them in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FILES = ("results", "means", "factors", "times", "tuned", "losses", "stories")
BASE = "as it is"

HEADS = {
    "vus_pr": "VUS-PR", "roc_auc": "ROC-AUC", "pr_auc": "PR-AUC", "balanced_accuracy": "balanced accuracy", "f1": "F1",
    "event_wise_f1": "F1 by event", "mse": "MSE", "mse_sd": "its sd", "mae": "MAE", "rmse": "RMSE",
    "mse_validation": "MSE, validation", "seconds_fit": "s to fit", "seconds": "s", "share": "labelled share",
    "seconds_score": "s to score", "train_points": "training rows", "test_points": "test rows",
}  # fmt: skip
"""What columns are called where their own names would not do."""

ERRORS = ("mse", "mse_sd", "mae", "rmse", "mse_validation")
WHOLE = ("parameters", "runs", "failed", "points", "train_points", "test_points", "anomalies", "alarms", "series")


class Study:
    """The tables of one study, each read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name not in FILES:
            raise AttributeError(f"a study has no table {name!r}")
        frame = pd.read_csv(self.folder / f"{name}.csv")
        setattr(self, name, frame)
        return frame

    @cached_property
    def base(self) -> pd.DataFrame:
        """Every run with nothing varied that came to something."""
        rows = self.results
        return rows[(rows["condition"] == BASE) & rows["error"].isna()]

    @cached_property
    def mean(self) -> dict[str, dict[str, float]]:
        """By detector and column the mean with nothing varied."""
        return _by_detector(self.means)

    @cached_property
    def under(self) -> dict[str, dict[str, dict[str, float]]]:
        """By "factor=level", detector and column the mean under that condition."""
        names = self.factors["factor"] + "=" + self.factors["value"].astype(str)
        return {str(name): _by_detector(part) for name, part in self.factors.groupby(names, sort=False)}

    @cached_property
    def by_series(self) -> pd.DataFrame:
        """VUS-PR, a row a series and a column a detector, with nothing varied; series without labels left out."""
        return self.base.pivot_table("vus_pr", "series", "detector", sort=False).dropna(how="all")

    @cached_property
    def shares(self) -> dict[str, float]:
        """By series the share of labelled test rows, which accuracy, precision and recall of any alarms give away."""
        rows = self.base[self.base["precision"] > 0]
        wrong = rows["recall"] * (1 - rows["precision"]) / rows["precision"]
        share = (1 - rows["accuracy"]) / (1 - rows["recall"] + wrong)
        return {str(name): float(value) for name, value in share.groupby(rows["series"]).median().items()}

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many detectors, series, runs, and failures among these."""
        rows = self.results
        names = {"detectors": rows["detector"].nunique(), "series": rows["series"].nunique()}
        return names | {"runs": len(rows), "failed": int(rows["error"].notna().sum())}

    @property
    def best(self) -> str:
        """The detector that the study's rule chose."""
        return str(self.means["detector"].iloc[0])

    def on(self, series: str) -> dict[str, dict[str, float]]:
        """Return by detector and column the means over the runs on one series, with nothing varied."""
        rows = self.base[self.base["series"] == series]
        return _by_detector(rows.groupby("detector").mean(numeric_only=True).reset_index())


def _by_detector(rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    return {str(row["detector"]): dict(row) for _, row in rows.iterrows()}


def table(rows: pd.DataFrame, columns: Iterable[str], first: str = "detector") -> str:
    """Return some columns in Markdown, the first one in words."""
    names = [name for name in columns if name in rows.columns]
    lines = [f"| {first} | {' | '.join(HEADS.get(name, name) for name in names)} |", "|---|" + "---:|" * len(names)]
    lines += [
        f"| {row[first]} | {' | '.join(shown(name, row[name]) for name in names)} |" for _, row in rows.iterrows()
    ]
    return "\n".join(lines)


def shown(column: str, value: Any) -> str:
    """Return one cell: whole numbers whole, errors with two digits that count, measures with three decimals.

    Examples
    --------
    >>> shown("mse", 0.0001234), shown("f1", 0.5), shown("parameters", 13028.0), shown("seconds", 12.3)
    ('0.00012', '0.500', '13,028', '12')
    """
    if isinstance(value, str):
        return value
    if not np.isfinite(value):
        return "-"
    if column in WHOLE:
        return f"{value:,.0f}"
    if column in ERRORS:
        return error(value)
    if column.startswith("seconds"):
        return seconds(value)
    return f"{value:.3f}"


def error(value: float) -> str:
    """Return an error with two digits that count."""
    return str(np.format_float_positional(value, precision=2, fractional=False, trim="-"))


def seconds(value: float) -> str:
    """Return seconds, whole from ten on."""
    return f"{value:.0f}" if value >= 10 else error(value)


def conditions(study: Study, factor: str, columns: Iterable[str], base: str = BASE) -> str:
    """Return a row a detector and value of one factor, the first of each with nothing varied."""
    varied = study.factors[study.factors["factor"] == factor].astype({"value": str})
    rows = pd.concat([study.means.assign(value=base), varied])
    rows = rows[rows["detector"].isin(varied["detector"])]
    rows = rows.sort_values("detector", key=lambda names: names.map(places(study)), kind="stable")
    return table(rows.rename(columns={"value": factor}), (factor, *columns))


def across(study: Study, factor: str, column: str, base: str) -> pd.DataFrame:
    """Return one figure, a row a detector and a column a value of one factor, the first with nothing varied."""
    varied = study.factors[study.factors["factor"] == factor].astype({"value": str})
    wide = varied.pivot_table(column, "detector", "value", sort=False)
    wide.insert(0, base, study.means.set_index("detector")[column])
    return wide.loc[sorted(wide.index, key=lambda name: places(study)[name])]


def places(study: Study) -> Mapping[str, int]:
    """Return the place of each detector in the order of the means."""
    return {str(name): place for place, name in enumerate(study.means["detector"])}


def named(wide: pd.DataFrame) -> str:
    """Return a table with a row a detector, all of its columns figures of one kind."""
    return table(wide.rename_axis("detector").reset_index(), [str(name) for name in wide.columns])

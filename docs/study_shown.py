"""The tables of the write-up, each by its name in the text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from study_tables import HEADS, Study, across, conditions, named, seconds, table

Studies = Mapping[str, Study]
Maker = Callable[[Studies], str]

QUALITY = ("vus_pr", "roc_auc", "accuracy", "balanced_accuracy", "precision", "recall", "f1")
COST = ("seconds_fit", "parameters")


def data(studies: Studies) -> str:
    """Return which series each study used, how it was cut, and how much of the test rows is labelled.

    The two that answer one question each, with a sentence, are left out.
    """
    parts = []
    for name, study in studies.items():
        if name in ("nab", "low_noise"):
            continue
        rows = study.base.drop_duplicates("series")[["series", "train_points", "test_points", "anomalies"]]
        share = rows["series"].map(study.shares).where(rows["anomalies"] > 0)
        parts.append(rows.assign(study=name.replace("_", " "), share=share))
    return table(pd.concat(parts), ("study", "train_points", "test_points", "anomalies", "share"), "series")


def sine(studies: Studies) -> str:
    """Return the sine's study, a row a detector and noise."""
    columns = ("mse_validation", "mse", "vus_pr", "roc_auc", "precision", "recall", "f1", "seconds_fit")
    return conditions(studies["sine"], "noise", columns)


def six(studies: Studies) -> str:
    """Return the plain and the regularised autoencoders."""
    means = studies["autoencoders"].means
    return table(
        means[~means["detector"].str.endswith("V3")],
        ("mse", "mse_sd", "mae", "rmse", "accuracy", "precision", "recall", "f1", "roc_auc", "vus_pr", *COST),
    )


def nine(studies: Studies) -> str:
    """Return all nine autoencoders in the order of the study's rule."""
    return table(studies["autoencoders"].means, ("mse_validation", "mse", "mse_sd", "mae", "rmse", *QUALITY, *COST))


def chosen(studies: Studies) -> str:
    """Return the final evaluation of the autoencoder that was chosen, a row a series."""
    study = studies["autoencoders"]
    rows = study.base[study.base["detector"] == study.best]
    means = rows.groupby("series", sort=False).mean(numeric_only=True).reset_index()
    return table(means, ("mse", "mse_sd", "mae", "rmse", "anomalies", "alarms", *QUALITY), "series")


def autoencoders_by_series(studies: Studies) -> str:
    """Return VUS-PR of each autoencoder on each series."""
    return named(studies["autoencoders"].by_series.T)


def recurrent(studies: Studies) -> str:
    """Return the recurrent study: a row a detector and scaling."""
    return conditions(studies["recurrent"], "scaler", (*QUALITY, "seconds_fit"), "as listed")


def deep(studies: Studies) -> str:
    """Return deep and classical detectors with nothing varied."""
    study = studies["deep_versus_classical"]
    return table(study.means, (*QUALITY, "event_wise_f1", "seconds_fit", "parameters"))


def deep_by_series(studies: Studies) -> str:
    """Return VUS-PR of deep and classical detectors on each series that is labelled."""
    wide = studies["deep_versus_classical"].by_series.T
    return named(wide.reindex(studies["deep_versus_classical"].means["detector"]).dropna(how="all"))


def noise(studies: Studies) -> str:
    """Return VUS-PR by noise."""
    return named(across(studies["deep_versus_classical"], "noise", "vus_pr", "none"))


def augment(studies: Studies) -> str:
    """Return VUS-PR by augmentation."""
    return named(across(studies["deep_versus_classical"], "augment", "vus_pr", "none"))


def balance(studies: Studies) -> str:
    """Return the classifier's metrics by how it balances the classes."""
    return conditions(studies["deep_versus_classical"], "balance", QUALITY, "weights")


def folds(studies: Studies) -> str:
    """Return VUS-PR of one split beside that of cross-validation in time."""
    return named(across(studies["deep_versus_classical"], "split", "vus_pr", "one split"))


def times(studies: Studies) -> str:
    """Return seconds to fit and to score by length."""
    rows = studies["deep_versus_classical"].times
    wide = rows.pivot_table(["seconds_fit", "seconds_score"], "detector", "points", sort=False)
    wide.columns = [f"{HEADS[word]} {points:,}" for word, points in wide.columns]
    shown = wide.map(seconds).reset_index()
    return table(shown, [str(name) for name in wide.columns])


def stories(studies: Studies) -> str:
    """Return how many alarms each detector raised in each story, and when its first began."""
    rows = studies["deep_versus_classical"].stories

    def alarms(starts: pd.Series[str]) -> str:
        raised = starts.dropna().astype(str)
        return f"{len(raised)}, first {raised.min()[5:16]}" if len(raised) else "-"

    wide = rows.groupby(["detector", "series"], sort=False)["start"].agg(alarms).unstack()
    return named(wide[list(dict.fromkeys(rows["series"]))].loc[list(dict.fromkeys(rows["detector"]))])


TABLES: Mapping[str, Maker] = {
    maker.__name__: maker
    for maker in (
        data, sine, six, nine, chosen, autoencoders_by_series, recurrent, deep, deep_by_series, noise, augment, balance,
        folds, times, stories,
    )
}  # fmt: skip

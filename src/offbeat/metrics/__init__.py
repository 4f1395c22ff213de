"""Measures of scores and alarms, one public function each."""

from __future__ import annotations

from offbeat.metrics.catalogue import Measure, measure, measures
from offbeat.metrics.confidence import (
    Difference,
    Interval,
    bootstrap,
    bootstrap_events,
    paired_bootstrap,
    paired_bootstrap_events,
)
from offbeat.metrics.errors import ErrorDistribution, error_distribution, mae, mase, mse, rmse, smape
from offbeat.metrics.events import NAB, Delay, detection_delay, event_wise, false_alarms_per_day, nab, ucr_hit
from offbeat.metrics.oracles import (
    Oracle,
    oracle,
    oracle_affiliation_f1,
    oracle_composite_f1,
    oracle_f1,
    oracle_point_adjusted_f1,
    oracle_point_f1,
    oracle_range_f1,
)
from offbeat.metrics.points import (
    Confusion,
    PrecisionRecall,
    accuracy,
    balanced_accuracy,
    confusion,
    f1,
    f_beta,
    mcc,
    point_wise,
    pr_auc,
    precision,
    precision_at_k,
    recall,
    roc_auc,
)
from offbeat.metrics.ranges import MisleadingMeasureWarning, composite, point_adjusted_f1, range_based
from offbeat.metrics.ranks import Ranks, critical_difference
from offbeat.metrics.surface import Surface, surface_of
from offbeat.metrics.volumes import FlaggedVolumes, Volumes, r_auc_pr, r_auc_roc, volumes, vus_flagged, vus_pr, vus_roc
from offbeat.metrics.zones import affiliation

__all__ = [
    "NAB",
    "Confusion",
    "Delay",
    "Difference",
    "ErrorDistribution",
    "FlaggedVolumes",
    "Interval",
    "Measure",
    "MisleadingMeasureWarning",
    "Oracle",
    "PrecisionRecall",
    "Ranks",
    "Surface",
    "Volumes",
    "accuracy",
    "affiliation",
    "balanced_accuracy",
    "bootstrap",
    "bootstrap_events",
    "composite",
    "confusion",
    "critical_difference",
    "detection_delay",
    "error_distribution",
    "event_wise",
    "f1",
    "f_beta",
    "false_alarms_per_day",
    "mae",
    "mase",
    "mcc",
    "measure",
    "measures",
    "mse",
    "nab",
    "oracle",
    "oracle_affiliation_f1",
    "oracle_composite_f1",
    "oracle_f1",
    "oracle_point_adjusted_f1",
    "oracle_point_f1",
    "oracle_range_f1",
    "paired_bootstrap",
    "paired_bootstrap_events",
    "point_adjusted_f1",
    "point_wise",
    "pr_auc",
    "precision",
    "precision_at_k",
    "r_auc_pr",
    "r_auc_roc",
    "range_based",
    "recall",
    "rmse",
    "roc_auc",
    "smape",
    "surface_of",
    "ucr_hit",
    "volumes",
    "vus_flagged",
    "vus_pr",
    "vus_roc",
]

# a measure in a file of its own is exported as well, though it is not named above
__all__ += [name for name in measures() if name not in __all__]

"""Measures of how good scores and alarms are: one public function each."""

from __future__ import annotations

from offbeat.metrics.volumes import Volumes, r_auc_pr, r_auc_roc, volumes, vus_pr, vus_roc

__all__ = ["Volumes", "r_auc_pr", "r_auc_roc", "volumes", "vus_pr", "vus_roc"]

"""The best value over all thresholds: chosen with the labels, so an upper bound."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from offbeat.core.errors import ParameterError
from offbeat.metrics._inputs import Flags, Policy, scored
from offbeat.metrics.catalogue import measured
from offbeat.metrics.points import PrecisionRecall, sweep
from offbeat.metrics.ranges import MisleadingMeasureWarning, composite, point_adjusted_f1, range_based
from offbeat.metrics.zones import affiliation


@dataclass(frozen=True)
class Oracle:
    """The best value over thresholds, and that threshold; alarms are scores above it."""

    best: float
    threshold: float


def oracle(
    function: Callable[[Flags, Flags], float | PrecisionRecall],
    labels: ArrayLike,
    scores: ArrayLike,
    thresholds: int = 100,
    nan: Policy = "raise",
) -> Oracle:
    """Return the best value of a measure of predictions over thresholds, chosen with the labels.

    The thresholds are spread evenly from the lowest finite score to the highest, as TSB-AD does: so it depends on how
    the scores are spaced, and one far outlier leaves few thresholds for the rest. Costs `thresholds` times the measure.

    Parameters
    ----------
    function
        Called with labels and predictions; of a `PrecisionRecall` the F1 counts, and NaN never.
    labels
        0 or 1, shape (n,), at least one of each.
    scores
        Shape (n,), higher is more anomalous.
    thresholds
        How many to try.
    nan
        "raise"; "lowest" ranks NaN below all other scores; "drop" leaves those points out.

    Raises
    ------
    InputError
        For labels without an anomaly or without a normal point, other lengths, or NaN under "raise".
    ParameterError
        For fewer than one threshold.

    Examples
    --------
    >>> from offbeat.metrics import mcc
    >>> oracle(mcc, [0, 0, 0, 1], [0.0, 0.1, 0.2, 0.9]).best
    1.0
    """
    if thresholds < 1:
        raise ParameterError(f"thresholds={thresholds} leaves nothing to choose from; give at least 1")
    truth, judged = scored(labels, scores, nan)
    finite = judged[np.isfinite(judged)]
    cuts = np.linspace(finite.min(), finite.max(), thresholds) if len(finite) else np.zeros(1)
    values = [function(truth, judged > cut) for cut in cuts]
    ranked = np.array([v.f1 if isinstance(v, PrecisionRecall) else v for v in values])
    top = int(np.argmax(np.where(np.isnan(ranked), -np.inf, ranked)))
    return Oracle(float(ranked[top]), float(cuts[top]))


def oracle_point_f1(labels: ArrayLike, scores: ArrayLike, nan: Policy = "raise") -> Oracle:
    """Return the best point-wise F1 over all thresholds, with its threshold; exact.

    O(n log n). Parameters and errors as in `oracle`.

    Examples
    --------
    >>> oracle_point_f1([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    Oracle(best=0.8, threshold=0.1)
    """
    hits, alarms, cuts = sweep(*scored(labels, scores, nan))
    value = 2 * hits / (alarms + hits[-1])
    top = int(np.argmax(value))
    return Oracle(float(value[top]), float(cuts[top + 1]) if top + 1 < len(cuts) else -np.inf)


@measured()
def oracle_f1(labels: ArrayLike, scores: ArrayLike, nan: Policy = "raise") -> float:
    """Return the best F1 of points over all thresholds, exactly, chosen with the labels.

    Range 0 to 1, higher is better, O(n log n). What fools it: nobody has the labels when the threshold is set, and the
    best of many is never low: for constant scores it is the F1 of flagging everything. Errors as in `oracle`.

    Examples
    --------
    >>> oracle_f1([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.8
    """
    return oracle_point_f1(labels, scores, nan).best


@measured()
def oracle_composite_f1(labels: ArrayLike, scores: ArrayLike, thresholds: int = 100, nan: Policy = "raise") -> float:
    """Return the best F1 of `composite` over thresholds, chosen with the labels.

    Range 0 to 1, higher is better, O(thresholds n). What fools it: what fools `composite`, and
    `oracle`. Parameters and errors as in `oracle`.

    Examples
    --------
    >>> oracle_composite_f1([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    1.0
    """
    return oracle(composite, labels, scores, thresholds, nan).best


@measured()
def oracle_range_f1(labels: ArrayLike, scores: ArrayLike, thresholds: int = 100, nan: Policy = "raise") -> float:
    """Return the best F1 of `range_based` over thresholds, chosen with the labels.

    Range 0 to 1, higher is better, O(thresholds n). What fools it: what fools `range_based`, and
    `oracle`. Parameters and errors as in `oracle`.

    Examples
    --------
    >>> round(oracle_range_f1([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 4)
    0.8
    """
    return oracle(range_based, labels, scores, thresholds, nan).best


@measured()
def oracle_affiliation_f1(labels: ArrayLike, scores: ArrayLike, thresholds: int = 100, nan: Policy = "raise") -> float:
    """Return the best F1 of `affiliation` over thresholds, chosen with the labels.

    Range 0 to 1, higher is better, O(thresholds n). What fools it: what fools `affiliation`, and
    `oracle`. Parameters and errors as in `oracle`.

    Examples
    --------
    >>> oracle_affiliation_f1([0, 0, 1, 1], [0.1, 0.2, 0.7, 0.8])
    1.0
    """
    return oracle(affiliation, labels, scores, thresholds, nan).best


@measured()
def oracle_point_adjusted_f1(
    labels: ArrayLike, scores: ArrayLike, thresholds: int = 100, nan: Policy = "raise"
) -> float:
    """Return the best point-adjusted F1 over thresholds; random scores win this measure.

    Twice misleading, and there for comparison with published figures only; it says so with a
    `MisleadingMeasureWarning`. Range 0 to 1, higher is better, O(thresholds n). Parameters and errors as in `oracle`.

    Examples
    --------
    >>> with warnings.catch_warnings(action="ignore", category=MisleadingMeasureWarning):
    ...     oracle_point_adjusted_f1([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    1.0
    """
    warnings.warn(MisleadingMeasureWarning.REASON, MisleadingMeasureWarning, stacklevel=2)
    with warnings.catch_warnings(action="ignore", category=MisleadingMeasureWarning):
        return oracle(point_adjusted_f1, labels, scores, thresholds, nan).best

"""Figures of scores without labels: whether detectors agree, and whether one agrees with itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import OffbeatError
from offbeat.core.series import Floats, Series
from offbeat.core.spec import DetectorSpec
from offbeat.trials.fitted import fit
from offbeat.trials.folds import Fold
from offbeat.trials.power import Power, Probe

OTHER_SEED = 1_000_003
"""Added to a seed for the second fit that says how much chance matters."""

TOP = 5
"""How many of the strongest events are compared."""

NEAR = 50
"""Two events are one where they are nearer than this part of the series, 5 points at least."""


OFTEN = 0.8
"""An anomaly counts as found where it is found in this share of the places."""


def stability(spec: DetectorSpec, series: Series, fold: Fold, seed: int, scores: Floats) -> dict[str, float]:
    """Return the rank correlation of the test scores after learning from each half of the training rows.

    Where the detector depends on chance, also that with the scores under another seed. 1 is the same order, 0
    none; NaN where a half is too short to learn from. Costs two or three fits.
    """
    train = fold.train
    middle = (train.start + train.stop) // 2
    halves = [
        _refitted(spec, series, replace(fold, train=half), seed)
        for half in (slice(train.start, middle), slice(middle, train.stop))
    ]
    found = {"stability_halves": rank_correlation(*halves)}
    if spec.stochastic:
        found["stability_seed"] = rank_correlation(scores, _refitted(spec, series, fold, seed + OTHER_SEED))
    return found


def _refitted(spec: DetectorSpec, series: Series, fold: Fold, seed: int) -> Floats:
    try:
        return fit(spec, series[fold.train], seed).score_after(series, fold.train.start, fold.test)
    except OffbeatError:
        return np.full(fold.test.stop - fold.test.start, np.nan)


def rank_correlation(one: Floats, two: Floats) -> float:
    """Return Spearman's rank correlation over the points that both scored; NaN where either says the same of all.

    Examples
    --------
    >>> rank_correlation(np.array([1.0, 2.0, 5.0, np.nan]), np.array([0.0, 3.0, 4.0, 1.0]))
    1.0
    """
    from scipy.stats import spearmanr

    both = np.isfinite(one) & np.isfinite(two)
    a, b = one[both], two[both]
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(spearmanr(a, b).statistic)


def top_overlap(one: Floats, two: Floats) -> float:
    """Return the share of the strongest events of one that are among those of the other, in both directions.

    Events are the `TOP` highest points that are far enough from one another. NaN where nothing was scored.

    Examples
    --------
    >>> a, b = np.zeros(1000), np.zeros(1000)
    >>> a[[100, 300, 500, 700, 900]] = b[[102, 300, 400, 600, 800]] = 1
    >>> top_overlap(a, b)
    0.4
    """
    near = max(5, len(one) // NEAR)
    first, second = _peaks(one, near), _peaks(two, near)
    if not len(first) or not len(second):
        return float("nan")
    close = np.abs(first[:, None] - second) <= near
    return float((close.any(axis=1).mean() + close.any(axis=0).mean()) / 2)


def _peaks(scores: Floats, near: int) -> NDArray[np.int64]:
    left = np.where(np.isfinite(scores), scores, -np.inf)
    lowest = left[np.isfinite(left)].min(initial=np.inf)
    found: list[int] = []
    while len(found) < TOP and len(left) and left.max() > lowest:
        found.append(int(left.argmax()))
        left[max(found[-1] - near, 0) : found[-1] + near + 1] = -np.inf
    return np.array(found, dtype=np.int64)


def correlations(scores: dict[tuple[str, int], dict[str, Floats]]) -> list[dict[str, Any]]:
    """Return one row a pair of detectors: their rank correlation and the overlap of their strongest events, as means.

    Parameters
    ----------
    scores
        By series and fold the test scores of each detector.
    """
    names = list(dict.fromkeys(name for found in scores.values() for name in found))
    rows = []
    for place, one in enumerate(names):
        for two in names[place + 1 :]:
            pairs = [(found[one], found[two]) for found in scores.values() if one in found and two in found]
            if pairs:
                figures = {"rank_correlation": rank_correlation, "shared_events": top_overlap}
                means = {word: _mean([of(a, b) for a, b in pairs]) for word, of in figures.items()}
                rows.append({"first": one, "second": two, **means})
    return rows


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def total(powers: Sequence[Power]) -> list[Power]:
    """Return each planted anomaly once, its places added up; sizes in percent stay where they are one."""
    found: dict[Probe, list[Power]] = {}
    for one in powers:
        found.setdefault(one.probe, []).append(one)
    return [
        Power(
            probe,
            several[0].percent if len({one.percent for one in several}) == 1 else float("nan"),
            sum(one.found for one in several),
            sum(one.places for one in several),
        )
        for probe, several in found.items()
    ]


def smallest_found(powers: Sequence[Power]) -> list[Power]:
    """Return of each kind of planted anomaly the smallest that was found in `OFTEN` of the places, if one was.

    Examples
    --------
    >>> several = [Power(Probe("spike", size, 1), 0.0, found, 10) for size, found in ((2.0, 5), (4.0, 9), (8.0, 10))]
    >>> [one.words for one in smallest_found(several)]
    ['a 0 % spike is found in 9 of 10 places']
    """
    best: dict[str, Power] = {}
    for one in sorted(powers, key=lambda p: -abs(p.probe.size)):
        if one.places and one.found >= OFTEN * one.places:
            best[one.probe.name] = one
    return list(best.values())

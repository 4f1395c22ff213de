"""Surprise of each value under all run lengths (Bayesian online change points)."""

from __future__ import annotations

from math import exp, log, log1p

import numpy as np
from numpy.typing import NDArray

from offbeat.kernels._compile import compiled

MOST = 32
"""How many hypotheses are held at a time."""


@compiled
def surprises(
    z: NDArray[np.float64],
    hazard: float,
    faintest: float,
    prior: NDArray[np.float64],
    constants: NDArray[np.float64],
    score: NDArray[np.float64],
) -> None:
    """Write the surprise of each value from the values before it.

    -log sum_k P(hypothesis k) p_k(z_t) / max p_k.

    Parameters
    ----------
    z
        Shape (n,), finite, at most 1e100 in size.
    hazard
        The probability of a change at each step, between 0 and 1.
    faintest
        Hypotheses less likely than this are dropped.
    prior
        Of a stretch: the mean of its values, worth how many values that is, and their variance, worth two.
    constants
        Shape (n + 1,): the logarithm of the constant of Student's t density with 2 a degrees of freedom, lgamma(a +
        1/2) - lgamma(a) - log(2 pi a) / 2, where a = 1 + r / 2 for a stretch of r values.
    score
        Shape (n,), written to.

    Notes
    -----
    Hypothesis k says that the stretch is age[k] values old, and predicts by Student's t. When all places are taken,
    the newest hypothesis takes that of the least likely one. O(n) time: mostly some ten hypotheses a value.
    """
    age, chance = np.zeros(MOST, np.int64), np.ones(MOST)
    centre, count, spread = np.full(MOST, prior[0]), np.full(MOST, prior[1]), np.full(MOST, prior[2])
    ratio, density = np.zeros(MOST), np.zeros(MOST)  # logarithms, of p / max p and of p
    used = 1
    for t in range(len(z)):
        best_ratio, best = -np.inf, -np.inf
        for k in range(used):
            a = 1.0 + 0.5 * age[k]
            unit = 2.0 * spread[k] * (1.0 + 1.0 / count[k])  # 2 a times the squared scale of Student's t
            away = z[t] - centre[k]
            ratio[k] = -(a + 0.5) * log1p(away * away / unit)
            density[k] = ratio[k] + constants[age[k]] - 0.5 * log(unit / (2.0 * a))
            best_ratio, best = max(best_ratio, ratio[k]), max(best, density[k])
        usual, before, after = 0.0, 0.0, 0.0
        for k in range(used):
            before += chance[k]
            usual += chance[k] * exp(ratio[k] - best_ratio)
            chance[k] *= exp(density[k] - best)
            after += chance[k]
        score[t] = max(0.0, -log(usual / before) - best_ratio)
        kept, least = 0, 0
        for k in range(used):
            likely = chance[k] / after * (1.0 - hazard)
            if likely < faintest:
                continue
            away, seen = z[t] - centre[k], count[k]
            age[kept], chance[kept], count[kept] = age[k] + 1, likely, seen + 1.0
            spread[kept] = spread[k] + 0.5 * away * away * seen / (seen + 1.0)
            centre[kept] = centre[k] + away / (seen + 1.0)
            if likely < chance[least]:
                least = kept
            kept += 1
        new = kept if kept < MOST else least
        used = min(kept + 1, MOST)
        age[new], chance[new], centre[new], count[new], spread[new] = 0, hazard, prior[0], prior[1], prior[2]

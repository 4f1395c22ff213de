"""Online change points, once more and slowly: every hypothesis kept for ever, densities from SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import gammaln
from scipy.stats import t as student

from offbeat.core.series import Floats
from offbeat.kernels.run_lengths import MOST, surprises


def slow(z: Floats, hazard: float, prior: Floats) -> Floats:
    fresh = (prior[0], prior[1], 1.0, prior[2])
    chances, stretches, scores = np.ones(1), [fresh], []
    for value in z:
        m, k, a, b = np.array(stretches).T
        scale = np.sqrt(b * (k + 1) / (a * k))
        density, highest = student.pdf(value, 2 * a, m, scale), student.pdf(m, 2 * a, m, scale)
        scores.append(-np.log((chances * density / highest).sum() / chances.sum()))
        grown = chances * density / (chances * density).sum() * (1 - hazard)
        chances = np.append(hazard, grown)
        older = [
            ((k * m + value) / (k + 1), k + 1, a + 0.5, b + k * (value - m) ** 2 / (2 * (k + 1)))
            for m, k, a, b in stretches
        ]
        stretches = [fresh, *older]
    return np.array(scores)


def fast(z: Floats, hazard: float, prior: Floats, faintest: float) -> Floats:
    a = 1 + np.arange(len(z) + 1) / 2
    score = np.empty(len(z))
    surprises(z, hazard, faintest, prior, gammaln(a + 0.5) - gammaln(a) - 0.5 * np.log(2 * np.pi * a), score)
    return score


def test_equals_the_full_recursion_while_no_hypothesis_is_dropped():
    z = np.random.default_rng(0).normal(size=MOST)
    z[15:] += 3
    prior = np.array([0.1, 0.3, 1.0])
    np.testing.assert_allclose(fast(z, 0.01, prior, 0.0), slow(z, 0.01, prior), rtol=1e-9)


@pytest.mark.parametrize("hazard", [1 / 10, 1 / 30, 1 / 250])
@pytest.mark.parametrize("seed", [0, 1])
def test_nearly_equals_it_when_the_unlikely_ones_are_dropped(hazard, seed):
    z = np.random.default_rng(seed).normal(size=150)
    z[60:100] += 4
    z[120] -= 10
    prior = np.array([0.0, 0.5, 0.5])
    expected = slow(z, hazard, prior)
    assert len(z) > 4 * MOST
    np.testing.assert_allclose(fast(z, hazard, prior, 0.2 * hazard), expected, atol=0.15)
    assert np.corrcoef(fast(z, hazard, prior, 0.2 * hazard), expected)[0, 1] > 0.999


def test_extreme_values_give_finite_scores():
    z = np.array([0.0, 1e100, -1e100, 0.0, 1e-300, 0.0])
    score = fast(z, 1e-6, np.array([0.0, 1e-4, 1e-4]), 1e-7)
    assert np.isfinite(score).all()
    assert score.min() >= 0
    assert score[1] > 100

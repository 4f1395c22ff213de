"""`flatline`: longer runs score no less, and what a channel usually does scores 0."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from offbeat.core.series import Floats
from offbeat.data.frozen import RunModel, equal_runs
from offbeat.detectors.statistical.flatline import Flatline


def sensor(seed: int, n: int = 3000, resolution: float = 0.1) -> Floats:
    noise = np.random.default_rng(seed).normal(0, 0.3, n)
    return np.round((20 + lfilter([1.0], [1.0, -0.95], noise)) / resolution) * resolution


def counts(rate: float, seed: int, n: int = 3000) -> Floats:
    return np.random.default_rng(seed).poisson(rate, size=n).astype(float)


def nights(seed: int, n: int = 3000) -> Floats:
    rate = 20 * np.maximum(0, np.sin(2 * np.pi * (np.arange(n) - 6) / 24))
    return np.random.default_rng(seed).poisson(rate).astype(float)


CLEAN = {
    "continuous": lambda seed: np.random.default_rng(seed).normal(size=3000),
    "fine": lambda seed: sensor(seed, resolution=0.01),
    "coarse": lambda seed: sensor(seed, resolution=0.5),
    "counts": lambda seed: counts(3, seed),
    "many zeros": lambda seed: counts(0.1, seed),
    "nights": nights,
}


@pytest.mark.parametrize("kind", sorted(CLEAN))
@pytest.mark.parametrize("seed", range(3))
def test_usual_runs_score_zero(kind: str, seed: int) -> None:
    x = CLEAN[kind](seed)
    assert not Flatline().fit_score(x).scores.any()
    later = Flatline().fit(x).score(CLEAN[kind](seed + 10))
    assert later.max() < 1


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(sorted(CLEAN)), st.integers(0, 10**6), st.lists(st.integers(1, 900), min_size=2, max_size=5))
def test_a_longer_run_scores_no_less(kind: str, seed: int, lengths: list[int]) -> None:
    model = Flatline().fit(CLEAN[kind](seed % 5))
    later = CLEAN[kind](seed % 5 + 50)
    value = later[seed % len(later)]
    found = []
    for length in sorted(lengths):
        x = later.copy()
        x[1000 : 1000 + length] = value
        scores = model.score(x)[1000 : 1000 + length]
        assert np.ptp(scores) == 0
        found.append(scores[0])
    assert found == sorted(found)


@settings(deadline=None, max_examples=25)
@given(st.sampled_from(sorted(CLEAN)), st.integers(0, 10**6), st.integers(20, 400))
def test_every_run_that_scores_one_is_too_long_for_the_model(kind: str, seed: int, length: int) -> None:
    x = CLEAN[kind](seed % 20)
    first = 100 + seed % 2000
    x[first : first + length] = x[first]
    found = RunModel.fit(x[:, None]).find(x[:, None])
    scores = Flatline().fit_score(x).scores
    inside = np.zeros(len(x), dtype=bool)
    for run in found:
        inside[run.first : run.end] = True
    assert inside[scores >= 1].all()


@pytest.mark.parametrize("kind", ["continuous", "fine", "counts", "nights"])
def test_a_long_run_is_scored_as_one_where_a_value_is_missing(kind: str) -> None:
    x = CLEAN[kind](3)
    x[1000:1200] = 7.0
    x[1100] = np.nan
    scores = Flatline().fit_score(x).scores
    assert np.isnan(scores).tolist() == np.isnan(x).tolist()
    first, end, _ = equal_runs(x)
    run = int(np.searchsorted(first, 1000, "right")) - 1
    inside = np.delete(scores[first[run] : end[run]], 1100 - first[run])
    assert np.ptp(inside) == 0
    assert inside[0] > 1
    assert np.nanmax(np.delete(scores, np.arange(first[run], end[run]))) == 0


def test_values_that_are_held_for_long_at_times_are_usual_at_any_value() -> None:
    """Where it hardly moves at times, it stays at other values for as long as it stayed at one."""
    x = sensor(1, 6000, 0.01)
    for row in range(200, 5000, 150):
        x[row : row + 30] = x[row]
    common = np.round(sensor(2, 6000, 0.5), 2)
    mixed = np.where(np.arange(6000) < 3000, common, x)
    model = Flatline().fit(mixed)
    later = common.copy()
    later[1000:1030] = 20.0
    assert model.score(later)[1000:1030].max() < 1


def test_the_rows_that_it_looks_ahead_are_those_of_the_shortest_run_that_is_too_long() -> None:
    model = Flatline().fit(np.random.default_rng(0).normal(size=2000))
    x = np.random.default_rng(1).normal(size=500)
    ahead = model.lookahead
    x[100 : 100 + ahead] = x[100]
    assert model.score(x)[100] < 1
    x[100 + ahead] = x[100]
    assert model.score(x)[100] == 1

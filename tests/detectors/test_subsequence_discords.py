"""What is special to discords: neighbours that are looked for exactly, backwards, or over several widths."""

from __future__ import annotations

import numpy as np
import pytest

from offbeat.core.series import Floats
from offbeat.core.status import Status
from offbeat.detectors.subsequence.damp import DAMP, NEAR
from offbeat.detectors.subsequence.left_matrix_profile import LeftMatrixProfile
from offbeat.detectors.subsequence.matrix_profile import MatrixProfile
from offbeat.detectors.subsequence.merlin import Merlin


def wave(n: int = 3000, seed: int = 0) -> Floats:
    return np.sin(np.arange(n) / 5) + 0.05 * np.random.default_rng(seed).standard_normal(n)


def test_the_second_neighbour_shows_twins_that_hide_each_other() -> None:
    x = wave()
    blip = 2 * np.sin(np.arange(30) / 1.5)
    for at in (700, 2113):
        x[at : at + 30] += blip
    away = np.ones(len(x), dtype=bool)
    away[650:780] = away[2063:2193] = False
    hidden, seen = (MatrixProfile(window=30, k=k).fit_score(x).scores for k in (1, 2))
    for at in (700, 2113):
        assert seen[at : at + 30].max() > 1.5 * seen[away].max()
        assert hidden[at : at + 30].max() < seen[at : at + 30].max() / 1.5


def test_neighbours_past_the_last_one_are_the_last_one() -> None:
    x = wave(200)[:, None]
    many, most = (MatrixProfile(window=40, k=k).fit(x)._score(x) for k in (8, 64))
    np.testing.assert_array_equal(many, most)
    assert np.isfinite(many).all()


def test_windows_with_a_gap_are_neither_judged_nor_compared_with() -> None:
    x = wave()
    x[1000:1100] = np.nan
    # a straight line, as the gap is filled with, must not find its like in the gap
    x[2000:2040] = np.linspace(x[1999], x[2040], 40)
    judged = MatrixProfile(window=30).fit_score(x)
    assert (judged.status[1000:1100] == Status.MISSING).all()
    assert np.isnan(judged.scores[1000:1100]).all()
    assert np.isfinite(judged.scores[1130:]).all()
    assert np.nanargmax(judged.scores) in range(1990, 2050)
    trained_on_gap = MatrixProfile(window=30).fit(x)
    assert trained_on_gap.score(wave(200, seed=3)).max() < judged.scores[2010:2030].min()


def test_channels_together_show_a_fault_that_all_of_them_have_a_little() -> None:
    rng = np.random.default_rng(0)
    x = np.column_stack([wave(1500, seed) for seed in range(5)]) + 0.2 * rng.standard_normal((1500, 5))
    x[700:730] += 0.9 * np.hanning(30)[:, None] * rng.choice([-1, 1], 5)
    together = MatrixProfile(window=30, dimensions=1.0).fit_score(x)
    assert together.shares is None
    assert abs(int(np.argmax(together.scores)) - 715) < 40


@pytest.mark.parametrize("kind", [LeftMatrixProfile, DAMP])
def test_the_first_of_two_twins_is_seen_by_looking_back(kind: type[LeftMatrixProfile | DAMP]) -> None:
    x = wave()
    for at in (700, 2113):
        x[at : at + 30] += 2 * np.sin(np.arange(30) / 1.5)
    scores = kind(window=30).fit_score(x).scores
    assert np.nanargmax(scores) in range(700, 760)
    assert scores[2113:2143].max() < scores[700:730].max() / 1.5


@pytest.mark.parametrize("kind", [LeftMatrixProfile, DAMP])
def test_training_data_come_before_the_series(kind: type[LeftMatrixProfile | DAMP]) -> None:
    x = wave(4000)
    fitted = kind(window=30).fit(x[:2000])
    if isinstance(fitted, DAMP):
        fitted.usual_[:] = 0  # nothing is usual, so the search ends nowhere
    late = fitted.score(x[2000:])
    assert np.isnan(late[:29]).all()
    assert np.isfinite(late[29:]).all()
    whole = fitted.score(x, trained=True)
    assert np.isnan(whole[: 29 + 120]).all()
    assert np.isfinite(whole[29 + 120 :]).all()
    # the windows across the border are the only ones that a later start does not have
    assert (whole[2029:] <= late[29:] + 1e-6).all()
    assert np.mean(abs(whole[2029:] - late[29:]) < 1e-6) > 0.95


def test_damp_is_the_left_profile_where_it_is_odd() -> None:
    rng = np.random.default_rng(0)
    x = np.repeat(rng.standard_normal(600), 20) + np.sin(np.arange(12_000) / 3) + 0.1 * rng.standard_normal(12_000)
    left = LeftMatrixProfile(window=40).fit_score(x).scores
    fitted = DAMP(window=40)
    scores = fitted.fit_score(x).scores
    known = np.isfinite(left)
    odd = known & (left > np.sqrt(fitted.usual_[0]))
    assert odd.sum() > 50
    np.testing.assert_allclose(scores[odd], left[odd], rtol=1e-6)
    assert (scores[known] >= left[known] - 1e-6).all()
    assert scores[known & ~odd].max() <= np.sqrt(fitted.usual_[0]) + 1e-9
    assert (scores[known] > left[known] + 0.1).any()


def test_damp_forgets_what_lies_further_back_than_its_lookback() -> None:
    rng = np.random.default_rng(1)
    x = wave(6000)
    blip = 2 * rng.standard_normal(30)
    for at in (500, 5500):
        x[at : at + 30] += blip
    short, long = (DAMP(window=30, lookback=lookback).fit_score(x).scores[5529] for lookback in (NEAR, 8192))
    assert short > 2 * long


def test_merlin_sees_faults_shorter_and_longer_than_its_window() -> None:
    x = wave(6000)
    x[1500:1506] += [1, -1, 1, -1, 1, -1]
    x[4000:4100] = np.sin(np.arange(100) / 5.6 + 0.3)
    fitted = Merlin(window=40)
    scores = fitted.fit_score(x).scores
    assert [member.window for member in fitted.members_] == [20, 28, 40, 57, 80]
    away = np.ones(len(x), dtype=bool)
    away[1400:1600] = away[3900:4200] = False
    for at in (slice(1500, 1506), slice(4000, 4100)):
        assert scores[at].max() > 1.3 * scores[away].max()


def test_merlin_of_one_width_is_knn() -> None:
    from offbeat.detectors.subsequence.knn import KNN

    x = wave()
    np.testing.assert_array_equal(
        Merlin(window=30, widths=1).fit_score(x).scores, KNN(window=30, normalise="soft").fit_score(x).scores
    )

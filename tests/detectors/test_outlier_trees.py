"""What is special to the histograms, the tails and the forests; what all detectors share is in the contract suite."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr

from offbeat.core.registry import detector
from offbeat.core.series import Floats
from offbeat.core.windows import sliding
from offbeat.detectors.outlier._rows import Rows
from offbeat.detectors.outlier._tails import Tails
from offbeat.detectors.outlier._trees import expected_length
from offbeat.detectors.outlier.copod import COPOD
from offbeat.detectors.outlier.ecod import ECOD
from offbeat.detectors.outlier.extended_isolation_forest import ExtendedIsolationForest
from offbeat.detectors.outlier.half_space_trees import HalfSpaceTrees
from offbeat.detectors.outlier.hbos import HBOS
from offbeat.detectors.outlier.isolation_forest import IsolationForest
from offbeat.detectors.outlier.random_cut_forest import RandomCutForest

ALL = (
    "copod",
    "ecod",
    "extended_isolation_forest",
    "half_space_trees",
    "hbos",
    "isolation_forest",
    "random_cut_forest",
)
SEEDED = (ExtendedIsolationForest, HalfSpaceTrees, RandomCutForest)


def rows_of(kind: str) -> Floats:
    """Rows like those of real series: points of several channels, or windows of one with a daily cycle."""
    rng = np.random.default_rng(4)
    if kind == "points":
        return np.column_stack([rng.standard_normal(1500), rng.gamma(2.0, size=1500), -rng.gamma(1.0, size=1500)])
    x = np.sin(np.arange(1500) / 4) + 0.3 * rng.standard_normal(1500) + 0.5 * rng.gamma(0.5, size=1500)
    return np.ascontiguousarray(sliding(x, 24))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["points", "windows"])
def test_ranks_are_those_of_pyod_on_the_same_rows(kind: str) -> None:
    from pyod.models import copod, ecod, hbos

    rows = rows_of(kind)
    pairs: list[tuple[Rows, Any]] = [
        (COPOD(), copod.COPOD()),
        (ECOD(), ecod.ECOD()),
        (HBOS(bins=10), hbos.HBOS(n_bins=10, alpha=1e-3)),
    ]
    for ours, theirs in pairs:
        ours._learn_rows(rows)
        agreement = spearmanr(ours._score_rows(rows, None), theirs.fit(rows).decision_scores_).statistic
        assert agreement > 0.99, f"{ours.name}: {agreement:.4f}"


@pytest.mark.parametrize("kind", [COPOD, ECOD, HBOS])
def test_the_further_out_the_odder_also_where_nobody_has_been(kind: type[Rows]) -> None:
    train = np.random.default_rng(0).standard_normal((500, 2))
    model = kind(window=1).fit(train)
    out = np.array([[4.0, 0.0], [6.0, 0.0], [60.0, 0.0]])
    for sign in (1, -1):
        scores = model.score(sign * out)
        assert scores[0] < scores[1] < scores[2]
    own = np.concatenate([train[:, 0], [9.0, -4.5]])
    assert int(kind(window=1).fit(own).score(own).argmax()) == 500


@pytest.mark.parametrize("kind", [COPOD, ECOD, HBOS])
def test_what_else_is_scored_changes_no_score(kind: type[Rows]) -> None:
    rng = np.random.default_rng(0)
    model = kind(window=1).fit(rng.standard_normal(300))
    x = 3 * rng.standard_normal(200)
    np.testing.assert_array_equal(model.score(x)[50:60], model.score(x[50:60]))


def test_tails_count_the_values_up_to_and_from_each_one() -> None:
    tails = Tails.of(np.array([[1.0], [2.0], [2.0], [5.0]]))
    ((left, right),) = tails.surprises(np.array([[0.0], [1.5], [2.0], [3.0], [5.0], [9.0]]))
    np.testing.assert_allclose(np.exp(-left[1:]), [0.25 * np.exp(-0.5), 0.75, 0.75, 1.0, 1.0])
    np.testing.assert_allclose(left[0], np.log(5) + 2)
    np.testing.assert_allclose(np.exp(-right[:3]), [1.0, 0.75, 0.75])
    np.testing.assert_allclose(right[3:], np.log([4.0, 4.0, 5.0]) + np.array([1.0, 3.0, 7.0]))
    assert tails.skew.tolist() == [1.0]


def test_a_hole_inside_the_usual_range_is_odd_to_a_histogram() -> None:
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(-3, 0.3, 500), rng.normal(3, 0.3, 500)])
    scores = HBOS(window=1).fit(x).score(np.array([0.0, 3.0, -3.0]))
    assert scores[0] > scores[1:].max() + 1


def test_one_absurd_value_does_not_put_all_others_into_one_bin() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(1000)
    plain = HBOS(window=1).fit(x).score(x)
    x[10] = 1e6
    spoiled = HBOS(window=1).fit(x).score(x)
    assert spearmanr(np.delete(plain, 10), np.delete(spoiled, 10)).statistic > 0.9


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("window", [1, 8])
def test_a_constant_that_moves_is_an_event(name: str, window: int) -> None:
    moved = 4 if window > 1 and name == "half_space_trees" else 1
    train = np.column_stack([np.full(600, 3.0), np.random.default_rng(0).standard_normal(600)])
    x = train.copy()
    x[300 : 300 + moved, 0] = 3.5
    scores = detector(name, window=window).fit(train).score(x)
    assert 300 - window < int(np.nanargmax(scores)) < 300 + window + moved
    assert np.nanmax(scores) > np.nanmax(np.delete(scores, np.arange(300 - 2 * window, 300 + 2 * window)))


@pytest.mark.parametrize("name", ALL)
def test_the_same_anomaly_twice_does_not_hide(name: str) -> None:
    rng = np.random.default_rng(1)
    x = np.sin(np.arange(3000) / 5) + 0.1 * rng.standard_normal(3000)
    bad = np.zeros(3000, dtype=bool)
    for first in (900, 2100):
        bad[first : first + 12] = True
    x[bad] += 4.0
    scores = detector(name, window=4).fit(x).score(x)
    assert np.nanmin(np.where(bad, scores, np.nan)) > np.nanquantile(scores[~bad], 0.9)
    assert np.nanmedian(scores[bad]) > np.nanquantile(scores[~bad], 0.995)


@pytest.mark.parametrize("kind", SEEDED)
def test_the_seed_decides_and_the_threads_do_not(kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).standard_normal(5000)
    first = kind(window=5, trees=10, seed=1).fit(x)
    scores = first.score(x)
    monkeypatch.setattr("offbeat.kernels.threads.cores", lambda: 1)
    np.testing.assert_array_equal(kind(window=5, trees=10, seed=1).fit(x).score(x), scores)
    assert (kind(window=5, trees=10, seed=2).fit(x).score(x) != scores)[4:].any()


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (3, 50)])
def test_tiny_and_wide_data_are_judged(name: str, shape: tuple[int, int]) -> None:
    x = np.random.default_rng(0).standard_normal(shape)
    assert np.isfinite(detector(name, window=1).fit(x).score(x)).all()


def test_a_break_between_two_channels_needs_an_oblique_cut() -> None:
    rng = np.random.default_rng(0)
    along = rng.uniform(-3, 3, 3000)
    train = np.column_stack([along, along + 0.1 * rng.standard_normal(3000)])
    odd, usual = np.array([[1.5, -1.5], [-1.5, 1.5]]), train[:200]
    model = ExtendedIsolationForest(window=1).fit(train)
    assert model.score(odd).min() > model.score(usual).max()
    plain = IsolationForest(window=1).fit(train)
    gap = model.score(odd).min() - model.score(usual).max()
    assert gap > plain.score(odd).min() - plain.score(usual).max()


def test_extended_forests_without_mixing_rank_as_plain_ones() -> None:
    x = np.random.default_rng(0).standard_normal((2000, 2))
    plain = IsolationForest(window=1, trees=200).fit(x).score(x)
    extended = ExtendedIsolationForest(window=1, trees=200, mixed=1).fit(x).score(x)
    assert spearmanr(plain, extended).statistic > 0.95
    assert np.abs(plain - extended).mean() < 0.03


def test_a_path_of_one_extended_tree_is_as_long_as_its_row_is_alone() -> None:
    x = np.array([0.0, 0.1, 0.2, 50.0])
    model = ExtendedIsolationForest(window=1, trees=400).fit(x)
    lengths = -np.log2(model.score(x)) * expected_length(np.array([4]))[0]
    assert lengths[3] == pytest.approx(1.0, abs=0.1)
    assert lengths[:3].min() > 1.3


def test_random_cuts_say_in_rows_how_many_are_displaced() -> None:
    x = np.random.default_rng(0).standard_normal(1000)
    model = RandomCutForest(window=1).fit(x)
    far = model.score(np.array([0.0, 1e5]))
    assert far[1] == pytest.approx(256, rel=0.01)
    assert far[0] < 20


def test_wide_rows_get_smaller_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).standard_normal((300, 40))
    monkeypatch.setattr("offbeat.detectors.outlier.random_cut_forest.VALUES", 40 * 50 * 100)
    assert RandomCutForest(window=1).fit(x).size_[0, 0] == 100
    monkeypatch.setattr("offbeat.detectors.outlier.random_cut_forest.VALUES", 1)
    assert RandomCutForest(window=1).fit(x).size_[0, 0] == 32


def test_a_new_level_is_odd_until_the_stream_has_held_it() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(12_000)
    x[4000:] += 8.0
    train = x[:3000]
    scores = HalfSpaceTrees(window=1, forget=0.2).fit(train).score(x)
    usual = np.median(scores[:4000])
    assert np.median(scores[4000:4200]) > np.quantile(scores[:4000], 0.99)
    assert np.median(scores[-1000:]) < usual + 0.5
    kept = HalfSpaceTrees(window=1, forget=0.0).fit(train).score(x)
    assert np.median(kept[-1000:]) > np.quantile(kept[:4000], 0.99)


def test_a_window_is_compared_with_earlier_ones_only() -> None:
    rng = np.random.default_rng(0)
    model = HalfSpaceTrees(window=3, profile=50).fit(rng.standard_normal(500))
    x = rng.standard_normal(400)
    whole = model.score(x)
    assert np.isnan(whole[:2]).all()
    np.testing.assert_array_equal(model.score(x[:173]), whole[:173])


def test_every_tree_halves_the_range_of_a_value_to_the_last_level() -> None:
    model = HalfSpaceTrees(window=1, trees=3, depth=4).fit(np.random.default_rng(0).standard_normal(100))
    for cuts in model.cut_:
        level = np.sort(cuts[7:15])
        np.testing.assert_allclose(np.diff(level), np.diff(level)[0])
        assert np.sort(cuts).tolist() == np.unique(cuts).tolist()
        assert (cuts[[0, 1, 3, 7]] == np.sort(cuts[[0, 1, 3, 7]])[::-1]).all()
        assert cuts[0] == pytest.approx((cuts[1] + cuts[2]) / 2)

"""What is special to the outlier detectors; what all detectors share is in the contract suite."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from offbeat.core import modelfile
from offbeat.detectors.outlier import isolation_forest
from offbeat.detectors.outlier.isolation_forest import IsolationForest


def test_points_and_windows_are_both_judged() -> None:
    x = np.sin(np.arange(2000) / 5)
    x[900] = 4.0
    x[1400:1440] += 3.0
    points = IsolationForest(window=1).fit(x).score(x)
    assert points.argmax() == 900
    windows = IsolationForest(window=40).fit(x).score(x)
    assert 1380 < windows.argmax() < 1460
    assert (points > 0).all()
    assert (points < 1).all()


def test_only_the_sampled_windows_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).standard_normal((5000, 2))
    seen = []
    grow = IsolationForest._grow
    monkeypatch.setattr(IsolationForest, "_grow", lambda self, pool: seen.append(pool.shape) or grow(self, pool))
    IsolationForest(window=10, trees=5).fit(x)
    IsolationForest(window=10, trees=5, samples=5000).fit(x)
    monkeypatch.setattr(isolation_forest, "POOL_VALUES", 6000)
    IsolationForest(window=10, trees=5, samples=100).fit(x)
    IsolationForest(window=2, trees=5).fit(x[:100])
    assert seen == [(4096, 20), (4991, 20), (300, 20), (99, 4)]


def test_the_seed_decides_and_the_threads_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).standard_normal(9000)
    first = IsolationForest(window=5, trees=10, seed=1).fit(x)
    scores = first.score(x)
    monkeypatch.setattr("offbeat.kernels.threads.cores", lambda: 1)
    np.testing.assert_array_equal(first.score(x), scores)
    assert (IsolationForest(window=5, trees=10, seed=2).fit(x).score(x) != scores).any()


def test_the_model_file_holds_arrays_and_no_estimator(tmp_path: Path) -> None:
    x = np.random.default_rng(0).standard_normal(500)
    fitted = IsolationForest(window=4, trees=10).fit(x)
    assert not any("sklearn" in type(value).__module__ for value in vars(fitted).values())
    fitted.save(tmp_path / "forest.offbeat")
    np.testing.assert_array_equal(modelfile.load(tmp_path / "forest.offbeat").score(x), fitted.score(x))


def test_a_large_offset_costs_few_digits() -> None:
    x = np.random.default_rng(0).standard_normal(800)
    plain = IsolationForest(window=4, trees=20).fit(x).score(x)
    np.testing.assert_allclose(IsolationForest(window=4, trees=20).fit(x + 1e8).score(x + 1e8), plain, atol=0.02)


def test_more_samples_than_windows_are_as_many_as_there_are() -> None:
    x = np.random.default_rng(0).standard_normal(40)
    fitted = IsolationForest(window=4, trees=10, samples=256).fit(x)
    assert fitted.samples_ == 37
    assert np.isfinite(fitted.score(x)).all()

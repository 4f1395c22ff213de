"""The shape-based distance, once more and slowly: every shift written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.series import Floats
from offbeat.detectors.subsequence._sbd import Shapes, k_shape, shape_of


def unit(a: Floats) -> Floats:
    a = a - a.mean()
    size = np.sqrt((a**2).sum())
    return a / size if size > 1e-9 else a * 0


def shifted(a: Floats, by: int) -> Floats:
    moved = np.zeros_like(a)
    for i in range(len(a)):
        if 0 <= i - by < len(a):
            moved[i] = a[i - by]
    return moved


def slow_sbd(a: Floats, b: Floats) -> float:
    return 1 - max(float(shifted(unit(a), by) @ unit(b)) for by in range(-len(a) + 1, len(a)))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), length=st.integers(2, 24), level=st.sampled_from([0.0, 1e6]))
def test_distances_and_shifts_equal_the_slow_ones(seed: int, length: int, level: float) -> None:
    rng = np.random.default_rng(seed)
    windows = rng.standard_normal((5, length)) + level
    windows[3] = level
    other = unit(rng.standard_normal(length))
    shapes = Shapes.of(windows)
    distance, shift = shapes.sbd(other)
    np.testing.assert_allclose(distance, [slow_sbd(a, other) for a in windows], atol=1e-7)
    moved = shapes.moved(np.arange(5), shift)
    np.testing.assert_allclose(moved, [shifted(unit(a), by) for a, by in zip(windows, shift, strict=True)], atol=1e-7)
    np.testing.assert_allclose(1 - moved @ other, distance, atol=1e-7)
    between = shapes.between()
    np.testing.assert_allclose(between[0, 1], slow_sbd(windows[0], windows[1]), atol=1e-7)
    np.testing.assert_array_equal(between, between.T)
    assert not np.diag(between).any()


@pytest.mark.parametrize("rows", [1, 3, 40])
def test_the_shape_is_the_leading_direction_of_centred_rows(rows: int) -> None:
    rng = np.random.default_rng(rows)
    aligned = np.sin(np.arange(12)) + 0.3 * rng.standard_normal((rows, 12)) + 5
    rescaled = np.array([unit(row) for row in aligned])
    leading = np.linalg.svd(rescaled)[2][0]
    expected = leading * np.sign((rescaled @ leading).sum())
    np.testing.assert_allclose(shape_of(aligned), expected, atol=1e-7)


def test_the_shape_of_constant_windows_is_none() -> None:
    assert not shape_of(np.full((4, 6), 3.3)).any()
    found = k_shape(Shapes.of(np.full((4, 6), 3.3)), 3, 0)
    assert len(found.shapes) == 1
    assert not found.labels.any()


def test_rows_that_are_nearly_all_constant_have_a_shape() -> None:
    for seed in range(30):
        rng = np.random.default_rng(seed)
        rows = (rng.random((rng.integers(1, 60), 256)) < 0.002).astype(np.float64)
        rescaled = np.array([unit(row) for row in rows])
        shape = shape_of(rows)
        assert np.isfinite(shape).all()
        assert ((rescaled @ shape) ** 2).sum() == pytest.approx(np.linalg.norm(rescaled, 2) ** 2)


def test_shapes_are_told_apart_whatever_their_phase_scale_and_level() -> None:
    rng = np.random.default_rng(0)
    t = np.arange(80)
    kinds = rng.integers(0, 2, 60)
    rows = []
    for kind in kinds:
        phase = rng.integers(0, 20)
        wave = np.sin(2 * np.pi * (t + phase) / 20)
        if kind:
            wave = ((t + phase) % 20 < 4).astype(np.float64)
        rows.append(rng.uniform(0.5, 50) * (wave + 0.05 * rng.standard_normal(80)) + rng.uniform(-100, 100))
    for seed in range(3):
        found = k_shape(Shapes.of(np.array(rows)), 2, seed)
        assert len(found.shapes) == 2
        agreement = (found.labels == kinds).mean()
        assert max(agreement, 1 - agreement) == 1.0
        assert found.distance.max() < 0.35

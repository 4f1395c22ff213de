from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from offbeat.core.errors import UnknownNameError
from offbeat.preprocess.augment import KINDS, augmentation, jitter, mix, scaling, time_warp, window_slice

WINDOWS = arrays(
    np.float64, st.tuples(st.integers(1, 4), st.integers(1, 12), st.integers(1, 3)), elements=st.floats(-1e3, 1e3)
)
SINES = np.sin(np.arange(600) / 5).reshape(6, 50, 2)


@pytest.mark.parametrize("kind", KINDS)
@given(windows=WINDOWS, seed=st.integers(0, 100))
@settings(deadline=None, max_examples=30)
def test_new_windows_of_the_same_shape(kind, windows, seed):
    kept = windows.copy()
    changed = KINDS[kind](windows, seed=seed)
    assert changed.shape == windows.shape
    assert np.isfinite(changed).all()
    assert not np.shares_memory(changed, windows)
    np.testing.assert_array_equal(windows, kept, err_msg="the caller's windows were changed")
    np.testing.assert_array_equal(KINDS[kind](windows, seed=seed), changed)


@pytest.mark.parametrize("kind", ["warp", "slice", "mix"])
@given(windows=WINDOWS)
@settings(deadline=None, max_examples=30)
def test_no_value_that_was_not_between_others(kind, windows):
    changed = KINDS[kind](windows)
    assert (changed >= windows.min(axis=(0, 1)) - 1e-9).all()
    assert (changed <= windows.max(axis=(0, 1)) + 1e-9).all()


@pytest.mark.parametrize("kind", KINDS)
def test_windows_are_changed_by_little_and_each_seed_differently(kind):
    changed = KINDS[kind](SINES, seed=1)
    assert 0 < np.abs(changed - SINES).mean() < 0.5
    assert (changed != KINDS[kind](SINES, seed=2)).any()


def test_jitter_s_strength_is_a_share_of_the_channel_s_spread():
    windows = np.random.default_rng(0).normal(size=(40, 100, 2)) * [1.0, 1000.0]
    noise = jitter(windows, 0.2) - windows
    np.testing.assert_allclose(noise.std(axis=(0, 1)), 0.2 * windows.std(axis=(0, 1)), rtol=0.05)


def test_scaling_keeps_means_and_shapes():
    changed = scaling(SINES, 0.3)
    factors = changed.std(axis=1) / SINES.std(axis=1)
    np.testing.assert_allclose(
        (changed - changed.mean(axis=1, keepdims=True)) / factors[:, None], SINES - SINES.mean(axis=1, keepdims=True)
    )
    assert factors.std() > 0.05


def test_a_warp_keeps_ends_and_order():
    ramp = np.tile(np.linspace(0, 1, 30)[None, :, None], (20, 1, 1))
    warped = time_warp(ramp, 0.9)
    np.testing.assert_allclose(warped[:, [0, -1]], ramp[:, [0, -1]], atol=1e-12)
    assert (np.diff(warped, axis=1) > 0).all()
    assert np.abs(warped - ramp).max() > 0.05


def test_a_slice_is_a_piece_stretched():
    ramp = np.tile(np.arange(11.0)[None, :, None], (50, 1, 1))
    cut = window_slice(ramp, 0.5)
    np.testing.assert_allclose(np.diff(cut, axis=1), 0.5)
    assert np.ptp(cut[:, 0]) > 3, "always cut at the same place"
    np.testing.assert_allclose(window_slice(ramp, 1.0), ramp)


def test_mixing_takes_at_most_the_share():
    windows = np.stack([np.zeros((5, 1)), np.ones((5, 1))])
    changed = [mix(windows, 0.3, seed=seed) for seed in range(20)]
    assert max(c[0].max() for c in changed) <= 0.3
    assert max(c[0].max() for c in changed) > 0.1


def test_an_augmentation_by_name_changes_every_batch_anew_and_repeatably():
    assert augmentation("none") is None
    one, other = augmentation("jitter", seed=3), augmentation("jitter", seed=3)
    assert one is not None
    assert other is not None
    first, second = one(SINES), one(SINES)
    assert (first != second).any()
    np.testing.assert_array_equal(other(SINES), first)
    np.testing.assert_array_equal(other(SINES), second)
    with pytest.raises(UnknownNameError, match="no augmentation 'jiter'; did you mean 'jitter'"):
        augmentation("jiter")

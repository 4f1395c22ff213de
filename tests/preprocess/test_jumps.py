"""Jumps of the level are found at their row, and nothing else is one."""

from __future__ import annotations

import numpy as np
import pytest

from offbeat.preprocess.jumps import jumps


@pytest.mark.parametrize("size", [5.0, -20.0])
@pytest.mark.parametrize("at", [301, 555, 700])
def test_a_jump_is_found_to_the_row(at: int, size: float) -> None:
    x = np.random.default_rng(at).normal(size=1200)
    x[at:] += size
    (jump,) = jumps(x, 24)
    assert abs(jump.row - at) <= 1
    assert jump.size == pytest.approx(size, abs=1.0)


@pytest.mark.parametrize("seed", range(10))
def test_noise_walks_ramps_and_spikes_are_no_jumps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=2000)
    assert not jumps(noise, 48)
    assert not jumps(np.cumsum(noise), 48)
    ramp = noise.copy()
    ramp[800:1100] += np.linspace(0, 20, 300)
    ramp[1100:] += 20
    assert all(abs(jump.size) < 4 for jump in jumps(ramp, 48)), "it climbs by 3 in a block"
    noise[[300, 900, 901]] += 50
    assert not jumps(noise, 48)


def test_too_few_rows_have_none() -> None:
    assert jumps(np.arange(30.0), 24) == ()
    assert jumps(np.zeros(500), 24) == ()

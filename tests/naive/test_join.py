"""The join, once more and slowly: every pair of windows written out, compared with the compiled recurrence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.series import Floats
from offbeat.detectors._windows import min_gap_for
from offbeat.detectors.subsequence._join import SHORT, Windows, distances
from offbeat.kernels.join import TILE, dots, moments

KINDS = {
    "none": {"centred": False},
    "mean": {},
    "soft": {"damping": 0.5},
    "z": {"damping": 0.0},
}


def scaled(x: Floats, width: int, centred: bool = True, damping: float | None = None) -> list[Floats]:
    windows = []
    for i in range(len(x) - width + 1):
        window = x[i : i + width]
        if centred:
            window = window - window.mean()
        if damping is not None:
            sd = window.std()
            window = window / (sd + damping) if np.ptp(x[i : i + width]) > 0 else window * 0
        windows.append(window)
    return windows


def slow_distances(
    x: Floats, bank: list[Floats], width: int, starts: list[int] | None, min_gap: int, k: int, **how: object
) -> Floats:
    result = []
    others = [scaled(block, width, **how) for block in bank]
    for i, window in enumerate(scaled(x, width, **how)):
        minima = []
        for b, block in enumerate(others):
            found = [
                float(((window - other) ** 2).sum())
                for j, other in enumerate(block)
                if starts is None or abs(i - starts[b] - j) >= min_gap
            ]
            if found:
                minima.append(min(found))
        result.append(np.mean(sorted(minima)[:k]) if minima else np.nan)
    return np.array(result)


def series(rng: np.random.Generator, n: int) -> Floats:
    x = rng.standard_normal(n) + np.sin(np.arange(n) / 3)
    if n > 20:
        x[5:15] = x[5]
    return x


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    n=st.integers(2, 90),
    width=st.integers(1, 12),
    kind=st.sampled_from(sorted(KINDS)),
    own=st.booleans(),
    k=st.integers(1, 4),
)
def test_distances_equal_the_slow_ones(seed: int, n: int, width: int, kind: str, own: bool, k: int) -> None:
    rng = np.random.default_rng(seed)
    width = min(width, n)
    x = series(rng, n)
    count = n - width + 1
    lengths = rng.integers(1, count + 1, size=3)
    starts = [int(rng.integers(0, count - length + 1)) for length in lengths]
    source = x if own else series(rng, n)
    bank = [source[s : s + length + width - 1] for s, length in zip(starts, lengths, strict=True)]
    min_gap = min_gap_for(count, width)
    how = KINDS[kind]
    fast = distances(
        Windows.of(x, width, **how),
        [Windows.of(block, width, **how) for block in bank],
        starts if own else None,
        min_gap,
        k,
    )
    slow = slow_distances(x, bank, width, starts if own else None, min_gap, k, **how)
    np.testing.assert_allclose(fast, slow, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("n", [TILE - 1, 2 * TILE + 40])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_distances_are_right_across_the_edges_of_tiles(n: int, kind: str) -> None:
    rng = np.random.default_rng(n)
    x = series(rng, n)
    width = 9
    starts = [TILE - 60, 40]
    bank = [x[s : s + 50 + width] for s in starts]
    how = KINDS[kind]
    blocks = [Windows.of(block, width, **how) for block in bank]
    fast = distances(Windows.of(x, width, **how), blocks, starts, width, 2)
    slow = slow_distances(x, bank, width, starts, width, 2, **how)
    np.testing.assert_allclose(fast, slow, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("huge", [0.0, 1e5])
def test_single_precision_is_near_the_slow_ones_and_a_large_value_does_not_spoil_it(kind: str, huge: float) -> None:
    x = series(np.random.default_rng(3), 4000)
    x[700] += huge
    width, starts = 9, [0, 1200]
    blocks = [Windows.of(x[s : s + SHORT + 200], width, **KINDS[kind]) for s in starts]
    windows = Windows.of(x, width, **KINDS[kind])
    fast, exact = (distances(windows, blocks, starts, width, 2, single=single) for single in (True, False))
    away = abs(np.arange(len(fast)) - 700) > width
    np.testing.assert_allclose(fast[away], exact[away], rtol=1e-5, atol=2e-4)
    assert (fast != exact).any() == (kind != "z")  # constant windows among others: never in single precision


def test_distances_of_a_long_series_do_not_drift_from_slice_to_slice() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(30_000)
    x[100] = 1e6
    width = 20
    part = x[20_000 : 20_000 + 20]
    windows = Windows.of(x, width)
    fast = distances(windows, [Windows.of(part, width)])
    views = np.lib.stride_tricks.sliding_window_view(x, width)
    centred = views - views.mean(axis=1, keepdims=True)
    slow = ((centred - (part - part.mean())) ** 2).sum(axis=1)
    np.testing.assert_allclose(fast, slow, rtol=1e-8, atol=1e-4)
    assert fast.argmin() == 20_000


def test_the_number_of_threads_does_not_change_a_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(1).standard_normal(20_000)
    windows = Windows.of(x, 16)
    blocks = [windows.part(0, 40), windows.part(9_000, 9_050)]
    results = []
    for cores in (1, 2, 5):
        monkeypatch.setattr("offbeat.kernels.threads.cores", lambda cores=cores: cores)
        results.append(distances(windows, blocks, [0, 9_000], 16, 2).tobytes())
    assert len(set(results)) == 1


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), n=st.integers(1, 60), width=st.integers(1, 20), offset=st.sampled_from([0.0, 1e9]))
def test_moments_equal_the_slow_ones(seed: int, n: int, width: int, offset: float) -> None:
    x = np.round(np.random.default_rng(seed).standard_normal(n), 2) + offset
    width = min(width, n)
    mean, square = moments(x, width)
    views = np.lib.stride_tricks.sliding_window_view(x, width)
    np.testing.assert_allclose(mean, views.mean(axis=1), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(
        square, ((views - views.mean(axis=1, keepdims=True)) ** 2).sum(axis=1), rtol=1e-5, atol=1e-9
    )


@pytest.mark.parametrize("offset", [0.1, -7e12, 1e-300, 3.3333])
def test_constant_windows_have_exactly_no_deviation(offset: float) -> None:
    _, square = moments(np.full(50, offset), 7)
    assert (square == 0).all()


def test_dots_equal_the_slow_ones() -> None:
    rng = np.random.default_rng(2)
    x, window = rng.standard_normal(40), rng.standard_normal(7)
    out = np.empty(34)
    dots(x, window, out)
    np.testing.assert_allclose(out, np.correlate(x, window, "valid"), rtol=1e-12, atol=1e-12)

"""The profile by rows, once more and slowly: all pairs written out, neighbours crossed out one after the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.series import Floats
from offbeat.detectors.subsequence.left_matrix_profile import LeftMatrixProfile
from offbeat.detectors.subsequence.matrix_profile import MatrixProfile


def normal(x: Floats, width: int) -> list[Floats]:
    windows = [x[i : i + width] for i in range(len(x) - width + 1)]
    return [(w - w.mean()) / w.std() if np.ptp(w) > 0 else w * 0 for w in windows]


def apart(a: Floats, b: Floats, width: int, share: float) -> Floats:
    """The distance of every window of `a` to every one of `b`: the mean over the channels that are least apart."""
    each = []
    for one, other in zip(a.T, b.T, strict=True):
        left, right = normal(one, width), normal(other, width)
        each.append([[np.linalg.norm(p - q) for q in right] for p in left])
    count = max(1, int(np.ceil(share * a.shape[1] - 1e-9)))
    return np.sort(np.array(each), axis=0)[:count].mean(axis=0)


def kth(distance: Floats, k: int, zone: int) -> float:
    found = np.nan
    left = dict(enumerate(distance))
    for _ in range(k):
        left = {j: d for j, d in left.items() if np.isfinite(d)}
        if not left:
            break
        at = min(left, key=left.__getitem__)
        found = left[at]
        left = {j: d for j, d in left.items() if abs(j - at) >= zone}
    return found


def series(seed: int, n: int, channels: int) -> Floats:
    x = np.cumsum(np.random.default_rng(seed).standard_normal((n, channels)), axis=0)
    x[n // 3 : n // 3 + 15, 0] = 1.0
    return x


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    n=st.integers(40, 90),
    channels=st.integers(1, 4),
    width=st.integers(3, 9),
    k=st.integers(1, 30),
    share=st.sampled_from([0.0, 0.5, 1.0]),
    own=st.booleans(),
)
def test_the_profile_equals_all_pairs_written_out(
    seed: int, n: int, channels: int, width: int, k: int, share: float, own: bool
) -> None:
    x = series(seed, n, channels)
    new = x if own else series(seed + 1, 50, channels)
    fitted = MatrixProfile(window=width, k=k, dimensions=share).fit(x)
    distance = apart(new, x, width, share)
    if own:
        rows, columns = np.ogrid[: len(distance), : len(distance)]
        distance[abs(rows - columns) <= -(-width // 4)] = np.inf
    slow = [kth(row, k, width) for row in distance]
    scored = fitted._score_trained(new) if own else fitted._score(new)
    np.testing.assert_allclose(scored.reshape(len(new) - width + 1), slow, rtol=1e-6, atol=1e-5)


@pytest.mark.parametrize("own", [True, False])
def test_the_left_profile_equals_all_pairs_written_out(own: bool) -> None:
    x = series(4, 260, 2)
    width = 8
    new = x if own else series(5, 120, 2)
    fitted = LeftMatrixProfile(window=width).fit(x)
    scores = fitted._score_trained(new) if own else fitted._score(new)
    assert scores.shape == new.shape
    for channel in range(2):
        one, other = new[:, [channel]], x[:, [channel]]
        distance = apart(one, one, width, 1.0)
        rows, columns = np.ogrid[: len(distance), : len(distance)]
        distance[rows - columns <= width // 4] = np.inf
        if not own:
            distance = np.hstack([distance, apart(one, other, width, 1.0)])
        slow = distance.min(axis=1)
        got = scores[width - 1 :, channel]
        warmup = 32 if own else 0
        assert np.isnan(scores[: width - 1 + warmup, channel]).all()
        np.testing.assert_allclose(got[warmup:], slow[warmup:], rtol=1e-6, atol=1e-5)


def test_rows_of_a_second_slice_are_right_too() -> None:
    x = series(6, 2200, 1)
    by_rows = MatrixProfile(window=20, k=2).fit(x)
    by_rows.set_params(k=1)
    exact = by_rows._score_trained(x)
    np.testing.assert_allclose(by_rows._kth(*_both(by_rows, x), 6)[:, None], exact, rtol=1e-6, atol=1e-5)


def _both(fitted: MatrixProfile, x: Floats) -> tuple[list, list]:
    windows = fitted._windows(x)
    return windows, windows

"""What is special to the detectors of weighted patterns and of transitions; the contract suite has the rest."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from offbeat.core.registry import detector
from offbeat.core.series import Floats
from offbeat.detectors.subsequence._graph import NODES, UNSEEN, Graph
from offbeat.detectors.subsequence._join import Windows
from offbeat.detectors.subsequence._patterns import NEAR, Bank
from offbeat.detectors.subsequence.kshape import KShape
from offbeat.detectors.subsequence.norma import NormA
from offbeat.detectors.subsequence.sand import SAND
from offbeat.detectors.subsequence.series2graph import Series2Graph
from offbeat.testing.material import KINDS, PERIOD, base, found, margin_of, planted

NAMES = ("kshape", "norma", "sand", "series2graph")


def wave(n: int = 3000, seed: int = 0) -> Floats:
    return np.sin(np.arange(n) * (2 * np.pi / 40)) + 0.05 * np.random.default_rng(seed).standard_normal(n)


def sawtooth(n: int) -> Floats:
    return 2.0 * (np.arange(n) % 40) / 40 - 1


def windows(x: Floats, width: int) -> Floats:
    views = np.lib.stride_tricks.sliding_window_view(x, width)
    return np.asarray(views - views.mean(axis=1, keepdims=True))


@pytest.mark.parametrize("damped", [True, False])
def test_the_score_is_the_weighted_harmonic_mean_of_distances(damped: bool) -> None:
    rng = np.random.default_rng(0)
    x, patterns = wave(200), rng.standard_normal((3, 50))
    weights = np.array([0.6, 0.3, 0.1])
    own = windows(x, 12)
    if damped:
        own = own / (own.std(axis=1, keepdims=True) + 0.2)
    nearness = np.zeros(len(own))
    for pattern, weight in zip(patterns, weights, strict=True):
        theirs = windows(pattern, 12)
        if damped:
            sd = theirs.std(axis=1, keepdims=True)
            theirs = theirs / (sd + np.median(sd) / 2)
        apart = np.sqrt(((own[:, None] - theirs[None]) ** 2).mean(axis=2).min(axis=1))
        nearness += weight / (apart + NEAR)
    prepared = Windows.of(x, 12, damping=0.2 if damped else None)
    np.testing.assert_allclose(Bank(patterns, weights).distance(prepared, damped), 1 / nearness - NEAR, rtol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_a_fault_that_happened_twice_is_found_twice(name: str) -> None:
    x = wave(4000)
    for at in (1500, 2700):
        x[at : at + 40] = 0.8 * np.sin(np.arange(40) * (2 * np.pi / 10))
    scores = detector(name, window=40).fit_score(x).scores
    near = np.zeros(4000, dtype=bool)
    near[1440:1600] = near[2640:2800] = True
    first, second = scores[1500:1540].max(), scores[2700:2740].max()
    assert min(first, second) > 1.3 * scores[~near].max()


@pytest.mark.parametrize("name", NAMES)
def test_training_data_with_a_fault_still_find_it_elsewhere(name: str) -> None:
    train, new = wave(2000), wave(2000, seed=1)
    for x, at in ((train, 600), (new, 1200)):
        x[at : at + 60] += np.linspace(0, 2, 60)
    scores = detector(name, window=40).fit(train).score(new)
    assert 1160 <= int(scores.argmax()) < 1300


@pytest.mark.parametrize("name", NAMES)
def test_training_data_of_hardly_a_window_will_do(name: str) -> None:
    for n in (40, 41, 60, 100):
        scores = detector(name, window=40).fit(wave(n)).score(wave(500, seed=1))
        assert np.isfinite(scores).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_number_of_threads_does_not_change_a_bit(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    x = wave(6000)
    results = []
    for cores in (1, 2, 5):
        monkeypatch.setattr("offbeat.kernels.threads.cores", lambda cores=cores: cores)
        results.append(detector(name, window=40).fit_score(x).scores.tobytes())
    assert len(set(results)) == 1


@pytest.mark.parametrize("kind", [KShape, SAND])
def test_the_seed_decides_the_first_clusters(kind: type[KShape | SAND]) -> None:
    x = np.cumsum(np.random.default_rng(0).standard_normal(3000))
    same, again, other = (kind(window=20, seed=seed).fit_score(x).scores for seed in (1, 1, 2))
    np.testing.assert_array_equal(same, again)
    assert (same != other).any()


def test_what_is_usual_weighs_most() -> None:
    x = wave(4000)
    x[2000:2160] = sawtooth(160)
    for fitted in (KShape(window=40, k=3).fit(x), NormA(window=40, k=3).fit(x)):
        bank = fitted.banks_[0]
        assert len(bank.weights) > 1
        assert bank.weights.sum() == pytest.approx(1)
        heaviest = bank.patterns[bank.weights.argmax()]
        spectrum = np.abs(np.fft.rfft(heaviest))
        assert spectrum.argmax() == len(heaviest) // 40
        assert spectrum.max() > 5 * np.sort(spectrum)[-2]


def test_norma_holds_stretches_of_the_training_data() -> None:
    x = wave(2000)
    bank = NormA(window=40).fit(x).banks_[0]
    middle = np.median(x)
    scaled = (x - middle) / (1.4826 * np.median(abs(x - middle)))
    for pattern in bank.patterns:
        assert abs(windows(scaled, 120) - pattern).max(axis=1).min() < 1e-9


def test_kshape_and_norma_differ_in_what_amplitude_means() -> None:
    train, x = wave(3000), wave(3000, seed=1)
    x[1500:1580] *= 1.6
    ratios = []
    for kind in (KShape, NormA):
        scores = kind(window=40).fit(train).score(x)
        ratios.append(scores[1500:1580].max() / np.quantile(scores[:1400], 0.99))
    assert ratios[1] > 2 * ratios[0]
    assert ratios[1] > 3


def test_sand_grows_used_to_a_new_shape_and_kshape_does_not() -> None:
    x = np.concatenate([wave(4000), sawtooth(12_000) + 0.05 * np.random.default_rng(1).standard_normal(12_000)])
    for kind, used in ((SAND, True), (KShape, False)):
        scores = kind(window=40).fit(x[:4000]).score(x)
        before, at_first, later = (
            np.median(scores[part]) for part in (slice(3000), slice(4100, 4700), slice(14_000, None))
        )
        assert at_first > 2 * before
        assert (later < (before + at_first) / 2) == used


def test_sand_scores_a_batch_with_what_is_known_before_it() -> None:
    x = wave(6000)
    other = x.copy()
    fitted = SAND(window=40).fit(wave(3000, seed=1))
    last = fitted.batch_ * 3
    other[last:] = sawtooth(6000 - last)
    plain, changed = fitted.score(x), fitted.score(other)
    np.testing.assert_allclose(changed[: last - 40], plain[: last - 40], rtol=1e-9)
    assert (changed[last:] != plain[last:]).any()


def test_sand_replays_its_training_data_and_goes_on() -> None:
    x = wave(6000)
    x[5000:5040] = 0
    whole = SAND(window=40).fit(x[:3000])
    goes_on, replays = whole.score(x[3000:]), whole.score(x)
    np.testing.assert_allclose(goes_on[100:], replays[3100:], rtol=0.2, atol=0.02)
    assert 1950 <= int(goes_on.argmax()) < 2090


def test_sand_holds_a_bounded_number_of_shapes() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(20_000)
    fitted = SAND(window=20, k=3).fit(x)
    assert fitted.batch_ == 2000
    assert len(fitted.thetas_[0].sizes) <= 6
    assert fitted.thetas_[0].shapes.shape[1] == 80


def test_a_graph_knows_where_the_path_has_been() -> None:
    x = wave(4000)
    graph = Graph.of(x, 40)
    np.testing.assert_allclose(graph.filters.sum(axis=1), 0, atol=1e-12)
    apart = np.abs(np.cumsum(graph.steps(x + 3.0) - graph.steps(x), axis=0))
    assert (apart < 1e-6).mean() > 0.99
    nowhere = np.log((4000 - 39) / UNSEEN + 1)
    assert graph.surprise.max() == pytest.approx(nowhere)
    assert (graph.surprise[:, 0] == graph.surprise.max()).all()
    assert 1 <= graph.nodes.max() <= NODES
    assert (graph.nodes[:, -1] == 0).all()
    usual, number = graph.steps(x).sum(axis=0)
    assert number == pytest.approx(50 * len(x) / 40, rel=0.05)
    assert usual / number < 1.5
    far = graph.steps(10 * x)
    np.testing.assert_allclose(far.sum(axis=0)[0] / far.sum(axis=0)[1], nowhere, rtol=0.05)


def test_a_graph_of_a_constant_channel_is_surprised_by_any_move() -> None:
    graph = Graph.of(np.zeros(500), 20)
    assert not graph.steps(np.zeros(100)).any()
    moved = np.zeros(100)
    moved[50] = 1e-3
    total = graph.steps(moved).sum(axis=0)
    assert total[1] > 0
    assert total[0] / total[1] == pytest.approx(np.log(481 / UNSEEN + 1))


def flat(x: Floats) -> Floats:
    x[300:500] = np.nan
    return x


def whole(x: Floats) -> Floats:
    return np.round(3 * x)


def clean(x: Floats) -> Floats:
    """A sine without noise, whose two components have the same variance, and the spike."""
    return np.sin(np.arange(len(x)) * (2 * np.pi / PERIOD))[:, None] + 5.0 * (x == x.max())


def square(x: Floats) -> Floats:
    return np.sign(clean(x) + 1e-3) + 5.0 * (x == x.max())


@pytest.mark.parametrize("change", [np.copy, flat, whole, clean, square])
@pytest.mark.parametrize("window", [None, 2, 40, 200])
def test_rounding_does_not_decide_a_graph(change: Callable[[Floats], Floats], window: int | None) -> None:
    x, at = planted("spike", 3000)
    x = change(x)
    noise = 1e-12 * np.nanstd(x)
    scores = detector("series2graph", window=window).fit_score(x).scores
    for seed in range(4):
        other = Series2Graph(window=window)
        moved = other.fit_score(x + noise * np.random.default_rng(seed).standard_normal(x.shape)).scores
        np.testing.assert_allclose(moved, scores, rtol=0, atol=1e-6 * np.nanmax(scores))
        assert window is not None or found(moved, at, margin_of(other))


def test_rounding_does_not_decide_in_the_material_of_the_contract() -> None:
    for kind in KINDS[:-1]:
        for seed in range(3):
            x, _ = planted(kind, seed=seed)
            noise = 1e-12 * x.std() * np.random.default_rng(seed).standard_normal(x.shape)
            for train in (x, base(seed=100 + seed)):
                scores, moved = (Series2Graph().fit(train + n).score(x + n) for n in (0.0, noise[: len(train)]))
                np.testing.assert_allclose(moved, scores, rtol=0, atol=1e-6 * scores.max(), err_msg=f"{kind} {seed}")


def test_the_score_of_a_path_is_its_mean_surprise() -> None:
    train = wave(3000)
    x = wave(600, seed=3)
    x[300:340] *= 0.3
    fitted = Series2Graph(window=40).fit(train)
    scaled = fitted.scale_.apply(x[:, None])[:, 0]
    steps = fitted.graphs_[0].steps(scaled)
    at = 250
    around = steps[at - 19 : at + 21]
    expected = around[:, 0].sum() / (around[:, 1].sum() + 1)
    assert fitted._score(x[:, None])[at, 0] == pytest.approx(expected)

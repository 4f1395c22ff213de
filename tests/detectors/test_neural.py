from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from offbeat.core import modelfile
from offbeat.core.errors import InputError, MissingExtraError, ModelFileError, OutputError
from offbeat.core.registry import detector
from offbeat.detectors.neural import _checkpoint
from offbeat.detectors.neural._network import _covered, _whole
from offbeat.detectors.neural._progress import watching
from offbeat.detectors.neural._recipe import Course, Recipe
from offbeat.detectors.neural._train import Material, _extreme, _rate, device_of, steady, train
from offbeat.detectors.neural._units import LARGEST_INPUT, Units

RECIPE = Recipe(
    epochs=4, batch=16, windows=64, learning_rate=1e-2, weight_decay=0.0, patience=8, trim=0.05, augment="none",
    seed=0, device="cpu", checkpoint=None,
)  # fmt: skip


def sine(n: int = 600, seed: int = 0, noise: float = 0.1) -> np.ndarray:
    return np.sin(2 * np.pi * np.arange(n) / 25) + noise * np.random.default_rng(seed).normal(size=n)


def dense(**params: Any) -> Any:
    return detector(
        "dense_autoencoder", **{"window": 25, "epochs": 4, "windows": 128, "hidden": 16, "code": 4, **params}
    )


def fit_interrupted(model: Any, after: int, x: np.ndarray) -> None:
    def stop(progress: Any) -> None:
        if progress.epoch == after:
            raise KeyboardInterrupt

    with watching(stop):
        model.fit(x)


def assert_same_weights(one: Any, other: Any) -> None:
    assert one.weights_.keys() == other.weights_.keys()
    for name, value in one.weights_.items():
        np.testing.assert_array_equal(value, other.weights_[name])


@pytest.mark.parametrize("name", ["dense_autoencoder", "gru_autoencoder", "cnn_forecaster"])
def test_the_seed_decides_the_weights_whatever_the_threads(name):
    threads = torch.get_num_threads()
    made = []
    for count in (1, 2):
        torch.set_num_threads(count)
        torch.manual_seed(count)
        made.append(detector(name, window=25, epochs=2, windows=64, dropout=0.2).fit(sine()))
        assert torch.get_num_threads() == count, "the caller's number of threads has changed"
    torch.set_num_threads(threads)
    assert_same_weights(*made)
    np.testing.assert_array_equal(made[0].score(sine(seed=1)), made[1].score(sine(seed=1)))
    other = detector(name, window=25, epochs=2, windows=64, dropout=0.2, seed=1).fit(sine())
    assert any((made[0].weights_[k] != v).any() for k, v in other.weights_.items())


def test_training_leaves_the_random_numbers_of_others_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    dense().fit(sine())
    assert torch.equal(torch.rand(3), expected)


def test_what_is_known_of_a_training():
    model = dense(epochs=6, batch=8, learning_rate=1e-2).fit(sine())
    assert model.history_.shape == (6, 2)
    assert np.isfinite(model.history_).all()
    assert model.history_[-1, 0] < model.history_[0, 0] / 2, "nothing was learned"
    assert model.best_epoch_ == model.history_[:, 1].argmin() + 1
    assert model.stopped_ == ""
    assert model.seconds_ > 0
    assert model.parameters_count_ == 25 * 16 + 16 + 16 * 4 + 4 + 4 * 16 + 16 + 16 * 25 + 25


def test_training_stops_early_and_keeps_the_best_weights():
    rng = np.random.default_rng(0)
    model = dense(epochs=200, patience=2, learning_rate=3e-2).fit(rng.normal(size=400))
    assert model.stopped_ == "early"
    assert len(model.history_) == model.best_epoch_ + 2 < 200
    same = dense(epochs=200, patience=2, learning_rate=3e-2)
    with pytest.warns(UserWarning, match=f"epoch {model.best_epoch_}"):
        fit_interrupted(same, model.best_epoch_, np.random.default_rng(0).normal(size=400))
    assert_same_weights(model, same)


def test_validation_is_later_and_apart():
    material = Material(torch.zeros(200, 1), torch.arange(191), 10)
    learned, judges = material.parts(2048)
    assert int(learned.max()) + 10 <= int(judges.min())
    assert 25 <= len(judges) <= 30
    alone = Material(torch.zeros(12, 1), torch.arange(3), 10)
    assert len(alone.parts(2048)[1]) == 0, "too little to keep something apart"


@pytest.mark.parametrize(("windows", "most"), [(16, 64), (512, 128), (10_000, 512)])
def test_to_judge_costs_no_more_than_to_learn(windows, most):
    judges = Material(torch.zeros(20_000, 1), torch.arange(19_991), 10).parts(windows)[1]
    assert len(judges) == most
    assert int(judges.max()) == 19_990, "the last windows are not judged"


def test_batches_are_cut_from_the_series():
    series = torch.arange(40.0).reshape(20, 2)
    batch = Material(series, torch.arange(11), 10).gather(torch.tensor([0, 7]))
    assert batch.shape == (2, 10, 2)
    assert torch.equal(batch[1], series[7:17])
    view = series.unfold(0, 10, 1)
    assert view.untyped_storage().data_ptr() == series.untyped_storage().data_ptr()


def test_the_learning_rate_rises_and_falls():
    rates = [_rate(done) for done in np.linspace(0, 1, 101)]
    assert np.argmax(rates) == 10
    assert max(rates) == pytest.approx(1)
    assert rates[0] == 0
    assert 0 < rates[-1] < 0.03


def test_extreme_losses_are_those_far_above_the_usual_and_few():
    losses = torch.cat([torch.rand(95) + 1, torch.full((5,), 50.0)])
    assert 2 < _extreme(losses, 0.1) < 50
    assert _extreme(losses, 0.0) == np.inf
    assert _extreme(losses, 0.02) >= 50, "more than the share asked for is left out"
    assert _extreme(torch.rand(100), 0.1) > 1, "usual losses are left out"


def test_trimmed_windows_teach_nothing():
    """An anomaly that fills a twenty-fifth of the training data is learned without trimming, and less with it."""
    x = sine(2000, noise=0.02)
    x[1000:1080] = 3 * np.sign(np.sin(np.arange(80)))
    scores = {}
    for trim in (0.0, 0.1):
        model = dense(epochs=25, windows=512, hidden=32, trim=trim, learning_rate=1e-2).fit(x)
        score = model.score(x)
        scores[trim] = score[1020:1060].mean() / np.median(score)
    assert scores[0.1] > 1.2 * scores[0.0], scores


def test_interrupted_training_keeps_the_best_and_says_so():
    model = dense(epochs=50)
    with pytest.warns(UserWarning, match="stopped after epoch 3 of 50; the weights of epoch"):
        fit_interrupted(model, 3, sine())
    assert model.stopped_ == "interrupted"
    assert len(model.history_) == 3
    assert np.isfinite(model.score(sine())).all()


def test_interrupted_before_anything_was_learned(monkeypatch):
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    model = dense()
    monkeypatch.setattr(type(model), "_loss", interrupt)
    with pytest.raises(KeyboardInterrupt):
        model.fit(sine())


def test_a_training_goes_on_where_it_stopped(tmp_path):
    path = str(tmp_path / "training.safetensors")
    whole = dense(epochs=6, dropout=0.3, augment="jitter").fit(sine())
    with pytest.warns(UserWarning, match="epoch 2 of 6"):
        fit_interrupted(dense(epochs=6, dropout=0.3, augment="jitter", checkpoint=path), 2, sine())
    epochs = []
    with watching(lambda progress: epochs.append(progress.epoch)):
        resumed = dense(epochs=6, dropout=0.3, augment="jitter", checkpoint=path).fit(sine())
    assert epochs == [3, 4, 5, 6]
    assert_same_weights(whole, resumed)
    np.testing.assert_array_equal(whole.history_, resumed.history_)
    again = dense(epochs=6, dropout=0.3, augment="jitter", checkpoint=path).fit(sine())
    assert_same_weights(whole, again)


def test_a_checkpoint_of_another_training(tmp_path):
    path = str(tmp_path / "training.safetensors")
    dense(epochs=1, checkpoint=path).fit(sine())
    for other, x in (
        (dense(epochs=1, hidden=8, checkpoint=path), sine()),
        (dense(epochs=1, checkpoint=path), sine(seed=1)),
        (detector("gru_autoencoder", epochs=1, checkpoint=path), sine()),
    ):
        with pytest.raises(ModelFileError, match=r"is of another training \(dense_autoencoder"):
            other.fit(x)


@pytest.mark.parametrize("harm", ["cut", "text", "empty", "folder"])
def test_a_damaged_checkpoint(tmp_path, harm):
    path = tmp_path / "training.safetensors"
    dense(epochs=1, checkpoint=str(path)).fit(sine())
    whole = path.read_bytes()
    path.unlink()
    if harm == "folder":
        path.mkdir()
    else:
        path.write_bytes({"cut": whole[:-50], "text": b"not this", "empty": b""}[harm])
    with pytest.raises(ModelFileError, match=r"training\.safetensors is damaged"):
        dense(epochs=1, checkpoint=str(path)).fit(sine())


def test_no_place_for_the_checkpoint(tmp_path, monkeypatch):
    with pytest.raises(OutputError, match="there is no folder"):
        dense(checkpoint=str(tmp_path / "nowhere" / "training.safetensors")).fit(sine())

    def full(*_: Any) -> None:
        raise OutputError("can't write it: no space left on device")

    monkeypatch.setattr(_checkpoint, "write", full)
    with pytest.warns(UserWarning, match="no space left on device") as message:
        model = dense(checkpoint=str(tmp_path / "training.safetensors")).fit(sine())
    assert len(message) == 1
    assert_same_weights(model, dense().fit(sine()))


def test_a_training_that_diverges_is_stopped_with_a_sentence():
    with pytest.raises(InputError, match=r"diverged in epoch 1: the loss is .* smaller learning_rate"):
        dense(scaling="none").fit(sine() * 1e30)


def test_no_cuda_is_said(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match='device="cuda": there is no usable'):
        dense(device="cuda").fit(sine())
    assert device_of("auto").type == "cpu"


def test_no_extra_is_said(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"dense_autoencoder needs the \[deep\] extra: pip install '"):
        dense().fit(sine())


def test_progress_is_told_after_each_epoch():
    words = []
    with watching(words.append):
        model = dense(epochs=3).fit(sine())
    dense(epochs=1).fit(sine())
    assert [p.epoch for p in words] == [1, 2, 3]
    assert [p.training for p in words] == model.history_[:, 0].tolist()
    assert words[-1].seconds_left == 0 < words[0].seconds_left


@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
def test_losses_are_what_they_are_called(loss):
    model = dense(loss=loss)
    given, target = torch.tensor([[0.0, 3.0], [1.0, 1.0]]), torch.zeros(2, 2)
    expected = {"mse": [4.5, 1.0], "mae": [1.5, 1.0], "huber": [1.25, 0.5]}[loss]
    assert model._distance(given, target).tolist() == expected


def test_weight_decay_makes_weights_smaller():
    plain, held = (dense(epochs=20, learning_rate=1e-2, weight_decay=w).fit(sine()) for w in (0.0, 1.0))
    size = [sum(np.square(w).sum() for w in model.weights_.values()) for model in (plain, held)]
    assert size[1] < 0.9 * size[0]


@pytest.mark.parametrize("kind", ["jitter", "scaling", "warp", "slice", "mix"])
def test_augmentation_is_used_in_training(kind):
    plain, other = dense(epochs=1).fit(sine()), dense(epochs=1, augment=kind).fit(sine())
    assert any((plain.weights_[name] != other.weights_[name]).any() for name in plain.weights_)


def test_windows_with_gaps_are_neither_learned_nor_judged():
    x = sine(1500)
    x[700:800] = np.nan
    model = dense().fit(x)
    scores = model.score(x)
    assert np.isnan(scores[700:800]).all()
    assert np.isfinite(scores[:695]).all()
    assert np.isfinite(scores[805:]).all()
    clean = np.concatenate([scores[:695], scores[805:]])
    assert scores[np.isfinite(scores)].max() <= clean.max() * 1.5, "the edges of the gap stand out"
    with pytest.raises(InputError, match="nowhere are 25 in a row known"):
        dense().fit(np.where(np.arange(600) % 4 == 0, sine(), np.nan))


@given(
    gone=arrays(bool, st.integers(5, 60), elements=st.sampled_from([False, False, False, True])),
    width=st.integers(1, 5),
)
@settings(deadline=None, max_examples=50)
def test_whole_windows_and_what_they_cover(gone, width):
    starts = _whole(gone, width)
    expected = [i for i in range(len(gone) - width + 1) if gone[i : i + width].mean() <= 0.1]
    assert starts.tolist() == expected
    covered = [any(s <= t < s + width for s in expected) for t in range(len(gone))]
    assert _covered(starts, width, len(gone)).tolist() == covered


# a subnormal number divided by itself may be none
@given(arrays(np.float64, (30, 2), elements=st.floats(-1e6, 1e6, allow_subnormal=False)))
@settings(deadline=None, max_examples=50)
def test_units_there_and_back(x):
    for scaling in ("robust", "standard", "minmax", "l2", "none"):
        units = Units.of(x, scaling)
        s = units.drawn_in(x)
        np.testing.assert_allclose(units.drawn_out(s), x, rtol=1e-6, atol=1e-6 * np.abs(x).max() + 1e-12)
        reach = LARGEST_INPUT * units.gain + np.abs(units.offset)
        assert (np.abs(units.seen(s)) <= 1.001 * reach).all()


def test_scalings_are_what_they_are_called():
    x = sine(400)[:, None] * 7 + 30
    seen = {word: (units := Units.of(x, word)).seen(units.drawn_in(x)) for word in ("standard", "minmax", "l2", "none")}
    np.testing.assert_allclose(seen["none"], x, rtol=1e-5)
    np.testing.assert_allclose([seen["standard"].mean(), seen["standard"].std()], [0, 1], atol=1e-3)
    np.testing.assert_allclose([seen["minmax"].min(), seen["minmax"].max()], [0, 1], atol=1e-3)
    np.testing.assert_allclose(np.square(seen["l2"]).sum(), 1, rtol=1e-3)


def test_the_band_is_in_the_data_s_unit():
    x = 40 + 5 * sine(1500)
    band = dense(epochs=20, windows=512).fit(x).band(x)
    assert np.abs(band.expected[:, 0] - x).mean() < 1.0
    inside = (band.lower[:, 0] <= x) & (x <= band.upper[:, 0])
    assert 0.9 < inside.mean() < 0.99


@pytest.mark.parametrize("name", ["lstm_forecaster", "cnn_forecaster", "cnn_lstm_forecaster", "attention_forecaster"])
def test_forecasts_do_not_depend_on_what_comes_later(name):
    x = sine(900)
    model = detector(name, window=25, epochs=1, windows=32, hidden=8).fit(x)
    whole = model.score(x)
    for n in (26, 100, 433):
        np.testing.assert_allclose(model.score(x[:n]), whole[:n], rtol=1e-5, atol=1e-6)
    assert np.isnan(whole[:25]).all()
    assert np.isfinite(whole[25:]).all()


def test_attention_is_drawn_over_the_series():
    x = sine(600)
    model = detector("attention_autoencoder", window=25, epochs=2, windows=128, hidden=8).fit(x)
    looked = model.attention(x)
    assert looked.shape == (600,)
    assert (looked > 0).all()
    assert looked.mean() == pytest.approx(1, abs=0.05)
    assert np.ptp(looked) > 1e-4
    assert np.isnan(model.attention(x[:10])).all()


def test_a_saved_network_is_arrays_and_numbers(tmp_path):
    model = dense().fit(sine())
    model.save(tmp_path / "model.offbeat")
    loaded = modelfile.load(tmp_path / "model.offbeat")
    assert_same_weights(model, loaded)
    np.testing.assert_array_equal(loaded.history_, model.history_)


def test_a_course_survives_json():
    course = Course([(1.0, float("nan")), (0.5, 0.7)], 2, float("inf"), "early")
    again = Course.from_json(course.as_json())
    assert repr(again) == repr(course)
    assert again.watched(1) == 1.0
    assert again.watched(2) == 0.7


def test_the_loop_trains_any_network_and_loss():
    """The network is a line, the loss its distance from another line: the loop needs to know neither."""
    x = torch.randn(300, 1, generator=torch.Generator().manual_seed(0))
    line = torch.nn.Linear(1, 1)

    def loss(network: Any, batch: torch.Tensor, done: float) -> torch.Tensor:
        assert 0 <= done <= 1
        return (network(batch) - 2 * batch - 1).square().flatten(1).mean(1)

    with steady(0):
        course = train(line, loss, Material(x, torch.arange(299), 2), replace(RECIPE, epochs=40, learning_rate=0.1), "")
    assert course.history[-1][1] < 1e-3
    assert line.weight.item() == pytest.approx(2, abs=0.05)
    assert not line.training

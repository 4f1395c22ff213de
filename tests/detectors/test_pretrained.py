"""The models that others have trained: real loading, real asking, on tiny random weights that are made here."""

from __future__ import annotations

import json
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_weights

from offbeat.cli import main
from offbeat.core import modelfile, spec
from offbeat.core.detector import Detector
from offbeat.core.errors import ModelFileError, ParameterError
from offbeat.core.extras import installed
from offbeat.core.registry import detector, detector_class, detector_entries

NAMES = ("chronos", "timesfm", "moment", "tspulse")
WEIGHTS = tuple(tiny_weights.MAKERS)
WINDOW = 64
Of = Callable[..., Detector]


def sine(n: int = 400, seed: int = 0) -> np.ndarray:
    return np.sin(np.arange(n) / 6) + 0.1 * np.random.default_rng(seed).normal(size=n)


def of(weights: str) -> str:
    """The detector that reads these weights."""
    return weights.partition("_")[0]


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    base = tmp_path_factory.mktemp("weights")
    return lambda name: tiny_weights.make(name, base / name)


@pytest.fixture
def made(request: pytest.FixtureRequest, folders: Callable[[str], Path]) -> Iterator[tuple[str, Path]]:
    """Weights by name, and the folder that holds them; skipped where their package is not installed."""
    name = request.param
    extra = detector_class(of(name)).extra
    if not installed(extra):
        pytest.skip(f"the [{extra}] extra is not installed")
    with tiny_weights.timesfm_25_is_tiny() if name == "timesfm_25" else nullcontext():
        yield name, folders(name)


every = pytest.mark.parametrize("made", WEIGHTS, indirect=True)
one_each = pytest.mark.parametrize("made", NAMES, indirect=True)


def reading(made: tuple[str, Path], **params: Any) -> Detector:
    name, folder = made
    return detector(of(name), **{"weights": str(folder), "window": WINDOW, **params})


def told_by_the_package(name: str, folder: Path, z: np.ndarray, model: Any) -> np.ndarray:
    """What the package says, asked as its own examples do: the last values of z predicted, or all of z rebuilt."""
    import torch

    z = z.astype(np.float32)
    if name.startswith("chronos"):
        from chronos import BaseChronosPipeline

        pipeline = BaseChronosPipeline.from_pretrained(folder)
        torch.manual_seed(0)
        context = torch.from_numpy(z[None, None] if name == "chronos_2" else z[None])
        quantiles, _ = pipeline.predict_quantiles(context, prediction_length=16, quantile_levels=[0.5])
        return np.asarray(quantiles[0]).reshape(-1)
    if name == "timesfm":
        from timesfm3.torch import TimesFM3Forecaster

        return TimesFM3Forecaster.from_pretrained(str(folder), device="cpu").predict(z, 16).forecast
    if name == "timesfm_25":
        return model.forecast_naive(16, [z])[0][:, 5]
    with torch.inference_mode():
        if name == "moment":
            given = model.reconstruct(x_enc=torch.from_numpy(z)[None, None], input_mask=torch.ones(1, len(z)))
            return given.reconstruction.numpy()[0, 0]
        from tsfm_public.models.tspulse.utils.helpers import patchwise_stitched_reconstruction

        keys = ["reconstruction_outputs", "reconstructed_ts_from_fft"]
        rebuilt = patchwise_stitched_reconstruction(
            model, torch.from_numpy(z)[None, :, None], tiny_weights.PATCH, keys, [], 0, len(z)
        )
        return np.mean([rebuilt[key].numpy()[0, :, 0] for key in keys], axis=0)


@pytest.mark.slow
@every
def test_it_expects_what_the_package_says(made):
    name, folder = made
    x = sine()
    predicts = of(name) in ("chronos", "timesfm")
    one = reading(made, window=tiny_weights.LENGTH - 10 if predicts else tiny_weights.LENGTH, batch=1).fit(x)
    expected = one.band(x).expected[:, 0]
    z = np.clip((x - one.centre_) / one.scale_, -8, 8)
    first = one.window_ if predicts else 0
    part = z[: one.window_]
    text = told_by_the_package(name, folder, part, one._model()) * one.scale_ + one.centre_
    # a rebuilt window shares its second half with the next one
    shown = slice(first, first + 16) if predicts else slice(0, one.window_ // 8)
    np.testing.assert_allclose(expected[shown], text[: shown.stop - shown.start], rtol=1e-4, atol=1e-4)
    assert np.ptp(text) > 0


@pytest.mark.slow
@every
def test_other_weights_expect_something_else(made, tmp_path):
    import torch
    from safetensors.torch import load_file, save_file

    name, folder = made
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    file = other / "model.safetensors"
    with torch.random.fork_rng():
        torch.manual_seed(7)
        weights = {key: value + 0.5 * torch.randn_like(value) for key, value in load_file(file).items()}
    save_file(weights, file, metadata={"format": "pt"})
    x = sine()
    ours, theirs = (reading((name, where)).fit(x) for where in (folder, other))
    assert ours.digest_ != theirs.digest_
    assert np.nanmax(np.abs(ours.band(x).expected - theirs.band(x).expected)) > 1e-3


@pytest.mark.slow
@every
def test_nothing_is_fetched_and_nothing_is_said(made, tmp_path, monkeypatch, capfd):
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("it asked the network")

    folder = shutil.copytree(made[1], tmp_path / "weights")
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.chdir(tmp_path)
    capfd.readouterr()
    detector(of(made[0]), weights=Path(folder).name, window=WINDOW).fit_score(sine())
    message = capfd.readouterr()
    assert (message.out, message.err) == ("", "")


@pytest.mark.slow
@every
def test_the_cores_change_nothing(made, monkeypatch):
    from offbeat.kernels import threads

    x = np.column_stack([sine(300), sine(300, 1)])
    found = []
    for cores in (1, 2):
        monkeypatch.setattr(threads, "cores", lambda cores=cores: cores)
        found.append(reading(made, batch=4).fit(x).score(x))
    np.testing.assert_array_equal(*found)


@pytest.mark.slow
@one_each
def test_channels_are_judged_by_themselves(made):
    one, other = sine(600), np.abs(sine(600, 3))
    both = reading(made).fit(np.column_stack([one, other]))
    alone = reading(made).fit(one)
    together = both.band(np.column_stack([one, other])).expected
    np.testing.assert_allclose(together[:, 0], alone.band(one).expected[:, 0], rtol=1e-5, atol=1e-5)


@pytest.mark.slow
@one_each
def test_a_saved_model_keeps_the_place_of_its_weights_and_no_more(made, tmp_path):
    folder = Path(shutil.copytree(made[1], tmp_path / "weights"))
    x = sine()
    one = reading((made[0], folder)).fit(x)
    one.save(tmp_path / "model")
    assert (tmp_path / "model").stat().st_size < (folder / "model.safetensors").stat().st_size
    loaded = modelfile.load(tmp_path / "model")
    scores = one.score(x)
    np.testing.assert_array_equal(loaded.score(x), scores)

    moved = folder.rename(tmp_path / "elsewhere")
    with pytest.raises(ModelFileError, match=f"{of(made[0])}: there is no folder .*weights; give weights=FOLDER"):
        loaded.score(x)
    np.testing.assert_array_equal(loaded.set_params(weights=str(moved)).score(x), scores)

    config = moved / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "note": "changed"}))
    with pytest.raises(ModelFileError, match=r"fitted with other weights than those now in .*elsewhere"):
        loaded.score(x)


@pytest.mark.slow
@one_each
def test_one_folder_is_loaded_once(made, tmp_path, monkeypatch):
    kind = detector_class(made[0])
    calls, load = [], kind._load
    monkeypatch.setattr(kind, "_load", staticmethod(lambda folder: calls.append(folder) or load(folder)))
    folder = shutil.copytree(made[1], tmp_path / "weights")
    x = sine()
    for _ in range(2):
        reading((made[0], folder)).fit(x).score(x)
    assert [call.path for call in calls] == [folder]


@pytest.mark.slow
@one_each
def test_a_window_beyond_the_model_is_refused(made):
    limit = 15_360 if made[0] == "timesfm" else tiny_weights.LENGTH
    with pytest.raises(ParameterError, match=rf"window={limit + 1} is more than the {limit} points that the model in"):
        reading(made, window=limit + 1).fit(sine(limit + 100))


@pytest.mark.slow
@pytest.mark.parametrize("made", ["chronos", "chronos_t5", "chronos_2", "timesfm", "timesfm_25"], indirect=True)
def test_a_horizon_beyond_the_model_is_refused(made):
    with pytest.raises(ParameterError, match=r"horizon=65 is more than the \d+ values that the model in"):
        reading(made, horizon=65).fit(sine())
    far, near = (reading(made, horizon=horizon).fit(sine()).score(sine()) for horizon in (32, 1))
    assert np.isnan(far).sum() == np.isnan(near).sum() == WINDOW
    assert np.nanmax(np.abs(far - near)) > 0


@pytest.mark.slow
@pytest.mark.parametrize("made", ["chronos_t5"], indirect=True)
def test_samples_follow_the_seed(made):
    import torch

    x = sine()
    state = torch.get_rng_state()
    one, same, other = (reading(made, seed=seed).fit(x).score(x) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.nanmax(np.abs(one - other)) > 0
    assert torch.equal(torch.get_rng_state(), state), "the caller's random numbers were drawn from"


@pytest.mark.slow
@pytest.mark.parametrize("made", ["moment", "tspulse"], indirect=True)
def test_a_short_series_is_filled_up_and_the_model_is_told(made):
    x = sine(100)
    one = reading(made, window=None).fit(x)
    assert one.window_ == 100
    assert np.isfinite(one.score(x)).all()
    assert np.isfinite(one.band(x).expected).all()


@pytest.mark.slow
@one_each
def test_a_channel_that_never_moved_is_not_asked_about(made, monkeypatch):
    x = np.column_stack([sine(), np.full(400, 3.0)])
    kind, asked = detector_class(made[0]), []
    ask = kind._ask
    monkeypatch.setattr(kind, "_ask", lambda self, model, w: asked.append(len(w)) or ask(self, model, w))
    one = reading(made).fit(x)
    both = sum(asked)
    asked.clear()
    reading(made).fit(x[:, 0])
    assert both == sum(asked) > 0
    known = np.isfinite(one.band(x).expected[:, 1])
    assert (one.band(x).expected[known, 1] == 3.0).all()


@pytest.mark.slow
@every
def test_weights_of_another_model_are_refused(made):
    name, folder = made
    for reader in NAMES:
        if reader == of(name) or not installed(detector_class(reader).extra):
            continue
        with pytest.raises(ModelFileError, match=rf"^{reader}: .* holds another model .*; give the folder of a"):
            detector(reader, weights=str(folder)).fit(sine())


@pytest.mark.slow
@every
def test_weights_that_lack_some_are_refused(made, tmp_path):
    """Else the packages would make up what is missing, and say so in a warning at most."""
    from safetensors.torch import load_file, save_file

    folder = Path(shutil.copytree(made[1], tmp_path / "weights"))
    weights = load_file(folder / "model.safetensors")
    parts = ("o.weight", "fc1.weight", "out_proj.weight", "out.weight")
    gone = next(name for name in sorted(weights) if name.endswith(parts))
    del weights[gone]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelFileError, match=r"lacks 1 of the model's weights|no model can be made") as caught:
        reading((made[0], folder)).fit(sine())
    assert gone in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
@every
def test_weights_of_another_size_are_refused(made, tmp_path):
    from safetensors.torch import load_file, save_file

    folder = Path(shutil.copytree(made[1], tmp_path / "weights"))
    weights = {name: value.repeat(*[2] * value.ndim) for name, value in load_file(folder / "model.safetensors").items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelFileError, match=r"no model can be made of the weights in .*; save or fetch them again"):
        reading((made[0], folder)).fit(sine())


@pytest.mark.slow
@one_each
def test_a_folder_that_can_not_be_used_is_one_sentence(made, tmp_path):
    name = made[0]

    def says(folder: Path, words: str) -> None:
        with pytest.raises(ModelFileError, match=words) as caught:
            detector(name, weights=str(folder)).fit(sine())
        assert str(caught.value).startswith(f"{name}: ")
        assert "\n" not in str(caught.value)

    says(tmp_path / "nowhere", "there is no folder .*nowhere")
    empty = tmp_path / "empty"
    empty.mkdir()
    says(empty, r"holds no weights \(no \*.safetensors\)")
    (empty / "pytorch_model.bin").write_bytes(b"pickle")
    says(empty, r"holds no weights \(only \*.safetensors are read, as other weights can run code\)")
    cut = Path(shutil.copytree(made[1], tmp_path / "cut"))
    file = cut / "model.safetensors"
    file.write_bytes(file.read_bytes()[:1000])
    says(cut, r"no model can be made of the weights in .*cut \(model.safetensors: ")
    torn = Path(shutil.copytree(made[1], tmp_path / "torn"))
    (torn / "config.json").write_text('{"d_model": ')
    says(torn, "no model can be made of the weights in .*torn")
    says(made[1] / "config.json", "there is no folder .*config.json")


@pytest.mark.slow
@one_each
def test_cuda_that_is_not_there_is_one_sentence(made, monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ParameterError, match="device=cuda, and torch finds no CUDA here; give device=cpu or auto"):
        reading(made, device="cuda").fit(sine())


@pytest.mark.parametrize("name", NAMES)
def test_without_a_folder_it_says_what_to_give(name):
    assert detector_entries()[name].family == "pretrained"
    assert detector_class(name).required == ("weights",)
    with pytest.raises(
        ParameterError, match=rf"^{name} has no weights; give weights=FOLDER, the folder of a \w+ model$"
    ):
        detector(name).fit(sine())


def test_all_means_those_that_ask_for_nothing():
    every_one = {one.name for one in spec.specs("all")}
    assert "zscore" in every_one
    assert not set(NAMES) & every_one
    first, second = spec.specs("zscore,chronos:weights=some/folder,window=64")
    assert [first.name, second.name] == ["zscore", "chronos:weights=some/folder,window=64"]
    assert second.new().weights == "some/folder"


@pytest.mark.slow
@pytest.mark.parametrize("made", ["chronos"], indirect=True)
def test_the_command_line_takes_a_folder(made, tmp_path, capsys, monkeypatch):
    x = sine(600)
    x[500] += 40
    data = tmp_path / "sine.csv"
    np.savetxt(data, x, header="value", comments="")
    command = ["offbeat", "detect", str(data), "--detector", "chronos", "--json", "--set", "window=64"]
    monkeypatch.setattr(sys, "argv", [*command, "--set", f"weights={made[1]}"])
    with pytest.raises(SystemExit, check=lambda done: not done.code):
        main()
    assert 500 in [event["peak"] for event in json.loads(capsys.readouterr().out)["events"]]
    monkeypatch.setattr(sys, "argv", [*command, "--set", f"weights={tmp_path}"])
    with pytest.raises(SystemExit, check=lambda done: done.code == 2):
        main()
    assert "holds no weights" in capsys.readouterr().err

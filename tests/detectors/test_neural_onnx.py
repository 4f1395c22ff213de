from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch

from offbeat.core.errors import NotFittedError, OutputError
from offbeat.core.registry import detector, detector_entries
from offbeat.core.series import Floats

NAMES = sorted(name for name, entry in detector_entries().items() if entry.family == "neural")


def series(channels: int) -> Floats:
    rng = np.random.default_rng(0)
    return np.sin(np.arange(400) / 5)[:, None] + 0.1 * rng.normal(size=(400, channels))


@pytest.mark.parametrize("name", NAMES)
def test_the_exported_network_gives_the_same_scores(name, tmp_path):
    x = series(2)
    kind = type(detector(name))
    model = detector(name, **{**kind.fast_params, "window": 20}).fit(x)
    path = tmp_path / "network.onnx"
    model.to_onnx(path)
    session = onnxruntime.InferenceSession(path)

    def outside(_network: object, batch: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(session.run(None, {"windows": batch.numpy()})[0])

    expected = model.score_result(x)
    model._given_for = outside
    np.testing.assert_allclose(model.score_result(x).raw, expected.raw, rtol=1e-4, atol=1e-4)
    assert np.nanstd(expected.scores) > 1e-3


def test_where_nothing_can_be_exported(tmp_path):
    with pytest.raises(NotFittedError):
        detector("dense_autoencoder").to_onnx(tmp_path / "network.onnx")
    model = detector("dense_autoencoder", epochs=1, windows=16, window=20).fit(series(1))
    with pytest.raises(OutputError):
        model.to_onnx(tmp_path / "nowhere" / "network.onnx")

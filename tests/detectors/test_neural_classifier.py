from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.errors import InputError
from offbeat.core.registry import detector
from offbeat.detectors.neural._injected import injected


def labelled(n: int = 2000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A sine in which two kinds of stretch are odd, of which only the faster one is called an anomaly."""
    rng = np.random.default_rng(seed)
    x = np.sin(2 * np.pi * np.arange(n) / 25) + 0.05 * rng.normal(size=n)
    labels = np.zeros(n, dtype=bool)
    for first in range(100, n - 60, 200):
        faster = first // 200 % 2 == 0
        x[first : first + 50] = np.sin(2 * np.pi * np.arange(50) / 8) if faster else 0.3 * x[first : first + 50]
        labels[first : first + 50] = faster
    return x, labels


def taught(name: str, x: np.ndarray, labels: np.ndarray, **params: Any) -> Any:
    model = detector(name, window=25, hidden=16, **params)
    model.fit(x, labels)
    return model


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("rnn_classifier", {"epochs": 8, "windows": 512}),
        ("rnn_classifier", {"epochs": 8, "windows": 512, "balance": "downsample", "cell": "lstm"}),
        ("rnn_classifier", {"epochs": 8, "windows": 512, "balance": "focal"}),
        ("self_supervised_lstm", {"epochs": 12, "windows": 256, "pretraining": 4}),
    ],
)
def test_labels_say_what_is_an_anomaly(name, params):
    from sklearn.metrics import roc_auc_score

    model = taught(name, *labelled(), **params)
    x, labels = labelled(seed=1)
    scores = model.score(x)
    known = np.isfinite(scores)
    assert roc_auc_score(labels[known], scores[known]) > 0.9
    assert not hasattr(model, "labels_"), "the labels are kept in the model"


@pytest.mark.parametrize("name", ["rnn_classifier", "self_supervised_lstm"])
def test_labels_of_one_kind_teach_nothing(name):
    x, labels = labelled(400)
    for one, kind in ((labels & False, "normal"), (labels | True, "anomalous")):
        with pytest.raises(InputError, match=f"all 400 labels are {kind}"):
            taught(name, x, one, epochs=1)


def test_downsampling_takes_as_many_windows_of_both_kinds():
    x, labels = labelled()
    model = detector("rnn_classifier", window=25, balance="downsample")
    model.labels_ = labels
    starts = model._examples(np.arange(len(x) - 24), 25)
    found = np.array([labels[s : s + 25].any() for s in starts])
    assert found.mean() == pytest.approx(0.5)
    model.balance = "weights"
    assert len(model._examples(np.arange(len(x) - 24), 25)) == len(x) - 24


def test_pretraining_learns_to_predict():
    model = detector("self_supervised_lstm", window=25, pretraining=6, epochs=2).fit(labelled(1000)[0])
    assert model.pretraining_history_.shape == (6, 2)
    assert model.pretraining_history_[-1, 0] < 0.9 * model.pretraining_history_[0, 0]


@given(
    windows=st.integers(1, 8), rows=st.integers(2, 20), channels=st.integers(1, 3), seed=st.integers(0, 1000),
    level=st.sampled_from([0.0, 1.0]),
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_only_marked_points_of_one_channel_are_changed(windows, rows, channels, seed, level):
    chance = torch.Generator().manual_seed(seed)
    batch = level * torch.randn(windows, rows, channels, generator=chance)
    kept = batch.clone()
    changed, marks = injected(batch, chance)
    assert torch.equal(batch, kept)
    assert marks.shape == (windows, rows)
    different = changed != batch
    assert not (different.any(2) & (marks == 0)).any()
    assert (different.any(1).sum(1) <= 1).all(), "more than one channel of a window"
    assert changed.isfinite().all()


def test_half_of_the_windows_get_an_anomaly():
    batch = torch.randn(2000, 30, 2, generator=torch.Generator().manual_seed(0))
    changed, marks = injected(batch, torch.Generator().manual_seed(1))
    hit = marks.amax(1) > 0
    assert 0.45 < hit.float().mean() < 0.55
    moved = (changed != batch).flatten(1).any(1)
    assert (moved[hit].float().mean()) > 0.9
    lengths = marks.sum(1)[hit]
    assert 0.25 < (lengths == 1).float().mean() < 0.45
    assert lengths.max() <= 16


@pytest.mark.parametrize(("labels", "message"), [([0, 1], "400 rows and 2 labels"), ([2] * 400, r"labels\[0\] is 2")])
def test_labels_are_one_a_row(labels, message):
    with pytest.raises(InputError, match=message):
        detector("rnn_classifier", window=25).fit(np.arange(400.0), labels)

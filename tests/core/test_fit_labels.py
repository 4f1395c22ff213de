"""Labels handed to `fit`: learned from by those that say so, and never by accident."""

from __future__ import annotations

import numpy as np
import pytest

import offbeat as ob
from offbeat.core.series import Series
from offbeat.core.spec import DetectorSpec
from offbeat.trials.fitted import fit

X = np.sin(np.arange(300) / 5)
LABELS = (np.arange(300) > 40) & (np.arange(300) < 50)


def test_detectors_that_learn_without_labels_do_not_look_at_them():
    plain, text = ob.detector("zscore").fit(X), ob.detector("zscore").fit(X, LABELS)
    assert (plain.score(X) == text.score(X)).all()


@pytest.mark.parametrize("labels", [None, LABELS & False, LABELS | True])
def test_a_series_teaches_nothing_by_labels_of_one_kind(labels):
    assert Series(X[:, None], labels=labels).usable_labels is None


def test_a_spec_hands_the_labels_on(monkeypatch):
    from offbeat.detectors.neural.rnn_classifier import RNNClassifier

    text = []
    monkeypatch.setattr(RNNClassifier, "_fit_labelled", lambda *given: text.append(given[-1]))
    monkeypatch.setattr(RNNClassifier, "_fit", lambda *_: text.append(None))
    spec = DetectorSpec.parse("rnn_classifier")
    fit(spec, Series(X[:, None], labels=LABELS), 0)
    fit(spec, Series(X[:, None], labels=LABELS & False), 0)
    spec.new(0).fit(Series(X[:, None], labels=LABELS))
    assert (text[0] == LABELS).all()
    assert text[1:] == [None, None], "labels of one kind, or labels within the data, were learned from"

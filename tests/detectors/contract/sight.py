"""Higher is more anomalous, for every kind of anomaly that the detector declares to see."""

from __future__ import annotations

from functools import partial

import numpy as np
from contract.material import KINDS, base, found, margin_of, planted, visible
from contract.suite import Make, add, check

from offbeat.core.detector import Detector

SEEDS = (0, 1, 2)


def _sees(make: Make, kind: str) -> None:
    for seed in SEEDS:
        x, at = planted(kind, seed=seed)
        own = make()
        assert found(own.fit_score(x).scores, at, margin_of(own)), (
            f"{kind} missed in its own training data, seed {seed}"
        )
        new = make().fit(base(len(x), 100 + seed, x.shape[1]))
        assert found(new.score(x), at, margin_of(new)), f"{kind} missed in new data, seed {seed}"


def _declares(kind: type[Detector], word: str) -> bool:
    return word in kind.sees


for _word in KINDS:
    add(f"sees_{_word}", partial(_sees, kind=_word), partial(_declares, word=_word))


@check()
def check_declaration(make: Make) -> None:
    detector = make()
    assert detector.sees, "it declares to see nothing"
    assert detector.sees <= set(KINDS), f"unknown kinds of anomaly: {detector.sees - set(KINDS)}"
    assert detector.invariant <= {"scale", "offset"}
    assert detector.memory > 0
    assert detector.cost.startswith("O(")


@check()
def check_not_constant(make: Make) -> None:
    scores = make().fit_score(base()).scores
    assert np.nanstd(scores) > 0, "all scores are the same"


@check(when=lambda kind: visible(kind) in ("spike", "level_shift"))
def check_any_channel(make: Make) -> None:
    """What is seen in one channel is seen among several, whatever their units are, and the right channel is blamed."""
    kind = visible(type(make()))
    one, at = planted(kind)
    x = np.column_stack([base(seed=7), 1000 * one, 1e-3 * base(seed=8)])
    detector = make()
    judged = detector.fit_score(x)
    assert found(judged.scores, at, margin_of(detector)), f"{kind} in the second of three channels was missed"
    if judged.shares is not None:
        assert judged.shares.shape == x.shape
        peak = at.start + int(np.nanargmax(judged.scores[at]))
        assert np.nanargmax(judged.shares[peak]) == 1, "another channel is blamed"


@check()
def check_band(make: Make) -> None:
    x = base(channels=2)
    band = make().fit(x).band(x)
    if band is None:
        return
    known = np.isfinite(band.expected)
    assert band.expected.shape == band.lower.shape == band.upper.shape == x.shape
    assert known.mean() > 0.8
    assert (band.lower[known] <= band.expected[known]).all(), "expected less than usual"
    assert (band.expected[known] <= band.upper[known]).all(), "expected more than usual"
    assert ((x >= band.lower) & (x <= band.upper))[known].mean() > 0.8, "the usual range leaves out what is usual"

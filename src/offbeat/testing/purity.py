"""Scoring is pure, only fitting learns, and the input is the caller's."""

from __future__ import annotations

from typing import Any

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.series import Floats
from offbeat.testing.material import base, planted
from offbeat.testing.suite import Make, check, promise, same


def _state(value: Any) -> Any:
    """Return what an object holds, in a form that can be compared."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, (list, tuple)):
        return [_state(v) for v in value]
    if isinstance(value, dict):
        return {k: _state(v) for k, v in value.items() if k != "fit_seconds_"}
    return _state(vars(value)) if hasattr(value, "__dict__") and not callable(value) else repr(value)


@check()
def check_pure(make: Make) -> None:
    """Check that scoring changes nothing: the same data get the same scores again."""
    x, _ = planted("spike")
    detector = make().fit(base(seed=1))
    before = _state(vars(detector))
    first = detector.score(x)
    detector.score(3 * base(500, seed=2) + 10)
    detector.band(x)
    same(detector.score(x), first, "the same data scored twice have other scores")
    promise(_state(vars(detector)) == before, "scoring has changed what was learned")


@check()
def check_same_seed(make: Make) -> None:
    """Check that the same data and the same seed give the same scores."""
    x, _ = planted("spike")
    same(make().fit(x).score(x), make().fit(x).score(x), "the same seed gives other scores")


@check()
def check_fit_score(make: Make) -> None:
    """Check that `fit_score` learns what `fit` does, and scores as it does where `score` knows the training rows."""
    x, _ = planted("spike")
    for data in (x, np.column_stack([x, base(seed=3)])):
        both, one = make(), make().fit(data)
        found, expected = both.fit_score(data), one.score_result(data, trained=True)
        same(found.status, expected.status, "fit_score gives another status than fit and score_result")
        same(both.score(data[500:]), one.score(data[500:]), "fit_score has learned something else than fit", 1e-9)
        if not one.transductive:
            same(found.scores, expected.scores, "fit_score gives other scores than fit and score_result", 1e-9)


@check()
def check_train(make: Make) -> None:
    """Check that `fit_score` with `train` learns from the first rows alone, and scores all rows."""
    x, _ = planted("spike")
    made, one = make(), make().fit(x[:800])
    found = made.fit_score(x, train=800)
    same(made.score(x[600:]), one.score(x[600:]), "fit_score(x, train=800) has learned other than fit(x[:800])", 1e-9)
    promise(
        found.scores.shape == (len(x),), f"fit_score(x, train=800) gave {len(found.scores)} scores for {len(x)} rows"
    )
    if not one.transductive:
        expected = one.score(x, trained=True)
        same(found.scores, expected, "fit_score with train gives other scores than fit and score", 1e-9)


@check()
def check_refit(make: Make) -> None:
    """Check that a second fit forgets the first."""
    x = base(seed=1)
    again = make().fit(50 + 7 * base(800, seed=2)).fit(x)
    same(again.score(x), make().fit(x).score(x), "a second fit remembers the first")


@check()
def check_input_untouched(make: Make) -> None:
    """Check that the caller's array is not changed, and need not be writeable."""
    x = base(channels=2)
    x[100, 0] = np.nan
    kept = x.copy()
    for writeable in (True, False):
        x.setflags(write=writeable)
        _use(make(), x)
        same(x, kept, "the input was changed")
    one = np.ascontiguousarray(base()[:, 0])
    kept = one.copy()
    one.setflags(write=False)
    _use(make(), one)
    same(one, kept, "the input was changed")


def _use(detector: Detector, x: Floats) -> None:
    detector.fit_score(x)
    detector.fit(x).score_result(x)
    detector.band(x)

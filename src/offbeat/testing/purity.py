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
    """Check that `fit_score` is `fit` and `score_result`."""
    x, _ = planted("spike")
    for data in (x, np.column_stack([x, base(seed=3)])):
        both, one = make().fit_score(data), make().fit(data).score_result(data)
        same(both.scores, one.scores, "fit_score gives other scores than fit and score_result", 1e-9)
        same(both.status, one.status, "fit_score gives another status than fit and score_result")


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

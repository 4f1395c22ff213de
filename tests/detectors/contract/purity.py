"""Scoring is pure, only fitting learns, and the input is the caller's."""

from __future__ import annotations

from typing import Any

import numpy as np
from contract.material import base, planted
from contract.suite import Make, check

from offbeat.core.detector import Detector


def _state(value: Any) -> Any:
    """What an object holds, in a form that can be compared."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, (list, tuple)):
        return [_state(v) for v in value]
    if isinstance(value, dict):
        return {k: _state(v) for k, v in value.items() if k != "fit_seconds_"}
    return _state(vars(value)) if hasattr(value, "__dict__") and not callable(value) else repr(value)


@check()
def check_pure(make: Make) -> None:
    """The same scores again, also after other data were scored; nothing that was learned has changed."""
    x, _ = planted("spike")
    detector = make().fit(base(seed=1))
    before = _state(vars(detector))
    first = detector.score(x)
    detector.score(3 * base(500, seed=2) + 10)
    detector.band(x)
    np.testing.assert_array_equal(detector.score(x), first)
    assert _state(vars(detector)) == before, "scoring has changed what was learned"


@check()
def check_same_seed(make: Make) -> None:
    x, _ = planted("spike")
    np.testing.assert_array_equal(make().fit(x).score(x), make().fit(x).score(x))


@check()
def check_fit_score(make: Make) -> None:
    """`fit_score` is `fit` and `score_result`."""
    x, _ = planted("spike")
    for data in (x, np.column_stack([x, base(seed=3)])):
        both, one = make().fit_score(data), make().fit(data).score_result(data)
        np.testing.assert_allclose(both.scores, one.scores, rtol=1e-9, atol=1e-9)
        np.testing.assert_array_equal(both.status, one.status)


@check()
def check_refit(make: Make) -> None:
    """A second fit forgets the first."""
    x = base(seed=1)
    again = make().fit(50 + 7 * base(800, seed=2)).fit(x)
    np.testing.assert_array_equal(again.score(x), make().fit(x).score(x))


@check()
def check_input_untouched(make: Make) -> None:
    x = base(channels=2)
    x[100, 0] = np.nan
    kept = x.copy()
    for writeable in (True, False):
        x.setflags(write=writeable)
        _use(make(), x)
        np.testing.assert_array_equal(x, kept, err_msg="the input was changed")
    one = np.ascontiguousarray(base()[:, 0])
    kept = one.copy()
    one.setflags(write=False)
    _use(make(), one)
    np.testing.assert_array_equal(one, kept, err_msg="the input was changed")


def _use(detector: Detector, x: np.ndarray) -> None:
    detector.fit_score(x)
    detector.fit(x).score_result(x)
    detector.band(x)

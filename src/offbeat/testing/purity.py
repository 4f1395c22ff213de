"""Scoring is pure, only fitting learns, and the input is the caller's."""

from __future__ import annotations

from typing import Any

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.series import Floats
from offbeat.testing.material import base, planted
from offbeat.testing.suite import Make, check, promise, same

STEADY = 1e-6
"""The largest change of a score that rounding brings, as a share of the range of all."""

FIRST = "scored data without its first row"


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


@check()
def check_steady(make: Make) -> None:
    """Check that near-equal data get near-equal scores, outside the first `lookback_` rows and a window.

    Noise of 1e-9 of the deviation on a learned row, and training or scored data that went through a CSV, move no score
    by more than 1e-6 of their range; scored data without its first row by no more than `unsteady` declares.
    """
    x, _ = planted("spike")
    train = base(seed=1)
    detector = make().fit(train)
    scores = detector.score(x)
    moved = train.copy()
    moved[700] += 1e-9 * train.std()
    others = {
        "noise of 1e-9 of the deviation on one learned row": make().fit(moved).score(x),
        "training data from a CSV": make().fit(_through_csv(train)).score(x),
        "scored data from a CSV": detector.score(_through_csv(x)),
        FIRST: np.concatenate([[np.nan], detector.score(x[1:])]),
    }
    begin = max(int(getattr(detector, "lookback_", 0)), int(getattr(detector, "window_", 1))) + 1
    for what, other in others.items():
        most, moved_by = detector.unsteady if what == FIRST else STEADY, _moved(other[begin:], scores[begin:])
        promise(moved_by <= most, f"{what} moves a score by {moved_by:.2g} of their range; {most:g} is the most")


def _through_csv(x: Floats) -> Floats:
    return np.array([[float(f"{value:.15g}") for value in row] for row in x])


def _moved(found: Floats, expected: Floats) -> float:
    """Return the largest difference as a share of the range of the expected scores; infinity for a lost score."""
    if (np.isfinite(found) != np.isfinite(expected)).any():
        return float("inf")
    return float(np.nanmax(np.abs(found - expected))) / (float(np.nanmax(expected) - np.nanmin(expected)) or 1.0)

"""Honest about what is missing, constant, infinite or short."""

from __future__ import annotations

import numpy as np
import pytest
from contract.material import PERIOD, assert_honest, base, found, margin_of, planted, visible
from contract.suite import Make, check

from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, NotFittedError
from offbeat.core.params import params_of
from offbeat.core.status import Status


def _in_one_channel(kind: type[Detector]) -> bool:
    return visible(kind) != ""


@check()
def check_same_length(make: Make) -> None:
    detector = make().fit(base())
    for n in (1200, 333, 2000):
        assert_honest(detector.score_result(base(n, seed=n)), n)
        assert len(detector.score(base(n)[:, 0])) == n


@check()
def check_all_judged(make: Make) -> None:
    """Clean data of many windows are judged to the last point; only a causal method may begin late."""
    x = base(3000)
    detector = make()
    status = detector.fit_score(x).status
    late = status == Status.WARMUP
    assert not late.any() or detector.causal
    assert late.mean() < 0.2
    assert (status[~late] == Status.OK).all(), "a clean point was not judged"


@check(when=_in_one_channel)
def check_one_missing(make: Make) -> None:
    """One NaN in 5,000 points: it is said to be missing, and the anomaly elsewhere is still found."""
    detector = make()
    kind = visible(type(detector))
    x, at = planted(kind, 5000)
    x[1000] = np.nan
    judged = detector.fit_score(x)
    assert_honest(judged, len(x))
    assert np.flatnonzero(judged.status == Status.MISSING).tolist() == [1000], "not said to be missing"
    assert found(judged.scores, at, margin_of(detector)), f"one NaN far away, and the {kind} is missed"


@check(when=_in_one_channel)
def check_long_gap(make: Make) -> None:
    detector = make()
    kind = visible(type(detector))
    x, at = planted(kind, 3000)
    gap = np.zeros(3000, dtype=bool)
    gap[300 : 300 + 5 * PERIOD] = True
    x[gap] = np.nan
    judged = detector.fit_score(x)
    assert_honest(judged, len(x))
    np.testing.assert_array_equal(judged.status == Status.MISSING, gap, err_msg="not said to be missing")
    assert np.isfinite(judged.scores[~gap]).mean() > 0.7, "a gap has silenced most of the rest"
    assert found(judged.scores, at, margin_of(detector)), f"a gap far away, and the {kind} is missed"


@check(when=_in_one_channel)
def check_missing_channel(make: Make) -> None:
    """A channel without any value says nothing and spoils nothing."""
    detector = make()
    kind = visible(type(detector))
    x, at = planted(kind)
    judged = detector.fit_score(np.column_stack([np.full(len(x), np.nan), x]))
    assert_honest(judged, len(x))
    assert not (judged.status == Status.MISSING).any()
    assert found(judged.scores, at, margin_of(detector)), f"a channel without values, and the {kind} is missed"


@check(when=_in_one_channel)
def check_constant_channel(make: Make) -> None:
    detector = make()
    kind = visible(type(detector))
    x, at = planted(kind)
    judged = detector.fit_score(np.column_stack([np.full(len(x), 3.0), x]))
    assert_honest(judged, len(x))
    assert found(judged.scores, at, margin_of(detector)), f"a constant channel, and the {kind} is missed"


@check(when=lambda kind: "spike" in kind.sees)
def check_constant_moves(make: Make) -> None:
    """A channel that was constant in training stands out as soon as it moves, alone or beside others."""
    for level in (3.0, 0.0):
        alone = np.full((1200, 1), level)
        for train in (alone, np.column_stack([base(seed=1), alone])):
            x = train.copy()
            x[700, -1] += 0.5
            detector = make().fit(train)
            judged = detector.score_result(x)
            assert_honest(judged, len(x))
            assert found(judged.scores, slice(700, 701), margin_of(detector)), f"{train.shape[1]} channels, at {level}"


@check()
def check_constant_series(make: Make) -> None:
    """Nothing in a constant series is more anomalous than the rest."""
    for level in (0.0, 7.3, -1e6):
        x = np.full(600, level)
        for judged in (make().fit_score(x), make().fit(x).score_result(x)):
            assert_honest(judged, len(x))
            scores = judged.scores[np.isfinite(judged.scores)]
            assert len(scores) > 0, "a constant series was not judged"
            assert np.ptp(scores) <= 1e-6 * max(1.0, np.abs(scores).max()), f"at {level} the scores differ"


@check()
def check_infinite(make: Make) -> None:
    """Infinities are missing values."""
    x = base()
    x[200], x[900] = np.inf, -np.inf
    judged = make().fit_score(x)
    assert_honest(judged, len(x))
    assert np.flatnonzero(judged.status == Status.MISSING).tolist() == [200, 900], "not said to be missing"


@check()
def check_tiny(make: Make) -> None:
    """No point, one point, fewer points than any window: an honest answer, or an error that says what is missing."""
    detector = make().fit(base())
    for n in (0, 1, 2, 3, 7):
        assert_honest(detector.score_result(base(n)), n)
        detector.band(base(n))
        _learns_or_says_why(make, n)


def _learns_or_says_why(make: Make, n: int, channels: int = 1) -> None:
    try:
        judged = make().fit_score(base(n, channels=channels))
    except InputError as error:
        said = str(error)
        assert str(n) in said or n == 0, f"the message does not say how many points there are: {said}"
        return
    assert_honest(judged, n)
    assert n > 0, "it has learned from nothing"


@check()
def check_more_channels_than_rows(make: Make) -> None:
    for rows, channels in ((30, 50), (3, 8)):
        _learns_or_says_why(make, rows, channels)


@check(when=lambda kind: "window" in params_of(kind))
def check_widest_window(make: Make) -> None:
    """A window as long as the series is judged; a longer one is refused with both numbers."""
    x = base(300)
    params = make().get_params()
    judged = type(make())(**{**params, "window": 300}).fit_score(x)
    assert_honest(judged, 300)
    with pytest.raises(InputError, match=r"300 points.*301"):
        type(make())(**{**params, "window": 301}).fit(x)


@check(when=lambda kind: "window" in params_of(kind))
def check_narrowest_window(make: Make) -> None:
    """The least window that the bounds allow gives scores, and not all the same."""
    params = make().get_params()
    least = params_of(type(make()))["window"].low
    judged = type(make())(**{**params, "window": int(least)}).fit_score(base())
    assert_honest(judged, 1200)
    assert np.nanstd(judged.scores) > 0


@check()
def check_bad_data(make: Make) -> None:
    fitted = make().fit(base())
    with pytest.raises(InputError):
        fitted.score(base(channels=2))
    with pytest.raises(InputError):
        make().fit(np.full(100, np.nan))
    with pytest.raises(InputError):
        make().fit(["a", "b"])
    with pytest.raises(NotFittedError):
        make().score(base())
    nothing = fitted.score_result(np.full(300, np.nan))
    assert (nothing.status == Status.MISSING).all()
    assert_honest(nothing, 300)

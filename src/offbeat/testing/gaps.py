"""Honest about what is missing, constant, infinite or short."""

from __future__ import annotations

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, NotFittedError
from offbeat.core.params import params_of
from offbeat.core.status import Status
from offbeat.testing.material import PERIOD, assert_honest, base, found, margin_of, planted, visible
from offbeat.testing.suite import Make, check, promise, refuses, same


def _in_one_channel(kind: type[Detector]) -> bool:
    return visible(kind) != ""


@check()
def check_same_length(make: Make) -> None:
    """Check that there is one score for each row, however many rows there are."""
    detector = make().fit(base())
    for n in (1200, 333, 2000):
        assert_honest(detector.score_result(base(n, seed=n)), n)
        count = len(detector.score(base(n)[:, 0]))
        promise(count == n, f"{count} scores for {n} points")


@check()
def check_all_judged(make: Make) -> None:
    """Check that clean data are judged to the last point; only causal methods begin late."""
    x = base(3000)
    detector = make()
    status = detector.fit_score(x).status
    late = status == Status.WARMUP
    promise(not late.any() or detector.causal, "it begins late (status warmup) and is not causal")
    promise(late.mean() < 0.2, f"it judges nothing in the first {late.mean():.0%} of 3000 clean points")
    promise((status[~late] == Status.OK).all(), "a clean point was not scored")


@check(when=_in_one_channel)
def check_one_missing(make: Make) -> None:
    """Check that one NaN has the status missing, and the anomaly elsewhere is found."""
    detector = make()
    kind = visible(type(detector))
    x, at = planted(kind, 5000)
    x[1000] = np.nan
    judged = detector.fit_score(x)
    assert_honest(judged, len(x))
    missing = np.flatnonzero(judged.status == Status.MISSING).tolist()
    promise(missing == [1000], f"the status of one NaN is not missing: {missing} instead of [1000]")
    promise(found(judged.scores, at, margin_of(detector)), f"one NaN far away, and the {kind} is missed")


@check(when=_in_one_channel)
def check_long_gap(make: Make) -> None:
    """Check that a long gap has the status missing, and the anomaly elsewhere is still found."""
    detector = make()
    kind = visible(type(detector))
    x, at = planted(kind, 3000)
    gap = np.zeros(3000, dtype=bool)
    gap[300 : 300 + 5 * PERIOD] = True
    x[gap] = np.nan
    judged = detector.fit_score(x)
    assert_honest(judged, len(x))
    same(judged.status == Status.MISSING, gap, "the status of a gap is not missing")
    promise(np.isfinite(judged.scores[~gap]).mean() > 0.7, "a gap has silenced most of the rest")
    promise(found(judged.scores, at, margin_of(detector)), f"a gap far away, and the {kind} is missed")


@check(when=_in_one_channel)
def check_missing_channel(make: Make) -> None:
    """Check that a channel without any value changes nothing."""
    detector = make()
    kind = visible(type(detector))
    x, at = planted(kind)
    judged = detector.fit_score(np.column_stack([np.full(len(x), np.nan), x]))
    assert_honest(judged, len(x))
    promise(not (judged.status == Status.MISSING).any(), "a row counts as missing though one channel has a value")
    promise(found(judged.scores, at, margin_of(detector)), f"a channel without values, and the {kind} is missed")


@check(when=_in_one_channel)
def check_constant_channel(make: Make) -> None:
    """Check that a constant channel beside another changes nothing."""
    detector = make()
    kind = visible(type(detector))
    x, at = planted(kind)
    judged = detector.fit_score(np.column_stack([np.full(len(x), 3.0), x]))
    assert_honest(judged, len(x))
    promise(found(judged.scores, at, margin_of(detector)), f"a constant channel, and the {kind} is missed")


@check(when=lambda kind: "spike" in kind.sees)
def check_constant_moves(make: Make) -> None:
    """Check that a channel that was constant in training stands out once it moves."""
    for level in (3.0, 0.0):
        alone = np.full((1200, 1), level)
        for train in (alone, np.column_stack([base(seed=1), alone])):
            x = train.copy()
            x[700, -1] += 0.5
            detector = make().fit(train)
            judged = detector.score_result(x)
            assert_honest(judged, len(x))
            promise(
                found(judged.scores, slice(700, 701), margin_of(detector)),
                f"a channel that was constant in training moves, and is missed ({train.shape[1]} channels, at {level})",
            )


@check()
def check_constant_series(make: Make) -> None:
    """Check that nothing in a constant series is more anomalous than the rest."""
    for level in (0.0, 7.3, -1e6):
        x = np.full(600, level)
        for judged in (make().fit_score(x), make().fit(x).score_result(x)):
            assert_honest(judged, len(x))
            scores = judged.scores[np.isfinite(judged.scores)]
            promise(len(scores) > 0, "a constant series was not scored")
            spread = np.ptp(scores)
            promise(spread <= 1e-6 * max(1.0, np.abs(scores).max()), f"the scores of a series that is {level} differ")


@check()
def check_infinite(make: Make) -> None:
    """Check that infinities are missing values."""
    x = base()
    x[200], x[900] = np.inf, -np.inf
    judged = make().fit_score(x)
    assert_honest(judged, len(x))
    missing = np.flatnonzero(judged.status == Status.MISSING).tolist()
    promise(missing == [200, 900], f"the status of infinities is not missing: {missing} instead of [200, 900]")


@check()
def check_tiny(make: Make) -> None:
    """Check that few points or none get a score, a reason, or an error with their number."""
    detector = make().fit(base())
    for n in (0, 1, 2, 3, 7):
        assert_honest(detector.score_result(base(n)), n)
        detector.band(base(n))
        _learns_or_says_why(make, n)


def _learns_or_says_why(make: Make, n: int, channels: int = 1) -> None:
    try:
        judged = make().fit_score(base(n, channels=channels))
    except InputError as error:
        promise(str(n) in str(error) or n == 0, f"the message does not say how many points there are: {error}")
        return
    assert_honest(judged, n)
    promise(n > 0, "it has learned from nothing")


@check()
def check_more_channels_than_rows(make: Make) -> None:
    """Check that more channels than rows are learned from, or refused with the number of rows."""
    for rows, channels in ((30, 50), (3, 8)):
        _learns_or_says_why(make, rows, channels)


def _with_window(make: Make, window: int) -> Detector:
    return make().set_params(window=window)


@check(when=lambda kind: "window" in params_of(kind))
def check_widest_window(make: Make) -> None:
    """Check that a window as long as the series is judged; a longer one is refused with both numbers."""
    x = base(300)
    assert_honest(_with_window(make, 300).fit_score(x), 300)
    refuses(InputError, lambda: _with_window(make, 301).fit(x), "a window of 301 for 300 points", "300 points", "301")


@check(when=lambda kind: "window" in params_of(kind))
def check_narrowest_window(make: Make) -> None:
    """Check that the least window that the bounds allow gives scores, and not all the same."""
    least = int(params_of(type(make()))["window"].low or 1)
    judged = _with_window(make, least).fit_score(base())
    assert_honest(judged, 1200)
    promise(np.nanstd(judged.scores) > 0, f"with window={least} all scores are the same")


@check()
def check_bad_data(make: Make) -> None:
    """Check that other channels, no value, words and scoring before fitting are refused."""
    fitted = make().fit(base())
    refuses(InputError, lambda: fitted.score(base(channels=2)), "another number of channels")
    refuses(InputError, lambda: make().fit(np.full(100, np.nan)), "training data without a value")
    refuses(InputError, lambda: make().fit(["a", "b"]), "training data that are words")
    refuses(NotFittedError, lambda: make().score(base()), "scoring before fitting")
    nothing = fitted.score_result(np.full(300, np.nan))
    promise((nothing.status == Status.MISSING).all(), "data without a value have another status than missing")
    assert_honest(nothing, 300)

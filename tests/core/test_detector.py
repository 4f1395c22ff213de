"""What the base class does for every detector. The detectors here are the smallest that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from offbeat.core.calibration import Calibration
from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, NotFittedError, OutputError, ParameterError, UnknownNameError
from offbeat.core.params import param
from offbeat.core.registry import detector
from offbeat.core.status import words


@dataclass
class Distance(Detector):
    """The distance from the mean, one score a channel."""

    power: float = param(1.0, "exponent of the distance", low=0.5, high=4)

    def _fit(self, x):
        self.seen_ = x.copy()
        self.mean_ = x.mean(axis=0)

    def _score(self, x):
        return np.abs(x - self.mean_) ** self.power


@dataclass
class Windowed(Detector):
    """The largest value of each window."""

    window: int = param(4, "window width, in points", low=1)

    def _fit(self, x):
        self.window_ = self.window

    def _score(self, x):
        return np.lib.stride_tricks.sliding_window_view(x.max(axis=1), self.window_).max(axis=1)


@dataclass
class Backward(Distance):
    """The step from three points before."""

    causal: ClassVar[bool] = True

    def _fit(self, x):
        super()._fit(x)
        self.lookback_ = 3

    def _score(self, x):
        steps = np.full(x.shape, np.nan)
        steps[3:] = np.abs(x[3:] - x[:-3])
        return steps


@dataclass
class WithGaps(Distance):
    takes_gaps: ClassVar[bool] = True


def test_gaps_are_filled_for_the_author_and_said_to_the_user():
    x = np.array([1.0, np.nan, 3.0, 4.0])
    made = Distance().fit(x)
    assert made.seen_.ravel().tolist() == [1, 2, 3, 4]
    judged = made.score_result(x)
    assert words(judged.status).tolist() == ["ok", "missing", "ok", "ok"]
    np.testing.assert_array_equal(judged.scores, [1.5, np.nan, 0.5, 1.5])


def test_an_author_who_asks_for_gaps_gets_them():
    assert np.isnan(WithGaps().fit([1.0, np.nan, 3.0]).seen_[1, 0])


def test_windows_become_points():
    x = np.array([0.0, 0, 0, 8, 0, 0, 0, 0])
    scores = Windowed().fit(x).score(x)
    # windows 0 to 3 hold the 8, window 4 does not; a point takes the mean of those that cover it
    np.testing.assert_allclose(scores, [8, 8, 8, 8, 8 * 3 / 4, 8 * 2 / 3, 8 * 1 / 2, 0])


def test_fewer_points_than_a_window_are_short():
    judged = Windowed().fit(np.arange(10.0)).score_result([1.0, 2.0])
    assert words(judged.status).tolist() == ["short", "short"]
    assert np.isnan(judged.scores).all()
    with pytest.raises(InputError, match=r"can't learn from 3 points with window=4"):
        Windowed().fit([1.0, 2.0, 3.0])


def test_a_long_gap_leaves_windows_unjudged():
    x = np.arange(40.0)
    x[10:30] = np.nan
    judged = Windowed(window=10).fit(np.arange(40.0)).score_result(x)
    assert (words(judged.status)[10:30] == "missing").all()
    assert (words(judged.status)[:10] == "ok").all()
    short_stretch = x.copy()
    short_stretch[15] = 15
    status = words(Windowed(window=10).fit(np.arange(40.0)).score_result(short_stretch).status)
    assert status[15] == "short"


def test_what_was_read_from_a_gap_is_not_judged():
    x = np.arange(20.0)
    x[8:11] = np.nan
    status = words(Backward().fit(np.arange(20.0)).score_result(x).status).tolist()
    assert status == ["warmup"] * 3 + ["ok"] * 5 + ["missing"] * 3 + ["warmup"] * 3 + ["ok"] * 6


def test_channels_come_to_one_unit():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1000, 2)) * [1, 1000]
    judged = Distance().fit(x).score_result(x)
    assert np.corrcoef(judged.shares[:, 0] > 1, judged.shares[:, 1] > 1)[0, 1] < 0.2
    assert judged.shares[:, 0].std() == pytest.approx(judged.shares[:, 1].std(), rel=0.2)
    np.testing.assert_allclose(judged.scores, (judged.shares**4).mean(axis=1) ** 0.25)
    np.testing.assert_allclose(judged.raw, np.abs(x - x.mean(axis=0)))


def test_one_channel_keeps_the_detectors_own_unit():
    judged = Distance().fit([0.0, 2.0]).score_result([5.0])
    assert judged.scores.tolist() == [4.0]
    assert judged.raw.shape == (1, 1)
    assert judged.shares is None


def test_a_channel_missing_for_a_while_is_left_out_of_the_mean():
    rng = np.random.default_rng(0)
    train = rng.normal(size=(500, 2))
    x = train.copy()
    x[100:200, 0] = np.nan
    judged = Distance().fit(train).score_result(x)
    assert (words(judged.status) == "ok").all()
    np.testing.assert_allclose(judged.scores[100:200], judged.shares[100:200, 1])


def test_scores_that_were_constant_in_training_count_when_they_rise():
    calibration = Calibration.of(np.column_stack([np.arange(100.0), np.full(100, 2.0)]))
    applied = calibration.apply(np.array([[0.0, 2.0], [0.0, 9.0]]))
    assert applied[:, 1].tolist() == [0.0, np.log1p(7.0)]
    silent = Calibration.of(np.full((10, 1), np.nan)).apply(np.array([[3.0]]))
    assert silent.tolist() == [[0.0]]


def test_a_wrong_number_of_scores_is_the_authors_error():
    class Short(Distance):
        def _score(self, x):
            return super()._score(x)[:-1]

    with pytest.raises(AssertionError, match="returned 4 scores for 5 points"):
        Short().fit(np.arange(5.0)).score(np.arange(5.0))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "no points"),
        ([np.nan, np.inf], "2 points, all missing"),
        (["a"], "values must be numbers"),
        (np.zeros((2, 2, 2)), r"not \(2, 2, 2\)"),
    ],
)
def test_what_can_not_be_learned_from(data, words):
    with pytest.raises(InputError, match=words):
        Distance().fit(data)


def test_scoring_before_learning_and_other_channels():
    for call in (Distance().score, Distance().score_result, Distance().band):
        with pytest.raises(NotFittedError, match="call fit first"):
            call([1.0])
    with pytest.raises(NotFittedError, match="nothing to save"):
        Distance().save("model")
    with pytest.raises(InputError, match="fitted on 1 channels and got 2"):
        Distance().fit([1.0, 2.0]).score(np.zeros((3, 2)))


def test_parameters_are_checked_together_and_at_once():
    made = Distance(power=2)
    with pytest.raises(ParameterError, match=r"power=9 is not allowed; power is float, 0\.5 to 4"):
        made.set_params(power=9)
    with pytest.raises(UnknownNameError, match="did you mean power"):
        made.set_params(powr=1)
    assert made.get_params() == {"power": 2}
    assert made.set_params(power=3).power == 3
    with pytest.raises(ParameterError):
        Distance(power="2")
    made.power = -1
    with pytest.raises(ParameterError):
        made.fit([1.0, 2.0])


def test_what_was_learned_from_is_said_by_the_caller():
    x = np.arange(10.0)[:, None]
    made = Distance().fit(x)
    np.testing.assert_array_equal(made.score(x, trained=True), made.score(x))
    with pytest.raises(InputError, match=r"fitted on 10 rows and got 9.*trained=True"):
        made.score(x[:9], trained=True)
    np.testing.assert_array_equal(Distance().fit_score(x, train=6).scores, Distance().fit(x[:6]).score(x))
    for train in (0, 11):
        with pytest.raises(InputError, match=rf"train={train} rows.*1 to 10"):
            made.fit_score(x, train=train)


def test_without_a_band_there_is_none():
    assert Distance().fit([1.0, 2.0]).band([1.0]) is None


def test_labels_are_taken_as_scikit_learn_gives_them():
    assert Distance().fit([1.0, 2.0], [0, 1]).is_fitted
    assert not Distance().is_fitted


def test_frames_are_taken():
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [1.0, None, 3.0]})
    judged = Distance().fit(frame).score_result(frame)
    assert judged.scores.shape == (3,)
    assert words(judged.status).tolist() == ["ok", "ok", "ok"]


def test_a_folder_that_is_not_there(tmp_path):
    fitted = detector("zscore").fit([1.0, 2.0])
    with pytest.raises(OutputError, match="nowhere"):
        fitted.save(tmp_path / "nowhere" / "model")

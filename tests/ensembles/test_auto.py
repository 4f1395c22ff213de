"""The default detector: what it is made of, what it says of its members, and odd data."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.signal import lfilter
from sklearn.metrics import roc_auc_score

import offbeat as ob
from offbeat.core.errors import InputError
from offbeat.core.series import Floats
from offbeat.ensembles._fusion import MemberCalibration, of_training
from offbeat.ensembles._recipe import BEST, RECIPE
from offbeat.ensembles._references import combined, parts_of
from offbeat.ensembles.auto import MEMBERS, Auto
from offbeat.results.detection import Detection


def wave(n: int = 2000, channels: int = 1, seed: int = 0) -> Floats:
    rng = np.random.default_rng(seed)
    return np.sin(np.arange(n)[:, None] / 6) + 0.1 * rng.normal(size=(n, channels))


def test_the_members_that_speak_are_those_that_see_it() -> None:
    x = wave()
    x[700] += 1
    x[1400:1460] = -x[1400:1460]
    auto = Auto().fit(x)
    parts = auto.members(x, trained=True)
    assert set(parts) == {"values", "shape", "detail", "spectrum", "statistics", "points"}
    np.testing.assert_allclose(np.sum(list(parts.values()), axis=0), 1.0)
    assert max(parts, key=lambda name: parts[name][700]) == "points"
    assert parts["values"][1430] + parts["shape"][1430] > 2 * parts["points"][1430]


def test_the_shares_name_the_channel_and_make_up_the_score() -> None:
    x = wave(channels=4)
    x[900:930, 2] += 3
    judged = Auto().fit_score(x)
    assert judged.shares is not None
    assert judged.shares.shape == (2000, 4)
    assert (judged.shares[900:930].argmax(axis=1) == 2).mean() > 0.9
    np.testing.assert_allclose((judged.shares**4).mean(axis=1) ** 0.25, judged.scores, rtol=1e-9, atol=1e-12)


def test_a_break_between_channels_is_seen_together() -> None:
    """Each channel goes on as it always does, but one no longer with the other."""
    rng = np.random.default_rng(5)
    common, other = lfilter([1.0], [1.0, -0.95], rng.normal(size=(2, 2000)))
    x = common[:, None] + 0.05 * rng.normal(size=(2000, 2))
    x[1000:1040, 1] = other[1000:1040] + x[999, 1] - other[999]
    auto = Auto().fit(x)
    parts = auto.members(x, trained=True)
    assert parts["together"][1000:1040].max() > parts["points"][1000:1040].max()
    assert 980 <= int(auto.score(x).argmax()) < 1060


def test_one_channel_that_leaves_the_others_by_little_is_not_drowned_by_their_usual_bumps() -> None:
    rng = np.random.default_rng(1)
    rhythms = np.column_stack([np.sin(np.arange(3000) / 19), lfilter([0.2], [1, -0.98], rng.normal(size=3000))])
    x = rhythms @ rng.normal(size=(2, 12)) + 0.3 * rng.normal(size=(3000, 12))
    x[2000:2150, 4] += 1.2
    scores = Auto().fit(x[:1500]).score(x)
    assert (scores[2020:2130] > np.quantile(scores[:1900], 0.99)).mean() > 0.9


def test_few_rows_for_many_channels_have_no_joint_forecast() -> None:
    auto = Auto().fit(wave(300, channels=12))
    assert "together" not in auto.members(wave(300, channels=12))


def test_what_is_new_but_usual_is_not_an_event_where_the_series_goes_on() -> None:
    """After its training part the series changes its shape for good; a fault in the new shape still stands out."""
    t = np.arange(6000)
    x = np.where(t < 1500, np.sin(t / 6), np.abs(np.sin(t / 6))) + 0.05 * np.random.default_rng(1).normal(size=6000)
    x[4000:4040] = x[4000]
    auto = Auto()
    judged = auto.fit_score(x, train=1500)
    assert np.median(auto.score(x[1500:])) > np.median(judged.scores[1500:]), "score knows the training part alone"
    form = judged.members["values"].scores + judged.members["shape"].scores
    assert form[4010:4030].mean() > 2 * form[1600:3900].mean()


@pytest.mark.parametrize("channels", [1, 3])
def test_what_was_learned_from_counts_half_where_the_series_goes_on(
    channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = wave(3000, channels)
    x[[500, 2500]] += 2
    auto = Auto()
    judged = auto.fit_score(x, train=1500)
    alone = auto.score(x[:1500])
    assert judged.scores[495:505].max() > 5 * np.median(judged.scores[:1500]), "a fault there is still seen"
    monkeypatch.setattr("offbeat.ensembles.auto.RECIPE", type(RECIPE)(trust=1.0))
    trusted = Auto().fit_score(x, train=1500).scores
    np.testing.assert_array_equal(judged.scores[1500:], trusted[1500:])
    loud = judged.scores[:1500] > 0
    np.testing.assert_allclose(2 * judged.scores[:1500][loud], trusted[:1500][loud])
    np.testing.assert_array_equal(auto.score(x[:1500]), alone, err_msg="by itself it is data as any")


@pytest.mark.parametrize("channels", [1, 3])
def test_a_fault_in_the_training_part_does_not_make_itself_usual(channels: int) -> None:
    rng = np.random.default_rng(0)
    clean = {name: np.abs(rng.normal(size=(2000, channels))) for name in ("statistics", "points")}
    dirty = {name: scores.copy() for name, scores in clean.items()}
    for scores in dirty.values():
        scores[700:760] += 50
    similar, fooled = of_training(dirty, MEMBERS), MemberCalibration.of(dirty["points"], MEMBERS["points"], alone=False)
    for name, calibration in of_training(clean, MEMBERS).items():
        np.testing.assert_allclose(similar[name].channels.excess, calibration.channels.excess, rtol=0.2)
    assert (fooled.channels.excess > 5 * similar["points"].channels.excess).all()
    silent = {name: np.full((50, channels), np.nan) for name in clean}
    assert set(of_training(silent, MEMBERS)) == set(clean)


def test_a_fault_that_lasts_does_not_teach_many_channels() -> None:
    """Two fifths of what is judged are faulty; what is left is the quieter half, and learned from by itself."""
    x = wave(3000, channels=4)
    rng = np.random.default_rng(1)
    x[1700:2900, 0] += 0.5 * rng.normal(size=1200)
    x[1700:2900, 1] = 0.7 * x[1700:2900, 1]
    judged = Auto().fit_score(x)
    faulty = np.zeros(3000, dtype=bool)
    faulty[1700:2900] = True
    assert roc_auc_score(faulty, judged.scores) > 0.95


def test_a_part_that_is_odd_to_the_others_is_trusted_less() -> None:
    """Scores of 9 in the first part, by members of the others: a quieter part is trusted as much as the first."""
    parts = parts_of(400, 10)
    zeros = np.zeros((400, 1))
    odd = zeros.copy()
    odd[:100] = 9.0
    by_part = [{"values": (one[:, 0], one)} for one in (zeros, odd, odd, odd)]
    mean = combined({"values": (zeros[:, 0], zeros)}, by_part, parts)["values"][0]
    assert mean[:100] == pytest.approx(9 * (0.25 + 0.05 + 0.05))
    assert (mean[100:] == 0).all()


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("first", [100, 1500, 2500])
def test_what_lasts_is_not_learned_as_normal(channels: int, first: int) -> None:
    """A tenth of the rows at another height, wherever it stands."""
    x = wave(3000, channels=channels)
    x[first : first + 300, 0] += 1.5
    faulty = np.zeros(3000, dtype=bool)
    faulty[first : first + 300] = True
    assert roc_auc_score(faulty, Auto().fit_score(x).scores) > 0.95


def test_the_end_of_a_trend_does_not_exceed_a_spike() -> None:
    x = 0.05 * np.arange(1500.0) + np.random.default_rng(0).normal(size=1500)
    x[700] += 12
    assert abs(int(Auto().fit_score(x).scores.argmax()) - 700) <= 2


def test_a_fault_in_the_reference_does_not_hide_its_like() -> None:
    x = wave(4000)
    for first in (500, 3000):
        x[first : first + 40] = 0.2 * x[first : first + 40]
    scores = Auto().fit_score(x).scores
    usual = np.quantile(np.delete(scores, np.r_[400:640, 2900:3140]), 0.99)
    assert scores[500:540].max() > usual
    assert scores[3000:3040].max() > usual


@pytest.mark.parametrize("effort", ["fast", "best"])
def test_both_efforts_find_the_fault(effort: str) -> None:
    x = wave(3000)
    x[2000:2050] = x[2000]
    assert 1950 < int(Auto(effort=effort).fit(x).score(x).argmax()) < 2100


def test_effort_is_best_where_that_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    def bank(effort: str | None) -> object:
        auto = Auto(effort=effort).fit(wave(500))
        return vars(auto)["members_"]["values"].get_params()["bank"]

    assert (bank("best"), bank("fast"), bank(None)) == (RECIPE.best.bank, RECIPE.fast.bank, RECIPE.best.bank)
    monkeypatch.setattr("offbeat.ensembles.auto.RECIPE", type(RECIPE)(best=BEST._replace(most=400)))
    assert bank(None) == RECIPE.fast.bank


def _odd() -> dict[str, tuple[Floats, int | None]]:
    rng = np.random.default_rng(0)
    spike = np.full(1000, 5.0)
    spike[600] = 9
    ruined = wave(3000)[:, 0]
    ruined[:700] = 5 * rng.normal(size=700)
    return {
        "fifty points": (wave(50)[:, 0], None),
        "a constant with one spike": (spike, None),
        "a counter and a code": (np.column_stack([np.arange(2000.0), rng.integers(0, 4, 2000)]), None),
        "identical values": (np.full(20_000, 3.0), None),
        "a period longer than half": (np.sin(np.arange(1000) / 111) + 0.05 * rng.normal(size=1000), None),
        "training that is all anomalous": (ruined, 700),
        "many channels": (rng.normal(size=(200, 150)), None),
    }


@pytest.mark.parametrize("name", sorted(_odd()))
def test_odd_data_have_an_answer_without_a_warning(name: str) -> None:
    x, train = _odd()[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = ob.detect(x, train=train)
    assert isinstance(result, Detection)
    assert np.isfinite(result.scores[result.status == "ok"]).all()
    assert (result.status == "ok").mean() > 0.9
    if name == "a constant with one spike":
        assert [e.rows[2] for e in result.found] == [600]
    if name == "identical values":
        assert not result.found


def test_too_few_points_are_refused_with_their_number() -> None:
    with pytest.raises(InputError, match=r"3 points.*at least 4"):
        Auto().fit(np.arange(3.0))


@pytest.mark.parametrize("channels", [1, 3])
def test_members_look_ahead_as_far_as_they_say(channels: int) -> None:
    """A change of the future is felt by no score earlier than that, and by some score as early."""
    x = wave(3000, channels)
    auto = Auto().fit(x[:1500])
    known, changed = x[1500:], x[1500:].copy()
    changed[1000:] += 3 * np.random.default_rng(1).normal(size=changed[1000:].shape)
    before, after = auto.score_result(known).members, auto.score_result(changed).members
    for name, ahead in auto.looks_ahead().items():
        # the join's single precision moves a score in its fourth digit
        moved = np.abs(np.nan_to_num(before[name].scores) - np.nan_to_num(after[name].scores)) > 1e-3
        felt = 1000 - int(np.flatnonzero(moved)[0])
        assert 0.6 * ahead <= felt <= ahead, name


def test_a_series_learned_in_part_is_compared_with_all_of_itself_and_score_is_not() -> None:
    x = wave(3000)
    changed = x.copy()
    changed[2900:] = np.abs(changed[2900:])
    changed[2000:2100] = np.abs(changed[2000:2100])
    alone = x.copy()
    alone[2000:2100] = np.abs(alone[2000:2100])
    shape = [Auto().fit_score(one, train=1500).members["shape"].scores for one in (alone, changed)]
    assert (shape[0] - shape[1])[2000:2100].max() > 0.1, "its like at the end makes it usual"
    auto = Auto().fit(x[:1500])
    assert 0 < auto.looks_ahead()["points"] < auto.looks_ahead()["statistics"] < 100
    np.testing.assert_allclose(auto.score(alone)[2000:2100], auto.score(changed)[2000:2100], atol=1e-3)


def test_the_members_are_those_of_the_recipe_and_have_words() -> None:
    from offbeat.core.event import Event

    judged = Auto().fit_score(wave())
    assert set(judged.members) == {"values", "shape", "detail", "spectrum", "statistics", "points"}
    for member in judged.members.values():
        assert member.about in Event.KINDS
        assert member.words
    stacked = np.column_stack([member.scores for member in judged.members.values()])
    loud = judged.scores > 0
    np.testing.assert_allclose((np.nan_to_num(stacked) ** 4).mean(axis=1)[loud] ** 0.25, judged.scores[loud], atol=0.05)


def noise(n: int, channels: int = 1, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).normal(size=(n, channels))


@pytest.mark.parametrize("n", [1000, 4000, 8000])
@pytest.mark.parametrize("length", [30, 300])
def test_a_frozen_stretch_ranks_first_however_long_the_series(n: int, length: int) -> None:
    x = noise(n)
    x[500 : 500 + length] = x[500]
    judged = Auto().fit_score(x)
    assert 500 <= int(judged.scores.argmax()) < 500 + length
    assert judged.members["runs"].about == "frozen"
    shares = Auto().fit(x).members(x)
    np.testing.assert_allclose(np.sum(list(shares.values()), axis=0), 1.0)
    assert shares["runs"][500 : 500 + length].min() > 0.5


def test_a_longer_outage_scores_higher() -> None:
    auto = Auto().fit(wave(3000))
    highest = []
    for length in (20, 60, 180, 540):
        x = wave(3000, seed=1)
        x[1000 : 1000 + length] = 0.0
        scores = auto.score(x)
        assert 1000 <= int(scores.argmax()) < 1000 + length
        highest.append(scores.max())
    assert highest == sorted(highest)


def test_one_frozen_channel_of_many_ranks_first_and_is_named() -> None:
    x = wave(2000, channels=6)
    x[900:1044, 4] = x[900, 4]
    judged = Auto().fit_score(x)
    peak = int(judged.scores.argmax())
    assert 900 <= peak < 1044
    assert judged.shares is not None
    assert (judged.shares[900:1044].argmax(axis=1) == 4).all()
    np.testing.assert_allclose((judged.shares**4).mean(axis=1) ** 0.25, judged.scores, rtol=1e-9, atol=1e-12)


def test_without_long_runs_the_score_is_the_mean_of_the_other_members() -> None:
    x = np.round(wave(3000), 1)
    judged = Auto().fit_score(x)
    assert "runs" not in judged.members
    assert "runs" not in Auto().fit(x).members(x)


def test_runs_that_become_usual_after_the_training_part_are_not_too_long_there() -> None:
    x = wave(4000)[:, 0]
    frozen = x.copy()
    frozen[3000:3100] = frozen[3000]
    assert 3000 <= int(Auto().fit_score(frozen, train=1500).scores.argmax()) < 3100
    calm = x.copy()
    lengths = np.random.default_rng(1).geometric(0.1, size=500)
    calm[1500:] = np.repeat(calm[1500:2000], lengths)[:2500]
    auto = Auto()
    assert "runs" not in auto.fit_score(calm, train=1500).members
    assert "runs" in auto.score_result(calm[1500:]).members, "score knows the training part alone"

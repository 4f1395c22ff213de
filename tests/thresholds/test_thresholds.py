from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from offbeat.core.clusters import clusters, min_gap
from offbeat.core.cut import Cut, severity
from offbeat.core.errors import InputError, ParameterError, UnknownNameError
from offbeat.core.modelfile import load, save
from offbeat.events.stretches import stretches
from offbeat.thresholds import threshold, threshold_entries
from offbeat.thresholds._base import Threshold
from offbeat.thresholds._tail import fit
from offbeat.thresholds.budget import Budget
from offbeat.thresholds.pot import POT

NAMES = sorted(threshold_entries())


def correlated(n: int, seed: int, reach: int = 5) -> np.ndarray:
    """Scores as detectors make them: positive, and alike over `reach` neighbouring points."""
    noise = np.random.default_rng(seed).exponential(size=n + reach)
    return np.convolve(noise, np.ones(reach) / reach, "valid")[:n]


def made(name: str) -> Threshold:
    return threshold(name)


@pytest.mark.parametrize("name", NAMES)
@given(
    scores=arrays(
        np.float64,
        st.integers(1, 60),
        elements=st.one_of(st.floats(-1e6, 1e6), st.just(np.nan), st.just(0.0)),
    )
)
@example(scores=np.array([8.6e5, 4.0, -3.3e-139, 0.0, -3.3e-139, 0.5, -3.3e-139, 0.0, 8.9e5, 0.0] * 2))
@example(scores=np.array([-1e6, 104.0, 5e-324, 0.5, 89.0, -242.0, -66.0, 33.0, 1e-9, -1e6, 108.0, 1e-139, -31.0] * 3))
@settings(max_examples=40, deadline=None)
def test_any_scores_give_a_cut_whose_level_orders_points_as_the_scores_do(name: str, scores: np.ndarray) -> None:
    labels = np.arange(len(scores)) % 3 == 0
    try:
        cut = made(name).cut(scores, labels=labels)
    except InputError:
        assert name == "best_f1"
        assert len(set(labels[np.isfinite(scores)].tolist())) == 1
        return
    assert not np.isnan(cut.value)
    scaled = severity(scores, cut)
    assert np.array_equal(np.isnan(scaled), np.isnan(scores))
    judged = np.isfinite(scores)
    above = scores[judged] > cut.value
    assert np.all(scaled[judged][above] >= 1.0)
    assert np.all(scaled[judged][~above] <= 1.0)


@pytest.mark.parametrize("name", NAMES)
def test_all_nan_scores_have_no_threshold_and_say_so(name: str) -> None:
    cut = made(name).cut(np.full(50, np.nan), labels=np.zeros(50, dtype=bool))
    assert cut.value == np.inf
    assert cut.notes


@pytest.mark.parametrize("name", NAMES)
def test_constant_scores_raise_no_alarm(name: str) -> None:
    if name in ("fixed", "best_f1"):
        pytest.skip("the threshold is the user's own word, or that of the labels")
    scores = np.full(500, 2.0)
    cut = made(name).cut(scores, labels=np.arange(500) == 3)
    assert len(stretches(scores, cut)) == 0


@pytest.mark.parametrize("allowed", [1.0, 5.0])
def test_the_budget_is_kept_on_clean_scores(allowed: float) -> None:
    n = 20_000
    counts = []
    for seed in range(40):
        scores = correlated(n, seed)
        counts.append(len(stretches(scores, Budget(f"{allowed}/series").cut(scores))))
    mean = float(np.mean(counts))
    assert allowed / 2 <= mean <= allowed * 2, mean


def test_real_anomalies_do_not_raise_their_own_threshold() -> None:
    scores = correlated(20_000, seed=3)
    clean = Budget("1/series").cut(scores).value
    for at in range(500, 20_000, 1500):
        scores[at : at + 20] += 10.0
    cut = Budget("1/series").cut(scores)
    assert cut.value < 1.4 * clean
    starts = {int(first) for first, _ in stretches(scores, cut)}
    assert all(any(abs(at - start) <= 5 for start in starts) for at in range(500, 20_000, 1500))


def test_budgets_in_time_count_the_time() -> None:
    week = 7 * 24
    assert Budget("2/week").expected(3 * week, step=3600.0) == pytest.approx(6.0)
    assert Budget("1/10000 points").expected(5000, step=None) == pytest.approx(0.5)
    assert Budget("3 per 2 days").expected(96, step=3600.0) == pytest.approx(6.0)
    assert Budget("1/series").expected(123, step=None) == 1.0


def test_a_budget_in_time_needs_dates() -> None:
    with pytest.raises(ParameterError, match="name a time column, or write the budget in points"):
        Budget("2/week").cut(correlated(1000, 0))


@pytest.mark.parametrize("text", ["", "two a week", "2/fortnight", "-1/week", "0/week", "2/", "/week", "1/0 points"])
def test_what_is_no_budget_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(ParameterError, match="write it as '2/week'"):
        Budget(text)


def test_too_little_history_for_the_budget_is_said() -> None:
    notes = Budget("1/year").cut(correlated(2000, 1), step=60.0).notes
    assert any("extrapolation" in note for note in notes)
    notes = Budget("1/series").cut(np.arange(20.0)).notes
    assert any("too few to set a threshold from a budget" in note for note in notes)


def test_p_values_fall_with_the_score_and_are_one_at_the_start() -> None:
    tail = fit(correlated(5000, 2))
    assert tail is not None
    values = [tail.p_value(tail.start + k * tail.scale) for k in range(0, 30, 3)]
    assert values[0] == 1.0
    assert all(a >= b for a, b in pairwise(values))
    assert values[-1] < 1e-3


def test_the_tail_turns_counts_into_scores_and_back() -> None:
    tail = fit(correlated(5000, 4))
    assert tail is not None
    for count in (0.01, 1.0, 10.0):
        assert tail.n_peaks * tail.beyond(tail.exceeded(count)) == pytest.approx(count)


def test_separation_joins_what_belongs_together() -> None:
    scores = np.zeros(4000)
    for at in range(100, 4000, 400):
        scores[at : at + 30 : 3] = 1.0
    apart = min_gap(scores, 0.5)
    assert 3 <= apart <= 370
    assert len(clusters(scores > 0.5, apart)) == len(range(100, 4000, 400))


def test_names_with_options() -> None:
    assert threshold("percentile:99") == threshold("percentile:percent=99")
    assert threshold("budget:2/week") == Budget("2/week")
    with pytest.raises(UnknownNameError, match="did you mean 'percentile'"):
        threshold("percentil")
    with pytest.raises(ParameterError, match="0 to 100"):
        threshold("percentile:120")
    with pytest.raises(UnknownNameError, match="has no parameter"):
        threshold("mad:q=3")


def test_labels_must_fit() -> None:
    with pytest.raises(InputError, match="3 labels for 5 scores"):
        made("mad").cut(np.arange(5.0), labels=[0, 1, 0])


def test_level_is_zero_at_the_median_and_one_at_the_threshold() -> None:
    scores = np.arange(11.0)
    found = severity(scores, threshold("fixed:9").cut(scores))
    assert found[5] == 0.0
    assert found[9] == 1.0


def test_where_most_points_are_alarms_the_severity_still_orders_them() -> None:
    scores = np.array([1.0, 9.0, 10.0, 11.0, 12.0])
    cut = threshold("fixed:8").cut(scores)
    assert cut.normal == 8.0 - 11.0
    assert np.allclose(severity(scores, cut), 1.0 + (scores - 8.0) / 11.0)


SCORES = arrays(np.float64, st.integers(1, 60), elements=st.one_of(st.floats(0, 12), st.just(np.nan)))
CUTS = st.builds(
    lambda value, below, gap: Cut(value, normal=value - below, min_gap=gap),
    st.floats(1, 10), st.floats(1e-3, 20), st.integers(1, 9),
)  # fmt: skip


@given(scores=SCORES, cut=CUTS)
@settings(max_examples=60, deadline=None)
def test_a_row_has_the_same_severity_alone_and_in_any_batch(scores: np.ndarray, cut: Cut) -> None:
    together = severity(scores, cut)
    alone = np.concatenate([severity(scores[i : i + 1], cut) for i in range(len(scores))])
    assert np.array_equal(together, alone, equal_nan=True)


@given(parts=st.lists(SCORES, min_size=1, max_size=4), cut=CUTS)
@settings(max_examples=60, deadline=None)
def test_stretches_of_parts_with_quiet_rows_between_are_those_of_the_whole(parts: list[np.ndarray], cut: Cut) -> None:
    quiet = np.full(cut.min_gap, cut.normal)
    whole, expected = np.zeros(0), []
    for part in parts:
        expected += (stretches(part, cut) + len(whole)).tolist()
        whole = np.concatenate((whole, part, quiet))
    assert stretches(whole, cut).tolist() == expected


@pytest.mark.parametrize("name", ["budget", "pot", "mad"])
def test_a_cut_is_saved_and_loaded(name: str, tmp_path: Path) -> None:
    scores = correlated(3000, 5)
    cut = threshold(name).cut(scores)
    assert cut.min_gap == min_gap(scores, cut.value if cut.tail is None else cut.tail.start)
    assert cut.normal == np.median(scores)
    save(cut, tmp_path / "cut")
    assert load(tmp_path / "cut") == cut


def test_a_bad_day_is_judged_by_the_month_that_was_learned() -> None:
    cut = Budget("1/series").cut(correlated(20_000, 6))
    bad = correlated(200, 7) + 10.0
    assert np.all(severity(bad, cut) > 1)
    assert stretches(bad, cut).tolist() == [[0, 200]]


def test_alarms_are_one_event_where_they_are_nearer_than_long() -> None:
    scores = np.zeros(4000)
    scores[1000:1300:30] = 3.0
    scores[3900] = 3.0
    # ten within 300 of 4,000 points cluster; yet each is as separate from the next as can be
    assert len(stretches(scores, threshold("fixed:1").cut(scores))) == 11
    scores[1030:1060:2] = 3.0
    assert stretches(scores, threshold("fixed:1").cut(scores))[:3].tolist() == [
        [1000, 1001],
        [1030, 1061],
        [1090, 1091],
    ]


@pytest.mark.parametrize(("chosen", "asked"), [(Budget("1/week"), "a budget"), (POT(), "pot")])
def test_without_a_tail_the_cut_says_what_was_used_and_the_true_cause(chosen: Threshold, asked: str) -> None:
    many = chosen.cut(np.r_[np.zeros(20_000), 5.0, np.zeros(99), 5.0], step=600.0)
    assert many.instead == f"median + 8 robust sd: too few separate high scores for {asked}"
    assert many.notes[0].startswith(
        f"2 separate high scores in 20,101 points are too few to set a threshold from {asked}"
    )
    few = chosen.cut(np.r_[np.zeros(288), 5.0], step=600.0)
    assert few.instead == f"median + 8 robust sd: too few points for {asked}"
    assert few.notes[0].startswith(
        f"289 points are too few to set a threshold from {asked}; learn from more data, or use"
    )
    assert chosen.cut(correlated(5000, 2), step=600.0).instead == ""


def test_the_note_of_pot_names_another_threshold() -> None:
    assert "use --threshold k_sigma;" in POT().cut(np.arange(20.0)).notes[0]

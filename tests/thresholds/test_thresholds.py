from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from offbeat.core.clusters import clusters, min_gap
from offbeat.core.cut import Cut, Weekly, severity, stands_out
from offbeat.core.errors import InputError, ParameterError, UnknownNameError
from offbeat.core.modelfile import load, save
from offbeat.events.stretches import stretches
from offbeat.thresholds import threshold, threshold_entries
from offbeat.thresholds._base import Threshold
from offbeat.thresholds._blocks import clear_gap
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
@example(scores=np.array([2.2e-313] + [0.0] * 6 + [1.0] * 5))
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


LAWS = st.builds(
    lambda start, count, scale, shapes: Weekly(
        start, count, tuple(scale for _ in shapes), tuple(shapes), tuple(1 / len(shapes) for _ in shapes)
    ),
    st.floats(-5, 5), st.floats(0.1, 1e5), st.floats(1e-3, 10), st.lists(st.floats(-0.4, 0.8), min_size=1, max_size=5),
)  # fmt: skip


@given(laws=st.lists(LAWS, min_size=1, max_size=3), scores=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
@settings(max_examples=100, deadline=None)
def test_p_values_fall_with_the_score(laws: list[Weekly], scores: list[float]) -> None:
    cut = Cut(1.0, weekly=tuple(laws))
    values = [cut.p_value(score) for score in sorted(scores)]
    assert all(0.0 <= p <= 1.0 for p in values)
    assert all(a >= b - 1e-12 for a, b in pairwise(values))


@pytest.mark.parametrize("reach", [1, 48])
def test_p_values_are_those_of_a_fresh_clean_week(reach: int) -> None:
    values = []
    for seed in range(40):
        scores = correlated(50_000, 900 + seed, reach)
        cut = Budget("2/series").cut(scores[:10_000], width=reach)
        values += [cut.p_value(week.max()) for week in scores[10_000:].reshape(4, 10_000)]
    assert np.mean(np.array(values) < 0.1) < 0.2
    assert np.mean(np.array(values) < 0.01) < 0.03
    assert np.mean(np.array(values) < 0.9) > 0.1


@pytest.mark.parametrize("seed", range(3))
def test_a_spike_stands_out_and_clean_scores_do_not(seed: int) -> None:
    noise = np.random.default_rng([31, seed]).normal(size=2000)
    clean = np.abs(noise)
    cut = Budget().cut(clean)
    assert not stands_out([cut.p_value(clean.max())], weeks=0.2).any()
    noise[700] = 12.0
    cut = Budget().cut(np.abs(noise))
    assert stands_out([cut.p_value(12.0)], weeks=0.2).all()


def test_a_week_is_that_of_the_data_or_ten_thousand_points() -> None:
    scores = correlated(5000, 3)
    daily, timeless = Budget().cut(scores, step=86_400.0), Budget().cut(scores)
    score = float(scores.max())
    assert daily.p_value(score) < timeless.p_value(score)
    assert np.isnan(Cut(1.0).p_value(3.0))


def test_what_stands_out_is_corrected_for_time_and_series() -> None:
    p = np.array([1e-7, 1e-4, 0.009, 0.02, np.nan])
    assert stands_out(p, 1.0).tolist() == [True, True, True, False, False]
    assert stands_out(p, 1.0, series=1000).tolist() == [True, False, False, False, False]
    assert stands_out(p, 52.0).tolist() == [True, True, False, False, False]
    assert stands_out([0.0, 1.0], 1.0).tolist() == [True, False]


def test_a_budget_counts_the_rows_that_it_is_for() -> None:
    scores = correlated(5000, 8)
    series = Budget("2/series")
    assert series.cut(scores, rows=50_000).value > series.cut(scores).value > series.cut(scores, rows=2500).value
    assert series.cut(scores, rows=5000) == series.cut(scores)
    rate = Budget("2/week")
    assert rate.cut(scores, step=600.0, rows=99).value == rate.cut(scores, step=600.0).value


def test_seven_faults_do_not_hide_one_another() -> None:
    scores = correlated(4000, 9, 48)
    faults = [(at, at + 30) for at in range(250, 4000, 560)]
    for first, end in faults:
        scores[first:end] += 1.0
    cut = Budget().cut(scores)
    assert all(scores[first:end].max() > cut.value for first, end in faults)
    assert Budget().cut(correlated(4000, 9, 48)).value < 2.0


def test_a_clear_gap_is_rare_in_clean_scores() -> None:
    found = [clear_gap(correlated(4000, 300 + seed, 48)) for seed in range(100)]
    assert np.isfinite(found).sum() <= 12


@pytest.mark.parametrize("n", [20, 40, 100, 300])
def test_few_scores_have_a_threshold_between_noise_and_a_spike(n: int) -> None:
    alarms = found = standing = 0
    for seed in range(60):
        noise = np.abs(np.random.default_rng([n, seed]).normal(size=n))
        cut = Budget().cut(noise)
        assert not cut.short
        if cut.instead:
            alarms += noise.max() > cut.value
        standing += int(stands_out([cut.p_value(noise.max())], n / 10_000).sum())
        noise[n // 3] = 9.0
        found += Budget().cut(noise).value < 9.0
    assert alarms <= 12
    assert standing <= 6
    assert found >= 54


def test_too_few_scores_say_so_and_what_would_be_enough() -> None:
    cut = Budget().cut(np.arange(8.0))
    assert cut.value == np.inf
    assert cut.short == "too little data to tell: 8 rows; 60 would be enough"
    assert Budget().cut(correlated(5000, 1)).short == ""


@pytest.mark.parametrize("kind", ["light", "heavy"])
def test_the_promise_holds_on_fresh_scores(kind: str) -> None:
    inside = 0
    for seed in range(30):
        rng = np.random.default_rng([77, seed])
        scores = np.abs(rng.normal(size=6000) if kind == "light" else rng.standard_t(4, size=6000))
        cut = Budget("5/series").cut(scores[:3000])
        assert cut.promise is not None
        assert cut.promise == Budget("5/series").cut(scores[:3000]).promise
        assert (cut.promise.asked, cut.promise.expected) == ("5/series", 5.0)
        assert cut.promise.low <= 5.0 <= cut.promise.high
        inside += cut.promise.low <= len(stretches(scores[3000:], cut)) <= cut.promise.high
    assert inside >= 22


@pytest.mark.parametrize("scale", [1e-290, 1e-3, 1e200])
def test_the_unit_of_the_scores_does_not_matter(scale: float) -> None:
    scores = np.abs(np.random.default_rng(2).normal(size=3000))
    one, other = Budget().cut(scores), Budget().cut(scale * scores)
    assert other.value == pytest.approx(scale * one.value, rel=1e-6)
    assert other.promise == one.promise
    assert other.p_value(scale * 4.5) == pytest.approx(one.p_value(4.5), rel=1e-6)


def test_a_tail_that_does_not_fit_is_not_trusted() -> None:
    rng = np.random.default_rng(5)
    two = np.abs(rng.normal(size=6000))
    two[::40] += 6.0 + 0.02 * rng.normal(size=150)
    promise = Budget("5/series").cut(two).promise
    assert promise is not None
    assert not promise.trusted
    assert promise.why


def test_a_cut_does_not_load_scipy() -> None:
    code = (
        "import sys, numpy as np, offbeat as ob; ob.threshold('budget').cut(np.random.default_rng(0).normal(size=900))"
    )
    code += "; assert 'scipy.optimize' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


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
    alike = "20% of the way to the highest score"
    many = chosen.cut(np.r_[np.zeros(20_000), 5.0, np.zeros(99), 5.0], step=600.0)
    assert many.instead == f"{alike}: too few separate high scores for {asked}"
    assert many.notes[0].startswith(
        f"2 separate high scores in 20,101 points are too few to set a threshold from {asked}"
    )
    few = chosen.cut(np.r_[np.zeros(288), 5.0], step=600.0)
    assert few.instead == f"{alike}: too few points for {asked}"
    assert few.notes[0].startswith(
        f"289 points are too few to set a threshold from {asked}; learn from more data, or use"
    )
    noise = chosen.cut(np.random.default_rng(1).normal(size=50), step=600.0)
    assert noise.instead == f"what clean data exceeds in 1 of 10 series: too few points for {asked}"
    assert chosen.cut(correlated(5000, 2), step=600.0).instead == ""


def test_the_note_of_pot_names_another_threshold() -> None:
    assert "use --threshold k_sigma;" in POT().cut(np.arange(20.0)).notes[0]

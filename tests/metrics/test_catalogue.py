"""What must hold of every measure, found by itself: none is named here but in exceptions with a reason."""

from __future__ import annotations

import inspect
import pkgutil
import re
import warnings
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import offbeat.metrics as package
from offbeat.core.errors import InputError, UnknownNameError
from offbeat.metrics import MisleadingMeasureWarning, measure, measures
from offbeat.metrics._ties import tied

SPACED = {
    "oracle_range_f1": "its thresholds are evenly spaced values",
    "oracle_composite_f1": "its thresholds are evenly spaced values",
    "oracle_affiliation_f1": "its thresholds are evenly spaced values",
    "oracle_point_adjusted_f1": "its thresholds are evenly spaced values",
}
ALL = measures()


def of(takes):
    return [pytest.param(m, id=m.name) for m in measures(takes).values()]


@st.composite
def cases(draw):
    n = draw(st.integers(2, 60))
    # the last point is anomalous: before the end of its probation nab counts nothing
    labels = [0, *draw(st.lists(st.booleans(), min_size=n - 2, max_size=n - 2)), 1]
    scores = draw(st.lists(st.floats(-100, 100, width=32), min_size=n, max_size=n))
    return np.array(labels, dtype=int), np.array(scores)


def columns(found, *arrays):
    with warnings.catch_warnings(action="ignore", category=MisleadingMeasureWarning):
        return found.columns(*arrays)


def within(found, value):
    low, high = sorted((found.best, found.worst))
    return np.isnan(value) or low - 1e-9 <= value <= high + 1e-9


def test_there_are_measures_of_each_kind():
    assert {m.takes for m in ALL.values()} == {"scores", "predictions", "expected"}
    assert {"vus_pr", "range_based", "affiliation", "nab", "ucr_hit", "mase"} <= set(ALL)


def test_every_measure_and_every_public_name_is_exported():
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith("_"):
            continue
        home = import_module(f"offbeat.metrics.{module.name}")
        for name, thing in vars(home).items():
            own = getattr(thing, "__module__", None) == home.__name__ and callable(thing) and name[0] != "_"
            if own and name not in {"sweep", "checked", "measured", "Function"}:
                assert name in package.__all__, f"{home.__name__}.{name} is not exported"
    assert all(getattr(package, name) is found.function for name, found in ALL.items())


@pytest.mark.parametrize("found", [pytest.param(m, id=m.name) for m in ALL.values()])
def test_every_docstring_says_range_direction_cost_and_what_fools_it(found):
    text = " ".join(inspect.getdoc(found.function).split())
    assert re.search(r"\bRange\b|Higher is better", text)
    assert f"{'higher' if found.higher_is_better else 'lower'} is better" in text.lower()
    assert re.search(r"O\(|as `?vus_|`roc_auc`|As `vus_|r_auc|last slice", text)
    assert re.search(r"fools it|[Ff]ooled as|misleading", text)
    assert ">>>" in text


@pytest.mark.parametrize("found", of("scores"))
@given(case=cases())
@settings(max_examples=10, deadline=None)
def test_scores_within_range_and_unchanged_by_monotone_transforms(found, case):
    labels, scores = case
    value = columns(found, labels, scores)
    assert all(within(found, v) for v in value.values())
    if found.name not in SPACED:
        # ranks keep the order and the ties of any scores exactly
        ranks = np.unique(tied(scores), return_inverse=True)[1].astype(float)
        assert columns(found, labels, ranks**3 - 7) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("found", of("predictions"))
@given(case=cases())
@settings(max_examples=10, deadline=None)
def test_predictions_within_range_and_blind_to_their_type(found, case):
    labels, scores = case
    alarms = scores > 0
    value = columns(found, labels, alarms)
    assert all(within(found, v) for v in value.values())
    assert columns(found, labels.astype(float), alarms.astype(int).tolist()) == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize("found", of("scores") + of("predictions"))
def test_the_labels_themselves_are_perfect(found):
    labels = np.zeros(600, dtype=int)
    labels[200:230] = labels[401] = labels[500:540] = 1
    judged = labels.astype(float) if found.takes == "scores" else labels
    assert list(columns(found, labels, judged).values()) == pytest.approx(
        [found.best] * len(columns(found, labels, judged)), abs=1e-12
    )


@pytest.mark.parametrize("found", of("scores") + of("predictions"))
def test_the_opposite_of_the_labels_is_worse(found):
    labels = np.zeros(2000, dtype=int)
    labels[900:930] = labels[1500] = 1
    right, wrong = (columns(found, labels, x.astype(float)) for x in (labels, 1 - labels))
    for name, value in right.items():
        if not np.isnan(wrong[name]):
            assert value > wrong[name] if found.higher_is_better else value < wrong[name]


@pytest.mark.parametrize("found", of("scores") + of("predictions"))
def test_input_is_never_changed(found):
    labels = np.array([0, 0, 1, 1, 0, 0, 1, 0])
    judged = np.array([0, 1, 1, 0, 0, 0, 1, 0]).astype(float)
    before = labels.copy(), judged.copy()
    labels.flags.writeable = judged.flags.writeable = False
    columns(found, labels, judged)
    assert (labels == before[0]).all()
    assert (judged == before[1]).all()


@pytest.mark.parametrize("found", [pytest.param(m, id=m.name) for m in ALL.values()])
def test_wrong_lengths_and_nan_are_refused(found):
    with pytest.raises(InputError, match="3"):
        columns(found, [0, 1, 0], [0, 1])
    with pytest.raises(InputError, match=r"nan|NaN"):
        columns(found, [0, 1, 0], [0, np.nan, 0])


def test_the_direction_follows_from_best_and_worst():
    assert measure("vus_pr").higher_is_better
    assert not measure("mae").higher_is_better
    assert not measure("false_alarms_per_day").higher_is_better


def test_an_unknown_measure_is_named_with_its_nearest():
    with pytest.raises(UnknownNameError, match="no metric 'vus_rp'; did you mean 'vus_"):
        measure("vus_rp")

"""Made series, and what is planted in them."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offbeat.core.errors import InputError, OffbeatError, OutputError, ParameterError, UnknownNameError
from offbeat.core.series import Series
from offbeat.core.windows import true_runs
from offbeat.data.anomalies import KINDS, usual_deviation
from offbeat.data.synth import inject, inject_many, mixture, sine, table, write

PROMISED = {
    "spike", "dip", "level_shift", "trend", "variance", "shape", "frequency", "amplitude", "frozen", "missing_cycle",
    "correlation",
}  # fmt: skip


def wave(kind):
    """A base that every kind can be planted in, with a stretch of one period."""
    return mixture(1000, periods=(100,), trend=0, channels=2, seed=1) if KINDS[kind].alone else sine(1000, seed=1)


def planted(kind, **options):
    return inject(wave(kind), kind, at=400, length=1 if KINDS[kind].is_point else 100, **options)


def test_sine_is_what_it_says():
    series = sine(5000, period=50, noise=0.1)
    assert series.channels == ("value",)
    assert series.values.dtype == np.float64
    assert series.time.dtype == np.int64
    rest = series.values[:, 0] - np.sin(2 * np.pi * np.arange(5000) / 50)
    assert rest.std() == pytest.approx(0.1, rel=0.05)
    assert series.labels is None


def test_mixture_is_what_it_says():
    x = mixture(24 * 7 * 50, periods=(24, 168), trend=10, noise=0).values[:, 0]
    steady = x - np.linspace(0, 10, len(x))
    np.testing.assert_allclose(steady[168:], steady[:-168], atol=1e-9)
    assert not np.allclose(steady[24:], steady[:-24], atol=0.1)
    noise = mixture(20_000, periods=(), trend=0, noise=2, channels=3, correlation=0.6).values
    np.testing.assert_allclose(noise.std(axis=0), 2, rtol=0.05)
    np.testing.assert_allclose(np.corrcoef(noise.T)[np.triu_indices(3, 1)], 0.6, atol=0.05)


@pytest.mark.parametrize("make", [sine, mixture])
def test_one_seed_one_series(make):
    assert np.array_equal(make(seed=3).values, make(seed=3).values)
    assert not np.array_equal(make(seed=3).values, make(seed=4).values)


@pytest.mark.parametrize(
    ("make", "options", "word"),
    [
        (sine, {"n": 0}, "n=0"),
        (sine, {"period": 0}, "period=0"),
        (sine, {"period": float("nan")}, "period=nan"),
        (sine, {"noise": -1}, "noise=-1"),
        (sine, {"seed": -1}, "seed=-1"),
        (mixture, {"channels": 0}, "channels=0"),
        (mixture, {"periods": (24, -1)}, "periods"),
        (mixture, {"correlation": 1.1}, r"correlation=1\.1"),
        (mixture, {"trend": float("inf")}, "trend=inf"),
    ],
)
def test_a_value_outside_its_bounds_is_named(make, options, word):
    with pytest.raises(ParameterError, match=word):
        make(**options)


def test_every_promised_kind_is_there_and_says_what_it_is():
    assert set(KINDS) == PROMISED
    assert all(kind.what.endswith((".", "length.")) and len(kind.what) > 10 for kind in KINDS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_changes_its_stretch_alone_and_labels_it(kind):
    base = wave(kind)
    before = base.values.copy()
    series = planted(kind)
    assert np.array_equal(base.values, before)
    assert base.labels is None
    assert true_runs(series.labels).tolist() == [[400, 401 if KINDS[kind].is_point else 500]]
    changed = (series.values != before).any(axis=1)
    assert not (changed & ~series.labels).any()
    assert changed[series.labels].mean() > 0.9
    assert np.isfinite(series.values).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_plants_the_same(kind):
    assert np.array_equal(planted(kind, seed=5).values, planted(kind, seed=5).values)


def test_each_kind_does_what_its_name_says():
    stretch = slice(400, 500)
    base = sine(1000, noise=0.05, seed=1)
    x, usual = base.values[:, 0], usual_deviation(base.values)[0]

    def made(kind, size=None, length=100):
        return inject(base, kind, at=400, length=length, size=size).values[:, 0]

    assert made("spike", 6, 1)[400] == pytest.approx(x[400] + 6 * usual)
    assert made("dip", 6, 1)[400] == pytest.approx(x[400] - 6 * usual)
    np.testing.assert_allclose((made("level_shift", 3) - x)[stretch], 3 * usual)
    drift = (made("trend", 4) - x)[stretch]
    assert drift[-1] == pytest.approx(4 * usual)
    np.testing.assert_allclose(np.diff(drift), 4 * usual / 100)
    assert (made("variance", 2) - x)[stretch].std() == pytest.approx(2 * usual, rel=0.2)
    assert np.ptp(made("shape")[stretch]) == pytest.approx(np.ptp(x[stretch]), rel=0.1)
    assert np.abs(made("shape")[stretch]).mean() > 1.2 * np.abs(x[stretch]).mean()
    assert np.abs(np.fft.rfft(made("frequency", 2)[stretch])).argmax() == 2
    assert np.ptp(made("amplitude", 3)[stretch]) == pytest.approx(3 * np.ptp(x[stretch]))
    assert set(made("frozen")[stretch]) == {x[400]}
    assert made("missing_cycle")[stretch].std() == pytest.approx(0.05, rel=0.5)


def test_correlation_turns_one_channel_only():
    base = wave("correlation")
    series = planted("correlation")
    changed = (series.values != base.values).any(axis=0)
    assert changed.sum() == 1
    before, after = (np.corrcoef(s.values[400:500].T)[0, 1] for s in (base, series))
    assert before > 0.7
    assert after < -0.7
    named = inject(base, "correlation", at=400, length=100, channels=("c1",))
    assert np.array_equal(named.values[:, 0], base.values[:, 0])


def test_named_channels_are_the_ones_changed():
    base = mixture(500, channels=3)
    series = inject(base, "spike", at=10, channels=("c2", "c0"))
    assert (series.values != base.values).any(axis=0).tolist() == [True, False, True]


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    n=st.integers(1, 60),
    length=st.integers(1, 60) | st.none(),
    after=st.integers(0, 30),
    seed=st.integers(0, 1000),
    holes=st.booleans(),
)
def test_any_place_is_inside_and_any_refusal_is_ours(kind, n, length, after, seed, holes):
    base = mixture(n, channels=2, seed=seed)
    if holes:
        base.values[:: seed % 3 + 1] = np.nan
    try:
        series = inject(base, kind, length=length, after=after, seed=seed)
    except OffbeatError:
        assert length is None or length > n or after + length > n or n < 8
        return
    assert len(series) == n
    assert not series.labels[:after].any()
    assert series.labels.sum() == (length or (1 if KINDS[kind].is_point else 8))
    assert not np.isinf(series.values).any()


def test_many_are_planted_apart_and_counted():
    series = inject_many(sine(5000), "spike:3, level_shift, dip:2,frozen:2", after=1000, seed=1)
    found = true_runs(series.labels)
    assert len(found) == 8
    assert sorted((found[:, 1] - found[:, 0]).tolist()) == [1] * 5 + [100] * 3
    assert found[0, 0] >= 1000
    assert np.array_equal(series.values, inject_many(sine(5000), {"spike": 3, "level_shift": 1, "dip": 2, "frozen": 2},
                                                     after=1000, seed=1).values)  # fmt: skip


def test_the_length_of_many_is_that_of_stretches():
    found = true_runs(inject_many(sine(5000), "spike,level_shift", length=250).labels)
    assert sorted((found[:, 1] - found[:, 0]).tolist()) == [1, 250]


def test_what_was_labelled_stays_so():
    labels = np.zeros(200, dtype=bool)
    labels[50:60] = True
    base = Series(sine(200).values, labels=labels)
    series = inject(base, "spike", at=100)
    assert true_runs(series.labels).tolist() == [[50, 60], [100, 101]]
    assert true_runs(base.labels).tolist() == [[50, 60]]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: inject(sine(), "spik"), UnknownNameError, "did you mean 'spike'"),
        (lambda: inject(sine(), "spike", channels=("valu",)), UnknownNameError, "did you mean 'value'"),
        (lambda: inject(sine(), "correlation"), InputError, "at least 2 channels"),
        (lambda: inject(sine(100), "spike", at=100), ParameterError, "do not fit into 100"),
        (lambda: inject(sine(100), "spike", at=-1), ParameterError, "do not fit into 100"),
        (lambda: inject(sine(100), "level_shift", length=101), ParameterError, "1 to 100 points long"),
        (lambda: inject(sine(100), "level_shift", length=50, after=60), InputError, "no room"),
        (lambda: inject(sine(100), "spike", seed=-2), ParameterError, "seed=-2 is not allowed"),
        (lambda: inject_many(sine(100), "spike:80"), InputError, "no room"),
        (lambda: inject_many(sine(100), "spike:many"), ParameterError, "'spike:many' is not a kind and a count"),
        (lambda: inject_many(sine(100), "spyke:1"), UnknownNameError, "did you mean 'spike'"),
    ],
)
def test_what_is_refused_says_why(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_written_file_comes_back(tmp_path):
    series = inject_many(mixture(300, channels=2), "spike:2,level_shift")
    series.values[7, 1] = np.nan
    write(series, tmp_path / "made.csv")
    back = pd.read_csv(tmp_path / "made.csv", dtype=str)
    assert list(back.columns) == ["time", "c0", "c1", "label"]
    assert back["time"].tolist() == [str(i) for i in range(300)]
    assert np.array_equal(back[["c0", "c1"]].to_numpy(dtype=float), series.values, equal_nan=True)
    assert np.array_equal(back["label"] == "1", series.labels)


def test_dates_keep_their_zone():
    time = np.array(["2024-07-01T12:00", "2024-07-01T13:00"], dtype="datetime64[ns]")
    shown = table(Series(np.zeros((2, 1)), time, zone="Europe/Berlin"))["time"]
    assert str(shown[0]) == "2024-07-01 14:00:00+02:00"
    assert "label" not in table(Series(np.zeros((2, 1)), time))


def test_what_cannot_be_written(tmp_path):
    with pytest.raises(InputError, match="called 'label'"):
        write(Series(np.zeros((2, 1)), channels=("label",)), tmp_path / "x.csv")
    with pytest.raises(OutputError, match="can't write"):
        write(sine(5), tmp_path / "nowhere" / "x.csv")
    assert list(tmp_path.iterdir()) == []


EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_sine_example_is_what_its_script_makes(tmp_path):
    write(runpy.run_path(str(EXAMPLES / "make_sine.py"))["planted"](), tmp_path / "sine.csv")
    made, kept = (pd.read_csv(folder / "sine.csv") for folder in (tmp_path, EXAMPLES))
    pd.testing.assert_frame_equal(made, kept, atol=2e-4)


def test_the_flights_example_holds_the_blizzard():
    hours = pd.read_csv(EXAMPLES / "nyc_flights_2013.csv", parse_dates=["hour"], index_col="hour")
    assert len(hours) == 8760
    assert hours.loc["2013-02-08":"2013-02-09", "cancelled"].sum() == 865
    assert (hours["delay"].isna() == (hours["departures"] == 0)).all()


def test_the_el_nino_example_is_whole():
    months = pd.read_csv(EXAMPLES / "el_nino.csv", parse_dates=["month"])
    assert len(months) == 61 * 12
    assert months["month"].is_monotonic_increasing
    assert months.set_index("month")["temperature"].idxmax().year == 1998

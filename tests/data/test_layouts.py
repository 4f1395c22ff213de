"""Awkward text files are read as they were meant, or a question is asked; never is anything else read in silence."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import io
from dataclasses import replace
from pathlib import Path

import layouts
import numpy as np
import pytest
from hypothesis import given, settings
from layout_parts.figures import Marks, dressed, marked
from layout_parts.plans import CHOICES, Plan, nonsense
from layouts import KINDS, One, Written, difference, files, outcome, simplest, write

import offbeat.core.errors
import offbeat.core.series
from offbeat.core.errors import InputError
from offbeat.core.series import Panel, Series

MUST = [name for name, kind in KINDS.items() if kind.must]
SETTLED = [name for name in KINDS if name.startswith("either reading")]


def check(made: Written) -> None:
    found = outcome(made)
    if found.result == "wrong":
        least = simplest(made)
        pytest.fail(f"{found.what}\n{made!r}\n\nThe plainest that is wrong: {outcome(least).what}\n{least!r}")


@settings(max_examples=500, deadline=None, derandomize=True)
@given(files())
def test_a_file_is_read_as_meant_or_a_question_is_asked(made):
    check(made)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, derandomize=True)
@given(files())
def test_many_files_are_read_as_meant_or_a_question_is_asked(made):
    check(made)


@pytest.mark.parametrize("kind", MUST)
def test_plain_files_of_a_kind_are_read_without_a_question(kind):
    for seed in range(2):
        made = write(kind, seed)
        found = outcome(made)
        assert found.result == "equal" or (found.result == "asked" and made.options), f"{found}\n{made!r}"


@pytest.mark.slow
@pytest.mark.parametrize("kind", MUST)
def test_at_most_one_of_eight_files_in_company_is_asked_about(kind):
    asked = []
    for seed in range(100, 108):
        made = write(kind, seed, 0.1)
        found = outcome(made)
        assert found.result != "wrong", f"seed {seed}: {found.what}\n{made!r}"
        asked += [f"seed {seed}: {found.what}\n{made!r}"] if found.result == "asked" and not made.options else []
    assert len(asked) <= 1, "\n".join(asked)


@pytest.mark.parametrize("kind", SETTLED)
def test_where_both_readings_fit_the_option_settles_it(kind):
    for seed in range(3):
        made = write(kind, seed)
        assert made.options
        check(made)
        found = outcome(made, made.options)
        assert found.result == "equal", f"{found.what}\n{made!r}"


# The generator itself, and the comparison.


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_written_in_all_company(kind):
    for seed, company in enumerate((0.3, 1.0)):
        made = write(kind, seed, company)
        assert made.content
        assert made.truth
        for one in made.truth.values():
            lengths = {len(values) for values in one.channels.values()}
            lengths |= {len(part) for part in (one.times, one.labels) if part is not None}
            assert len(lengths) == 1
        share = np.mean([np.isnan(v).mean() for one in made.truth.values() for v in one.channels.values()])
        assert share <= 0.3


def test_the_same_seed_writes_the_same_file():
    first, second = write("some of everything", 5), write("some of everything", 5)
    assert first.content == second.content
    assert first.description == second.description


def test_the_plainest_wrong_file_keeps_what_matters(monkeypatch):
    """A reader that fails at semicolons alone: all else becomes plain."""

    def semicolons(made: Written) -> layouts.Outcome:
        return layouts.Outcome("wrong" if made.plan.delimiter == ";" else "equal")

    monkeypatch.setattr(layouts, "outcome", semicolons)
    made = next(f for f in (write("much of everything", seed) for seed in range(100)) if f.plan.delimiter == ";")
    assert simplest(made).plan == Plan(delimiter=";")


def test_what_a_person_could_not_read_is_not_written():
    assert "between blanks" in nonsense(Plan(delimiter="aligned", missing=""))
    assert nonsense(Plan(header="none", extras=("flag",)))
    assert nonsense(Plan()) is None


def test_the_plainest_choice_comes_first():
    plain = Plan()
    assert all(getattr(plain, name) == options[0] for name, options in CHOICES.items())


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("-1234567.5", Marks(",", "."), "-1.234.567,5"),
        ("853", Marks(".", ","), "853"),
        ("1003", Marks(".", "'"), "1'003"),
        ("0.25", Marks(","), "0,25"),
    ],
)
def test_marks(text, marks, expected):
    assert marked(text, marks) == expected


def test_signs_and_letters_behind_a_number():
    assert dressed(["-12.5"], "dollar", Marks(".", ","))[0] == ["-$12.5"]
    cells, values = dressed(["63042.0", "1250000"], "K and M", Marks())
    assert cells == ["63.04K", "1.25M"]
    assert values.tolist() == [float("63.04") * 1e3, float("1.25") * 1e6]


TIMES = np.arange(6).astype("datetime64[h]").astype("datetime64[ns]")
VALUES = np.arange(6.0)
TRUTH = Written("", "", b"", {"": One(TIMES, {"load": VALUES})}, zoned=False)
RIGHT = Series(VALUES[:, None], TIMES, ("load",))


def test_a_right_reading_does_not_differ():
    assert difference(RIGHT, TRUTH) is None
    backwards = Series(VALUES[::-1, None], TIMES[::-1], ("load",))
    assert difference(backwards, TRUTH) is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (RIGHT[1:], "5 rows in place of 6"),
        (replace(RIGHT, time=TIMES + np.timedelta64(1, "ns")), "6 times differ"),
        (replace(RIGHT, time=None), "times none"),
        (replace(RIGHT, values=np.nextafter(RIGHT.values, 9)), "6 values differ"),
        (replace(RIGHT, values=np.where(RIGHT.values == 2, np.nan, RIGHT.values)), "1 values differ, first row 2"),
        (replace(RIGHT, channels=("lot",)), "channels"),
        (replace(RIGHT, values=np.ones((6, 2)), channels=("load", "No")), "channels"),
        (replace(RIGHT, labels=VALUES > 4), "labels where there are none"),
        (replace(RIGHT, zone="UTC"), "zone UTC"),
        (Panel({"a": RIGHT}), "a panel of"),
    ],
)
def test_a_wrong_reading_differs(found, expected):
    assert difference(found, TRUTH).startswith(expected)


def test_series_of_a_panel_are_compared_by_their_ids():
    truth = replace(TRUTH, truth={"a": One(TIMES, {"load": VALUES}), "b": One(TIMES, {"load": -VALUES})})
    other = replace(RIGHT, values=-RIGHT.values)
    assert difference(Panel({"a": RIGHT, "b": other}), truth) is None
    assert difference(Panel({"a": other, "b": RIGHT}), truth).startswith("a: 5 values differ")
    assert difference(Panel({"a": RIGHT, "c": other}), truth).startswith("series ['a', 'c']")
    assert difference(RIGHT, truth).startswith("one series")


@pytest.fixture
def benchmark_of_layouts():
    place = Path(__file__).parents[2] / "benchmarks" / "layouts.py"
    spec = importlib.util.spec_from_file_location("benchmark_of_layouts", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_rule_is_replaced_wherever_it_was_imported(benchmark_of_layouts):
    rule = offbeat.core.errors.unknown
    with benchmark_of_layouts.replaced("offbeat.core.errors.unknown", len):
        assert offbeat.core.errors.unknown is len
        assert offbeat.core.series.unknown is len
    assert offbeat.core.errors.unknown is offbeat.core.series.unknown is rule
    with benchmark_of_layouts.replaced("offbeat.core.series.Series.is_dated", None):
        assert RIGHT.is_dated is None
    assert RIGHT.is_dated


@pytest.mark.parametrize(
    ("clock", "form"),
    [
        ("iso date", "%Y-%m-%d"),
        ("day first", "%d/%m/%Y %H:%M"),
        ("day first seconds", "%d.%m.%Y %H:%M:%S"),
        ("month first half days", "%m/%d/%Y %I:%M:%S %p"),
        ("named month", "%d-%b-%y %H:%M:%S"),
        ("kibana", "%b %d, %Y @ %H:%M:%S.%f"),
        ("ctime", "%a %b %d %H:%M:%S %Y"),
        ("apache", "%d/%b/%Y:%H:%M:%S +0000"),
        ("YYYYMMDDHHMM", "%Y%m%d%H%M"),
        ("iso -07:00", "%Y-%m-%dT%H:%M:%S.%f%z"),
    ],
)
def test_the_truth_is_what_strptime_reads(clock, form):
    """The csv module, strptime and float read the same from the file as is its truth, where the form is this one."""
    fitting = 0
    for seed in range(24):
        made = write(clock, seed)
        _, *rows = csv.reader(io.StringIO(made.content.decode()))
        try:
            times = [dt.datetime.strptime(row[0], form) for row in rows]
        except ValueError:
            continue
        fitting += 1
        utc = [t.astimezone(dt.UTC).replace(tzinfo=None) if t.tzinfo else t for t in times]
        (one,) = made.truth.values()
        assert np.array_equal(np.array(utc, "M8[us]"), one.times)
        values = np.array([[float(cell) for cell in row[1:]] for row in rows])
        assert np.array_equal(values, np.column_stack(list(one.channels.values())))
    assert fitting


@pytest.mark.parametrize("clock", ["day first", "month first", "day first date", "month first date"])
def test_day_and_month_can_be_told(clock):
    for seed in range(12):
        made = write(clock, seed)
        times = made.truth[""].times
        days = np.unique(times.astype("M8[D]")).astype(object)
        assert len(days) > 1 or days[0].day > 12 or days[0].day == days[0].month


def test_mutations_that_no_file_notices_are_counted(benchmark_of_layouts, monkeypatch, capsys):
    def refuse(*_args, **_options):
        raise InputError("no")

    kinds = ["start and end", "iso minutes", "newest first"]
    mutations = (("build.build", refuse), ("joining.join", refuse))
    monkeypatch.setattr(benchmark_of_layouts, "MUTATIONS", mutations)
    assert benchmark_of_layouts.mutate(9, 0, kinds, 0.0) == 1
    printed = capsys.readouterr().out
    assert "build.build: asked" in printed
    assert "joining.join: NO FILE NOTICES" in printed

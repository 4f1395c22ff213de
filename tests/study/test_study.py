from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import offbeat as ob
from offbeat.cli import root
from offbeat.core.errors import InputError, OutputError, ParameterError, UnknownNameError
from offbeat.data.synth import inject_many, sine, write
from offbeat.study.studyfile import study_plan
from offbeat.trials import runner
from offbeat.trials.fitted import fit

BASE = """
title = "Who sees a level"
choose = "vus_pr"
columns = ["vus_pr", "f1"]
split = "50/25/25"
threshold = "percentile:98"
data = [{name = "made", make = "sine", n = 1200, anomalies = "level_shift:3", after = 900}]
detectors = [
    {use = "ar", scaler = "minmax"},
    {name = "wide", use = "zscore", set = {window = 60}, group = "zscore"},
]
"""


@pytest.fixture
def file(tmp_path: Path):
    def made(text: str = BASE) -> Path:
        path = tmp_path / "study.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return made


def test_everything_is_written_and_says_the_same(file, tmp_path):
    factors = 'lengths = [300, 600]\n[[factors]]\nname = "noise"\nvalues = [0.5]\n'
    story = '[[stories]]\ndata = "made"\nstart = "950"\nend = "1100"\nwords = "Three levels."\n'
    found = ob.study(file(BASE + factors + story), tmp_path / "out")
    out = tmp_path / "out"
    results, means = pd.read_csv(out / "results.csv"), pd.read_csv(out / "means.csv", index_col="detector")
    assert results["condition"].tolist() == ["as it is"] * 2 + ["noise=0.5"] * 2
    assert results["error"].isna().all()
    base = results[results["condition"] == "as it is"].set_index("detector")
    assert means["vus_pr"].to_dict() == pytest.approx(base["vus_pr"].to_dict())
    assert found.best == base["vus_pr"].idxmax()
    assert f"<tr><td>{found.best}</td>" in found._repr_html_()
    assert base.loc["ar", "rmse"] == pytest.approx(base.loc["ar", "mse"] ** 0.5)
    times = pd.read_csv(out / "times.csv")
    assert times[["detector", "points"]].to_numpy().tolist() == [[d, n] for d in ("ar", "wide") for n in (300, 600)]
    stories = pd.read_csv(out / "stories.csv")
    assert set(stories["detector"]) == {"ar", "wide"}
    raised = stories.dropna(subset="start")
    assert (raised["start"] >= 950).all()
    assert (raised["end"] < 1100).all()
    assert (raised["start"] <= raised["end"]).all()
    page, words = ((out / name).read_text(encoding="utf-8") for name in ("index.html", "results.md"))
    for text in (page, words):
        assert "Who sees a level" in text
        assert "Three levels." in text
        assert found.verdict in text
    drawn = {path.suffix for path in (out / "figures").iterdir()}
    assert drawn == {".png", ".svg"}
    for line in words.splitlines():
        if line.startswith("!["):
            assert (out / line.rpartition("(")[2].rstrip(")")).stat().st_size > 5000


def test_errors_are_those_of_normal_rows_in_the_unit_of_the_scaler(file, tmp_path):
    found = ob.study(file(), tmp_path / "out")
    (job, run), *_ = found.of("ar")
    series, fold = job.series, job.fold
    fitted = fit(job.spec, series[fold.train], 0)
    shown = fitted.scaled(series)
    away = (shown.values - fitted.model.band(shown).expected)[fold.test, 0]
    normal = away[~series.labels[fold.test]]
    assert run.row["mse"] == pytest.approx(np.mean(normal**2), rel=1e-6)
    assert run.row["mae"] == pytest.approx(np.mean(np.abs(normal)), rel=1e-6)
    assert run.expected.shape == (len(series[fold.test]), 1)
    # the expectation is in the data's own unit again
    assert (
        np.abs(run.expected[~series.labels[fold.test]] - series.values[fold.test][~series.labels[fold.test]]).mean() < 1
    )


def test_the_same_call_goes_on_where_it_stood(file, tmp_path, monkeypatch):
    first = ob.study(file(BASE), tmp_path / "out")
    ran = []
    run = runner.run
    monkeypatch.setattr(runner, "run", lambda trial: ran.append(trial.spec.name) or run(trial))
    again = ob.study(file(BASE + '[[factors]]\nname = "window"\nvalues = [30]\n'), tmp_path / "out")
    assert ran == ["wide"], "what stood was run again, or the factor reached a detector that has no window"
    assert again.means["vus_pr"].tolist() == first.means["vus_pr"].tolist()
    assert again.by_value[["factor", "value", "detector"]].to_numpy().tolist() == [["window", 30, "wide"]]


def test_losses_are_kept_and_drawn(file, tmp_path, monkeypatch):
    from offbeat.detectors.statistical.zscore import ZScore

    fit = ZScore._fit
    monkeypatch.setattr(ZScore, "_fit", lambda self, x: (fit(self, x), setattr(self, "history_", HISTORY))[0])
    ob.study(file(BASE), tmp_path / "out")
    losses = pd.read_csv(tmp_path / "out" / "losses.csv")
    assert losses[["detector", "epoch", "training", "validation"]].to_numpy().tolist() == [
        ["wide", 1, 1.0, 1.2],
        ["wide", 2, 0.5, 0.7],
    ]
    assert (tmp_path / "out" / "figures" / "losses-1.png").exists()


HISTORY = np.array([[1.0, 1.2], [0.5, 0.7]])


def test_parameters_are_searched_before_the_test_rows_and_once(file, tmp_path, monkeypatch):
    text = BASE.replace('{use = "ar", scaler', '{use = "ar", tune = {trials = 3, planted = "spike"}, scaler')
    found = ob.study(file(text), tmp_path / "out")
    assert [row["detector"] for row in found.tuned] == ["ar"]
    assert "3 trials" in pd.read_csv(tmp_path / "out" / "tuned.csv")["summary"][0]
    from offbeat.study import study as module

    monkeypatch.setattr(module, "tune_series", lambda *_, **__: pytest.fail("searched again"))
    assert ob.study(file(text), tmp_path / "out").means["vus_pr"].tolist() == found.means["vus_pr"].tolist()


def test_a_search_that_finds_nothing_leaves_the_parameters_and_the_study_alone(file, tmp_path, monkeypatch):
    from offbeat.study import study as module

    def nothing(*_, **__):
        raise InputError("all 3 trials failed")

    monkeypatch.setattr(module, "tune_series", nothing)
    text = BASE.replace('{use = "ar", scaler', '{use = "ar", tune = {trials = 3}, scaler')
    found = ob.study(file(text), tmp_path / "out")
    assert found.tuned[0]["summary"] == "nothing was found (all 3 trials failed); its parameters stay as they are"
    assert not any(run.failed for _, run in found.runs)


def test_a_detector_may_have_a_threshold_of_its_own(file, tmp_path):
    text = BASE.replace('{use = "ar", scaler', '{use = "ar", threshold = "fixed:7.5", scaler')
    found = ob.study(file(text), tmp_path / "out")
    (_, own), *_ = found.of("ar")
    (_, other), *_ = found.of("wide")
    assert own.row["threshold_value"] == 7.5
    assert other.row["threshold_value"] != 7.5
    with pytest.raises(UnknownNameError, match="fixt"):
        ob.study(file(text.replace("fixed:7.5", "fixt:7")), tmp_path / "out")


def test_tables_show_the_detectors_that_they_name(file, tmp_path):
    text = BASE + '[[tables]]\nheading = "One of two"\ndetectors = ["wide"]\n'
    ob.study(file(text), tmp_path / "out")
    words = (tmp_path / "out" / "results.md").read_text()
    own = words.partition("## One of two")[2].partition("##")[0]
    assert "| wide |" in own
    assert "| ar |" not in own
    with pytest.raises(UnknownNameError, match="One of two"):
        ob.study(file(text.replace('["wide"]', '["wode"]')), tmp_path / "out")


def test_files_are_looked_for_beside_the_study_and_in_the_folder_of_data(file, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    write(inject_many(sine(800), "spike:3", after=600), folder / "pump.csv")
    text = BASE.replace(
        '{name = "made", make = "sine", n = 1200, anomalies = "level_shift:3", after = 900}', '{file = "pump.csv"}'
    )
    text = text.replace('{file = "pump.csv"}', '{file = "pump.csv", label = "label", time = "time"}')
    with pytest.raises(InputError, match=r"pump\.csv.*--data FOLDER"):
        study_plan(file(text))
    assert len(next(iter(study_plan(file(text), folder).series.values()))) == 800


def test_series_of_a_data_set_are_named_as_it_names_them(file, tmp_path):
    folder = tmp_path / "NAB"
    (folder / "data" / "real").mkdir(parents=True)
    (folder / "labels").mkdir()
    hours = pd.date_range("2024-01-01", periods=400, freq="h")
    for name in ("pump", "fan"):
        pd.DataFrame({"timestamp": hours, "value": np.arange(400.0)}).to_csv(folder / "data/real" / f"{name}.csv")
    windows = '{"real/pump.csv": [["2024-01-10 00:00:00", "2024-01-10 05:00:00"]]}'
    (folder / "labels" / "combined_windows.json").write_text(windows)
    made = '{name = "made", make = "sine", n = 1200, anomalies = "level_shift:3", after = 900}'
    found = study_plan(file(BASE.replace(made, '{layout = "nab", folder = "NAB", names = ["real/p*"]}')))
    assert {name: int(series.labels.sum()) for name, series in found.series.items()} == {"pump": 6}
    with pytest.raises(InputError, match="there are 2"):
        study_plan(file(BASE.replace(made, '{layout = "nab", folder = "NAB", names = ["none"]}')))
    with pytest.raises(ParameterError, match="no names"):
        study_plan(file(BASE.replace(made, '{layout = "nab", folder = "NAB"}')))


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("title =", "title", InputError, "line 2"),
        ("title =", "titel =", UnknownNameError, "did you mean 'title'"),
        ('use = "ar"', 'use = "arr"', UnknownNameError, "arr"),
        ("window = 60", "window = 0", ParameterError, "window"),
        ("window = 60", "widow = 60", UnknownNameError, "did you mean window"),
        ('scaler = "minmax"', 'scaler = "max"', UnknownNameError, "scaler"),
        ('name = "wide"', 'name = "ar"', ParameterError, "named twice"),
        ('choose = "vus_pr"', 'choose = "vus"', UnknownNameError, "vus"),
        ('make = "sine"', 'make = "cosine"', UnknownNameError, "cosine"),
        ("n = 1200", "m = 1200", UnknownNameError, "key of a sine"),
        ('make = "sine"', 'make = "sine", file = "x.csv"', ParameterError, "one of file"),
        ('split = "50/25/25"', "split = 50", ParameterError, "must be str"),
        ('split = "50/25/25"', 'factors = [{name = "depth", values = [1]}]', UnknownNameError, "depth"),
        ('split = "50/25/25"', 'factors = [{name = "window", values = [0]}]', ParameterError, "window"),
        ('split = "50/25/25"', 'factors = [{name = "noise", values = []}]', ParameterError, "no values"),
        (
            'split = "50/25/25"',
            'stories = [{data = "none", start = "1", end = "2", words = ""}]',
            UnknownNameError,
            "data of a story",
        ),
    ],
)
def test_a_file_that_can_not_be_carried_out_is_refused_with_the_place(file, old, new, error, said):
    assert old in BASE
    with pytest.raises(error, match=said) as caught:
        study_plan(file(BASE.replace(old, new, 1)))
    assert "study.toml" in str(caught.value)


def test_no_file_and_no_room(file, tmp_path):
    with pytest.raises(InputError, match="no such file"):
        ob.study(tmp_path / "none.toml", tmp_path / "out")
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputError, match="taken"):
        ob.study(file(), tmp_path / "taken")


def test_the_command(file, tmp_path):
    done = CliRunner().invoke(root, ["study", str(file()), "--out", str(tmp_path / "out"), "--workers", "1"])
    assert done.exit_code == 0, done.output
    assert "is chosen by the highest mean vus_pr" in done.output
    assert (tmp_path / "out" / "index.html").exists()
    bad = CliRunner().invoke(root, ["study", str(file("title = 3")), "--out", str(tmp_path / "out")])
    assert bad.exit_code == 2
    assert "Traceback" not in bad.output


def test_a_failing_detector_stops_no_other(file, tmp_path):
    text = BASE.replace('{use = "ar", scaler = "minmax"}', '{use = "knn", set = {window = 900}}')
    found = ob.study(file(text), tmp_path / "out")
    errors = found.table.set_index("detector")["error"]
    assert "900" in errors["knn"]
    assert errors["wide"] == ""
    assert found.best == "wide"


def test_where_nothing_ran_the_command_ends_in_2(file, tmp_path):
    text = BASE.partition("detectors = ")[0] + 'detectors = [{use = "knn", set = {window = 900}}]'
    done = CliRunner().invoke(root, ["study", str(file(text)), "--out", str(tmp_path / "out"), "--workers", "1"])
    assert done.exit_code == 2, done.output
    assert done.output.count("1 trial failed: ") == 1

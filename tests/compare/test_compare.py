from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import offbeat as ob
from offbeat.cli import root
from offbeat.core.errors import InputError, OutputError, ParameterError, UnknownNameError
from offbeat.core.series import Panel, Series
from offbeat.data.synth import inject_many, sine, write
from offbeat.trials import runner as module

LABELLED = inject_many(sine(n=1200), "spike:24", seed=1)
CHEAP = "zscore,mad,moving_rms"


def panel(count):
    return Panel(
        {f"s{i}": replace(inject_many(sine(n=400, seed=i), "spike:8", seed=i), name="x") for i in range(count)}
    )


def test_one_row_a_series_fold_detector_and_seed():
    forest = "isolation_forest:trees=2,window=4"
    found = ob.compare(panel(2), forest, seeds=[3, 5])
    rows = found.table[["series", "detector", "fold", "seed"]].to_numpy().tolist()
    assert rows == [[series, forest, 0, seed] for series in ("s0", "s1") for seed in (3, 5)]
    walked = ob.compare(panel(1), "zscore", split="expanding:2", seeds=2)
    assert walked.table[["fold", "seed"]].to_numpy().tolist() == [[0, 0], [1, 0]]
    by_seed = [run.scores for run in found.runs if run.row["detector"] == forest and run.row["fold"] == 0]
    assert (by_seed[0] != by_seed[1]).any()


def test_means_and_order_follow_the_metric():
    found = ob.compare(LABELLED, CHEAP, metric="roc_auc", split="50/25/25")
    means = found.means["roc_auc"]
    assert list(means.index) == found.detectors == list(means.sort_values(ascending=False).index)
    table = found.table.set_index("detector")["roc_auc"]
    assert means["zscore"] == table["zscore"]
    html = found._repr_html_()
    assert html.startswith("<p><b>Comparison</b>: ")
    assert html.index(f"<td>{found.detectors[0]}</td>") < html.index(f"<td>{found.detectors[-1]}</td>")


def test_a_metric_where_lower_is_better_is_ordered_the_other_way():
    found = ob.compare(LABELLED, CHEAP, metric="accuracy", split="50/25/25", threshold="percentile:90")
    assert found.means["accuracy"].is_monotonic_decreasing
    dated = replace(LABELLED, time=np.datetime64("2024-01-01", "ns") + np.arange(1200) * np.timedelta64(3600, "s"))
    found = ob.compare(dated, CHEAP, metric="false_alarms_per_day", split="50/25/25", threshold="percentile:90")
    assert found.means["false_alarms_per_day"].is_monotonic_increasing
    assert "(lower is better)" in found.summary[0]


def test_the_best_is_named_with_by_how_much_and_whether_by_chance():
    x = np.random.default_rng(0).normal(size=1500)
    x[20::40] += 30.0
    labels = np.abs(x) > 15
    series = Series(x[:, None], labels=labels)
    found = ob.compare(series, "zscore,moving_rms:window=60", split="50/25/25", metric="pr_auc")
    assert found.detectors[0] == "zscore"
    gap = found.table.set_index("detector")["pr_auc"]
    assert "zscore is best: pr_auc 1 (higher is better)" in found.summary[0]
    assert f"{gap['zscore'] - gap['moving_rms:window=60']:.3g} behind" in found.summary[0]
    assert "more than chance (p < 0.01" in found.summary[0]
    assert "9 labelled events" in found.summary[0]


def test_equals_are_not_told_apart():
    found = ob.compare(LABELLED, ["zscore", "zscore:scaler=standard"], split="50/25/25", metric="ucr_hit")
    assert "equally good" in found.summary[0]


def test_few_events_are_no_ground_for_a_claim():
    few = inject_many(sine(n=1200), "spike:3", after=900, seed=0)
    found = ob.compare(few, "zscore,moving_rms", split="50/25/25", metric="pr_auc")
    assert "3 labelled events are too few to rule out chance; you need 6" in found.summary[0]


def test_many_series_are_drawn_themselves():
    found = ob.compare(panel(6), "zscore,moving_rms", split="40/20/40", metric="pr_auc")
    assert "when 6 series and folds are drawn again" in found.summary[0]


def test_no_anomaly_in_the_test_rows_is_said_with_the_way_out():
    early = LABELLED.labels.copy()
    early[600:] = False
    found = ob.compare(replace(LABELLED, labels=early), CHEAP)
    assert any("the test rows hold none of its" in note and "expanding:5" in note for note in found.notes)
    assert "No detector has a vus_pr; " in found.summary[0]
    walked = ob.compare(LABELLED, CHEAP, split="expanding:3")
    assert not any("hold none" in note for note in walked.notes)
    nothing = ob.compare(replace(LABELLED, labels=early & False), CHEAP)
    assert any("no row is labelled as anomalous" in note for note in nothing.notes)


def test_the_failure_of_one_is_a_row_and_the_others_are_compared():
    found = ob.compare(LABELLED, "zscore,knn:window=900,moving_rms", split="50/25/25", metric="pr_auc")
    failed = found.table.set_index("detector").loc["knn:window=900"]
    assert "window=900" in failed["error"]
    assert np.isnan(failed["pr_auc"])
    assert found.means.loc["knn:window=900", "failed"] == 1
    assert found.detectors[-1] == "knn:window=900"
    assert "is best" in found.summary[0]


def test_one_that_did_not_run_everywhere_is_named():
    mixed = Panel({"long": LABELLED, "short": replace(LABELLED[960:], name="x")})
    found = ob.compare(mixed, "zscore,knn:window=150", split="50/25/25", metric="pr_auc")
    assert "knn:window=150 did not run everywhere" in " ".join(found.summary)


def test_without_labels_it_answers_all_the_same():
    found = ob.compare(sine(n=900), "zscore,mad,knn:window=50", split="50/25/25")
    assert not found.labelled
    assert found.summary[0].startswith("Without labels")
    assert any("zscore and mad agree most" in line for line in found.summary)
    assert any("drop" in line and "places" in line for line in found.summary)
    assert len(found.agreement) == 3
    assert found.agreement.iloc[0]["rank_correlation"] > 0.9
    assert set(found.power["detector"]) == {"zscore", "mad", "knn:window=50"}
    power = found.power.groupby("detector")[["found", "places"]].sum()
    assert found.detectors[0] == (power["found"] / power["places"]).idxmax()


def test_tiny_and_constant_series_are_answered(recwarn):
    tiny = ob.compare(np.arange(20.0), CHEAP)
    assert not tiny.table["error"].any()
    assert tiny.power.empty
    assert tiny.table["empty"].str.contains("too few to plant").all()
    still = ob.compare(np.ones(300), "zscore", split="50/25/25")
    assert "finds" in " ".join(still.summary)
    assert not len(recwarn)


def test_a_labelled_stretch_with_missing_rows_stays_one_event():
    keep = np.arange(1200) % 7 != 3
    labels = (np.arange(1200) >= 1000) & (np.arange(1200) < 1100)
    whole = replace(sine(n=1200), labels=labels)
    holes = Series(whole.values[keep], whole.time[keep], labels=labels[keep])
    found = ob.compare(holes, "zscore", split="50/25/25")
    assert found.table["anomalies"].tolist() == [1]


def test_runs_that_stand_are_not_run_again(tmp_path, monkeypatch):
    out = tmp_path / "results.csv"
    first = ob.compare(LABELLED, "zscore,mad", split="50/25/25", out=out)
    table = pd.read_csv(out)
    assert table["detector"].tolist() == ["zscore", "mad"]
    assert table["vus_pr"].tolist() == first.table["vus_pr"].tolist()
    ran = []
    run = module.run
    monkeypatch.setattr(module, "run", lambda trial: ran.append(trial.spec.name) or run(trial))
    again = ob.compare(LABELLED, "zscore,mad,moving_rms", split="50/25/25", out=out)
    assert ran == ["moving_rms"]
    assert again.table["vus_pr"].tolist()[:2] == first.table["vus_pr"].tolist()
    assert (again.runs[0].scores == first.runs[0].scores).all()
    assert len(pd.read_csv(out)) == 3
    for changed in ({"split": "60/20/20"}, {"threshold": "mad"}, {"detectors": "zscore:window=30"}):
        ran.clear()
        ob.compare(LABELLED, **{"detectors": "zscore", "split": "50/25/25", "out": out, **changed})
        assert len(ran) == 1, changed
    ran.clear()
    ob.compare(replace(LABELLED, values=LABELLED.values + 1), "zscore", split="50/25/25", out=out)
    assert ran == ["zscore"]


def test_power_and_failures_on_resuming(tmp_path):
    out = tmp_path / "results.jsonl"
    one = ob.compare(sine(n=600), "zscore,knn:window=500", split="50/25/25", out=out)
    kept = list((tmp_path / "results.runs").glob("*.npz"))
    assert len(kept) == 1, "a failed run must be tried again"
    two = ob.compare(sine(n=600), "zscore,knn:window=500", split="50/25/25", out=out)
    assert repr(two.runs[0].power) == repr(one.runs[0].power)
    assert [json.loads(line)["detector"] for line in out.read_text().splitlines()] == ["zscore", "knn:window=500"]
    kept[0].write_bytes(b"damaged")
    three = ob.compare(sine(n=600), "zscore", split="50/25/25", out=out)
    assert repr(three.runs[0].power) == repr(one.runs[0].power)


def test_progress_reaches_the_end():
    seen = []
    ob.compare(LABELLED, "zscore,mad", split="50/25/25", progress=seen.append)
    assert seen == [0.5, 1.0]


@pytest.mark.slow
def test_processes_give_the_same_and_a_run_too_long_is_a_row():
    one = ob.compare(LABELLED, "zscore,isolation_forest:trees=10", split="50/25/25", workers=1)
    two = ob.compare(LABELLED, "zscore,isolation_forest:trees=10", split="50/25/25", workers=2)
    same = [name for name in one.table.columns if name not in ("seconds", "seconds_fit", "memory")]
    pd.testing.assert_frame_equal(one.table[same], two.table[same])
    slow = ob.compare(LABELLED, "isolation_forest:trees=3000", split="50/25/25", limit=0.05)
    assert "took longer than 0.05 seconds" in slow.table["error"][0]


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"detectors": "zscor"}, UnknownNameError, "zscore"),
        ({"metric": "vus"}, UnknownNameError, "vus_pr"),
        ({"metric": "mse"}, UnknownNameError, "no metric 'mse'"),
        ({"split": "70/30"}, ParameterError, "split"),
        ({"gap": -1}, ParameterError, "gap"),
        ({"seeds": 0}, ParameterError, "seeds"),
        ({"alarms": "2/week"}, ParameterError, "no dates"),
        ({"alarms": "2/series", "threshold": "mad"}, ParameterError, "two ways"),
        ({"out": "nowhere/results.csv"}, OutputError, "nowhere"),
        ({"out": "results.xlsx"}, OutputError, "csv"),
        ({"colour": "red"}, TypeError, "colour"),
    ],
)
def test_what_is_not_allowed_is_refused_before_the_work(options, error, said, monkeypatch):
    monkeypatch.setattr(module, "run", lambda _: pytest.fail("work was done"))
    with pytest.raises(error, match=said):
        ob.compare(LABELLED, **options)


def test_a_threshold_by_labels_needs_some():
    with pytest.raises(InputError, match="label"):
        ob.compare(sine(n=300), "zscore", threshold="best_f1")


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.heads, self.images, self.text, self._open = [], [], [], ""

    def handle_starttag(self, tag, attrs):
        self._open = tag
        if tag == "img":
            self.images.append(dict(attrs)["alt"])

    def handle_data(self, data):
        (self.heads if self._open == "h2" and data.strip() else self.text).append(data.strip())


def page_of(found, path):
    found.report(path)
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def test_the_page_holds_verdict_tables_and_pictures(tmp_path):
    found = ob.compare(LABELLED, "zscore,mad,knn:window=900", split="50/25/25", metric="pr_auc")
    page = page_of(found, tmp_path / "compare.html")
    assert page.heads == [
        "What came out", "Detectors", "Curves", "Scores", "Events on the series", "Every run", "What is empty",
    ]  # fmt: skip
    assert len(page.images) == 3
    assert found.summary[0] in page.text
    assert found.runs[2].row["error"] in page.text


def test_the_page_without_labels_has_agreement_and_power(tmp_path):
    found = ob.compare(replace(sine(n=600), name="<b>x"), "zscore,mad", split="50/25/25")
    page = page_of(found, tmp_path / "compare.html")
    assert page.heads[-3:] == ["Agreement", "What would be found", "Every run"]
    assert "Curves" not in page.heads
    assert "<b>x" in page.text
    for line in found.summary:
        assert line in page.text


def test_the_command_line_says_the_same(tmp_path):
    write(LABELLED, tmp_path / "pump.csv")
    report, out = tmp_path / "compare.html", tmp_path / "results.csv"
    args = ["compare", str(tmp_path / "pump.csv"), "--label", "label", "--detectors", "zscore,knn:window=16,k=1"]
    args += ["--split", "50/25/25", "--metric", "pr_auc", "--out", str(out)]
    ran = CliRunner().invoke(root, [*args, "--report", str(report)])
    assert ran.exit_code == 0, ran.output
    assert "pr_auc" in ran.stdout
    assert "knn:window=16,k=1" in ran.stdout
    assert report.exists()
    assert len(pd.read_csv(out)) == 2
    said = json.loads(CliRunner().invoke(root, [*args, "--json"]).stdout)
    assert [row["detector"] for row in said["runs"]] == ["zscore", "knn:window=16,k=1"]
    assert said["summary"][0] in " ".join(ran.stdout.split())


def test_the_command_line_refuses_before_the_work(tmp_path):
    write(LABELLED, tmp_path / "pump.csv")
    args = ["compare", str(tmp_path / "pump.csv")]
    ran = CliRunner().invoke(root, [*args, "--report", str(tmp_path / "no" / "x.html")])
    assert ran.exit_code == 2
    assert "there is no folder" in ran.output
    ran = CliRunner().invoke(root, [*args, "-d", "zscor"])
    assert ran.exit_code == 2
    assert "did you mean 'zscore'?" in ran.output


def test_where_nothing_ran_the_command_ends_in_2_with_each_reason_once(tmp_path):
    write(LABELLED, tmp_path / "pump.csv")
    args = ["compare", str(tmp_path / "pump.csv"), "--label", "label", "--split", "expanding:3"]
    ran = CliRunner().invoke(root, [*args, "-d", "knn:window=1100,knn:window=1100,k=2"])
    assert ran.exit_code == 2
    assert ran.output.splitlines()[-1].startswith("Error: 6 trials failed: knn can't learn from 480 points"), ran.output
    ran = CliRunner().invoke(root, [*args, "-d", "knn:window=1100,zscore"])
    assert ran.exit_code == 4
    assert ran.output.splitlines()[-1].startswith("knn:window=1100 failed in 3 trials: ")
    assert CliRunner().invoke(root, [*args, "-d", "knn:window=1100,zscore", "--allow-failures"]).exit_code == 0

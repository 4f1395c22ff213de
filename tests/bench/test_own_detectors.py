"""Detectors of the user's own by import path, and the one rule for the seed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import offbeat as ob
from offbeat.core.errors import InputError, ParameterError, UnknownNameError
from offbeat.core.spec import DetectorSpec, specs
from offbeat.data.synth import inject_many, sine
from offbeat.trials import paramfile
from offbeat.trials.journal import Journal
from offbeat.trials.runner import run_all

SOURCE = '''
from dataclasses import dataclass

import offbeat as ob


@dataclass
class Mine(ob.Detector):
    """Seed and scale as scores."""

    seed: int = ob.param(0, "random seed", low=0)
    scale: float = ob.param(1.0, "factor", low=0)

    def _fit(self, x):
        pass

    def _score(self, x):
        return SIGN * self.scale * x[:, 0] + self.seed


other = 3
'''
SERIES = inject_many(sine(n=600), "spike:6", after=300, seed=1)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "my_detectors.py").write_text(SOURCE.replace("SIGN", "1"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [one for one in sys.path if one])
    sys.modules.pop("my_detectors", None)
    return "my_detectors"


def made(sign: str) -> type[ob.Detector]:
    """Return a class Mine of `__main__`."""
    names = {"__name__": "__main__"}
    exec(SOURCE.replace("SIGN", sign), names)  # noqa: S102 - as a script or notebook cell does
    found: type[ob.Detector] = names["Mine"]  # type: ignore[assignment]
    return found


def test_a_class_is_found_in_the_current_directory_with_parameters(module: str) -> None:
    spec = DetectorSpec.parse(f"{module}:Mine:scale=2")
    assert spec.new(5).get_params() == {"seed": 5, "scale": 2.0}
    assert spec.where == f"{module}:Mine"
    assert [one.name for one in specs(f"zscore,{module}:Mine:scale=2,seed=0,mad")] == [
        "zscore", f"{module}:Mine:scale=2,seed=0", "mad",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("nowhere_at_all:Mine", UnknownNameError, r"no module nowhere_at_all; run this in the folder"),
        ("my_detectors:Mind", UnknownNameError, "my_detectors has no Mind; write it as MODULE:CLASS"),
        ("my_detectors:other", ParameterError, "derive the class other from offbeat.Detector"),
        ("my_detectors:Mine:scal=2", UnknownNameError, "did you mean scale"),
        ("my_detectors:Mine:scale=-1", ParameterError, "scale=-1"),
    ],
)
@pytest.mark.usefixtures("module")
def test_what_is_no_detector_is_refused(text: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        DetectorSpec.parse(text)


def test_every_door_takes_an_import_path(module: str, tmp_path: Path) -> None:
    name = f"{module}:Mine"
    assert ob.detect(SERIES, name).detector.get_params()["scale"] == 1.0
    assert ob.compare(SERIES, f"{name},zscore", split="50/25/25").table["error"].tolist() == ["", ""]
    pytest.importorskip("optuna")
    found = ob.tune(SERIES, name, "roc_auc", trials=2, split="50/25/25")
    assert found.make().name == "mine"
    found.save(tmp_path / "params.json")
    with pytest.raises(InputError, match=f"--detector {name}"):
        paramfile.load_params(tmp_path / "params.json")
    assert paramfile.load_params(tmp_path / "params.json", name)[0] == name


def test_every_door_takes_a_class(suite: Path) -> None:
    kind = made("1")
    assert ob.detect(SERIES, kind).detector.get_params()["scale"] == 1.0
    assert ob.compare(SERIES, [kind, "zscore"], split="50/25/25").table["error"].tolist() == ["", ""]
    assert set(ob.bench(suite, detectors=[kind], metrics="roc_auc").frame["detector"]) == {"mine"}
    with pytest.raises(ParameterError, match="__main__:Mine is named twice"):
        ob.bench(suite, [kind(), made("-1")], "roc_auc")  # of one module, so nothing tells them apart
    pytest.importorskip("optuna")
    assert ob.tune(SERIES, kind, "roc_auc", trials=2, split="50/25/25").detector == "__main__:Mine"


def test_two_classes_of_one_name_never_share_results(suite: Path, tmp_path: Path) -> None:
    one, two = made("1"), made("-1")
    assert one.__qualname__ == two.__qualname__
    assert DetectorSpec.of(one()).identity != DetectorSpec.of(two()).identity
    assert DetectorSpec.of(one()).identity == DetectorSpec.of(made("1")()).identity
    first, second = (ob.bench(suite, kind(), "roc_auc", tmp_path / "out").frame for kind in (one, two))
    done = first["status"] == "ok"
    assert (first.loc[done, "roc_auc"] != second.loc[done, "roc_auc"]).all()
    out = tmp_path / "results.csv"
    pair = [ob.compare(SERIES, kind(), split="50/25/25", out=out).table["roc_auc"][0] for kind in (one, two)]
    assert pair[0] != pair[1]


def test_offbeats_own_carry_the_version() -> None:
    assert DetectorSpec.parse("knn").identity.endswith(f"@{ob.__version__}")


@pytest.mark.parametrize(("typed", "seed"), [("", 7), (":seed=0", 0), (":seed=3", 3)])
def test_a_seed_that_the_user_set_wins_at_every_door(suite: Path, module: str, typed: str, seed: int) -> None:
    name = f"{module}:Mine{typed}"
    assert ob.detect(SERIES, name, seed=7).detector.get_params()["seed"] == seed
    params = ob.bench(suite, name, "roc_auc", seed=7).frame["params"]
    assert params.str.contains(f'"seed": {seed}').all()
    assert ob.compare(SERIES, name, split="50/25/25", seeds=[7]).runs[0].scores.min() == pytest.approx(
        SERIES.values[450:].min() + seed
    )
    pytest.importorskip("optuna")
    assert ob.tune(SERIES, name, "roc_auc", trials=1, split="50/25/25", seed=7).make().get_params()["seed"] == seed


def test_of_a_detector_object_a_seed_counts_as_set_where_it_is_not_the_default() -> None:
    assert DetectorSpec.of(ob.detector("isolation_forest")).new(7).get_params()["seed"] == 7
    assert DetectorSpec.of(ob.detector("isolation_forest", seed=3)).new(7).get_params()["seed"] == 3


def test_a_study_holds_a_seed_that_its_file_sets(tmp_path: Path, module: str) -> None:
    text = f"""
    title = "Seeds"
    split = "50/25/25"
    seeds = 2
    data = [{{name = "sine", make = "sine", n = 600, anomalies = "spike:3", after = 400}}]
    detectors = [
        {{use = "{module}:Mine", name = "free"}},
        {{use = "{module}:Mine", name = "fixed", set = {{seed = 0}}}},
    ]
    """
    (tmp_path / "study.toml").write_text(text)
    found = ob.study(tmp_path / "study.toml", tmp_path / "out")
    assert found.table.groupby("detector").size().to_dict() == {"fixed": 1, "free": 2}


def test_a_result_that_failed_is_run_again_where_that_is_asked_for(tmp_path: Path) -> None:
    from offbeat.trials.folds import folds
    from offbeat.trials.foldtrial import FoldTrial

    spec = DetectorSpec.parse("zscore:window=5000")
    trial = FoldTrial(spec, SERIES, folds(600)[0], 0, 0, ob.threshold("percentile:99"))
    (first,) = run_all([trial], Journal(tmp_path))
    assert first.failed
    assert Journal(tmp_path).find(trial) is None
    known = Journal(tmp_path).find(trial, retry=False)
    assert known is not None
    assert known.row["error"] == first.row["error"]
    assert np.isfinite(known.row["anomalies"])

"""Adding a file is adding a name: tried in a copy of the package, one file a registry."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import offbeat as ob

FILES = {
    "detectors": ("detectors/statistical", "zscore.py"),
    "thresholds": ("thresholds", "percentile.py"),
    "layouts": ("data/datasets", "ucr.py"),
}
METRIC = '''
"""One more metric."""
from offbeat.metrics.catalogue import measured

@measured()
def novel(labels, scores):
    """Return whether the highest score is labelled."""
    return labels[scores.argmax()]
'''
KIND = '''
"""One more kind."""
from offbeat.data.anomalies._kind import kind

@kind(1.0)
def novel(x, at):
    """Set to zero."""
    x[at.rows] = 0.0
'''
SCALER = '''
"""One more scaler."""
from offbeat.core.registry import listed
from offbeat.preprocess.scale import Standard

@listed
class Novel(Standard):
    """The mean becomes 0."""
'''
CHECK = """
import numpy as np
import offbeat as ob
from pathlib import Path
from offbeat.core.registry import names
from offbeat.data.anomalies import KINDS
from offbeat.data.datasets import layouts
from offbeat.trials.fitted import scalers
for what in ("detectors", "thresholds", "metrics", "layouts", "kinds", "scalers"):
    assert "novel" in names(what), what
assert ob.detector("novel").name == "novel" and "novel" in ob.catalogue().index
assert ob.threshold("novel:90").name == "novel" and "novel" in layouts()
assert ob.metrics.novel(np.array([0, 1]), np.array([0, 1])) == 1 and "novel" in ob.metrics.measures()
assert "novel" in ob.metrics.__all__
assert "novel" in scalers()
assert list(KINDS)[-1] == "novel"  # what is planted from a seed stays as it was
series = ob.data.synth.inject_many(ob.data.synth.sine(600), "spike:9", seed=1)
found = ob.compare(series, "zscore,window_statistics", metric="novel")  # the second gives no score at first
assert found.metric.name == "novel" and not found.table["error"].any() and found.table["novel"].notna().all()
assert ob.tune(series, "zscore", "novel", trials=2).metric == "novel"
Path("bench").mkdir()
rows = "\\n".join(f"{v},{int(l)}" for v, l in zip(series.values[:, 0], series.labels))
Path("bench/one.csv").write_text("value,Label\\n" + rows)
assert ob.bench("bench", "zscore,window_statistics", "novel").frame["novel"].notna().all()
"""


def test_one_file_adds_a_detector_threshold_metric_layout_kind_and_scaler(tmp_path: Path) -> None:
    package = tmp_path / "offbeat"
    shutil.copytree(Path(ob.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder, like in FILES.values():
        shutil.copy(package / folder / like, package / folder / "novel.py")
    (package / "metrics" / "novel.py").write_text(METRIC)
    (package / "data" / "anomalies" / "novel.py").write_text(KIND)
    (package / "preprocess" / "novel.py").write_text(SCALER)
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{CHECK}"],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("thresholds", "percentile"),
        ("metrics", "vus_pr"),
        ("layouts", "nab"),
        ("kinds", "spike"),
        ("scalers", "robust"),
    ],
)
def test_every_registry_is_listed_with_a_line_each(what: str, name: str) -> None:
    from click.testing import CliRunner

    from offbeat.cli import root

    lines = CliRunner().invoke(root, ["list", what]).output.splitlines()
    assert any(line.startswith(name) for line in lines)
    assert all(len(line.split(maxsplit=1)) == 2 for line in lines)


def test_an_unknown_list_is_answered_with_the_nearest() -> None:
    from click.testing import CliRunner

    from offbeat.cli import root

    result = CliRunner().invoke(root, ["list", "treshold"])
    assert result.exit_code == 2
    assert "did you mean 'thresholds'" in result.output


def test_thresholds_by_keyword_and_by_number() -> None:
    assert ob.threshold("percentile", percent=99) == ob.threshold("percentile:99")
    assert ob.threshold("3.5") == ob.threshold("fixed", score=3.5) == ob.threshold("fixed:3.5")
    assert ob.threshold("1e-3") == ob.threshold("fixed:0.001")
    with pytest.raises(ob.OffbeatError, match="`fixed` has no parameter 'value'; it takes: score"):
        ob.threshold("fixed", value=3)
    with pytest.raises(ob.OffbeatError, match="percent is given twice"):
        ob.threshold("percentile:99", percent=98)


def test_every_list_is_a_frame_by_name() -> None:
    for what in ob.LISTS:
        frame = ob.catalogue(what)
        assert frame.index.name == "name"
        assert frame.index.is_unique
        assert frame["what"].str.len().gt(9).all(), what
    assert ob.catalogue("metrics").loc["mse", ["takes", "best", "worst"]].tolist() == ["expected", 0.0, float("inf")]
    assert ob.catalogue("kinds").loc["spike", "size"] == 6.0
    with pytest.raises(ob.OffbeatError, match="did you mean 'thresholds'"):
        ob.catalogue("threshold")
    with pytest.raises(ob.OffbeatError, match="did you mean 'percentile'"):
        ob.about("percentil")

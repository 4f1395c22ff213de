"""A user's own detector, written in a script or a notebook, is used like any other."""

from __future__ import annotations

import subprocess
import sys
import types

import numpy as np
import pytest

import offbeat as ob
from offbeat.core.errors import ModelFileError
from offbeat.detectors.statistical.mad import MAD

OWN = """
from dataclasses import dataclass
import numpy as np
import offbeat as ob

@dataclass
class FarFromMean(ob.Detector):
    power: int = ob.param(1, "exponent of the distance", low=1)
    sees = frozenset({"spike", "level_shift"})

    def _fit(self, x):
        self.mean_ = x.mean(axis=0)

    def _score(self, x):
        return np.abs(x - self.mean_) ** self.power
"""

SCRIPT = (
    OWN
    + """
import sys
x = np.sin(np.arange(900.0) / 5)
x[400] = 9
for given in (FarFromMean, FarFromMean(), FarFromMean(power=2)):
    assert ob.detect(x, detector=given).scores.argmax() == 400
fitted = FarFromMean(power=2).fit(x)
assert fitted.name == "far_from_mean", fitted.name
fitted.save(sys.argv[1])
loaded = ob.load(sys.argv[1], detector=FarFromMean)
assert loaded == fitted and (loaded.score(x) == fitted.score(x)).all()
assert ob.detect(x, detector=loaded).scores.argmax() == 400
"""
)


def _notebook():
    """Return the class as a notebook makes it: by exec, in a namespace that is no file."""
    namespace = {"__name__": "__main__"}
    exec(OWN, namespace)  # noqa: S102  # what a notebook does
    return namespace["FarFromMean"]


def test_in_a_script(tmp_path):
    script, model = tmp_path / "my_script.py", tmp_path / "own.offbeat"
    script.write_text(SCRIPT)
    subprocess.run([sys.executable, str(script), str(model)], check=True)
    with pytest.raises(ModelFileError, match=r"FarFromMean of __main__.*load\(path, detector=FarFromMean\)"):
        ob.load(model)
    with pytest.raises(ModelFileError, match="FarFromMean of __main__, not MAD"):
        ob.load(model, detector=MAD)
    assert ob.load(model, detector=_notebook()).power == 2


def test_in_a_notebook(tmp_path):
    kind = _notebook()
    x = np.sin(np.arange(900.0) / 5)
    x[400] = 9
    fitted = kind().fit(x)
    assert fitted.name == "far_from_mean"
    fitted.save(tmp_path / "own")
    np.testing.assert_array_equal(ob.load(tmp_path / "own", detector=kind).score(x), fitted.score(x))
    assert ob.detect(x, detector=kind).scores.argmax() == 400


def test_a_file_imports_no_module(tmp_path, monkeypatch):
    """Not even one that is there: only the class that the user gives is made."""
    module = types.ModuleType("own_module_of_a_user")
    module.__dict__["__getattr__"] = lambda name: pytest.fail(f"the file made {name} be looked up")
    kind = _notebook()
    kind.__module__ = module.__name__
    fitted = kind().fit(np.arange(50.0))
    fitted.save(tmp_path / "own")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with pytest.raises(ModelFileError, match="FarFromMean of own_module_of_a_user"):
        ob.load(tmp_path / "own")
    assert ob.load(tmp_path / "own", detector=kind).is_fitted


def test_a_class_of_the_same_name_does_not_replace_one_of_offbeat(tmp_path):
    own = type("MAD", (MAD,), {"__module__": "__main__"})
    MAD().fit(np.arange(50.0)).save(tmp_path / "model")
    assert type(ob.load(tmp_path / "model", detector=own)) is MAD

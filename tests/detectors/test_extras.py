"""Without an extra: the detectors that need it say which one, and all others are as they were."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from importlib.metadata import requires
from importlib.machinery import PathFinder
import re

extra_of = {}
for line in requires("offbeat"):
    found = re.match(r"([\\w-]+).*extra == ['\\"](deep|forecast)['\\"]", line)
    if found:
        extra_of[found[1].replace("-", "_")] = found[2]

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in extra_of:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
import numpy as np
import offbeat as ob
from offbeat.core.errors import MissingExtraError
from offbeat.core.registry import detector_class

x = np.sin(np.arange(600.0))
assert len(ob.catalogue()) > 20
for name, needs in ob.catalogue()["needs"].items():
    if not needs:
        continue
    assert needs in extra_of.values(), (name, needs)
    try:
        ob.detector(name, **detector_class(name).trial).fit(x)
    except MissingExtraError as error:
        assert str(error) == f'{name} needs the [{needs}] extra: pip install "offbeat[{needs}]"', str(error)
        print(name)
    else:
        raise AssertionError(f"{name} says that it needs [{needs}], and does without")
"""


def test_a_missing_extra_is_one_sentence():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

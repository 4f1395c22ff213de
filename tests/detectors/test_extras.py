"""Without an extra: the detectors that need it say which one, and all others are as they were."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import re
import sys
from importlib.metadata import packages_distributions, requires

extras_of = {}
for line in requires("offbeat"):
    found = re.match(r"([A-Za-z0-9._-]+).*extra == ['\\"](?!test|all)([\\w-]+)['\\"]", line)
    if found:
        extras_of.setdefault(found[1].lower().replace("_", "-"), set()).add(found[2])
absent = {
    module
    for module, packages in packages_distributions().items()
    if any(package.lower().replace("_", "-") in extras_of for package in packages)
}

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
import numpy as np
import offbeat as ob
from offbeat.core.errors import MissingExtraError
from offbeat.core.registry import detector_class

x = np.sin(np.arange(600.0))
assert len(ob.catalogue()) > 20
for name, needs in ob.catalogue()["extra"].items():
    if not needs:
        continue
    assert any(needs in extras for extras in extras_of.values()), (name, needs)
    kind = detector_class(name)
    try:
        ob.detector(name, **dict.fromkeys(kind.required, "."), **kind.fast_params).fit(x)
    except MissingExtraError as error:
        said = f'{name} needs the [{needs}] extra: pip install "offbeat[{needs}]"'
        beside = " && pip install --no-deps momentfm" if name == "moment" else ""
        assert str(error) == said + beside, str(error)
        print(name)
    else:
        raise AssertionError(f"{name} says that it needs [{needs}], and does without")
"""


def test_a_missing_extra_is_one_sentence():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

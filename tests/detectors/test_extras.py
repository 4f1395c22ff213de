"""Without an extra: the detectors that need it say which one, and all others are as they were."""

from __future__ import annotations

import shlex
import subprocess
import sys
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from offbeat.core.extras import install_command, requirements

SCRIPT = """
import re
import shlex
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
from packaging.requirements import Requirement
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
        start, command = str(error).split(": ", 1)
        assert start == f"{name} needs the [{needs}] extra", str(error)
        own, _, beside = command.partition(" && ")
        assert beside == ("pip install --no-deps momentfm" if name == "moment" else ""), command
        pip, install, *packages = shlex.split(own)
        assert (pip, install) == ("pip", "install"), command
        found = {Requirement(package).name for package in packages}
        assert found == {package for package, extras in extras_of.items() if needs in extras}, command
        print(name)
    else:
        raise AssertionError(f"{name} says that it needs [{needs}], and does without")
"""


def test_a_missing_extra_is_one_sentence():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


EXTRAS = sorted(set(metadata.metadata("offbeat").get_all("Provides-Extra") or ()))


@pytest.mark.parametrize("extra", EXTRAS)
def test_the_line_to_type_is_made_of_requirements(extra):
    """Each is quoted for a shell, can be parsed, and names neither offbeat, which can't be had, nor a marker."""
    pip, install, *parts = shlex.split(install_command(extra).partition(" && ")[0])
    assert (pip, install) == ("pip", "install")
    assert parts
    for part in parts:
        one = Requirement(part)
        assert one.name != "offbeat"
        assert one.marker is None
        assert one.specifier
    names = [Requirement(part).name for part in parts]
    assert len(names) == len(set(names)), "a package stands there twice"


def test_lower_bounds_come_first_and_extras_are_expanded(monkeypatch):
    lines = [
        "numpy>=2",
        'torch<2.14,>=2.6; extra == "deep"',
        'onnx>=1.16; (python_version < "3") and extra == "deep"',
        'timesfm[torch]>=3.0; extra == "timesfm"',
        'torch>=2.7; extra == "timesfm"',
        'offbeat[deep,timesfm]; extra == "all"',
    ]
    monkeypatch.setattr(metadata, "requires", {"offbeat": lines}.get)
    requirements.cache_clear()
    try:
        assert install_command("deep") == "pip install 'torch>=2.6,<2.14'"
        assert requirements("all") == ("torch>=2.6,>=2.7,<2.14", "timesfm[torch]>=3.0")
    finally:
        requirements.cache_clear()


def test_sources_that_were_not_installed(monkeypatch):
    def absent(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", absent)
    requirements.cache_clear()
    try:
        assert install_command("deep") == "pip install '.[deep]'"
    finally:
        requirements.cache_clear()

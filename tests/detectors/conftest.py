"""Makes the bad detectors importable as `offbeat.detectors.bad`, so that their files' names are theirs.

And it gives tiny weights to the detectors that ask for some.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from offbeat.core.detector import Detector

HERE = Path(__file__).parent

collect_ignore = ["bad"]

sys.path.insert(0, str(HERE))

bad = ModuleType("offbeat.detectors.bad")
bad.__path__ = [str(HERE / "bad")]
sys.modules[bad.__name__] = bad


BLIND = {"moment", "tspulse"}
SIGHT = {"sees_spike", "one_missing", "long_gap", "missing_channel", "constant_channel", "any_channel"}
"""Detectors that must have learned something to rebuild anything, and the checks that ask for it."""


def _name(make: partial[Detector]) -> str:
    return make.func.__module__.rpartition(".")[2]


def _asking(item: pytest.Item) -> partial[Detector] | None:
    """What makes the detector of a test of the contract, where that asks for weights."""
    callspec = getattr(item, "callspec", None)
    make = callspec.params.get("make") if callspec is not None else None
    return make if isinstance(make, partial) and "weights" in getattr(make.func, "required", ()) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        make = _asking(item)
        if make is None:
            continue
        item.add_marker(pytest.mark.slow)
        if _name(make) in BLIND and item.name.rpartition("-")[2].removesuffix("]") in SIGHT:
            item.add_marker(pytest.mark.skip(reason="random weights rebuild nothing; it takes real ones to see"))


@pytest.fixture(autouse=True)
def _weights(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    make = _asking(request.node)
    if make is not None:
        from tiny_weights import make as made

        name = _name(make)
        make.keywords["weights"] = str(made(name, tmp_path_factory.getbasetemp() / "weights" / name))

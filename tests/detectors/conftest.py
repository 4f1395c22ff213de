"""Makes the bad detectors importable as `offbeat.detectors.bad`, so that their files' names are theirs.

It gives tiny weights to the detectors that ask for some, and makes the contract's checks share what was learned.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from offbeat.core.detector import Detector
from offbeat.core.params import params_of
from offbeat.detectors.outlier import mcd
from offbeat.testing import arbitrary, sight
from offbeat.testing.suite import Check

HERE = Path(__file__).parent

collect_ignore = ["bad"]

sys.path.insert(0, str(HERE))

from fits import remember  # noqa: E402

bad = ModuleType("offbeat.detectors.bad")
bad.__path__ = [str(HERE / "bad")]
sys.modules[bad.__name__] = bad


BLIND = {"moment", "tspulse"}
SIGHT = {"sees_spike", "one_missing", "long_gap", "missing_channel", "constant_channel", "any_channel"}
"""Detectors that must have learned something to rebuild anything, and the checks that ask for it."""
ALONE = {"same_seed", "refit", "input_untouched", "memory"}
"""Checks that are about fitting itself: each fit of theirs is a fit."""


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


@pytest.fixture(scope="session")
def fits() -> dict[str, Any]:
    return {}


@pytest.fixture(autouse=True)
def _shared_fits(request: pytest.FixtureRequest) -> None:
    """Learn once what several checks of the contract learn; in the fast run, try them on less (see `quick`)."""
    params = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    make, check = params.get("make"), params.get("check")
    if not isinstance(make, partial) or not isinstance(check, Check):
        return
    patch = request.getfixturevalue("monkeypatch")
    if check.name not in ALONE:
        remember(make.func, patch, request.getfixturevalue("fits"))
    if "not slow" in request.config.getoption("markexpr"):
        patch.setattr(sight, "SEEDS", sight.SEEDS[:1])
        patch.setattr(arbitrary, "EXAMPLES", 8)
        patch.setattr(mcd, "LEARNED", 400)
        if "trees" in params_of(make.func):
            patch.setitem(make.keywords, "trees", 20)

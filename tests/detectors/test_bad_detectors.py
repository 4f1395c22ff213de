"""The contract suite fails on each deliberately bad detector, for the fault that it was made with and for no other.

Each file in `bad/` is an honest detector with one fault, and says which checks fail for it and what they say.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from offbeat.core.detector import Detector
from offbeat.core.registry import Entry
from offbeat.detectors.statistical.mad import MAD
from offbeat.testing import check_detector
from offbeat.testing.suite import CHECKS

NAMES = sorted(path.stem for path in (Path(__file__).parent / "bad").glob("*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_bad_detector_fails_as_it_should(name):
    module = f"offbeat.detectors.bad.{name}"
    broken = check_detector(Entry(name, "bad", module).load(Detector), on_fail=None)
    expected = import_module(module).FAILS
    assert broken.keys() == expected.keys()
    for check, words in expected.items():
        assert words in broken[check], f"{check} fails, but for another reason"


def test_the_honest_one_passes():
    assert check_detector(MAD) == {}


def test_every_check_fails_for_some_bad_detector():
    """A check that nothing can fail is no check; `sees` has one for each kind of anomaly."""
    failed = {check for name in NAMES for check in import_module(f"offbeat.detectors.bad.{name}").FAILS}
    silent = {check for check in CHECKS if not check.startswith("sees_")} - failed
    assert not silent, f"no bad detector fails {sorted(silent)}"

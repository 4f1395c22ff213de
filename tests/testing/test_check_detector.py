"""The contract suite as a user calls it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import pytest

import offbeat as ob
from offbeat.core.errors import ContractError, InputError
from offbeat.detectors.statistical.mad import MAD
from offbeat.testing import check_detector


@dataclass
class UpsideDown(MAD):
    def _score(self, x):
        return -super()._score(x)


def test_all_broken_promises_are_in_one_error():
    with pytest.raises(ContractError, match=r"^upside_down breaks \d promises of the contract:\n") as caught:
        check_detector(UpsideDown)
    assert caught.value.broken == check_detector(UpsideDown(), on_fail=None)
    assert "sees_spike: it declares to see spike" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1 + len(caught.value.broken)


def test_an_instance_is_checked_with_its_parameters_and_stays_as_it_is():
    detector = ob.detector("zscore", window=40)
    check_detector(detector)
    assert not detector.is_fitted


def test_what_is_no_detector_is_refused():
    with pytest.raises(InputError, match=r"got a dict; make one of another library's model with offbeat\.wrap"):
        check_detector({})
    with pytest.raises(InputError, match=r"got 'jump'; make it with offbeat\.detector\('jump'\)"):
        check_detector("jump")


def test_it_needs_neither_pytest_nor_hypothesis():
    script = """
import sys
sys.modules["pytest"] = sys.modules["hypothesis"] = sys.modules["polars"] = None
from offbeat.detectors.statistical.mad import MAD
from offbeat.testing import check_detector
assert check_detector(MAD) == {}
assert "sklearn" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)

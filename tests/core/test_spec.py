"""Several detectors by their names."""

from __future__ import annotations

import pytest

import offbeat as ob
from offbeat.core.errors import OffbeatError, ParameterError, UnknownNameError
from offbeat.core.registry import detector_class, detector_entries
from offbeat.core.spec import DetectorSpec, specs


def test_commas_stand_between_detectors_and_between_parameters():
    found = {one.name: one.new() for one in specs("zscore, knn:window=64,k=4,mad,knn:k=7")}
    assert list(found) == ["zscore", "knn:window=64,k=4", "mad", "knn:k=7"]
    assert (found["knn:window=64,k=4"].window, found["knn:window=64,k=4"].k) == (64, 4)


def test_all_is_every_detector_that_asks_for_nothing():
    asking = {name for name in detector_entries() if detector_class(name).required}
    assert "chronos" in asking
    assert [one.name for one in specs("all")] == [name for name in detector_entries() if name not in asking]


def test_detectors_themselves_are_taken_with_names():
    mine = ob.detector("knn", window=32)
    assert [one.name for one in specs([mine, "mad"])] == ["knn:window=32", "mad"]
    assert specs(mine)[0].new() == mine
    assert DetectorSpec.of(mine).new() is not mine


@pytest.mark.parametrize(
    ("named", "kind", "message"),
    [
        ("zscor", UnknownNameError, "did you mean 'zscore'"),
        ("knn:windo=3", UnknownNameError, "did you mean window"),
        ("knn:window=1", ParameterError, "at least 2"),
        ("knn:window", ParameterError, "write it as knn:NAME=VALUE"),
        ("mad,mad", ParameterError, "named twice"),
        ("knn:k=5,knn:k=5", ParameterError, "named twice"),
        (" , ", ParameterError, "at least one"),
        ([], ParameterError, "at least one"),
    ],
)
def test_what_is_no_detector_is_said(named, kind, message):
    assert issubclass(kind, OffbeatError)
    with pytest.raises(kind, match=message):
        specs(named)

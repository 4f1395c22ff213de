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


def own(module: str, name: str = "KNN") -> type[ob.Detector]:
    """Return an own class of that name, as a module of that name would hold it."""
    return type(name, (detector_class("zscore"),), {"__module__": module, "__doc__": "Mine.", "__qualname__": name})


def test_a_class_is_an_object_with_its_defaults():
    knn = detector_class("knn")
    assert [one.name for one in specs([knn, "mad"])] == ["knn", "mad"]
    assert specs(knn)[0].new(seed=0) == specs(knn())[0].new(seed=0) == knn()


@pytest.mark.parametrize("named", [3, ("knn", 3), [("knn", {"k": 3})], {"knn": 3}, int, ob.Detector, None])
def test_what_can_name_no_detector_is_refused(named):
    with pytest.raises(ParameterError, match=r"is no detector; give a name such as 'knn:window=64', or a class"):
        specs(named)


def test_different_classes_of_one_name_are_told_apart_by_where_they_are():
    one, two = own("a"), own("b")
    assert [spec.name for spec in specs([one(), two(), two(window=5)])] == ["a:KNN", "b:KNN", "knn:window=5"]
    assert [spec.name for spec in specs([one(window=5), two(window=5)])] == ["a:KNN:window=5", "b:KNN:window=5"]
    assert [spec.name for spec in specs(["knn", one])] == ["knn", "a:KNN"]
    with pytest.raises(ParameterError, match="knn is named twice"):
        specs([one(), one])

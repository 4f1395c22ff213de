"""Shared keyword options: refused with the nearest name, and one set of names for a policy and its dict."""

from inspect import signature

import pytest

import offbeat as ob
from offbeat.core.errors import UnknownOptionError
from offbeat.core.options import names
from offbeat.core.params import params_of
from offbeat.data.clean import Clean, CleanOptions


def test_a_policy_and_its_dict_have_the_same_names():
    assert names(CleanOptions) == tuple(params_of(Clean))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: ob.read([1.0], tiem="t"), r"read\(\) .* 'tiem'; did you mean 'time'\?"),
        (lambda: ob.detect([1.0], worker=2), r"detect\(\) .* 'worker'; did you mean 'workers'\?"),
        (lambda: ob.detect([1.0], treshold=2), r"detect\(\) .* 'treshold'; did you mean 'threshold'\?"),
        (lambda: ob.compare([1.0], metrc="mae"), r"compare\(\) .* 'metrc'; did you mean 'metric'\?"),
        (lambda: ob.compare([1.0], trheshold=3), r"compare\(\) .* 'trheshold'; did you mean 'threshold'\?"),
        (lambda: ob.tune([1.0], "knn", range={}), r"tune\(\) .* 'range'; did you mean 'ranges'\?"),
        (lambda: ob.bench("nowhere", layuot="ucr"), r"bench\(\) .* 'layuot'; did you mean 'layout'\?"),
        (lambda: ob.detect([1.0], xyz=2), r"detect\(\) .* 'xyz'; it takes: data, detector, .*workers"),
    ],
)
def test_an_unknown_option_is_refused_with_the_nearest_name(call, sentence):
    with pytest.raises(UnknownOptionError, match=sentence):
        call()


def test_a_dict_is_a_policy_of_cleaning():
    assert ob.detect([0.0, 1.0] * 20, "zscore", clean={"max_gap": 5}).cleaned.findings == ()
    with pytest.raises(ob.OffbeatError, match="`clean` has no parameter 'max_gpa'; did you mean max_gap"):
        ob.detect([0.0, 1.0] * 20, "zscore", clean={"max_gpa": 5})


def test_a_layout_refuses_the_options_of_others(tmp_path):
    with pytest.raises(ob.OffbeatError, match="`backblaze` has no parameter 'modle'; did you mean model"):
        ob.data.datasets.load("backblaze", tmp_path, modle="ST4000")
    with pytest.raises(ob.OffbeatError, match="`ucr` has no parameter 'model'; it takes none"):
        ob.data.datasets.load("ucr", tmp_path, model="ST4000")


@pytest.mark.parametrize("door", ["read", "detect", "compare", "tune", "bench", "study"])
def test_a_door_spells_its_options_out(door):
    kinds = [one for one in signature(getattr(ob, door)).parameters.values() if one.kind is one.VAR_KEYWORD]
    assert all(str(one.annotation).startswith("Unpack[") for one in kinds)

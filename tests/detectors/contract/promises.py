"""What is declared is kept: invariance, causality, memory; and the parts that make a detector exchangeable."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import polars as pl
import pytest
from contract.material import base, planted
from contract.suite import Make, check
from sklearn.base import clone

from offbeat.core import modelfile
from offbeat.core.detector import Detector
from offbeat.core.errors import UnknownNameError
from offbeat.core.series import Floats, Series


@check(when=lambda kind: "scale" in kind.invariant)
def check_invariant_scale(make: Make) -> None:
    for factor in (3000.0, 1e-4):
        _assert_same_ranking(make, partial(np.multiply, factor))


@check(when=lambda kind: "offset" in kind.invariant)
def check_invariant_offset(make: Make) -> None:
    for step in (500.0, -20.0):
        _assert_same_ranking(make, partial(np.add, step))


def _assert_same_ranking(make: Make, change: Callable[[Floats], Floats]) -> None:
    from scipy.stats import spearmanr

    x, _ = planted("spike")
    train = base(seed=5)
    plain, other = make().fit(train).score(x), make().fit(change(train)).score(change(x))
    known = np.isfinite(plain)
    np.testing.assert_array_equal(known, np.isfinite(other))
    assert np.nanstd(other) > 0, "all scores are the same"
    agreement = spearmanr(plain[known], other[known]).statistic
    assert agreement > 0.999, f"rank correlation {agreement:.4f} with the unchanged data's scores"


@check(when=lambda kind: kind.causal)
def check_causal(make: Make) -> None:
    detector = make().fit(base(seed=1))
    x = base(900, seed=2)
    other = x.copy()
    other[600:] = 5 * other[600:] + 3
    np.testing.assert_allclose(
        detector.score(other)[:600], detector.score(x)[:600], rtol=1e-9, err_msg="a later point changed a score"
    )


@check(slow=True)
def check_memory(make: Make) -> None:
    """The peak grows with the number of values by no more than what is declared."""
    long, short = (12_000, 4_000) if "n^2" in make().cost else (100_000, 20_000)
    make().fit_score(base(200))
    growth = (_peak(make(), base(long)) - _peak(make(), base(short))) / (long - short)
    assert growth <= make().memory, f"{growth:.0f} bytes a value, declared were {make().memory}"


def _peak(detector: Detector, x: Floats) -> int:
    tracemalloc.start()
    try:
        detector.fit_score(x)
        detector.score(x)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@check()
def check_save_load(make: Make) -> None:
    x, _ = planted("spike")
    for train in (base(seed=1), np.column_stack([base(seed=1), base(seed=2)])):
        data = x if train.shape[1] == 1 else np.column_stack([x, base(seed=3)])
        detector = make().fit(train)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "model.offbeat"
            detector.save(path)
            loaded = modelfile.load(path)
        assert type(loaded) is type(detector)
        assert loaded.get_params() == detector.get_params()
        np.testing.assert_array_equal(loaded.score(data), detector.score(data))
        np.testing.assert_array_equal(loaded.score(train), detector.score(train))


@check()
def check_parameters(make: Make) -> None:
    detector = make()
    params = detector.get_params()
    copy = clone(detector)
    assert copy is not detector
    assert copy.get_params() == params
    assert not clone(make().fit(base())).is_fitted
    assert detector.set_params(**params) is detector
    assert detector.get_params() == params
    detector.fit(base())
    assert detector.get_params() == params, "fitting has changed a parameter"
    with pytest.raises(UnknownNameError):
        detector.set_params(no_such_parameter=1)


@check()
def check_containers(make: Make) -> None:
    """An array, a list, a frame and a series of the same numbers have the same scores."""
    x, _ = planted("spike", 600)
    expected = make().fit(x).score(x)
    hours = pd.date_range("2024-01-01", periods=600, freq="h")
    same = (
        x[:, 0].tolist(),
        pd.DataFrame({"load": x[:, 0]}, index=hours),
        pd.Series(x[:, 0], index=hours),
        pl.DataFrame({"load": x[:, 0]}),
        Series(x),
        np.asfortranarray(np.column_stack([x, x]))[:, :1],
    )
    for data in same:
        np.testing.assert_array_equal(make().fit(data).score(data), expected, err_msg=type(data).__name__)
    whole = np.round(100 * x).astype(np.int64)
    np.testing.assert_array_equal(make().fit(whole).score(whole), make().fit(whole * 1.0).score(whole * 1.0))

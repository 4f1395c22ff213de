"""What is declared is kept: invariance, causality, memory; and the parts that make a detector exchangeable."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from offbeat.core import modelfile
from offbeat.core.detector import Detector
from offbeat.core.errors import UnknownNameError
from offbeat.core.series import Floats, Series
from offbeat.testing.material import base, noticed, planted
from offbeat.testing.suite import Make, check, promise, refuses, same


@check(when=lambda kind: "scale" in kind.invariant)
def check_invariant_scale(make: Make) -> None:
    """Check that data in another unit are ranked the same."""
    for factor in (3000.0, 1e-4):
        _assert_same_ranking(make, partial(np.multiply, factor), f"times {factor:g}")


@check(when=lambda kind: "offset" in kind.invariant)
def check_invariant_offset(make: Make) -> None:
    """Check that data with a constant added are ranked the same."""
    for step in (500.0, -20.0):
        _assert_same_ranking(make, partial(np.add, step), f"plus {step:g}")


def _assert_same_ranking(make: Make, change: Callable[[Floats], Floats], what: str) -> None:
    from scipy.stats import spearmanr

    x, _ = planted(noticed(type(make())))
    train = base(seed=5)
    plain, other = make().fit(train).score(x), make().fit(change(train)).score(change(x))
    known = np.isfinite(plain)
    same(np.isfinite(other), known, f"of the data {what} other points are scored")
    promise(np.nanstd(other) > 0, f"of the data {what} all scores are the same")
    agreement = spearmanr(plain[known], other[known]).statistic
    promise(agreement > 0.999, f"of the data {what} the scores have a rank correlation of {agreement:.4f} with before")


@check(when=lambda kind: kind.causal)
def check_causal(make: Make) -> None:
    """Check that no later point changes a score."""
    detector = make().fit(base(seed=1))
    x = base(900, seed=2)
    other = x.copy()
    other[600:] = 5 * other[600:] + 3
    same(detector.score(other)[:600], detector.score(x)[:600], "a later point changed a score", 1e-9)


@check(slow=True)
def check_memory(make: Make) -> None:
    """Check that the peak grows with the number of values by no more than what is declared."""
    long, short = (12_000, 4_000) if "n^2" in make().cost else (100_000, 20_000)
    make().fit_score(base(200))
    growth = (_peak(make(), base(long)) - _peak(make(), base(short))) / (long - short)
    promise(growth <= make().memory, f"it takes {growth:.0f} bytes a value, and declares memory={make().memory}")


def _peak(detector: Detector, x: Floats) -> int:
    tracemalloc.start()
    try:
        detector.fit_score(x)
        detector.score(x)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@check(when=lambda kind: kind.saveable)
def check_save_load(make: Make) -> None:
    """Check that a saved and loaded detector has the same class, parameters and scores, bit for bit."""
    x, _ = planted("spike")
    for train in (base(seed=1), np.column_stack([base(seed=1), base(seed=2)])):
        data = x if train.shape[1] == 1 else np.column_stack([x, base(seed=3)])
        detector = make().fit(train)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "model.offbeat"
            detector.save(path)
            loaded = modelfile.load(path, detector=type(detector))
        promise(type(loaded) is type(detector), f"it was loaded as a {type(loaded).__name__}")
        promise(loaded.get_params() == detector.get_params(), "saving and loading has changed a parameter")
        for scored in (data, train):
            same(loaded.score(scored), detector.score(scored), "saving and loading has changed the scores")


@check()
def check_parameters(make: Make) -> None:
    """Check that parameters can be read, set and copied, and fitting leaves them alone."""
    detector = make()
    params = detector.get_params()
    copy = type(detector)(**params)
    promise(copy.get_params() == params, "a copy made of its parameters has others")
    fresh = type(detector)(**make().fit(base()).get_params())
    promise(not fresh.is_fitted, "a copy made of the parameters of a fitted one is fitted")
    promise(detector.set_params(**params) is detector, "set_params does not return the detector")
    promise(detector.get_params() == params, "set_params with its own parameters has changed them")
    detector.fit(base())
    promise(detector.get_params() == params, "fitting has changed a parameter")
    refuses(UnknownNameError, lambda: detector.set_params(no_such_parameter=1), "an unknown parameter")


@check()
def check_containers(make: Make) -> None:
    """Check that an array, a list, a frame and a series of the same numbers have the same scores."""
    x, _ = planted("spike", 600)
    expected = make().fit(x).score(x)
    for data in _containers(x):
        same(make().fit(data).score(data), expected, f"the same numbers in a {type(data).__name__} have other scores")
    whole = np.round(100 * x).astype(np.int64)
    floats = whole.astype(np.float64)
    same(
        make().fit(whole).score(whole),
        make().fit(floats).score(floats),
        "the same numbers as integers have other scores",
    )


def _containers(x: Floats) -> Iterator[Any]:
    import pandas as pd

    hours = pd.date_range("2024-01-01", periods=len(x), freq="h")
    yield x[:, 0].tolist()
    yield pd.DataFrame({"load": x[:, 0]}, index=hours)
    yield pd.Series(x[:, 0], index=hours)
    yield Series(x)
    yield np.asfortranarray(np.column_stack([x, x]))[:, :1]
    try:
        import polars as pl
    except ModuleNotFoundError:
        return
    yield pl.DataFrame({"load": x[:, 0]})

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from offbeat.core.detector import Detector
from offbeat.core.registry import detector
from offbeat.core.threads import one_thread


def _threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_linear_algebra_takes_one_thread_inside_and_what_it_took_before_outside():
    with threadpool_limits(2, "blas"):
        with one_thread():
            assert _threads() == {1}
        assert _threads() == {2}


def test_a_detector_learns_and_judges_on_one_thread_even_with_one_inside_another():
    seen = []

    @dataclass
    class Watching(Detector):
        def _fit(self, x: np.ndarray) -> None:
            detector("zscore").fit(x)
            seen.append(_threads())

        def _score(self, x: np.ndarray) -> np.ndarray:
            seen.append(_threads())
            return x[:, 0]

    x = np.random.default_rng(0).normal(size=(100, 2))
    with threadpool_limits(2, "blas"):
        model = Watching()
        model.fit(x).score(x)
        model.fit_score(x)
        assert _threads() == {2}
    assert seen == [{1}] * len(seen)
    assert len(seen) >= 4

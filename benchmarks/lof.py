"""Time of `lof` against scikit-learn's on materialised windows: fit and score of one series.

Run: python benchmarks/lof.py [points] [window]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from sklearn.neighbors import LocalOutlierFactor

from offbeat.core.registry import detector
from offbeat.core.series import Floats


def ours(x: Floats, window: int) -> Floats:
    """Score the points with offbeat."""
    return detector("lof", window=window).fit_score(x).scores


def theirs(x: Floats, window: int) -> Floats:
    """Score the windows with scikit-learn, all of them in one table."""
    table = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(x, window))
    return -LocalOutlierFactor(30).fit(table).negative_outlier_factor_


def seconds(run: Callable[[], object]) -> tuple[float, float]:
    """Return seconds by the clock and of processor."""
    began, worked = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - began, time.process_time() - worked


def main() -> None:
    """Print one line each and the ratio."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    window = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    x = np.sin(np.arange(n) / 7) + 0.1 * np.random.default_rng(0).standard_normal(n)
    taken = []
    for name, run in (("offbeat", ours), ("scikit-learn", theirs)):
        run(x[: 4 * window], window)
        taken.append(seconds(lambda run=run: run(x, window)))
        print(f"{name}: {taken[-1][0]:.2f} s, {taken[-1][1]:.2f} s of processor", flush=True)
    print(f"scikit-learn / offbeat: {taken[1][0] / taken[0][0]:.1f}, of processor {taken[1][1] / taken[0][1]:.1f}")


if __name__ == "__main__":
    main()

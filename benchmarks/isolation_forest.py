"""Time and memory of `isolation_forest` against scikit-learn's on materialised windows: fit and score of one series.

Run: python benchmarks/isolation_forest.py [points] [window]
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from sklearn.ensemble import IsolationForest

from offbeat.core.registry import detector
from offbeat.core.series import Floats


def ours(x: Floats, window: int) -> Floats:
    """Score the points with offbeat."""
    return detector("isolation_forest", window=window).fit(x).score(x)


def theirs(x: Floats, window: int) -> Floats:
    """Score the windows with scikit-learn, all of them in one table."""
    table = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(x, window))
    return -IsolationForest(random_state=0).fit(table).score_samples(table)


def seconds(run: Callable[[], object]) -> float:
    """Return the best of three."""
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return min(taken)


def megabytes(run: Callable[[], object]) -> float:
    """Return what `run` held at its peak."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def main() -> None:
    """Print one line each and the ratios."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    window = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    x = np.sin(np.arange(n) / 7) + 0.1 * np.random.default_rng(0).standard_normal(n)
    results = {}
    for name, run in (("offbeat", ours), ("scikit-learn", theirs)):
        run(x[: 2 * window], window)
        results[name] = (seconds(lambda run=run: run(x, window)), megabytes(lambda run=run: run(x, window)))
        print(f"{name}: {results[name][0]:.2f} s, {results[name][1]:.1f} MB")
    time_ratio, memory_ratio = (a / b for a, b in zip(results["offbeat"], results["scikit-learn"], strict=True))
    print(f"offbeat / scikit-learn: time {time_ratio:.2f}, memory {memory_ratio:.3f}")


if __name__ == "__main__":
    main()

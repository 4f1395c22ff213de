"""Seconds and memory of the default detector on one channel: python benchmarks/default_detector.py [POINTS ...].

Each length runs in a process of its own, so that peak memory is its own; compiled kernels come from the cache.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import numpy as np

POINTS = (100_000, 300_000, 1_000_000)


def one(n: int) -> None:
    """Run the whole pipeline once on `n` points and print seconds and peak memory."""
    import offbeat as ob

    rng = np.random.default_rng(0)
    x = np.sin(np.arange(n) * (2 * np.pi / 100)) + 0.1 * rng.normal(size=n)
    x[n // 2 : n // 2 + 50] += 1.0
    ob.detect(x[:5000])
    began = time.perf_counter()
    result = ob.detect(x)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = any(e.rows[0] <= n // 2 + 50 and e.rows[1] >= n // 2 for e in result.found)
    hit = "found" if found else "MISSED"
    print(f"{n:>10,d} points {seconds:7.2f} s {peak:7.0f} MB, planted event {hit}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(int(sys.argv[2]))
    else:
        for points in map(int, sys.argv[1:] or POINTS):
            subprocess.run([sys.executable, __file__, "--one", str(points)], check=True)

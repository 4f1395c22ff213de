"""Time `matrix_profile` against stumpy's `stump`, first and second call, each in a fresh process without a cache.

Run: python benchmarks/matrix_profile.py [points] [window]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

OURS = """
import time, numpy as np
began = time.perf_counter()
from offbeat.core.registry import detector
x = np.cumsum(np.random.default_rng(0).standard_normal({n}))
def run():
    d = detector("matrix_profile", window={w})
    d.fit(x)
    return d._score_trained(x[:, None])[:, 0]
"""
THEIRS = """
import time, numpy as np
began = time.perf_counter()
import stumpy
x = np.cumsum(np.random.default_rng(0).standard_normal({n}))
def run():
    return stumpy.stump(x, {w})[:, 0].astype(float)
"""
TIMED = """
profile = run()
first = time.perf_counter() - began
seconds = []
for _ in range(3):
    began = time.perf_counter()
    run()
    seconds.append(time.perf_counter() - began)
np.save({out!r}, profile)
print(first, min(seconds))
"""


def timed(program: str, n: int, w: int, out: str, cache: str) -> tuple[float, float]:
    """Return the seconds of the first call, import included, and of the best of three later ones."""
    done = subprocess.run(
        [sys.executable, "-c", (program + TIMED).format(n=n, w=w, out=out)],
        env={**os.environ, "NUMBA_CACHE_DIR": cache},
        capture_output=True,
        text=True,
        check=True,
    )
    first, later = done.stdout.split()
    return float(first), float(later)


def main() -> None:
    """Print one line each, and how far the two profiles are apart."""
    import numpy as np

    n = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    w = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    with tempfile.TemporaryDirectory() as folder:
        results = {}
        for name, program in (("offbeat", OURS), ("stumpy", THEIRS)):
            results[name] = timed(program, n, w, f"{folder}/{name}.npy", f"{folder}/cache_{name}")
            print(f"{name}: first call {results[name][0]:.2f} s, later {results[name][1]:.3f} s")
        ratios = [ours / theirs for ours, theirs in zip(results["offbeat"], results["stumpy"], strict=True)]
        difference = np.abs(np.load(f"{folder}/offbeat.npy") - np.load(f"{folder}/stumpy.npy")).max()
    print(f"offbeat / stumpy: first {ratios[0]:.3f}, later {ratios[1]:.3f}; largest difference {difference:.2e}")


if __name__ == "__main__":
    main()

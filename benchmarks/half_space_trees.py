"""Microseconds a point of `half_space_trees`, and of river's where a Python that has it is named, with the same forest.

Run: python benchmarks/half_space_trees.py [python with river] [points]
"""

from __future__ import annotations

import subprocess
import sys

DATA = """
import time
import numpy as np
x = np.sin(np.arange({n}) / 7) + 0.1 * np.random.default_rng(0).standard_normal({n})
"""
OURS = """
from offbeat.core.registry import detector
model = detector("half_space_trees", window=1, trees=10, depth=8, profile=250)
model.fit(x[:2000]).score(x[:2000])
began = time.process_time()
model.score(x)
"""
THEIRS = """
from river.anomaly import HalfSpaceTrees
model = HalfSpaceTrees(n_trees=10, height=8, window_size=250, seed=0)
points = [{{"x": float(v)}} for v in np.clip((x + 1.5) / 3, 0, 1)]
model.learn_one(points[0])
began = time.process_time()
for point in points:
    model.score_one(point)
    model.learn_one(point)
"""
END = """
print(1e6 * (time.process_time() - began) / {n})
"""


def microseconds(python: str, program: str, n: int) -> float:
    """Return the processor's time a point, in a fresh process."""
    code = (DATA + program + END).format(n=n)
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    """Print one line each and the ratio."""
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    ours = microseconds(sys.executable, OURS, n)
    print(f"offbeat: {ours:.2f} microseconds a point, 10 trees of 8 levels, {n} points")
    if len(sys.argv) > 1:
        theirs = microseconds(sys.argv[1], THEIRS, n)
        print(f"river: {theirs:.2f} microseconds a point, {theirs / ours:.0f} times as long")


if __name__ == "__main__":
    main()

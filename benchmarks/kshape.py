"""Time of `kshape` against PyOD's KShape where it is installed, and time and memory of its kin on long series.

Run: python benchmarks/kshape.py [window]
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys

NAMES = ("kshape", "norma", "sand", "series2graph")
LENGTHS = (10_000, 100_000, 1_000_000)

OURS = """
import resource, time
import numpy as np
from offbeat.core.registry import detector
x = np.sin(np.arange({n}) * (2 * np.pi / 100)) + 0.1 * np.random.default_rng(0).standard_normal({n})
detector("{name}", window={window}).fit_score(x[:4000])
began, worked = time.perf_counter(), time.process_time()
detector("{name}", window={window}).fit_score(x)
wall, cpu = time.perf_counter() - began, time.process_time() - worked
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{{wall:.2f}} s ({{cpu:.2f}} s of processor), peak {{peak:.0f}} MB")
"""

PEER = """
import time
import numpy as np
from pyod.models.ts_kshape import KShape
x = np.sin(np.arange({n}) * (2 * np.pi / 100)) + 0.1 * np.random.default_rng(0).standard_normal({n})
began, worked = time.perf_counter(), time.process_time()
KShape(n_clusters=6, window_size={window}).fit(x[:, None])
print(f"{{time.perf_counter() - began:.2f}} s ({{time.process_time() - worked:.2f}} s of processor)")
"""


def timed(program: str) -> str:
    """Run a program in a process of its own and return what it prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main() -> None:
    """Print one line a detector and length, the peer's first."""
    window = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    if importlib.util.find_spec("pyod"):
        print(f"PyOD's KShape, {LENGTHS[0]} points: {timed(PEER.format(n=LENGTHS[0], window=window))}", flush=True)
    for name in NAMES:
        for n in LENGTHS:
            print(f"{name}, {n} points: {timed(OURS.format(name=name, n=n, window=window))}", flush=True)


if __name__ == "__main__":
    main()

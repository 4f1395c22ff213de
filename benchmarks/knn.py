"""Time and peak memory of `knn` on long series; a fresh process for each length.

Run: python benchmarks/knn.py [window]
"""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import resource, time
import numpy as np
from offbeat.core.registry import detector
x = np.sin(np.arange({n}) / 7) + 0.1 * np.random.default_rng(0).standard_normal({n})
detector("knn", window={window}).fit(x[:2000]).score(x[:2000])
began, worked = time.perf_counter(), time.process_time()
detector("knn", window={window}).fit_score(x)
wall, cpu = time.perf_counter() - began, time.process_time() - worked
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{{wall:.2f}} s ({{cpu:.2f}} s of processor), peak {{peak:.0f}} MB")
"""


def main() -> None:
    """Print one line a length."""
    window = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    for n in (100_000, 300_000, 1_000_000):
        program = PROGRAM.format(n=n, window=window)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        print(f"{n} points, window {window}: {done.stdout.strip()}", flush=True)


if __name__ == "__main__":
    main()

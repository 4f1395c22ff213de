"""Processor's time and peak memory of `isolation_forest`, and of scikit-learn's on a table of all windows.

The second is what TSB-AD's Sub-IForest does. Each runs in a fresh process; imports and data are counted in.

Run: python benchmarks/isolation_forest.py [points] [window]
"""

from __future__ import annotations

import subprocess
import sys

DATA = """
import resource, time
import numpy as np
x = np.sin(np.arange({n}) / 7) + 0.1 * np.random.default_rng(0).standard_normal({n})
"""
OURS = """
from offbeat.core.registry import detector
detector("isolation_forest", window={window}).fit(x).score(x)
"""
THEIRS = """
from sklearn.ensemble import IsolationForest
table = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(x, {window}))
IsolationForest(random_state=0).fit(table).score_samples(table)
"""
END = """
print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def used(program: str, n: int, window: int) -> tuple[float, float]:
    """Return seconds of processor and megabytes, of a fresh process."""
    code = (DATA + program + END).format(n=n, window=window)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    return seconds, megabytes


def main() -> None:
    """Print one line each and the ratios."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    window = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    used(OURS, 2000, window)
    results = {name: used(program, n, window) for name, program in (("offbeat", OURS), ("scikit-learn", THEIRS))}
    for name, (seconds, megabytes) in results.items():
        print(f"{name}: {seconds:.2f} s, {megabytes:.0f} MB")
    time_ratio, memory_ratio = (a / b for a, b in zip(results["offbeat"], results["scikit-learn"], strict=True))
    print(f"offbeat / scikit-learn: time {time_ratio:.2f}, memory {memory_ratio:.2f}")


if __name__ == "__main__":
    main()

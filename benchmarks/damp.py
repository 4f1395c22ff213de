"""Time and peak memory of `damp` on long series; a fresh process for each length.

Run: python benchmarks/damp.py [window]
"""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import resource, time
import numpy as np
from offbeat.core.registry import detector
x = np.sin(np.arange({n}) / 7) + 0.1 * np.random.default_rng(0).standard_normal({n})
x[{n} // 2 : {n} // 2 + 60] *= 0.2
train = x[: {n} // 10]
detector("damp", window={window}).fit(x[:3000]).score(x[:3000])
began, worked = time.perf_counter(), time.process_time()
scores = detector("damp", window={window}).fit(train).score(x)
wall, cpu = time.perf_counter() - began, time.process_time() - worked
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
found = abs(int(np.nanargmax(scores)) - {n} // 2) < 200
print(f"{{wall:.2f}} s ({{cpu:.2f}} s of processor), peak {{peak:.0f}} MB, planted discord found: {{found}}")
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

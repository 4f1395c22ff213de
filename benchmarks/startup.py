"""`offbeat detect` from the prompt to its answer, in a fresh process each: seconds of three cases, median and least.

Run `python benchmarks/startup.py [runs]`. Aim: 0.8 s for 700 rows, 1.3 s for 8,760 rows with a report, 3 s for 100,000.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

CASES = {"700 rows": (700, False), "8,760 rows with a report": (8_760, True), "100,000 rows": (100_000, False)}


def write(path: Path, rows: int) -> None:
    """Write a CSV of hours and values: a day's cycle, noise, and three spikes."""
    rng = np.random.default_rng(0)
    values = 10 + 3 * np.sin(np.arange(rows) * 2 * np.pi / 24) + rng.normal(scale=0.5, size=rows)
    values[rng.choice(rows, size=3, replace=False)] += 12
    times = np.datetime64("2010-01-01T00:00:00") + np.arange(rows) * np.timedelta64(1, "h")
    lines = [f"{str(moment).replace('T', ' ')},{value:.4f}" for moment, value in zip(times, values, strict=True)]
    path.write_text("time,value\n" + "\n".join(lines) + "\n")


def seconds(path: Path, report: bool) -> float:
    """Return how long the command takes; an answer is expected, whether or not it has events."""
    command = [sys.executable, "-m", "offbeat", "detect", str(path)]
    command += ["--report", str(path.with_suffix(".html"))] if report else []
    began = time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    taken = time.perf_counter() - began
    if done.returncode not in (0, 1) or not done.stdout:
        raise SystemExit(done.stderr)
    return taken


def main() -> None:
    """Run each case once to fill the caches, then in turn `runs` times."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{rows}.csv" for name, (rows, _) in CASES.items()}
        for name, (rows, _) in CASES.items():
            write(paths[name], rows)
        rounds = [[seconds(paths[name], report) for name, (_, report) in CASES.items()] for _ in range(runs + 1)]
    for name, taken in zip(CASES, zip(*rounds[1:], strict=True), strict=True):
        print(f"{name}: median {statistics.median(taken):.2f} s, least {min(taken):.2f} s of {runs} runs")


if __name__ == "__main__":
    main()

"""The fast tests on other machines, as far as this one can play them: processors, cores, places, terminals.

Run: python benchmarks/variations.py [--short]. The whole takes as many fast runs as the table has rows; the short form
about a minute: the doctests of core, metrics and report, and the tests of metrics, the command line and core.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
SHORT = ("src/offbeat/core", "src/offbeat/metrics", "src/offbeat/report", "tests/metrics", "tests/cli", "tests/core")
COUNT = re.compile(r"(\d+) (passed|failed|error)")


def variations() -> dict[str, Mapping[str, str]]:
    """Return what is set in the environment of each run, by what is said of it."""
    rows: list[dict[str, str]] = [{}, {"OPENBLAS_CORETYPE": "Haswell"}]
    shown: Any = np.show_config(mode="dicts")
    wide = [name for name in shown["SIMD Extensions"]["found"] if name.startswith("AVX512") or name == "X86_V4"]
    if wide:
        rows += [{"OPENBLAS_CORETYPE": "SkylakeX"}, {"NPY_DISABLE_CPU_FEATURES": " ".join(wide)}]
    rows += [{"TZ": "Asia/Kolkata"}, {"LC_ALL": "C"}, {"COLUMNS": "60"}]
    named = {" ".join(f"{k}={v}" for k, v in row.items()) or "as it is": row for row in rows}
    return {**named, "one core": {}} if hasattr(os, "sched_setaffinity") else named


def one_core() -> None:
    """Keep this process on the first of its cores."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def run(name: str, changed: Mapping[str, str], places: tuple[str, ...]) -> tuple[str, list[str]]:
    """Run the fast tests under one variation; return the row of the table, and the tests that failed."""
    workers = ["-n", "auto"] if find_spec("xdist") else []
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", "-p", "no:cacheprovider", *workers, *places]
    began = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **changed},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=one_core if name == "one core" else None,
    )
    lines = done.stdout.splitlines() or done.stderr.splitlines()
    counts = {what: int(count) for count, what in COUNT.findall(lines[-1])}
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR "))]
    if done.returncode > 1:
        failed.append(f"pytest ended with exit status {done.returncode}: {lines[-1]}")
    row = f"{name:60} {counts.get('passed', 0):>7} {len(failed):>7} {time.perf_counter() - began:>8.0f}"
    return row, failed


def main() -> int:
    """Print one row a variation, and below it what failed; return 1 where anything did."""
    parser = argparse.ArgumentParser(description="Run the fast tests under other processors, places and terminals.")
    parser.add_argument("--short", action="store_true", help="a few folders only: about a minute")
    places = SHORT if parser.parse_args().short else ()
    print(f"{'variation':60} {'passed':>7} {'failed':>7} {'seconds':>8}")
    broken = False
    for name, changed in variations().items():
        row, failed = run(name, changed, places)
        broken |= bool(failed)
        print("\n".join([row, *(f"    {line}" for line in failed)]), flush=True)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())

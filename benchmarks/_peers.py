"""Two programs on one series, each in a process and an interpreter of its own: seconds, and peak memory."""

from __future__ import annotations

import argparse
import subprocess
import sys

SERIES = """
import contextlib, io, resource, time
import numpy as np
x = np.sin(2 * np.pi * np.arange({n}) / 100) + 0.1 * np.random.default_rng(0).standard_normal({n})
"""
MEASURE = """
with contextlib.redirect_stdout(io.StringIO()):
    run(x[:5000])
    began, worked = time.perf_counter(), time.process_time()
    run(x)
    wall, cpu = time.perf_counter() - began, time.process_time() - worked
print(wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
THEIRS = """
import sys
from unittest.mock import MagicMock
for _ in range(50):
    try:
        from TSB_AD.models.{kind} import {kind}
        break
    except ModuleNotFoundError as missing:  # something that this method does not use
        sys.modules[missing.name] = MagicMock()
def run(x):
    {call}
"""
OURS = """
from offbeat.core.registry import detector
def run(x):
    detector("{name}", **{params}).fit_score(x)
"""


def measured(python: str, program: str, n: int) -> tuple[float, float, float] | None:
    """Return wall and processor seconds, and peak MB, of a program's `run(x)`; None where it failed or took 300 s."""
    text = SERIES.format(n=n) + program + MEASURE
    try:
        done = subprocess.run([python, "-c", text], capture_output=True, text=True, check=True, timeout=300)
    except subprocess.TimeoutExpired:
        print("no figure: more than 300 s")
        return None
    except subprocess.CalledProcessError as error:
        print("no figure:", error.stderr.strip().splitlines()[-1])
        return None
    wall, cpu, peak = map(float, done.stdout.split())
    return wall, cpu, peak


def compare(name: str, kind: str, call: str, **params: object) -> None:
    """Print one line a length and program, and the ratio of their processor times.

    Parameters
    ----------
    name
        Of the detector.
    kind, call
        The class in TSB-AD, and an expression that fits it to `x` and scores that.
    params
        Of the detector.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", help="interpreter in which TSB_AD is installed")
    parser.add_argument("--points", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    given = parser.parse_args()
    for n in given.points:
        found = [("offbeat", measured(sys.executable, OURS.format(name=name, params=params), n))]
        if given.peer:
            found.append(("TSB-AD", measured(given.peer, THEIRS.format(kind=kind, call=call), n)))
        for who, figures in found:
            if figures:
                wall, cpu, peak = figures
                print(f"{n:>9} points  {who:8}{wall:9.3f} s wall {cpu:9.3f} s cpu {peak:7.0f} MB", flush=True)
        ratios = [figures[1] for _, figures in found if figures]
        if len(ratios) == 2:
            print(f"{'ratio':>16}{ratios[1] / ratios[0]:30.1f}", flush=True)

"""Two programs on the same series, each in a process and an interpreter of its own: time, processor time, peak memory."""

from __future__ import annotations

import argparse
import subprocess

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
OURS = """
from offbeat.core.registry import detector
def run(x):
    detector("{name}", **{params}).fit_judge(x)
"""


def measured(python: str, program: str, n: int) -> tuple[float, float, float] | None:
    """Return wall seconds, processor seconds and peak MB of `run(x)` in `program`; None where it took 300 s or failed."""
    text = SERIES.format(n=n) + program + MEASURE
    try:
        done = subprocess.run([python, "-c", text], capture_output=True, text=True, check=True, timeout=300)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        print(f"no figure: {str(error)[-200:]}")
        return None
    wall, cpu, peak = map(float, done.stdout.split())
    return wall, cpu, peak


def compare(name: str, peer: str, **params: object) -> None:
    """Print one line a length and program, and the ratio of their processor times.

    Parameters
    ----------
    name
        Of the detector.
    peer
        A program that defines `run(x)`.
    params
        Of the detector.
    """
    import sys

    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", help="interpreter in which TSB_AD is installed")
    parser.add_argument("--points", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    given = parser.parse_args()
    for n in given.points:
        found = [("offbeat", measured(sys.executable, OURS.format(name=name, params=params), n))]
        if given.peer:
            found.append(("TSB-AD", measured(given.peer, peer, n)))
        for who, figures in found:
            if figures:
                wall, cpu, peak = figures
                print(f"{n:>9} points  {who:8}{wall:9.3f} s wall {cpu:9.3f} s cpu {peak:7.0f} MB", flush=True)
        ratios = [figures[1] for _, figures in found if figures]
        if len(ratios) == 2:
            print(f"{'ratio':>16}{ratios[1] / ratios[0]:30.1f}", flush=True)

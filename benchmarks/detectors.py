"""What each detector costs at 100 thousand points, and how well it does: the figures of docs/detectors.md.

Time and memory: a process for each detector learns from and judges one made-up series of 100,000 points, twice. Time is
the processor's, of all threads together, so that other work on the machine counts little; the first call imports, and
may compile; the second one is "warm". Memory is by how much the process grew at its peak, with the libraries
that it loaded.

How well: the mean VUS-PR over the series of a benchmark, once for those of one channel, once for those of several. Make
it by `offbeat bench FOLDER --crop 10000 --out RESULTS` and give RESULTS/results.csv; without it those columns stay as
they are.

Run: python benchmarks/detectors.py [--results RESULTS/results.csv] [--out docs/detectors.csv] [NAME ...]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd

import offbeat as ob

POINTS = 100_000
LIMIT = 900
"""Seconds for one detector."""

CHILD = f"""
import json, resource, sys, threading, time
import numpy as np
import offbeat as ob
from offbeat.core.registry import detector

def held():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6

t = np.arange({POINTS})
rng = np.random.default_rng(0)
x = np.sin(2 * np.pi * t / 100) + 0.3 * np.sin(2 * np.pi * t / 31) + 0.1 * rng.normal(size=len(t))
x[70_000:70_050] += 1.5
made = detector(sys.argv[1])
before, seconds = held(), []
for _ in range(2):
    began = time.process_time()
    scores = detector(sys.argv[1]).fit_score(x).scores
    seconds.append(time.process_time() - began)
assert len(scores) == len(x)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({{"first_s": seconds[0], "warm_s": seconds[1], "memory_mb": peak - before}}))
"""


def cost(name: str) -> dict[str, float]:
    """Return the seconds of a first and a second call, and the peak memory in MB; nothing where it took too long."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, name], capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        print(f"{name}: more than {LIMIT} s")
        return {}
    if done.returncode:
        print(f"{name}: {done.stderr.strip().splitlines()[-1]}")
        return {}
    figures: dict[str, float] = json.loads(done.stdout)
    return {word: round(value, 3) for word, value in figures.items()}


def quality(path: Path) -> pd.DataFrame:
    """Return the mean VUS-PR by detector, of series of one channel and of several; a failure counts as 0."""
    rows = pd.read_csv(path)
    rows = rows[rows["status"] != "skipped"]
    several = (rows["channels"] > 1).map({False: "vus_pr_one", True: "vus_pr_many"})
    means = rows.assign(vus_pr=rows["vus_pr"].fillna(0.0)).groupby(["detector", several])["vus_pr"].mean()
    return means.unstack().round(4)


def main() -> None:
    """Measure, and write the table after each detector."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="detectors to be timed; all where none is given")
    parser.add_argument("--results", type=Path, help="results.csv of a benchmark")
    parser.add_argument("--no-cost", action="store_true", help="leave times and memory as they are")
    parser.add_argument("--out", type=Path, default=Path("docs/detectors.csv"))
    wishes = parser.parse_args()
    names = list(ob.catalogue().index)
    table = pd.read_csv(wishes.out, index_col="name") if wishes.out.exists() else pd.DataFrame()
    table = table.reindex(names).rename_axis("name")
    if wishes.results is not None:
        found = quality(wishes.results)
        for column in found:
            table[column] = found[column].reindex(names).combine_first(table.get(column, pd.Series(dtype=float)))
    for name in () if wishes.no_cost else wishes.names or names:
        for column, value in cost(name).items():
            table.loc[name, column] = value
        table.sort_index().to_csv(wishes.out)
        print(table.loc[name].to_dict(), name, flush=True)
    table.sort_index().to_csv(wishes.out)


if __name__ == "__main__":
    main()

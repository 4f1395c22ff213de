"""Reading 10 million rows: seconds and peak memory, in a fresh process each.

With and without a time column, values of six decimals and of up to 17 digits.

Run `python benchmarks/read_csv.py [rows]`. Aim: under 10 s and 1.5 GB on 2 cores.
"""

from __future__ import annotations

import itertools
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

PART = 1_000_000


def write(path: Path, rows: int, dated: bool, exact: bool = False) -> None:
    """Write a CSV with a value column, and an ISO time column of seconds where `dated`.

    Values have six decimals, or where `exact` all the digits that a float has.
    """
    rng = np.random.default_rng(0)
    with path.open("w") as out:
        out.write("time,value\n" if dated else "value\n")
        for first in range(0, rows, PART):
            values = rng.normal(size=min(PART, rows - first))
            lines = [repr(value) if exact else f"{value:.6f}" for value in values.tolist()]
            if dated:
                seconds = np.datetime64("2020-01-01T00:00:00") + np.arange(first, first + len(values))
                stamps = np.char.replace(seconds.astype(str), "T", " ")
                lines = [f"{stamp},{line}" for stamp, line in zip(stamps, lines, strict=True)]
            out.write("\n".join(lines) + "\n")


def measure(path: Path) -> None:
    """Read the file in this process and print what it took."""
    from offbeat.data.read import read

    began = time.perf_counter()
    data = read(path)
    taken = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{path.name}: {sum(map(len, [data])):,} rows in {taken:.1f} s, peak {peak:.2f} GB")


def main() -> None:
    """Write both files and measure each in a fresh process."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        for dated, exact in itertools.product((False, True), repeat=2):
            path = Path(folder) / f"{'dated' if dated else 'values'}{'_exact' if exact else ''}.csv"
            write(path, rows, dated, exact)
            subprocess.run([sys.executable, __file__, "--measure", str(path)], check=True)
            path.unlink()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
    else:
        main()

"""How right alarms are, row by row: python benchmarks/alarms/measure.py [ROW...] [--seeds N] [--data FOLDER] [--short].

Prints what was measured beside what is to be reached. --seeds: the first random seed; use others while developing.
--data: a folder of real stretches, with `TRUTH.csv`, `quiet/` and `events/`; without it rows that need them are left
out. --short: two instances of each row, in about a minute. Each row is a file beside this one.
"""

from __future__ import annotations

import argparse
import textwrap
import time
from pathlib import Path

import chunks
import clean
import daily
import drop
import events
import fresh
import frozen
import many
import pairs
import short
import steps
import weekday
from _series import Options

ROWS = {
    "daily": daily, "fresh": fresh, "short": short, "drop": drop, "many": many, "steps": steps, "pairs": pairs,
    "frozen": frozen, "weekday": weekday, "events": events, "clean": clean, "chunks": chunks,
}  # fmt: skip
FIRST_SEED = 1000


def main() -> None:
    """Print a row each, as soon as it is measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--seeds", type=int, default=FIRST_SEED, metavar="N")
    parser.add_argument("--data", type=Path, metavar="FOLDER")
    parser.add_argument("--short", action="store_true")
    asked = parser.parse_args()
    if unknown := set(asked.rows) - set(ROWS):
        parser.error(f"no row {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    options = Options(asked.seeds, asked.data, asked.short)
    print(f"{'row':9s} {'measured':90s} {'to reach':62s} seconds")
    for name in asked.rows or ROWS:
        begun = time.perf_counter()
        measured = ROWS[name].measure(options)
        seconds = time.perf_counter() - begun
        lines = [part for line in measured.splitlines() for part in textwrap.wrap(line, 90)]
        print(f"{name:9s} {lines[0]:90s} {ROWS[name].REACH:62s} {seconds:7.0f}", flush=True)
        for line in lines[1:]:
            print(f"{'':9s} {line}", flush=True)


if __name__ == "__main__":
    main()

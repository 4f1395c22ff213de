"""Which figures would have been reached without looking at a collection: python benchmarks/auto/loco.py.

Reads `log.csv` (every configuration that was looked at, with its mean VUS-PR in each collection) and `series.csv` (the
chosen one of the third round, the one before it, and those without one of its parts, series by series), both written
while `auto` was made. `log-alone.csv` holds what was tried without a training part, whole series (decision 43).
Configurations named uncropped were measured on whole series, the others on 50,000 points around the first label. For
each collection in turn the configuration is picked that is best on all others; its figure in the collection left out
counts. Then the difference of the two in `series.csv`, with a 95 % interval by a paired bootstrap over series.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
ALONE = "log-alone.csv"
"""What was tried without a training part (decision 43)."""
RESAMPLES = 5000


def left_out(kind: str, cropped: bool, log: str = "log.csv") -> None:
    """Print, for each collection, what the best configuration of the others reaches in it."""
    skipped = ("uncropped untrained", "wrong channels")
    with (HERE / log).open(newline="", encoding="utf-8") as lines:
        looked = [row for row in csv.DictReader(lines) if row["kind"] == kind and row["window"] == "rule"]
    looked = [row for row in looked if row["config"].startswith("uncropped") != cropped]
    looked = [row for row in looked if not row["config"].startswith(skipped)]
    most = max(looked, key=lambda row: int(row["series"]))
    figures = [dict(cell.split("=") for cell in row["collections"].split()) for row in looked]
    full = [
        (row, {name: float(value) for name, value in found.items()})
        for row, found in zip(looked, figures, strict=True)
        if row["series"] == most["series"]
    ]
    names = sorted(set(full[0][1]) - {"mgab"})
    held = []
    for name in names:
        others = [np.mean([found[other] for other in names if other != name]) for _, found in full]
        row, found = full[int(np.argmax(others))]
        held.append(found[name])
        print(f"  {name:6s} {found[name]:.3f}  {row['config']}")
    best = max(np.mean([found[name] for name in names]) for _, found in full)
    whole = "alone, uncropped" if log == ALONE else "cropped" if cropped else "uncropped"
    print(f"{kind}, {whole}: {len(full)} configurations, left-out macro {np.mean(held):.3f}, best in sample {best:.3f}")


def paired() -> None:
    """Print the mean differences between the chosen configuration and the one before."""
    values: dict[tuple[str, str], dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    with (HERE / "series.csv").open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            values[row["kind"], row["window"]][row["config"]][row["series"]] = float(row["vus_pr"])
    rng = np.random.default_rng(0)
    for (kind, window), by_config in values.items():
        chosen = by_config["auto"]
        for config, other in by_config.items():
            gain = np.array([chosen[name] - other[name] for name in chosen])
            means = gain[rng.integers(0, len(gain), (RESAMPLES, len(gain)))].mean(axis=1)
            low, high = np.quantile(means, (0.025, 0.975))
            mean = np.mean(list(other.values()))
            member_scores = f"auto {gain.mean():+.3f} [{low:+.3f}, {high:+.3f}]"
            print(f"{kind:5s} window {window:5s} {config:22s} {mean:.3f}, {member_scores}")


if __name__ == "__main__":
    for channels in ("one", "many"):
        for short in (True, False):
            left_out(channels, short)
        left_out(channels, True, ALONE)
    paired()

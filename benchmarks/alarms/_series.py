"""Series with planted faults, and which of them a detection shows: what the rows of `measure.py` share."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.signal import lfilter

import offbeat as ob

KINDS = ("noise", "season", "AR .8", "trend")


@dataclass(frozen=True)
class Options:
    """How a row is measured.

    Parameters
    ----------
    seed
        The first random seed.
    data
        The folder of real stretches, with `TRUTH.csv`, `quiet/` and `events/`; None: rows that need it are left out.
    short
        Whether two instances of each row will do.
    """

    seed: int
    data: Path | None
    short: bool

    def some(self, instances: Sequence[Any]) -> list[Any]:
        """Return the instances to measure: all of them, or two."""
        return [instances[len(instances) // 3], instances[-1]] if self.short else list(instances)


def normal(kind: str, n: int, rng: np.random.Generator, period: int = 48) -> np.ndarray:
    """Return a series without faults, whose noise has a standard deviation of 1 (random walk: whose steps have)."""
    t, noise = np.arange(n), rng.normal(size=n)
    if kind == "season":
        return 6 * np.sin(2 * np.pi * t / period) + noise
    if kind == "trend":
        return 0.05 * t + noise
    if kind.startswith("AR"):
        a = float(kind.split()[1])
        return np.asarray(lfilter([1.0], [1.0, -a], noise)) * (1 - a * a) ** 0.5
    if kind == "t4":
        return rng.standard_t(4, size=n) / 2**0.5
    if kind == "random walk":
        return np.cumsum(noise)
    if kind == "counts":
        return rng.poisson(3, size=n).astype(float)
    if kind == "rush hours":
        rush = sum(np.exp(-0.5 * ((t % 96 - hour) / 3) ** 2) for hour in (32, 70))
        return 10 * (1 + 0.2 * rng.normal(size=n // 96 + 1))[t // 96] * rush + noise
    if kind != "noise":
        raise ValueError(f"no kind of series {kind!r}")
    return noise


def overlapping(result: ob.Detection, first: int, last: int, near: int = 0) -> list[ob.Event]:
    """Return the events that share a row with first to last (inclusive), or come as near; the strongest first."""
    return [event for event in result.found if event.rows[0] <= last + near and event.rows[1] >= first - near]


def stretch(path: Path) -> pd.DataFrame:
    """Read a real stretch: columns time and value."""
    frame = pd.read_csv(path)
    if not pd.api.types.is_numeric_dtype(frame["time"]):
        frame["time"] = pd.to_datetime(frame["time"])
    return frame


def truth(data: Path, folder: str) -> list[dict[str, str]]:
    """Return the rows of `TRUTH.csv` about one of its two folders."""
    with (data / "TRUTH.csv").open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["path"].startswith(folder)]

"""A month teaches a monitor; 24 daily files follow, and from the fourth on a bearing fault grows.

Vibration each 10 minutes: a day's season of load, noise of sd 1 that hangs together (AR .5). The fault adds 3 sd on its
first day and 12 % more each day, in strokes: half of the rows have it. A good day counts as false as soon as it has an
event: the three before the fault, and 21 more files of the same days without it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from _series import Options

import offbeat as ob

REACH = "20 of 21 fault days; 2 false at most"
DAY, LEARNED, GOOD, FAULTY = 144, 30, 3, 21


def vibration(rng: np.random.Generator, faulty: bool) -> pd.DataFrame:
    """Return 54 days; the last 21 with the fault, if asked for."""
    n = DAY * (LEARNED + GOOD + FAULTY)
    t, noise = np.arange(n), rng.normal(size=n)
    for i in range(1, n):
        noise[i] = 0.5 * noise[i - 1] + 0.75**0.5 * noise[i]
    x = 40 + 4 * np.sin(2 * np.pi * t / DAY) + noise
    strokes = rng.random(n) < 0.5
    day = t // DAY - LEARNED - GOOD
    if faulty:
        x += np.where((day >= 0) & strokes, 3 * 1.12**day, 0.0)
    return pd.DataFrame({"time": pd.date_range("2026-03-01", periods=n, freq="10min"), "vibration": x.round(3)})


def alarmed(monitor: ob.Monitor, frame: pd.DataFrame, days_before: int) -> list[bool]:
    """Return which days after the month have an event, each in a call of its own with so many days before it."""
    days = range(LEARNED, LEARNED + GOOD + FAULTY)
    rows = [
        (frame.iloc[day * DAY : (day + 1) * DAY], frame.iloc[(day - days_before) * DAY : day * DAY]) for day in days
    ]
    return [bool(monitor.detect(one, past=before if days_before else None).found) for one, before in rows]


def measure(options: Options) -> str:
    """Return the days found and the false ones of each month: each file alone, and with a week before it as `past`."""
    lines = []
    seeds = range(options.seed, options.seed + (1 if options.short else 4))
    frames = [[vibration(np.random.default_rng(seed), faulty) for faulty in (True, False)] for seed in seeds]
    monitors = [ob.learn(bad.iloc[: LEARNED * DAY], alarms="2/week") for bad, _ in frames]
    for days, name in ((0, "alone"), (7, "with a week before it")):
        out = []
        for monitor, (bad, good) in zip(monitors, frames, strict=True):
            shown, others = alarmed(monitor, bad, days), alarmed(monitor, good, days)
            out.append((sum(shown[GOOD:]), sum(shown[:GOOD]), sum(others[GOOD:])))
        found, false, more = (", ".join(map(str, counts)) for counts in zip(*out, strict=True))
        lines.append(
            f"{name}: {found} of {FAULTY} fault days; false: {false} of {GOOD}; without the fault: {more} of {FAULTY}"
        )
    return "\n".join(lines)

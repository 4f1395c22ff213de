"""Make sine.csv: a noisy sine with five planted, labelled anomalies. Needs offbeat alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from offbeat.core.series import Series
from offbeat.data.synth import inject, sine, write

OUT = Path(__file__).with_name("sine.csv")
PERIOD = 100


def planted() -> Series:
    """Return 40 cycles, of which the first 10 are clean, to learn from."""
    series = sine(n=40 * PERIOD, period=PERIOD, noise=0.1, seed=0)
    series = inject(series, "spike", at=1310, size=2)
    series = inject(series, "missing_cycle", at=1900, length=PERIOD)
    series = inject(series, "dip", at=2425, size=2.5)
    series = inject(series, "frozen", at=2930, length=60)
    series = inject(series, "level_shift", at=3400, length=PERIOD, size=1.2)
    return replace(series, values=series.values.round(4))


if __name__ == "__main__":
    write(planted(), OUT)
    print(f"wrote {OUT}")

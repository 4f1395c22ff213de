"""The first half of a quiet real stretch teaches; the second half is scored alone, with that half's threshold.

The budget promises 2 alarms in as many rows as were learned from. Counts of events hide a series that is above the
threshold throughout, so the share of rows above it is shown, too.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from _series import Options, stretch, truth

import offbeat as ob

REACH = ".5 to 1.5; 75 % within a factor 2"
DETECTORS = ("auto", "knn", "isolation_forest", "zscore")
PROMISED = 2


def second_half(path: Path, detector: str) -> tuple[int, float]:
    """Return the alarms in the second half, and the share of its rows above the threshold."""
    frame = stretch(path)
    half = len(frame) // 2
    monitor = ob.learn(frame.iloc[:half], detector, alarms=f"{PROMISED}/series")
    result = monitor.detect(frame.iloc[half:])
    scored = result.severity[np.isfinite(result.severity)]
    return len(result.found), float((scored > 1).mean())


def measure(options: Options) -> str:
    """Return a line a detector."""
    if options.data is None:
        return "left out: needs --data"
    paths = options.some([options.data / row["path"] for row in truth(options.data, "quiet")])
    lines = []
    for detector in DETECTORS[: 2 if options.short else None]:
        alarms, above = map(np.array, zip(*(second_half(path, detector) for path in paths), strict=True))
        within = ((alarms >= PROMISED / 2) & (alarms <= PROMISED * 2)).mean()
        lines.append(
            f"{detector}: {alarms.sum()} of {PROMISED * len(paths)} promised, ratio "
            f"{alarms.sum() / PROMISED / len(paths):.2f}; {within:.0%} within a factor 2; "
            f"{above.mean():.1%} of rows above; {(above > 0.05).mean():.0%} of series over 5 % above"
        )
    return "\n".join(lines)

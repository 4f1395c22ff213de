"""What the checks feed to detectors: a noisy sine, and every kind of anomaly planted into it."""

from __future__ import annotations

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.scores import ScoreResult
from offbeat.core.series import Floats
from offbeat.core.status import Status
from offbeat.testing.suite import promise

PERIOD, NOISE = 40, 0.1
KINDS = ("spike", "level_shift", "trend", "variance", "shape", "frozen", "correlation")


def base(n: int = 1200, seed: int = 0, channels: int = 1) -> Floats:
    """Return a sine with noise, shape (n, channels); the channels differ in their noise only."""
    rng = np.random.default_rng(seed)
    sine = np.sin(2 * np.pi * np.arange(n) / PERIOD)
    return sine[:, None] + NOISE * rng.normal(size=(n, channels))


def planted(kind: str, n: int = 1200, seed: int = 0) -> tuple[Floats, slice]:
    """Return `base` with one anomaly, and where it is; a correlation takes two channels."""
    rng = np.random.default_rng(1000 + seed)
    x = base(n, seed, 2 if kind == "correlation" else 1)
    width = {"spike": 1, "trend": 5 * PERIOD, "shape": 2 * PERIOD}.get(kind, PERIOD * 3 // 2)
    first = int(rng.integers(n // 3, 2 * n // 3 - width))
    at = slice(first, first + width)
    steps = np.arange(width)[:, None]
    if kind == "spike":
        x[at] += 5.0
    elif kind == "level_shift":
        x[at] += 4.0
    elif kind == "trend":
        x[at] += 4.0 * steps / width
    elif kind == "variance":
        x[at] += 10 * NOISE * rng.normal(size=(width, 1))
    elif kind == "shape":
        x[at] = np.sin(4 * np.pi * (first + steps) / PERIOD) + NOISE * rng.normal(size=(width, 1))
    elif kind == "frozen":
        x[at] = x[first]
    else:
        x[at, 1] *= -1
    return x, at


def found(scores: Floats, at: slice, margin: int) -> bool:
    """Whether the planted stretch stands out from the stretches that are further than `margin` away from it.

    Its largest score must be above those of 9 in 10 stretches of the same length, and of 99 in 100 points. A detector
    that does not see it passes for three seeds, twice each, less than once in 100,000.
    """
    near = np.zeros(len(scores), dtype=bool)
    near[max(0, at.start - margin) : at.stop + margin] = True
    elsewhere = scores[~near & np.isfinite(scores)]
    here = scores[at][np.isfinite(scores[at])]
    width = at.stop - at.start
    whole = len(elsewhere) // width * width
    usual = np.quantile(elsewhere[:whole].reshape(-1, width).max(axis=1), 0.9)
    return len(here) > 0 and bool(here.max() > max(usual, np.quantile(elsewhere, 0.99)))


def margin_of(detector: Detector) -> int:
    """How far a detector may smear an anomaly: one window."""
    return max(int(getattr(detector, "window_", 1)), 5)


def visible(kind: type[Detector]) -> str:
    """Return the first kind of anomaly that a detector declares for one channel, or ""."""
    return next((word for word in KINDS[:-1] if word in kind.sees), "")


def noticed(kind: type[Detector]) -> str:
    """Return an anomaly that a detector's scores show even if it does not declare it: frozen values if only those."""
    return "frozen" if kind.sees == {"frozen"} else "spike"


def assert_honest(judged: ScoreResult, n: int) -> None:
    """Raise unless there is a score or a reason for each of `n` points."""
    promise(judged.scores.shape == (n,), f"{judged.scores.shape} scores for {n} points")
    promise(judged.scores.dtype == np.float64, f"scores are {judged.scores.dtype}, not float64")
    promise(judged.status.shape == (n,), f"{judged.status.shape} status codes for {n} points")
    ok = judged.status <= Status.FROZEN
    promise(not np.isinf(judged.scores).any(), "an infinite score")
    promise(np.isfinite(judged.scores[ok]).all(), "status ok without a score")
    promise(np.isnan(judged.scores[~ok]).all(), "a score where the status says that there was nothing to judge")

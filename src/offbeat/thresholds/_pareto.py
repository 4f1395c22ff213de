"""Fits of a generalised Pareto distribution to excesses of which some may not belong to it.

Two views of what the foreign ones do, each blind where the other sees: either all of the highest are foreign, whatever
their size, or a few are, and those can have any size. Of both fits the one with the lighter tail counts; it is the one
that the foreign excesses have drawn less upwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from offbeat.core.series import Floats

CENSORED = 0.30
"""First view: the share of the highest excesses that are only known to be that high."""

RARE = 30.0
"""Second view: foreign excesses are as rare as if this many others had been seen before, all of them normal."""

SHAPE_SPREAD = 0.10
"""Standard deviation of the shape about 0 before any excess is seen: tails of scores are near exponential."""

LARGEST_SHAPE = 1.0
"""No tail of scores is as heavy, or as abruptly cut off, as this."""


def fit(excess: Floats) -> tuple[float, float]:
    """Return scale and shape for sorted, positive excesses, shape (n,) with n of at least 5."""
    unit = float(excess.mean())
    y = np.maximum(excess / unit, 1e-12)
    scale, shape = min(_censored(y), _mixed(y), key=lambda found: _once(found[0], found[1], len(y)))
    return scale * unit, shape


def _once(scale: float, shape: float, n: int) -> float:
    """Return the excess that one of `n` is expected to exceed."""
    return float(scale * np.log(n) if abs(shape) < 1e-9 else scale / shape * (n**shape - 1.0))


def _censored(y: Floats) -> tuple[float, float]:
    known = y[: len(y) - max(1, int(np.ceil(CENSORED * len(y))))]
    hidden = len(y) - len(known)

    def cost(p: Floats) -> float:
        log_scale, shape = _sane(p)
        density, beyond = _logs(known, log_scale, shape)
        return _prior(shape) - float(density.sum()) - hidden * float(beyond[-1])

    log_scale, shape = _sane(_least(cost, [np.array([np.log(known.mean()), 0.01])]))
    return float(np.exp(log_scale)), shape


def _mixed(y: Floats) -> tuple[float, float]:
    foreign = -np.log(y[-1])  # any size up to the highest

    def cost(p: Floats) -> float:
        log_scale, shape = _sane(p)
        density, _ = _logs(y, log_scale, shape)
        odds = float(np.clip(p[2], -15.0, 5.0))
        normal, rare = -np.logaddexp(0.0, odds), -np.logaddexp(0.0, -odds)
        return (
            _prior(shape) - float(np.logaddexp(normal + density, rare + foreign).sum()) - (RARE - 1.0) * float(normal)
        )

    third, half = (float(y[: max(int(share * len(y)), 3)].mean()) / share for share in (0.3, 0.5))
    starts = [(0.8 * y.mean(), -5.0), (0.8 * half, -1.0), (0.8 * third, 0.0)]
    best = _least(cost, [np.array([np.log(max(scale, 1e-9)), 0.0, odds]) for scale, odds in starts])
    log_scale, shape = _sane(best)
    return float(np.exp(log_scale)), shape


def _logs(y: Floats, log_scale: float, shape: float) -> tuple[Floats, Floats]:
    """Return the logarithms of density and of the share beyond, at each of `y`; -1e6 where nothing can be."""
    z = y * np.exp(-log_scale)
    if abs(shape) < 1e-6:
        return -z - log_scale, -z
    inside = 1.0 + shape * z
    logs = np.log(np.maximum(inside, 1e-300))
    return np.where(inside > 0, -(1.0 + 1.0 / shape) * logs - log_scale, -1e6), np.where(
        inside > 0, -logs / shape, -1e6
    )


def _sane(p: Floats) -> tuple[float, float]:
    """Return the logarithm of the scale and the shape, neither of which the search may carry off."""
    return float(np.clip(p[0], -30.0, 30.0)), float(np.clip(p[1], -LARGEST_SHAPE, LARGEST_SHAPE))


def _prior(shape: float) -> float:
    return 0.5 * (shape / SHAPE_SPREAD) ** 2


def _least(cost: Callable[[Floats], float], starts: Sequence[Floats]) -> Floats:
    from scipy.optimize import minimize

    found = [minimize(cost, start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-4}) for start in starts]
    best: Floats = min(found, key=lambda one: one.fun).x
    return best

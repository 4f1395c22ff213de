"""Fits of a generalised Pareto distribution to excesses of which some may not belong to it.

Two views of what the foreign ones do, each blind where the other sees: either all of the highest are foreign, whatever
their size, or a few are, and those can have any size. Of both fits the one with the lighter tail counts; it is the one
that the foreign excesses have drawn less upwards.

Each is the best point of a grid that is drawn closer around it in rounds: some milliseconds, whatever the number.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from offbeat.core.series import Floats

CENSORED = 0.30
"""First view: the share of the highest excesses that are only known to be that high."""

RARE = 30.0
"""Second view: foreign excesses are as rare as if this many others had been seen before, all of them normal."""

SHAPE_SPREAD = 0.10
"""Standard deviation of the shape about 0 before any excess is seen: tails of scores are near exponential."""

LARGEST_SHAPE = 0.5
"""No tail of scores is as heavy, or as abruptly cut off, as this."""

SHAPES = np.linspace(-0.4, 0.8, 17)
"""The shapes that a calibration looks at."""

PRIOR = 0.15
"""Standard deviation of the shape about 0 for a calibration."""

HIGHEST, GROUPS = 20, 20
"""So many excesses count one by one; all lower ones as the means of so many groups."""

ROUNDS = 4
"""How often the grid is drawn closer; each time to a third of its width."""


def fit(excess: Floats) -> tuple[float, float]:
    """Return scale and shape for sorted, positive excesses, shape (n,) with n of at least 5."""
    unit = float(excess.mean())
    y = np.maximum(excess / unit, 1e-12)
    scale, shape = min(_censored(y), _mixed(y), key=lambda found: _once(found[0], found[1], len(y)))
    return scale * unit, shape


def _once(scale: float, shape: float, n: int) -> float:
    """Return the excess that one of `n` is expected to exceed."""
    return float(scale * np.log(n) if abs(shape) < 1e-9 else scale / shape * (n**shape - 1.0))


def _grouped(y: Floats) -> tuple[Floats, Floats]:
    """Return the excesses, lower ones as the means of groups, and how many each stands for."""
    if len(y) <= HIGHEST + GROUPS:
        return y, np.ones(len(y))
    low, high = y[:-HIGHEST], y[-HIGHEST:]
    edges = np.linspace(0, len(low), GROUPS + 1).astype(int)
    counts = np.diff(edges)
    return np.r_[np.add.reduceat(low, edges[:-1]) / counts, high], np.r_[counts, np.ones(HIGHEST)]


def _censored(y: Floats) -> tuple[float, float]:
    known = y[: len(y) - max(1, int(np.ceil(CENSORED * len(y))))]
    hidden = len(y) - len(known)
    values, counts = _grouped(known)

    def cost(log_scale: Floats, shape: Floats) -> Floats:
        density, beyond = _logs(values, log_scale, shape)
        found: Floats = _prior(shape) - density @ counts - hidden * beyond[..., -1]
        return found

    log_scale, shape = _least(cost, [(np.log(known.mean()), 2.5), (0.0, LARGEST_SHAPE)], 9)
    return float(np.exp(log_scale)), float(shape)


def posterior(y: Floats, hidden: int) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Return the scales, shapes and weights of the distributions that the excesses allow.

    Parameters
    ----------
    y
        Sorted, positive excesses, shape (n,).
    hidden
        How many more are only known to be as high as the last of `y`.
    """
    unit = float(y.mean())
    values, counts = _grouped(np.maximum(y / unit, 1e-12))
    log_scales = np.linspace(-1.2, 1.2, 21)
    grid = np.meshgrid(SHAPES, log_scales, indexing="ij")
    density, beyond = _logs(values, *reversed(grid))
    logs = density @ counts + hidden * beyond[..., -1] - 0.5 * (grid[0] / PRIOR) ** 2
    logs -= logs.max()
    weights = np.exp(logs).sum(axis=1)
    scales = unit * np.exp(log_scales[logs.argmax(axis=1)])
    likely = weights > 1e-4 * weights.max()
    weights = weights[likely] / weights[likely].sum()
    return tuple(scales[likely].tolist()), tuple(SHAPES[likely].tolist()), tuple(weights.tolist())


def _mixed(y: Floats) -> tuple[float, float]:
    values, counts = _grouped(y)
    foreign = -np.log(y[-1])  # any size up to the highest

    def cost(log_scale: Floats, shape: Floats, odds: Floats) -> Floats:
        density, _ = _logs(values, log_scale, shape)
        share = 1.0 / (1.0 + np.exp(-odds))
        both = np.log((1.0 - share)[..., None] * np.exp(density) + (share * np.exp(foreign))[..., None])
        found: Floats = _prior(shape) - both @ counts - (RARE - 1.0) * np.log1p(-share)
        return found

    log_scale, shape, _ = _least(cost, [(-1.0, 2.0), (0.0, LARGEST_SHAPE), (-3.5, 4.5)], 7)
    return float(np.exp(log_scale)), float(shape)


def _logs(y: Floats, log_scale: Floats, shape: Floats) -> tuple[Floats, Floats]:
    """Return the logarithms of density and of the share beyond, shape (..., n); -1e6 where nothing can be."""
    z = y * np.exp(-log_scale)[..., None]
    shape = np.where(np.abs(shape) < 1e-6, 1e-6, shape)[..., None]
    inside = shape * z
    logs = np.log1p(np.maximum(inside, -1.0 + 1e-12)) / shape
    possible = inside > -1.0 + 1e-12
    density = np.where(possible, -(1.0 + shape) * logs - log_scale[..., None], -1e6)
    return density, np.where(possible, -logs, -1e6)


def _prior(shape: Floats) -> Floats:
    return 0.5 * (shape / SHAPE_SPREAD) ** 2


def _least(cost: Callable[..., Floats], middles: list[tuple[float, float]], points: int) -> Floats:
    """Return where `cost` is least; each parameter has a middle and a reach on both sides of it."""
    best, reach = np.array([m for m, _ in middles]), np.array([r for _, r in middles])
    low, high = best - reach, best + reach
    for _ in range(ROUNDS):
        axes = [
            np.linspace(max(b - r, lo), min(b + r, hi), points)
            for b, r, lo, hi in zip(best, reach, low, high, strict=True)
        ]
        grid = np.meshgrid(*axes, indexing="ij")
        flat = [part.ravel() for part in grid]
        at = int(np.argmin(cost(*flat)))
        best, reach = np.array([part[at] for part in flat]), reach * 2.5 / (points - 1)
    return best

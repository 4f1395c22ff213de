"""Augment training windows where data are few.

Every function takes windows of shape (windows, width, channels), leaves them alone and returns as many new ones.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from offbeat.core.errors import unknown
from offbeat.core.series import Floats

Augmentation = Callable[[Floats], Floats]


def jitter(windows: Floats, strength: float = 0.1, seed: int = 0) -> Floats:
    """Add normal noise to every value.

    Parameters
    ----------
    windows
        Shape (windows, width, channels).
    strength
        The noise's standard deviation, as a share of the windows' own, channel by channel.
    seed
        The same seed gives the same noise.

    Examples
    --------
    >>> windows = np.sin(np.arange(20.0)).reshape(2, 10, 1)
    >>> bool(np.abs(jitter(windows, 0.01) - windows).max() < 0.1)
    True
    """
    noise = np.random.default_rng(seed).normal(size=windows.shape)
    return np.asarray(windows + strength * windows.std(axis=(0, 1)) * noise)


def scaling(windows: Floats, strength: float = 0.1, seed: int = 0) -> Floats:
    """Scale each window around its mean by a random factor per channel.

    Parameters
    ----------
    windows
        Shape (windows, width, channels).
    strength
        The standard deviation of the factor's logarithm.
    seed
        The same seed gives the same factors.

    Examples
    --------
    >>> windows = np.sin(np.arange(20.0)).reshape(2, 10, 1)
    >>> bool(np.allclose(scaling(windows).mean(axis=1), windows.mean(axis=1)))
    True
    """
    factors = np.exp(strength * np.random.default_rng(seed).normal(size=(len(windows), 1, windows.shape[2])))
    middle = windows.mean(axis=1, keepdims=True)
    return np.asarray(middle + factors * (windows - middle))


def time_warp(windows: Floats, strength: float = 0.2, seed: int = 0) -> Floats:
    """Warp time in each window: faster in one part, slower in another.

    Both ends stay where they are.

    Parameters
    ----------
    windows
        Shape (windows, width, channels).
    strength
        How far the speed departs from 1 at most, below 1.
    seed
        The same seed gives the same warps.

    Examples
    --------
    >>> windows = np.arange(20.0).reshape(2, 10, 1)
    >>> warped = time_warp(windows)
    >>> bool((np.diff(warped, axis=1) > 0).all()), warped[:, [0, -1], 0].tolist()
    (True, [[0.0, 9.0], [10.0, 19.0]])
    """
    rng = np.random.default_rng(seed)
    steps = np.linspace(0.0, 1.0, windows.shape[1])
    depth, phase = rng.uniform(0, strength, (len(windows), 1)), rng.uniform(0, 2 * np.pi, (len(windows), 1))
    # the integral of the speed 1 + depth cos(2 pi t + phase), which is 0 at 0 and 1 at 1
    bent = steps + depth / (2 * np.pi) * (np.sin(2 * np.pi * steps + phase) - np.sin(phase))
    return _read_at(windows, bent * (windows.shape[1] - 1))


def window_slice(windows: Floats, share: float = 0.9, seed: int = 0) -> Floats:
    """Stretch a random slice of each window to the whole width.

    Parameters
    ----------
    windows
        Shape (windows, width, channels).
    share
        The piece's length as a share of the window, above 0 and at most 1.
    seed
        The same seed cuts at the same places.

    Examples
    --------
    >>> windows = np.arange(10.0).reshape(1, 10, 1)
    >>> float(np.ptp(window_slice(windows, 0.5))).__round__(2)
    4.5
    """
    longest = windows.shape[1] - 1
    first = np.random.default_rng(seed).uniform(0, (1 - share) * longest, (len(windows), 1))
    return _read_at(windows, first + np.linspace(0.0, share * longest, windows.shape[1]))


def mix(windows: Floats, strength: float = 0.2, seed: int = 0) -> Floats:
    """Blend each window with another one of the batch (mixup).

    Parameters
    ----------
    windows
        Shape (windows, width, channels).
    strength
        The share of the other window at most, 0 to 1.
    seed
        The same seed pairs and blends in the same way.

    Examples
    --------
    >>> windows = np.stack([np.zeros((4, 1)), np.ones((4, 1))])
    >>> mixed = mix(windows)
    >>> bool(((mixed >= 0) & (mixed <= 1)).all())
    True
    """
    rng = np.random.default_rng(seed)
    share = rng.uniform(0, strength, (len(windows), 1, 1))
    return np.asarray((1 - share) * windows + share * windows[rng.permutation(len(windows))])


KINDS = {"jitter": jitter, "scaling": scaling, "warp": time_warp, "slice": window_slice, "mix": mix}
"""Every augmentation by the word that a parameter names it with."""


def augmentation(kind: str, seed: int = 0) -> Augmentation | None:
    """Return the augmentation of that name, or None for "none".

    It changes each batch differently.

    Parameters
    ----------
    kind
        A key of `KINDS`, or "none".
    seed
        The same seed changes the same sequence of batches in the same way.

    Raises
    ------
    UnknownNameError
        For another word.

    Examples
    --------
    >>> augment = augmentation("jitter")
    >>> augment(np.zeros((2, 4, 1))).shape
    (2, 4, 1)
    """
    if kind == "none":
        return None
    if kind not in KINDS:
        raise unknown("augmentation", kind, ("none", *KINDS))
    rng = np.random.default_rng(seed)
    return lambda windows: KINDS[kind](windows, seed=int(rng.integers(2**32)))


def _read_at(windows: Floats, places: Floats) -> Floats:
    """Return the values between the rows, on straight lines; `places` in rows, shape (windows, width)."""
    last = windows.shape[1] - 1
    low = np.clip(places.astype(np.int64), 0, max(last - 1, 0))
    share = (places - low)[..., None]
    rows = np.arange(len(windows))[:, None]
    return np.asarray((1 - share) * windows[rows, low] + share * windows[rows, np.minimum(low + 1, last)])

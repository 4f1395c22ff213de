"""Synthetic series: a noisy sine, a mixture of trend and seasons, planted anomalies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError, ParameterError, unknown
from offbeat.core.output import replacing
from offbeat.core.series import Floats, Series
from offbeat.data.anomalies import KINDS, Kind, Stretch, check, usual_deviation

if TYPE_CHECKING:
    import pandas as pd

Seed = int | np.random.Generator
"""A number for a repeatable series, or a generator to go on with."""


def sine(n: int = 2000, period: float = 100.0, noise: float = 0.1, seed: Seed = 0) -> Series:
    """Make a sine of amplitude 1 with normal noise.

    Parameters
    ----------
    n
        Number of points.
    period
        In points.
    noise
        Standard deviation of the noise.
    seed
        The same seed gives the same series.

    Returns
    -------
    One channel `value`, times 0 to n - 1 as int64.

    Raises
    ------
    ParameterError
        For no points, a period that is not above 0, or noise below 0.

    Examples
    --------
    >>> sine(n=100, period=20)
    Series: 100 points, 1 channel (value), 0 to 99
    """
    _demand("n", n, n >= 1, "at least 1")
    _demand("period", period, 0 < period < np.inf, "a number of points above 0")
    _demand("noise", noise, 0 <= noise < np.inf, "a standard deviation of at least 0")
    time = np.arange(n, dtype=np.int64)
    values = np.sin(2 * np.pi * time / period) + _chance(seed).normal(0.0, noise, n)
    return Series(values[:, None], time, ("value",), "sine")


def mixture(
    n: int = 2000,
    periods: Sequence[float] = (24.0, 168.0),
    trend: float = 1.0,
    noise: float = 0.2,
    channels: int = 1,
    correlation: float = 0.8,
    seed: Seed = 0,
) -> Series:
    """Make a series of a trend, several seasons and noise.

    Each season is a wave of amplitude about 1 with two harmonics, so that it is no mere sine. Channels share the
    seasons' times and part of the noise; each has heights of its own.

    Parameters
    ----------
    n
        Number of points.
    periods
        The length of each season, in points.
    trend
        How far the whole rises from the first point to the last.
    noise
        Standard deviation of the noise.
    channels
        Number of channels.
    correlation
        Of the noise between any two channels, 0 to 1.
    seed
        The same seed gives the same series.

    Raises
    ------
    ParameterError
        For a value outside its bounds.

    Examples
    --------
    >>> mixture(n=500, channels=3)
    Series: 500 points, 3 channels (c0, c1, c2), 0 to 499
    """
    _demand("n", n, n >= 1, "at least 1")
    _demand("channels", channels, channels >= 1, "at least 1")
    _demand("periods", tuple(periods), all(0 < p < np.inf for p in periods), "numbers of points above 0")
    _demand("trend", trend, bool(np.isfinite(trend)), "a finite number")
    _demand("noise", noise, 0 <= noise < np.inf, "a standard deviation of at least 0")
    _demand("correlation", correlation, 0 <= correlation <= 1, "0 to 1")
    rng = _chance(seed)
    time = np.arange(n, dtype=np.int64)
    values = np.outer(np.linspace(0.0, trend, n), np.ones(channels))
    for period in periods:
        values += np.outer(_season(time / period, rng), rng.uniform(0.7, 1.3, channels))
    common, own = rng.normal(size=(n, 1)), rng.normal(size=(n, channels))
    values += noise * (np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own)
    return Series(values, time, name="mixture")


def inject(
    series: Series,
    kind: str,
    *,
    at: int | None = None,
    length: int | None = None,
    size: float | None = None,
    channels: Sequence[str] = (),
    after: int = 0,
    seed: Seed = 0,
) -> Series:
    """Plant one labelled anomaly.

    Parameters
    ----------
    series
        Where to plant it; it is not changed. Missing values in the stretch may be filled.
    kind
        One of `KINDS`.
    at
        The first row; None picks one by chance, clear of what is labelled already.
    length
        In points; None is 1 for spikes and dips, else a fiftieth of the series, 8 at least.
    size
        How strong: usual (robust standard) deviations of the series, or a factor, as `KINDS[kind].what` says; None
        is clear to the eye.
    channels
        The channels to change; none named is all, or one by chance for a break of correlation.
    after
        The rows to leave alone at the start, for training.
    seed
        The same seed gives the same series.

    Returns
    -------
    The series with `labels`: True in the stretch and where it was before.

    Raises
    ------
    UnknownNameError
        For a kind or channel that is not there, with the nearest ones offered.
    ParameterError
        For a length or place that is not inside the series.
    InputError
        Where there is no room left for it, or `correlation` is asked of one channel.

    Examples
    --------
    >>> planted = inject(sine(), "spike", at=500)
    >>> planted.labels.nonzero()[0]
    array([500])
    >>> inject(sine(), "spik")
    Traceback (most recent call last):
    ...
    offbeat.core.errors.UnknownNameError: no kind of anomaly 'spik'; did you mean 'spike'?
    """
    if kind not in KINDS:
        raise unknown("kind of anomaly", kind, KINDS)
    check(kind, len(series.channels))
    rng = _chance(seed)
    labels = np.zeros(len(series), dtype=np.bool_) if series.labels is None else series.labels.copy()
    wide = _length(KINDS[kind], length, len(series))
    first = _place(labels, wide, after, rng) if at is None else at
    if not 0 <= first <= len(series) - wide:
        raise ParameterError(f"at={at}: {wide} points from row {at} do not fit into {len(series)}; give another row")
    columns = _columns(series, channels, KINDS[kind], rng)
    values = series.values.copy()
    chosen = values[:, columns]
    strength = KINDS[kind].size if size is None else size
    KINDS[kind].change(chosen, Stretch(first, first + wide, strength, usual_deviation(series.values)[columns], rng))
    values[:, columns] = chosen
    labels[first : first + wide] = True
    return replace(series, values=values, labels=labels)


def inject_many(
    series: Series, plan: Mapping[str, int] | str, *, length: int | None = None, after: int = 0, seed: Seed = 0
) -> Series:
    """Plant several anomalies at places picked by chance, none upon another.

    Parameters
    ----------
    series
        Where to plant them; it is not changed.
    plan
        How many of each kind, as `{"spike": 3, "level_shift": 1}` or as "spike:3,level_shift:1"; a kind alone is one.
    length
        Of those that are longer than a point, in points; one period is a good choice. None is as for `inject`.
    after
        The rows to leave alone at the start, for training.
    seed
        The same seed gives the same series.

    Raises
    ------
    UnknownNameError
        For a kind that is not there, with the nearest ones offered.
    ParameterError
        For a plan that can't be read.
    InputError
        Where there is no room for all of them.

    Examples
    --------
    >>> planted = inject_many(sine(), "spike:3,frozen", after=500)
    >>> int(planted.labels.sum()), int(planted.labels[:500].sum())
    (43, 0)
    """
    rng = _chance(seed)
    counts = _counts(plan) if isinstance(plan, str) else plan
    # the longest first, while there is room for them; the amounts of chance a kind uses then follow the plan alone
    for kind, count in sorted(counts.items(), key=lambda item: item[0] in KINDS and KINDS[item[0]].is_point):
        wide = None if kind in KINDS and KINDS[kind].is_point else length
        for _ in range(count):
            series = inject(series, kind, length=wide, after=after, seed=rng)
    return series


def table(series: Series) -> pd.DataFrame:
    """Return the series as a frame with `time`, the channels and `label`.

    `label` is 0 or 1, and there only where there are labels.

    Raises
    ------
    InputError
        For a channel that is itself called time or label.

    Examples
    --------
    >>> table(inject(sine(n=3, noise=0), "spike", at=1, size=1))["label"].tolist()
    [0, 1, 0]
    """
    import pandas as pd

    for taken in ("time", "label"):
        if taken in series.channels:
            raise InputError(f"{series.name}: a channel is called {taken!r}, as a column of the file is; rename it")
    frame = pd.DataFrame(series.values, columns=list(series.channels))
    frame.insert(0, "time", replace(series, index=None).to_index())
    if series.labels is not None:
        frame["label"] = series.labels.astype(np.int64)
    return frame


def write(series: Series, path: str | Path) -> None:
    """Write a series to a CSV file, compressed where the name ends in .gz.

    Raises
    ------
    OutputError
        Where the file can't be written; nothing half-written is left.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write(sine(n=2, noise=0), Path(folder) / "sine.csv")
    ...     (Path(folder) / "sine.csv").read_text().split()
    ['time,value', '0,0.0', '1,0.06279051952931337']
    """
    frame = table(series)
    with replacing(path) as part:
        frame.to_csv(part, index=False, lineterminator="\n")


def _season(cycles: Floats, rng: np.random.Generator) -> Floats:
    """Make a wave of period 1: a sine and two random harmonics."""
    heights = np.array([1.0, *rng.uniform(0.1, 0.4, 2)])
    phases = rng.uniform(0.0, 1.0, 3)
    waves = [h * np.sin(2 * np.pi * (k * cycles + p)) for k, (h, p) in enumerate(zip(heights, phases, strict=True), 1)]
    wave: Floats = np.sum(waves, axis=0)
    return wave


def _chance(seed: Seed) -> np.random.Generator:
    _demand("seed", seed, not isinstance(seed, int) or seed >= 0, "a whole number of at least 0")
    return np.random.default_rng(seed)


def _demand(name: str, value: object, holds: bool, bounds: str) -> None:
    if not holds:
        raise ParameterError(f"{name}={value} is not allowed; {name} is {bounds}")


def _length(kind: Kind, asked: int | None, n: int) -> int:
    wide = (1 if kind.is_point else max(8, n // 50)) if asked is None else asked
    if not 1 <= wide <= n:
        raise ParameterError(f"length={wide}: an anomaly in a series of {n} points is 1 to {n} points long")
    return wide


def _place(labels: NDArray[np.bool_], wide: int, after: int, rng: np.random.Generator) -> int:
    """Pick a random first row with no labels within half the length on both sides."""
    margin = max(1, wide // 2)
    before = np.concatenate(([0], np.cumsum(labels)))
    firsts = np.arange(max(after, 0), len(labels) - wide + 1)
    low, high = np.maximum(firsts - margin, 0), np.minimum(firsts + wide + margin, len(labels))
    free = firsts[before[high] == before[low]]
    if not len(free):
        raise InputError(
            f"no room for an anomaly of {wide} points after row {after} of {len(labels)}; "
            "plant fewer or shorter ones, or in a longer series"
        )
    return int(rng.choice(free))


def _columns(series: Series, names: Sequence[str], kind: Kind, rng: np.random.Generator) -> list[int]:
    for name in names:
        if name not in series.channels:
            raise unknown("channel", name, series.channels)
    if names:
        return [series.channels.index(name) for name in names]
    width = len(series.channels)
    return [int(rng.integers(width))] if kind.alone else list(range(width))


def _counts(text: str) -> dict[str, int]:
    """Read "spike:3,level_shift"."""
    counts: dict[str, int] = {}
    for item in filter(None, (word.strip() for word in text.split(","))):
        kind, _, number = item.partition(":")
        if number and not number.strip().isdecimal():
            raise ParameterError(f"{item!r} is not a kind and a count; write them as in spike:3,level_shift:1")
        kind = kind.strip()
        counts[kind] = counts.get(kind, 0) + int(number or 1)
    return counts

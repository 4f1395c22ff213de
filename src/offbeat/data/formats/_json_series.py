"""Several series in one frame: the columns that name them, and times since 1970."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from offbeat.data.reading.tables import Table

if TYPE_CHECKING:
    import pandas as pd


_LAST = 2.5e14
"""Milliseconds since 1970 in the year 9892, the last that are a time."""


def epoch(seconds: Iterable[float], factor: int = 1000) -> pd.Series[Any]:
    """Return times from numbers since 1970, in UTC, to the millisecond; `factor` is 1000 for seconds, 1 for ms."""
    import numpy as np
    import pandas as pd

    numbers = np.round(np.asarray(list(seconds), dtype=np.float64) * factor)
    if not (np.abs(numbers) < _LAST).all():
        raise ValueError("a time is not a number since 1970")
    stamps = pd.Series(numbers.astype(np.int64).astype("datetime64[ms]"))
    return stamps.dt.tz_localize("UTC")


def telling(labels: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the labels that tell series from one another: one that does so alone, text first, else all that differ.

    Examples
    --------
    >>> telling([{"job": "node", "port": 1, "host": "a"}, {"job": "node", "port": 2, "host": "b"}])
    ('host',)
    >>> telling([{"host": "a", "cpu": "0"}, {"host": "a", "cpu": "1"}, {"host": "b", "cpu": "0"}])
    ('host', 'cpu')
    >>> telling([{"host": "a"}])
    ()
    """
    names = dict.fromkeys(name for series in labels for name in series)
    different = {name: len({str(series.get(name, "")) for series in labels}) for name in names}
    alone = [name for name in names if len(labels) > 1 and different[name] == len(labels)]
    texts = [name for name in alone if all(isinstance(series.get(name), str) for series in labels)]
    if alone:
        return ((texts or alone)[0],)
    return tuple(name for name in names if different[name] > 1)


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return a name that is not taken: with as many underscores behind it as it needs.

    Examples
    --------
    >>> free_name("time", ["time", "v"])
    'time_'
    """
    taken = set(taken)
    while name in taken:
        name += "_"
    return name


def tall(
    frames: Sequence[pd.DataFrame],
    labels: Sequence[Mapping[str, Any]],
    time: str | None = None,
    values: tuple[str, ...] | None = None,
) -> Table:
    """Return the series as one frame, one under the other, with columns of the labels that tell them from one another.

    Where no label does, although there are several series, a column named series counts them.
    """
    import pandas as pd

    names = telling(labels)
    if len(frames) > 1 and len({tuple(str(one.get(name, "")) for name in names) for one in labels}) < len(frames):
        names = (*names, "series")
        labels = [{**one, "series": str(number)} for number, one in enumerate(labels, start=1)]
    columns = {name: free_name(name, [str(c) for frame in frames for c in frame.columns]) for name in names}
    made = []
    for frame, one in zip(frames, labels, strict=True):
        added = {columns[name]: "" if one.get(name) is None else str(one[name]) for name in names}
        made.append(frame.assign(**added))
    whole = made[0] if len(made) == 1 else pd.concat([f for f in made if len(f)] or made[:1], ignore_index=True)
    return Table(frame=whole, time=None if time is None else (time,), values=values, id=tuple(columns.values()) or None)

"""What a monitor has been given and has said so far: kept beside what was learned, which it never changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from offbeat.core import modelfile
from offbeat.core.errors import ModelFileError
from offbeat.core.series import Series

DOUBT = 0.01
"""The promise is said not to hold where normal data would raise so many alarms, or more, with this probability."""

GAP = 3
"""Rows that may be missing between rows and those that still go on from them."""


@dataclass(frozen=True)
class Span:
    """Some data that a monitor was given, and the alarms in it.

    Parameters
    ----------
    name
        The series, e.g. the file's name.
    start, end
        The first and last time, as numbers.
    label
        The first time, in words.
    rows
        The number of rows with a score.
    alarms
        The ids of the events: one that lasts over several calls is one.
    """

    name: str
    start: float
    end: float
    label: str
    rows: int
    alarms: tuple[str, ...]


@dataclass
class State:
    """The data given so far, in the order in which they came; data given twice count once.

    Parameters
    ----------
    monitor
        An id of what was learned: the state of another monitor is none of this one's.
    learned
        The last rows learned from.
    seen
        The last rows by time, given or learned from: what rows that follow directly are scored after.
    keeps
        How many rows are kept, beside those of the last call.
    spans
        What was given, and how many alarms were in it.
    """

    monitor: str
    learned: Series
    seen: Series
    keeps: int
    spans: tuple[Span, ...] = ()

    def before(self, series: Series, step: float | None) -> Series | None:
        """Return the rows that a series follows directly; None where there are none, and where there are no times."""
        if series.time is None or self.seen.time is None or not len(series) or not step:
            return None
        first = series.stamps.min()
        early = self.seen[: int(np.searchsorted(self.seen.stamps, first))]
        most = (GAP + 1) * (np.timedelta64(int(step * 1e9), "ns") if series.is_dated else step)
        gaps = np.flatnonzero(np.diff(np.append(early.stamps, first)) > most)
        follows = early[int(gaps[-1]) + 1 if len(gaps) else 0 :]
        return follows if len(follows) else None

    def add(self, data: Series, made: Any) -> None:
        """Take in the data of a call, and what was found in it, a `Detection`."""
        series = made.cleaned.series
        if not len(series):
            return
        ends = [float(series.stamps[row].astype(np.int64)) for row in (0, -1)]
        scored = int(np.isfinite(made.score_result.scores).sum())
        span = Span(
            series.name, ends[0], ends[1], str(series.label(0)), scored, tuple(event.id for event in made.found)
        )
        kept = [one for one in self.spans if one.name != span.name or not ends[0] <= one.start <= ends[1]]
        self.spans = (*kept, span)
        if data.time is not None:
            self.seen = _merged(self.seen, data, self.keeps + len(data))

    @property
    def rows(self) -> int:
        """The number of rows with a score."""
        return sum(span.rows for span in self.spans)

    @property
    def alarms(self) -> int:
        """The number of events."""
        return len({one for span in self.spans for one in span.alarms})

    def save(self, path: Path) -> None:
        """Write it to a file.

        Raises
        ------
        OutputError
            Where the file can't be written.
        """
        modelfile.save(self, path)

    def broken(self, expected: float) -> bool:
        """Return whether so many alarms are too many for chance, where `expected` were to be expected."""
        alarms = self.alarms
        if alarms <= expected:
            return False
        from scipy.special import pdtrc

        return bool(pdtrc(alarms - 1, max(expected, 1e-9)) < DOUBT)


def load_state(path: Path) -> State:
    """Read what `State.save` wrote.

    Raises
    ------
    ModelFileError
        For a file that is damaged or was written by a newer offbeat.
    """
    try:
        found = modelfile.load(path)
    except ModelFileError as error:
        why = str(error).removesuffix("; save the model again")
        raise ModelFileError(
            f"{why}; delete it: the rows before the next call and the count of alarms are lost"
        ) from None
    if not isinstance(found, State):
        raise ModelFileError(f"{path} holds no state of a monitor; delete it, or move it away")
    return found


def state_path(path: str | Path) -> Path:
    """Return where the state of a monitor is kept.

    Examples
    --------
    >>> state_path("pump.monitor").name
    'pump.monitor.state'
    """
    return Path(f"{path}.state")


def plain(series: Series) -> Series:
    """Return the values and times alone, as a file can hold them."""
    time = None if series.time is None else np.ascontiguousarray(series.time)
    return Series(np.ascontiguousarray(series.values), time, series.channels, series.name, zone=series.zone)


def _merged(seen: Series, data: Series, most: int) -> Series:
    """Return the last rows by time of both; of two rows of one time that of `data`."""
    assert seen.time is not None and data.time is not None  # noqa: S101, PT018 - checked before
    old = ~np.isin(seen.time, data.time)
    time = np.concatenate([seen.time[old], data.time])
    values = np.concatenate([seen.values[old], data.values])
    order = np.argsort(time, kind="stable")[-most:]
    return replace(plain(seen), values=values[order], time=time[order])

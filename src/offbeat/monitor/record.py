"""What a monitor has said so far: how much data it was given, and how many alarms it raised."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from offbeat.core.errors import ModelFileError
from offbeat.core.output import replacing

FORMAT = 1

DOUBT = 0.01
"""The promise is said not to hold where normal data would raise so many alarms, or more, with this probability."""


@dataclass(frozen=True)
class Span:
    """Some data that a monitor was given, and the alarms in it.

    Parameters
    ----------
    name
        The series, e.g. the file's name.
    start, end
        The first and last time, as numbers; a span that begins as an earlier one of that name replaces it.
    label
        The first time, in words.
    rows
        The number of rows with a score.
    alarms
        The number of events.
    """

    name: str
    start: float
    end: float
    label: str
    rows: int
    alarms: int


@dataclass
class Record:
    """The spans in the order in which they came; data given twice counts once.

    Examples
    --------
    >>> record = Record()
    >>> record.put(Span("april", 0.0, 9.0, "0", 10, 1))
    >>> record.put(Span("april", 0.0, 9.0, "0", 10, 2))
    >>> record.rows, record.alarms
    (10, 2)
    """

    spans: tuple[Span, ...] = field(default=())

    def put(self, span: Span) -> None:
        """Add a span; it replaces those of the same name that begin within it."""
        kept = [one for one in self.spans if one.name != span.name or not span.start <= one.start <= span.end]
        self.spans = (*kept, span)

    def add(self, made: Any) -> None:
        """Add what was found in some data, a `Detection`."""
        series = made.cleaned.series
        if not len(series):
            return
        stamps = series.stamps
        ends = (float(stamps[0].astype(np.int64)), float(stamps[-1].astype(np.int64)))
        scored = int(np.isfinite(made.score_result.scores).sum())
        self.put(Span(series.name, *ends, str(series.label(0)), scored, len(made.found)))

    @property
    def rows(self) -> int:
        """The number of rows with a score."""
        return sum(span.rows for span in self.spans)

    @property
    def alarms(self) -> int:
        """The number of events."""
        return sum(span.alarms for span in self.spans)

    def save(self, path: Path) -> None:
        """Write it as JSON.

        Raises
        ------
        OutputError
            Where the file can't be written.
        """
        text = json.dumps({"offbeat": FORMAT, "spans": [asdict(span) for span in self.spans]}, indent=1)
        with replacing(path) as part:
            part.write_text(text)

    @classmethod
    def load(cls, path: Path) -> Record:
        """Read what `save` wrote.

        Raises
        ------
        ModelFileError
            For a file that is damaged or was written by a newer offbeat.
        """
        try:
            found = json.loads(path.read_text())
            if found["offbeat"] > FORMAT:
                raise ModelFileError(
                    f"{path} has format {found['offbeat']}, this offbeat reads {FORMAT}; upgrade offbeat"
                )
            return cls(tuple(Span(**span) for span in found["spans"]))
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise ModelFileError(
                f"{path} is damaged ({error}); delete it: the monitor then counts its alarms anew"
            ) from None

    def broken(self, expected: float) -> bool:
        """Return whether so many alarms are too many for chance, where `expected` were to be expected."""
        from scipy.stats import poisson

        return bool(self.alarms > expected and poisson.sf(self.alarms - 1, max(expected, 1e-9)) < DOUBT)


def state_path(path: str | Path) -> Path:
    """Return where the state of a monitor is kept.

    Examples
    --------
    >>> state_path("pump.monitor").name
    'pump.monitor.state'
    """
    return Path(f"{path}.state")

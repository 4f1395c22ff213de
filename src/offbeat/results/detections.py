"""What was found in several series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from offbeat.core.event import Event
from offbeat.results._base import Result, how_many
from offbeat.results.detection import Detection, marked

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Detections(Result, Mapping[str, Detection]):
    """What was found in several series, by name; those that failed are in `failures`, with the reason."""

    members: dict[str, Detection]
    failures: dict[str, str]

    @classmethod
    def of(cls, members: Mapping[str, Detection], failures: Mapping[str, str]) -> Self:
        """Return what was found together: an event stands out where it does so of all the series, not of its own."""
        weeks = sum(one.weeks for one in members.values())
        return cls({name: marked(one, weeks) for name, one in members.items()}, dict(failures))

    def __getitem__(self, name: str) -> Detection:
        return self.members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    @property
    def detections(self) -> tuple[Detection, ...]:
        """One a series."""
        return tuple(self.members.values())

    @property
    def summary(self) -> str:
        """One line: how many events in how many series."""
        calibrated = bool(self.members) and all(one.is_calibrated for one in self.detections)
        failed = f", {len(self.failures)} failed" if self.failures else ""
        return f"{how_many(self.found, calibrated, 'what the budget lets through')} in {len(self)} series{failed}"

    @property
    def found(self) -> tuple[Event, ...]:
        """All events, strongest first."""
        events = [event for one in self.detections for event in one.found]
        return tuple(sorted(events, key=lambda event: -event.severity))

    def to_frame(self) -> pd.DataFrame:
        """Return the data with score, severity, status and alarm; series that failed are left out.

        Of a table with an id column, the result is that table again: the user's columns, in the order of its rows, on
        its own index, or on row numbers. Of several files, it has their frames below one another, and the series' name
        is the first level of the index.
        """
        import pandas as pd

        frames = {name: member.to_frame() for name, member in self.members.items()}
        sources = [one.data.source for one in self.detections]
        rows = [source.rows for source in sources if source is not None and source.id is not None]
        if len(rows) < len(sources):
            return pd.concat(frames, names=["series"])
        return pd.concat(frames.values()).iloc[np.argsort(np.concatenate(rows), kind="stable")]

    def to_dict(self) -> dict[str, Any]:
        """Return all that was found as JSON can hold it: NaN is null, times are ISO 8601."""
        return {"series": [one.to_dict() for one in self.detections], "failures": self.failures}

"""What was found in several series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offbeat.core.event import Event, to_frame
from offbeat.results.detection import Detection

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Detections(Mapping[str, Detection]):
    """What was found in several series, by name; those that failed are in `failures`, with the reason."""

    members: dict[str, Detection]
    failures: dict[str, str]

    def __getitem__(self, name: str) -> Detection:
        return self.members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def __repr__(self) -> str:
        return f"Detections: {self.summary}"

    @property
    def summary(self) -> str:
        """One line: how many events in how many series."""
        many = len(self.found)
        failed = f", {len(self.failures)} not judged" if self.failures else ""
        return f"{many or 'no'} event{'s' * (many != 1)} in {len(self)} series{failed}"

    @property
    def found(self) -> tuple[Event, ...]:
        """All events, strongest first."""
        events = [event for member in self.members.values() for event in member.found]
        return tuple(sorted(events, key=lambda event: -event.severity))

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row an event of any series, strongest first."""
        return to_frame(self.found)

    def to_frame(self) -> pd.DataFrame:
        """Return the frames of all series below one another, the series' name as first index level."""
        import pandas as pd

        return pd.concat({name: member.to_frame() for name, member in self.members.items()}, names=["series"])

    def plot(self, path: str | Path | None = None) -> Any:
        """Draw all series; return the matplotlib figure, and write it where a path is given."""
        from offbeat import report

        return report.plot([member.view() for member in self.members.values()], path)

    def report(self, path: str | Path) -> None:
        """Write all series as one HTML page that needs no network."""
        from offbeat import report

        report.page([member.view() for member in self.members.values()], path)

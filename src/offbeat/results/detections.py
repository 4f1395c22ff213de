"""What was found in several series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from offbeat.core.errors import InputError, by_reason
from offbeat.core.event import Event
from offbeat.core.scores import score_columns
from offbeat.core.series import Panel
from offbeat.results._base import Result, how_many
from offbeat.results._frame import columns_of
from offbeat.results.detection import Detection, marked, scored_frame

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Detections(Result, Mapping[str, Detection]):
    """What was found in several series, by name.

    Parameters
    ----------
    members
        What was found in each; a series of which no row could be scored is among them.
    failures
        The series that could not be read, or of which no row could be scored, with the reason.
    remarks
        What is to be said about how they were read.
    """

    several: ClassVar[bool] = True

    members: dict[str, Detection]
    failures: dict[str, str]
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(cls, panel: Panel, outcomes: Mapping[str, Detection | str]) -> Self:
        """Return what was found together: an event stands out where it does so of all the series, not of its own.

        Parameters
        ----------
        panel
            The series.
        outcomes
            What was found in each, or why it failed.

        Raises
        ------
        InputError
            Where all of them failed, with each reason once.
        """
        members = {name: one for name, one in outcomes.items() if isinstance(one, Detection)}
        failures = panel.failures | {name: one for name, one in outcomes.items() if isinstance(one, str)}
        if not members:
            raise _none(failures)
        failures |= {name: reason for name, one in members.items() for reason in one.failures.values()}
        weeks = sum(one.weeks for one in members.values())
        return cls({name: marked(one, weeks) for name, one in members.items()}, failures, panel.notes)

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
        calibrated = bool(self.members) and all(one.is_calibrated for one in self.detections if one.is_scored)
        failed = f", {len(self.failures)} failed" if self.failures else ""
        scored = sum(one.is_scored for one in self.detections)
        return f"{how_many(self.found, calibrated, 'what the budget lets through')} in {scored} series{failed}"

    @property
    def is_scored(self) -> bool:
        """Whether there is a row with a score, or an event, in at least one of them."""
        return any(one.is_scored for one in self.detections)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed, and what the user should know about the thresholds; each once."""
        return tuple(dict.fromkeys((*self.remarks, *super().notes)))

    @property
    def found(self) -> tuple[Event, ...]:
        """All events, strongest first."""
        events = [event for one in self.detections for event in one.found]
        return tuple(sorted(events, key=lambda event: -event.severity))

    def to_frame(self) -> pd.DataFrame:
        """Return the data with score, severity, status and alarm; series that failed are left out.

        Of a table with an id column, the result is that table again: the user's columns, in the order of its rows, on
        its own index, or on row numbers. Of several files, it has their frames below one another, and the series' name
        is the first level of the index; a column that only some of them have is empty in the others.
        """
        import pandas as pd

        taken = columns_of(one.data for one in self.detections)
        frames = {name: scored_frame(member, taken) for name, member in self.members.items()}
        sources = [one.data.source for one in self.detections]
        rows = [source.rows for source in sources if source is not None and source.id is not None]
        if len(rows) < len(sources):
            whole = pd.concat(frames, names=["series"])
            ours = score_columns(taken)
            return whole.iloc[:, sorted(range(whole.shape[1]), key=lambda i: whole.columns[i] in ours)]
        return pd.concat(frames.values()).iloc[np.argsort(np.concatenate(rows), kind="stable")]

    def to_dict(self) -> dict[str, Any]:
        """Return all that was found as JSON can hold it: NaN is null, times are ISO 8601."""
        every = [one.to_dict() for one in self.detections]
        return {"series": every, "failures": self.failures, "notes": list(self.remarks)}


def _none(failures: Mapping[str, str]) -> InputError:
    """Return the error for series that all failed."""
    if not failures:
        return InputError("there is no series; give at least one")
    reasons = by_reason(failures)
    if len(failures) == 1:
        return InputError(reasons[0])
    if len(reasons) == 1:
        return InputError(f"none of the series could be scored; {reasons[0]}")
    return InputError("\n".join(["none of the series could be scored:", *(f"  {reason}" for reason in reasons)]))

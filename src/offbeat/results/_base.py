"""What one detection and several have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.core.event import Event, to_frame
from offbeat.core.health import Finding
from offbeat.results._table import as_text, table

if TYPE_CHECKING:
    import pandas as pd

    from offbeat.report.view import View

NOTES = 5
"""Notes on thresholds that are printed."""


class Result(ABC):
    """What `detect` returns: the events of one series or of several, with its frames, plots and pages."""

    several: ClassVar[bool] = False
    """Whether it is of several series, so that each event is shown with the name of its series."""

    if TYPE_CHECKING:  # a field of one, a property of the other

        @property
        def found(self) -> tuple[Event, ...]:
            """All events, strongest first."""

        @property
        def failures(self) -> Mapping[str, str]:
            """Why a series failed, by its name."""

        @property
        def is_scored(self) -> bool:
            """Whether there is a row with a score, or an event."""

    @property
    @abstractmethod
    def detections(self) -> tuple[Any, ...]:
        """One `Detection` a series."""

    @property
    @abstractmethod
    def summary(self) -> str:
        """One line: how many events in what."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the data's values with score, severity, status and alarm."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return all that was found as JSON can hold it: NaN is null, times are ISO 8601."""

    @property
    def standing_out(self) -> tuple[Event, ...]:
        """The events that stand out of all that clean data would hold; all, where nothing is known of that."""
        return tuple(event for one in self.detections for event in one.standing_out)

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row an event, strongest first."""
        return to_frame(self.found)

    @property
    def health(self) -> tuple[Finding, ...]:
        """What was found about the data itself."""
        return tuple(finding for one in self.detections for finding in one.health)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed, and what the user should know about the threshold; each once."""
        return tuple(dict.fromkeys(note for one in self.detections for note in one.notes))

    def views(self) -> list[View]:
        """Return what plots and pages are drawn from, one a series."""
        return [one.view() for one in self.detections]

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return heads and cells of the table that is printed: the strongest events."""
        return table(self.found, {one.data.name: one.cleaned.series.step for one in self.detections}, self.several)

    def plot(self, path: str | Path | None = None, *, ax: Any = None) -> Any:
        """Draw series, events and severity; return the matplotlib figure.

        Parameters
        ----------
        path
            Where to write it, too; .png, .svg or .pdf.
        ax
            Axes to draw in: one for the leading channel alone; a sequence for channels, the last for the severity;
            of several series, one a series. None makes a figure.
        """
        from offbeat import report

        return report.plot(self.views(), path, ax=ax)

    def report(self, path: str | Path) -> None:
        """Write a report as its file name says: a page that needs no network (.html), or a picture.

        Raises
        ------
        OutputError
            For another ending, or where it can't be written; then nothing is left half-written.
        """
        from offbeat.report import kinds

        kinds.write(self.views(), path)

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self.summary}"

    def _remarks(self) -> list[str]:
        """Return what stands below the table: the events that it leaves out, and notes on the threshold."""
        left = len(self.found) - len(self.table()[1])
        weaker = [f"and {left} weaker {'one' if left == 1 else 'ones'}; .events has them all"] if left else []
        notes = [
            f"threshold{f' of {one.data.name}' if self.several else ''}: {note}"
            for one in self.detections
            for note in one.cut.notes
        ]
        more = [f"and {len(notes) - NOTES} more on thresholds; .notes has them all"] if len(notes) > NOTES else []
        fit = [remark for one in self.detections for remark in one.remarks]
        return weaker + [f"monitor: {remark}" for remark in dict.fromkeys(fit)] + notes[:NOTES] + more

    def __str__(self) -> str:
        return "\n".join([self.summary, *([as_text(*self.table())] if self.found else []), *self._remarks()])

    def _repr_html_(self) -> str:
        from offbeat.report.html import card

        heads, rows = self.table()
        below = "".join(f"<p>{escape(remark)}</p>" for remark in self._remarks())
        return card(self, self.summary, [dict(zip(heads, row, strict=True)) for row in rows]) + below


def how_many(found: Sequence[Event], calibrated: bool, through: str) -> str:
    """Return how many events there are, and how many of them stand out.

    Examples
    --------
    >>> how_many([], True, "what a budget of 2/week lets through")
    'no events'
    """
    many = len(found)
    if not many or not calibrated:
        return f"{many or 'no'} event{'s' * (many != 1)}"
    clear = sum(event.stands_out for event in found)
    weak = many - clear
    first = f"{clear} event{'s' * (clear != 1)} stand{'s' * (clear == 1)} out"
    if not weak:
        return first
    more = f"{weak} more {'is' if weak == 1 else 'are'} {through}"
    return f"{first}; {more}," if clear else f"no event stands out; {weak} {'is' if weak == 1 else 'are'} {through},"

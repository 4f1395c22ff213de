"""What is learned of the values themselves, whatever the detector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from numpy.typing import NDArray

from offbeat.core.event import Run
from offbeat.core.scores import Band
from offbeat.core.series import Series
from offbeat.core.windows import fill
from offbeat.data.frozen import RunModel
from offbeat.events.band import usual
from offbeat.events.counting import counted_range, habit, resets
from offbeat.preprocess.counters import Counters
from offbeat.preprocess.seasonal_model import SeasonalModel


@dataclass(frozen=True, eq=False)
class Background:
    """The normal range, counters, and how long each channel stays at one value.

    Parameters
    ----------
    counters
        Which channels are counters.
    habit
        How often they started again in the data learned from.
    model
        Trend and season, of counters that of their steps.
    runs
        How long each channel stays at one value.
    """

    counters: Counters
    habit: int
    model: SeasonalModel
    runs: RunModel

    @classmethod
    def of(cls, known: Series) -> Self:
        """Learn from a cleaned series."""
        counters = Counters.fit(known.values)
        model = SeasonalModel.fit(fill(counters.steps(known.values)))
        return cls(counters, habit(counters, known.values), model, RunModel.fit(known.values, known.time))

    def range_of(
        self, series: Series, start: int | None, alarms: Sequence[tuple[int, int]] | NDArray[Any] = ()
    ) -> Band:
        """Return the normal range of a series that begins as row `start` of the data learned from; None: not known.

        `alarms` are rows that must not move the trend.
        """
        return counted_range(self.counters, series, lambda plain: usual(self.model, plain, start, alarms))

    def find_runs(self, series: Series) -> list[Run]:
        """Return what is an event whatever the score: runs of one value that are too long, and counters' resets."""
        return self.runs.find(series.values, series.time) + resets(self.counters, series, self.habit)

"""What a picture or page is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from offbeat.core.event import Event
from offbeat.core.health import Finding
from offbeat.core.scores import Band
from offbeat.core.series import Floats, Series

FEW = 6
"""How many channels of one series are drawn at first: more are no picture."""


@dataclass(frozen=True, eq=False)
class View:
    """One scored series, as `plot` and `page` draw it.

    Parameters
    ----------
    series
        The series that was scored.
    severity
        Shape (n,): the score scaled so that 1.0 is the alarm threshold; NaN where a point was not scored.
    events
        The events, strongest first.
    band
        What was expected and the normal range, where there is such a thing.
    health
        What was found about the data itself.
    facts
        Short lines to be shown as they are, such as {"detector": "auto", "alarm budget": "2/week"}.
    status
        Shape (n,), codes of `Status`; None shows no strip of what was not scored.
    """

    series: Series
    severity: Floats
    events: Sequence[Event] = ()
    band: Band | None = None
    health: Sequence[Finding] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    status: NDArray[np.uint8] | None = None

    def leading(self, most: int) -> list[int]:
        """Return the columns of at most `most` channels, those that carry most of the events, in the series' order."""
        carried = dict.fromkeys(self.series.channels, 0.0)
        for event in self.events:
            for name, share in event.channels.items():
                carried[name] = carried.get(name, 0.0) + share * event.severity
        weights = np.array([carried[name] for name in self.series.channels])
        return sorted(np.argsort(-weights, kind="stable")[:most].tolist())

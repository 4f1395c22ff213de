"""The alarm budget: how many false events a person accepts in a stated time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from offbeat.core.cut import Cut
from offbeat.core.errors import ParameterError
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.core.units import SECONDS
from offbeat.thresholds._base import Known, Threshold, tail_or_few
from offbeat.thresholds._promise import promise

_FORM = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:/|per)\s*(\d+)?\s*([a-z]+?)s?\s*", re.IGNORECASE)
_REMEDY = "write it as '2/week', '1/10000 points' or '1/series'"
FAR = 10.0
"""A budget for a time this many times as long as the data is extrapolated far, and that is said."""


@dataclass
class Budget(Threshold):
    """The score that normal data is expected to exceed in the stated number of separate events in a stated time.

    Declustered peaks over threshold: the highest scores of separate stretches follow a generalised Pareto tail; the
    threshold is where that tail is exceeded as often as the budget allows. The fit expects real anomalies
    among the peaks, so that they do not raise the threshold. Too little data for a tail: what clean data of that length
    exceeds in one of ten series, and that is said.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.random.default_rng(0).exponential(size=20_000)
    >>> bool(7.5 < Budget("2/20000 points").cut(scores).value < 11.0)  # exactly: log(10000) = 9.2
    True
    >>> Budget("2/fortnight")
    Traceback (most recent call last):
    offbeat.core.errors.ParameterError: alarms='2/fortnight' is no alarm budget; write it as '2/week', ...
    """

    alarms: str = param("2/series", "false events accepted in a time, in points, or in the whole series")

    def __post_init__(self) -> None:
        super().__post_init__()
        self._read()

    @property
    def words(self) -> str:
        """How it is chosen, as a user would say it."""
        return f"alarm budget {self.alarms}"

    def _read(self) -> tuple[float, float, str]:
        """Return the count, the number of units and the unit."""
        found = _FORM.fullmatch(self.alarms)
        if found:
            count, many, unit = float(found[1]), float(found[2] or 1), found[3].lower()
            unit = {"row": "point", "serie": "series"}.get(unit, unit)
            if unit in (*SECONDS, "point", "series") and count > 0 and many > 0:
                return count, many, unit
        raise ParameterError(f"alarms={self.alarms!r} is no alarm budget; {_REMEDY}")

    def expected(self, n: int, step: float | None) -> float:
        """Return the number of false events allowed in `n` points, `step` seconds apart.

        Raises
        ------
        ParameterError
            For a budget in time where the data has none.
        """
        count, many, unit = self._read()
        if unit == "series":
            return count / many
        if unit == "point":
            return count * n / many
        if step is None or step <= 0:
            raise ParameterError(
                f"alarms={self.alarms!r} counts in {unit}s and the data has no dates; name a time column, or "
                "write the budget in points, such as '1/10000 points'"
            )
        return count * n * step / (many * SECONDS[unit])

    def _cut(self, scores: Floats, known: Known) -> Cut:
        allowed = self.expected(known.rows, known.step)
        learned = allowed * len(scores) / known.rows
        tail = tail_or_few(scores, "a budget", "use --threshold", learned)
        if isinstance(tail, Cut):
            return tail
        notes = []
        if allowed < 1 / FAR:
            notes.append(
                f"the budget {self.alarms!r} allows one false event in {1 / allowed:,.0f} times the length of this "
                "data; so far out, the threshold is an extrapolation"
            )
        if learned > tail.n_peaks:
            notes.append(
                f"the budget {self.alarms!r} allows {learned:,.0f} false events here, more than the {tail.n_peaks} "
                "high stretches there are; the threshold is the lowest of them"
            )
        value = tail.exceeded(learned)
        outlook = promise(self.alarms, allowed, value, scores, tail)
        return Cut(value, tail=tail, notes=tuple(notes), promise=outlook)

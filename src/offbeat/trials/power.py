"""Detection power: known anomalies are planted in a series, and it is counted how many of them raise an alarm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError
from offbeat.core.series import Floats, Series
from offbeat.core.wording import number
from offbeat.data.anomalies import usual_deviation
from offbeat.data.synth import inject

FEWEST = 10
"""Points below which nothing is planted."""

PLACES = 10
"""Where each anomaly is planted, one at a time as far as the detector can tell."""

LENGTH = 30
"""Points that planted stretches last, less in short series."""

APART = 4
"""Planted stretches are so many times their length from one another, at least."""

SIZES = (1.0, 2.0, 4.0, 8.0)
"""Of planted anomalies, in usual deviations of the series."""


@dataclass(frozen=True)
class Probe:
    """An anomaly to be planted: a kind of `offbeat.data.anomalies`, its size and its length in points."""

    kind: str
    size: float
    length: int

    @property
    def name(self) -> str:
        """What a person would call it.

        Examples
        --------
        >>> Probe("level_shift", -2.0, 30).name, Probe("spike", 4.0, 1).name
        ('drop', 'spike')
        """
        return {"level_shift": "rise" if self.size > 0 else "drop", "variance": "noise", "frozen": "standstill"}.get(
            self.kind, self.kind
        )


@dataclass(frozen=True)
class Power:
    """How often a planted anomaly was found.

    Parameters
    ----------
    probe
        What was planted.
    percent
        Its size in percent of the usual value, where all values are above 0; else NaN.
    found, places
        In how many places an alarm fell on it, and in how many it was planted.
    """

    probe: Probe
    percent: float
    found: int
    places: int

    @property
    def words(self) -> str:
        """The finding as a sentence.

        Examples
        --------
        >>> Power(Probe("level_shift", -2.0, 30), 20.0, 9, 10).words
        'a 20 % drop lasting 30 points is found in 9 of 10 places'
        >>> Power(Probe("spike", 4.0, 1), float("nan"), 3, 10).words
        'a spike of 4 usual deviations is found in 3 of 10 places'
        """
        return f"{self.what} is found in {self.found} of {self.places} places"

    @property
    def what(self) -> str:
        """The planted anomaly in words."""
        name, lasting = self.probe.name, f" lasting {self.probe.length} points" if self.probe.length > 1 else ""
        if self.probe.kind == "frozen":
            return f"a {name}{lasting}"
        deviations = f"{number(abs(self.probe.size))} usual deviation{'s' * (abs(self.probe.size) != 1)}"
        if self.probe.kind == "variance":
            return f"added noise of {deviations}{lasting}"
        if np.isfinite(self.percent):
            percent = number(float(f"{self.percent:.2g}"))
            return f"{_article(percent)} {percent} % {name}{lasting}"
        return f"a {name} of {deviations}{lasting}"


def probes(length: int) -> list[Probe]:
    """Return what is planted where nobody says: spikes, dips, rises, drops and noise of all sizes, and a standstill."""
    planted = [Probe(kind, size, 1) for kind in ("spike", "dip") for size in SIZES]
    planted += [Probe("level_shift", sign * size, length) for sign in (1, -1) for size in SIZES]
    planted += [Probe("variance", size, length) for size in SIZES]
    return [*planted, Probe("frozen", 1.0, length)]


def power(
    score: Callable[[Series], Floats],
    series: Series,
    threshold: float,
    planted: Sequence[Probe] | None = None,
    places: int = PLACES,
    seed: int = 0,
) -> list[Power]:
    """Plant anomalies where a fitted detector raises no alarm, and count those on which it then does.

    Several are planted in one copy of the series, at least `APART` times their length from one another, and each at a
    place picked by chance. An alarm counts within half the length of the anomaly, 3 points at least, around it. Costs
    a scoring for each copy. What fools it: planted anomalies are cleaner than real ones, and how often a detector
    cries wolf is not seen here.

    Parameters
    ----------
    score
        Returns one score a point of a series; higher is more anomalous, NaN is no score.
    series
        Normal data that the detector was not fitted on; it is not changed.
    threshold
        Scores above it are alarms.
    planted
        What to plant; None is `probes` of 30 points, or of a tenth of a short series.
    places
        How often each is planted; fewer where there is no room.
    seed
        Of the places.

    Raises
    ------
    InputError
        For a series of fewer than `FEWEST` points.

    Examples
    --------
    >>> from offbeat.data.synth import sine
    >>> found = power(lambda s: abs(s.values[:, 0]), sine(n=1000), 1.5, [Probe("spike", 8.0, 1), Probe("dip", 0.1, 1)])
    >>> [one.words for one in found]
    ['a spike of 8 usual deviations is found in 10 of 10 places', 'a dip of 0.1 usual deviations is found in 0 of 10 ...
    """
    if len(series) < FEWEST:
        raise InputError(f"{len(series)} points are too few to plant anomalies in; give at least {FEWEST}")
    if planted is None:
        planted = probes(min(LENGTH, max(2, len(series) // 10)))
    quiet = ~(np.nan_to_num(score(series), nan=-np.inf) > threshold)
    return [_power(probe, score, series, threshold, quiet, places, seed) for probe in planted]


def _power(
    probe: Probe,
    score: Callable[[Series], Floats],
    series: Series,
    threshold: float,
    quiet: NDArray[np.bool_],
    places: int,
    seed: int,
) -> Power:
    rng = np.random.default_rng(seed)
    slack = max(3, probe.length // 2)
    found = tried = 0
    for firsts in _copies(probe.length, quiet, places, slack, rng):
        changed = series
        for first in firsts:
            changed = inject(changed, probe.kind, at=first, length=probe.length, size=probe.size, seed=rng)
        alarms = np.nan_to_num(score(changed), nan=-np.inf) > threshold
        tried += len(firsts)
        found += sum(bool(alarms[max(first - slack, 0) : first + probe.length + slack].any()) for first in firsts)
    return Power(probe, _percent(probe, series), found, tried)


def _copies(
    length: int, quiet: NDArray[np.bool_], places: int, slack: int, rng: np.random.Generator
) -> Iterator[list[int]]:
    """Yield the first rows of the stretches planted in each copy, all of them quiet and far from one another."""
    n = len(quiet)
    slots = max(1, min(places, n // ((APART + 1) * max(length, 2 * slack))))
    loud = np.concatenate(([0], np.cumsum(~quiet)))
    firsts = np.arange(n - length + 1)
    clear = loud[np.minimum(firsts + length + slack, n)] == loud[np.maximum(firsts - slack, 0)]
    for begun in range(0, places, slots):
        picked = []
        for part in np.array_split(firsts, slots)[: places - begun]:
            # the end of each part is left free, so that stretches in neighbouring parts keep their distance
            free = part[clear[part]]
            free = free[free < part[0] + max(1, len(part) - APART * length)] if slots > 1 else free
            if len(free):
                picked.append(int(rng.choice(free)))
        if picked:
            yield picked


def _percent(probe: Probe, series: Series) -> float:
    """Return the size of a shift in percent of the median, of one channel whose values are all above 0."""
    known = series.values[np.isfinite(series.values)]
    if series.values.shape[1] > 1 or not len(known) or known.min() <= 0:
        return float("nan")
    return float(100 * abs(probe.size) * usual_deviation(series.values)[0] / np.median(known))


def _article(figure: str) -> str:
    """Return "a" or "an", as the figure is spoken."""
    return "an" if figure.startswith("8") or figure.partition(",")[0] in ("11", "18") else "a"

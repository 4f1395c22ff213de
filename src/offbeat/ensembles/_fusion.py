"""Scores of several detectors and channels, brought to one unit and made one score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from offbeat.core.calibration import POWER, Calibration
from offbeat.core.detector import Member
from offbeat.core.series import Floats
from offbeat.ensembles._recipe import RECIPE


@dataclass(frozen=True)
class MemberSpec:
    """How a member's scores are taken, and what is said of them.

    Parameters
    ----------
    about, words
        As `core.detector.Member` has them.
    highest, mean
        The widths, in windows, of the moving maximum and then the moving mean that the scores go through; 0 for none.
    least
        The smallest usual excess that means anything, in the member's own unit.
    abroad
        Whether the member may compare a single channel with what is judged, beside what it learned from.
    """

    about: str
    words: str
    highest: float = 0.0
    mean: float = 0.0
    least: float = 0.0
    transductive: bool = False

    def shaped(self, scores: Floats, window: int) -> Floats:
        """Return scores of shape (n, channels) as they enter the fusion; NaN stay NaN."""
        from scipy.ndimage import maximum_filter1d, uniform_filter1d

        unjudged = np.isnan(scores)
        shaped = np.where(unjudged, 0.0, scores)
        highest, mean = self._widths(window)
        if highest > 1:
            shaped = maximum_filter1d(shaped, highest, axis=0, mode="nearest")
        if mean > 1:
            shaped = uniform_filter1d(shaped, mean, axis=0, mode="nearest")
        return np.where(unjudged, np.nan, shaped)

    def ahead(self, window: int) -> int:
        """Return how many later points the shaped score of a point takes in: half of each moving window."""
        return sum((width - 1) // 2 for width in self._widths(window))

    def _widths(self, window: int) -> tuple[int, int]:
        return max(1, round(self.highest * window)), max(1, round(self.mean * window))


@dataclass(frozen=True, eq=False)
class MemberCalibration:
    """What is usual of one member: of each of its channels, and of these gathered where there are several."""

    channels: Calibration
    gathered: Calibration | None

    @classmethod
    def of(cls, shaped: Floats, spec: MemberSpec, *, alone: bool, window: int = 1) -> MemberCalibration:
        """Learn from reference scores of shape (n, channels); `alone` says that they are all that is judged.

        Stretches are measured one by one only where each holds windows enough.
        """
        long = len(shaped) >= RECIPE.stretches * RECIPE.many * window
        learned = _of_all if not alone else _of_stretches if long else _of_all_alone
        channels = learned(shaped, spec.least)
        if shaped.shape[1] == 1:
            return cls(channels, None)
        return cls(channels, learned(_gathered(_calibrated(channels, shaped)), 0.0))

    def apply(self, shaped: Floats) -> tuple[Floats, Floats]:
        """Return the member's calibrated score, (n,), and those of its channels, (n, channels)."""
        calibrated = _calibrated(self.channels, shaped)
        if self.gathered is None:
            return calibrated[:, 0], calibrated
        return self.gathered.apply(_gathered(calibrated))[:, 0], calibrated


def of_training(shaped: Mapping[str, Floats], specs: Mapping[str, MemberSpec]) -> dict[str, MemberCalibration]:
    """Learn what is usual of each member from its scores of a training part, twice.

    The second time without the rows that all members together find highest: a fault there must not make itself usual.
    """
    calibrations = {name: MemberCalibration.of(scores, specs[name], alone=False) for name, scores in shaped.items()}
    score = Calibration.combine(
        np.column_stack([calibrations[name].apply(scores)[0] for name, scores in shaped.items()])
    )
    known = score[np.isfinite(score)]
    if not len(known):
        return calibrations
    usual = ~(score > np.quantile(known, RECIPE.usual_alone))
    return {name: MemberCalibration.of(scores[usual], specs[name], alone=False) for name, scores in shaped.items()}


def quiet_half(scores: Sequence[Floats]) -> slice:
    """Return the consecutive half of the rows whose fused scores, (n,) each, are least together."""
    score = np.nan_to_num(Calibration.combine(np.column_stack(scores)))
    half = len(score) // 2
    until = np.concatenate([[0.0], np.cumsum(score)])
    first = int((until[half:] - until[: len(until) - half]).argmin())
    return slice(first, first + half)


def mean_of(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Return the means of two scores and of their channels; where only one has judged, that."""

    def mean(a: Floats, b: Floats) -> Floats:
        return np.where(np.isnan(a), b, np.where(np.isnan(b), a, (a + b) / 2))

    return mean(one[0], other[0]), mean(one[1], other[1])


def _of_all(reference: Floats, least: float) -> Calibration:
    return Calibration.of(reference, least, RECIPE.usual)


def _of_all_alone(reference: Floats, least: float) -> Calibration:
    return Calibration.of(reference, least, RECIPE.usual_alone)


def _of_stretches(reference: Floats, least: float) -> Calibration:
    """Learn from data that hold what is looked for: the median over stretches of what is usual in each.

    A fault that lasts is in a few of them only, so that it doesn't make itself usual.
    """
    whole = _of_all_alone(reference, least)
    excess = whole.excess.copy()
    for j, column in enumerate(reference.T):
        known = column[np.isfinite(column)]
        if len(known) < RECIPE.stretches:
            continue
        high = [np.quantile(part, RECIPE.usual_alone) for part in np.array_split(known, RECIPE.stretches)]
        scale = float(np.median(high)) - whole.middle[j]
        if scale > 1e-12 * max(1.0, abs(whole.middle[j])):
            excess[j] = max(scale, least)
    return Calibration(whole.middle, excess)


def _calibrated(calibration: Calibration, shaped: Floats) -> Floats:
    calibrated = calibration.apply(shaped)
    return np.minimum(calibrated, RECIPE.ceiling) if calibrated.shape[1] > 1 else calibrated


def _gathered(calibrated: Floats) -> Floats:
    return Calibration.combine(calibrated)[:, None]


def fuse(member_scores: Sequence[tuple[Floats, Floats]], channels: int) -> Floats:
    """Return the power mean of the members' scores, divided among the channels.

    Parameters
    ----------
    spoken
        Of each member its score, (n,), and those of its channels, (n, channels) or (n, 1) where it has only one.
    channels
        The number of channels of the data.

    Returns
    -------
    Shape (n, channels): what each channel brings to the score; their power mean is the score. NaN where no member
    has judged.
    """
    score = Calibration.combine(np.column_stack([one for one, _ in member_scores]))
    score = np.where(score < RECIPE.nothing, 0.0, score)
    if channels == 1:
        return score[:, None]
    weight = np.zeros((len(score), channels))
    for one, calibrated in member_scores:
        if calibrated.shape[1] == channels:
            weight += _parts(np.nan_to_num(calibrated) ** POWER) * np.nan_to_num(one)[:, None] ** POWER
    shares: Floats = score[:, None] * (channels * _parts(weight)) ** (1 / POWER)
    return shares


def _parts(weight: Floats) -> Floats:
    """Return each row divided by its sum; a row of zeros is divided evenly."""
    total = weight.sum(axis=1, keepdims=True)
    even = np.full_like(weight, 1 / weight.shape[1])
    parts: Floats = np.divide(weight, total, out=even, where=total > 0)
    return parts


def to_members(
    member_scores: Mapping[str, tuple[Floats, Floats]], specs: Mapping[str, MemberSpec]
) -> dict[str, Member]:
    """Return what each member said, with the words for it."""
    return {name: Member(one, specs[name].about, specs[name].words) for name, (one, _) in member_scores.items()}


def member_shares(member_scores: Mapping[str, tuple[Floats, Floats]]) -> dict[str, Floats]:
    """Return each member's share of the score, (n,) each; they sum to 1 where anything was said at all."""
    names = list(member_scores)
    parts = _parts(np.nan_to_num(np.column_stack([member_scores[name][0] for name in names])) ** POWER)
    return dict(zip(names, parts.T, strict=True))

"""Calibrate the scores of several detectors and channels, and combine them (decision 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from offbeat.core.calibration import POWER, Calibration
from offbeat.core.scores import Member
from offbeat.core.series import Floats
from offbeat.ensembles._recipe import RECIPE
from offbeat.preprocess.around import largest_around, mean_around


@dataclass(frozen=True)
class MemberSpec:
    """How a member's scores are smoothed and calibrated, and the words for its events.

    Parameters
    ----------
    about, words
        As in `core.detector.Member`; {width} in the words becomes the second window's width.
    highest, mean
        The widths, in windows, of the moving maximum and then the moving mean that the scores go through; 0 for none.
    least
        The smallest usual excess, in the member's own unit; smaller differences are ignored.
    transductive
        Whether the scored series may serve as reference too (single channel only; decision 31).
    whole
        Whether it learns from all rows alone where no training part is named (single channel only; decision 43).
    """

    about: str
    words: str
    highest: float = 0.0
    mean: float = 0.0
    least: float = 0.0
    transductive: bool = False
    whole: bool = False

    def shaped(self, scores: Floats, window: int) -> Floats:
        """Return scores of shape (n, channels) as they enter the fusion; NaN stay NaN."""
        missing = np.isnan(scores)
        shaped = np.where(missing, 0.0, scores)
        highest, mean = self._widths(window)
        if highest > 1:
            shaped = largest_around(shaped, highest)
        if mean > 1:
            shaped = mean_around(shaped, mean)
        return np.where(missing, np.nan, shaped)

    def ahead(self, window: int) -> int:
        """Return how many later points the smoothed score of a point depends on."""
        return sum((width - 1) // 2 for width in self._widths(window))

    def _widths(self, window: int) -> tuple[int, int]:
        return max(1, round(self.highest * window)), max(1, round(self.mean * window))


@dataclass(frozen=True, eq=False)
class MemberCalibration:
    """The calibration of one member: of each channel, and of the combined channels."""

    channels: Calibration
    gathered: Calibration | None

    @classmethod
    def of(cls, shaped: Floats, spec: MemberSpec, *, alone: bool, window: int = 1) -> MemberCalibration:
        """Learn from reference scores of shape (n, channels).

        `alone`: the reference is the scored series itself. It is then cut into stretches, if each holds enough windows.
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
    """Calibrate each member on its scores of a training part, in two passes (decision 34).

    The second pass leaves out the rows with the highest combined scores, as a fault there would count as normal.
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


def _of_all(reference: Floats, least: float) -> Calibration:
    return Calibration.of(reference, least, RECIPE.usual)


def _of_all_alone(reference: Floats, least: float) -> Calibration:
    return Calibration.of(reference, least, RECIPE.usual_alone)


def _of_stretches(reference: Floats, least: float) -> Calibration:
    """Learn from data that may hold anomalies: the median over stretches of each one's quantile.

    A lasting fault is in a few stretches only, so it does not raise the median.
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


def fuse(member_scores: Sequence[tuple[Floats, Floats]], runs: Floats, channels: int) -> Floats:
    """Return the power mean of the members' scores, with that of runs added, divided among the channels.

    Parameters
    ----------
    member_scores
        The score of each member, (n,), and of its channels, (n, channels) or (n, 1) where it has only one.
    runs
        The score of runs of equal values, (n, channels). The longest run of a row is added to the mean, by the same
        exponent; where it is 0, the score is what it would be without.
    channels
        The number of channels of the data.

    Returns
    -------
    Shape (n, channels): each channel's part of the score; their power mean is the score. NaN where every member is NaN.
    """
    score = Calibration.combine(np.column_stack([one for one, _ in member_scores]))
    score = np.where(score < RECIPE.nothing, 0.0, score)
    longest = runs.max(axis=1)
    score = np.where(longest > 0, (score**POWER + longest**POWER) ** (1 / POWER), score)
    if channels == 1:
        return score[:, None]
    weight = len(member_scores) * _parts(runs**POWER) * longest[:, None] ** POWER
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
    member_scores: Mapping[str, tuple[Floats, Floats]], specs: Mapping[str, MemberSpec], windows: Mapping[str, int]
) -> dict[str, Member]:
    """Return each member's scores, with the words for them and the window that it looks at."""
    return {
        name: Member(one, specs[name].about, specs[name].words, windows[name])
        for name, (one, _) in member_scores.items()
    }


def member_shares(member_scores: Mapping[str, tuple[Floats, Floats]], runs: Floats) -> dict[str, Floats]:
    """Return each member's share of the score, (n,) each; they sum to 1 at every row. `runs` is as in `fuse`."""
    powers = {name: np.nan_to_num(one) ** POWER for name, (one, _) in member_scores.items()}
    if runs.any():
        powers["runs"] = len(member_scores) * runs.max(axis=1) ** POWER
    return dict(zip(powers, _parts(np.column_stack(list(powers.values()))).T, strict=True))

"""The default detector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from offbeat.core.detector import Detector, Members, ScoreResult
from offbeat.core.errors import InputError
from offbeat.core.params import param
from offbeat.core.registry import detector
from offbeat.core.series import Floats
from offbeat.core.windows import fill
from offbeat.ensembles._counters import as_steps, counters
from offbeat.ensembles._fusion import (
    MemberCalibration,
    MemberSpec,
    fuse,
    mean_of,
    member_shares,
    of_training,
    quiet_half,
    to_members,
)
from offbeat.ensembles._recipe import RECIPE, Effort
from offbeat.ensembles._widths import first_width, second_width

MemberScores = Mapping[str, tuple[Floats, Floats]]
"""Of each member its score, (n,), and those of its channels."""

FEWEST = 4
"""Rows below which no member has two windows to compare."""

MEMBERS = {
    "shape": MemberSpec("shape", "windows of this shape are rare", least=0.01, transductive=True),
    "detail": MemberSpec("shape", "half windows of this shape are rare", least=0.01, transductive=True),
    "values": MemberSpec("level_shift", "windows with these values are rare", least=0.01, transductive=True),
    "statistics": MemberSpec("variance", "windows that vary like this are rare", least=0.01),
    "spectrum": MemberSpec("shape", "windows of this rhythm are rare", least=0.01),
    "form": MemberSpec("shape", "windows of this form are rare", least=0.01),
    "second values": MemberSpec(
        "level_shift", "windows of another width with these values are rare", least=0.01, transductive=True
    ),
    "second statistics": MemberSpec("variance", "windows of another width that vary like this are rare", least=0.01),
    "points": MemberSpec("spike", "not foreseen from the points before", RECIPE.reach, RECIPE.reach, least=0.5),
    "together": MemberSpec("correlation", "not foreseen from all channels before", mean=1.0, least=0.05),
}
"""The members by what they look at. The least excesses: windows that differ by a hundredth of the channel's deviation,
and errors by half of theirs, are alike; means of an error over a window vary less, and a twentieth tells them apart."""


@dataclass
class Auto(Detector):
    """The default: detectors of shape, amplitude, points and correlation, calibrated and fused; nothing to tune.

    Every channel has `window_statistics` (statistics) and `ar` (points). A single channel has `knn` on windows as they
    are (values) and on windows brought to one scale, of the whole width (shape) and half of it (detail), and, at the
    best effort, `window_spectrum` (spectrum). Of many channels each has `knn` on windows less their mean (form), and
    all together have `var` (together), if there are rows enough to fit it. At the best effort, the values of one
    channel and the statistics of many are taken through a second window, too, where the data resemble themselves at
    another lag.

    Many channels that are judged by themselves (`fit_score`, or `score` of what was learned from) are learned from once
    more, from the consecutive half that all members find quietest, and each member says the mean of both: a fault that
    lasts must not teach.

    They see the steps of a counter, a channel that only rose or only fell in what was learned from, not its values.

    Each member's scores are calibrated on what was learned from, log(1 + excess over the median / usual excess), so
    that they keep how far an extreme stands out; those of several channels are gathered and calibrated once more. The
    score is the members' power mean (exponent 4), between the mean and the largest: one member is enough to raise it,
    two that agree raise it more.

    Where one channel begins with what was learned from, values, shape and detail take reference windows from all of it,
    so that what is new but usual there does not count; these scores look ahead. Scores of other data depend on
    what was learned alone. What was learned from is said to be usual: where data begin with it and go on, the scores of
    that part count half, and its highest twentieth is left out when the members are calibrated. `looks_ahead` says how
    far each member looks; none is causal.

    Score: log units, about 0.7 where one usual point in a hundred lies; one in twenty, where it learns from what it
    judges (of a stretch in the middle, if they are many). Time O(n), memory O(n).

    Examples
    --------
    >>> import numpy as np
    >>> import offbeat as ob
    >>> x = np.sin(np.arange(1000) / 8)
    >>> x[700] = 3
    >>> abs(int(ob.detector("auto").fit(x).score(x).argmax()) - 700) < 10
    True
    """

    effort: str | None = param(
        None, "fast is 1 million points in seconds; None is best where that is quick", choices=("fast", "best")
    )

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape"})
    takes_gaps: ClassVar[bool] = True
    calibrated: ClassVar[bool] = True
    memory: ClassVar[int] = 600

    def members(self, data: Any) -> dict[str, Floats]:
        """Return each member's share of the score at every point, (n,) each; they sum to 1.

        Raises
        ------
        NotFittedError, InputError
            As `score` does.
        """
        return member_shares(self._score_members(self._given(self._checked(data))))

    def looks_ahead(self, data: Any) -> dict[str, int]:
        """Return how many later points each member's share of a point's score depends on, where it scores `data`.

        A member that compares with all of `data`, as some do where these go on from the training part, takes in all
        of its points. What was learned from is known beforehand, and gaps are filled in from both their ends.

        Raises
        ------
        NotFittedError, InputError
            As `score` does.
        """
        x = self._given(self._checked(data))
        goes_on = self._goes_on(x)
        return {
            name: len(x) - 1
            if goes_on and _is_transductive(name, x)
            else MEMBERS[name].ahead(self.width_) + _ahead(member)
            for name, member in self.members_.items()
        }

    def _begin(self, values: Floats) -> Floats:
        self.counters_ = counters(values)
        return super()._begin(values)

    def _given(self, values: Floats) -> Floats:
        return as_steps(values, self.counters_)

    def _fit(self, x: Floats) -> None:
        self._learn(x)

    def _fit_score(self, x: Floats) -> Floats:
        return self._fit_score_with_members(x)[0]

    def _fit_score_with_members(self, x: Floats) -> tuple[Floats, Members]:
        member_scores = self._refit_on_quiet_half(self._learn(x), x)
        return fuse(list(member_scores.values()), x.shape[1]), to_members(member_scores, MEMBERS)

    def _learn(self, x: Floats) -> MemberScores:
        """Learn from `x`, and return what each member says of it."""
        if len(x) < FEWEST:
            raise InputError(f"{self.name} can't learn from {len(x)} points; give at least {FEWEST}")
        filled = fill(x)
        self.width_ = first_width(filled)
        self.second_ = second_width(filled, self.width_) if self._spent(x) is RECIPE.best else None
        self.members_ = self._made(filled)
        self.calibrations_, member_scores = self._calibrate(self.members_, x)
        return member_scores

    def _calibrate(
        self, members: Mapping[str, Detector], x: Floats
    ) -> tuple[dict[str, MemberCalibration], MemberScores]:
        """Fit the members on `x`; return what is usual of each, and what each says of `x`."""
        shaped = self._shaped({name: member.fit_score(x) for name, member in members.items()})
        calibrations = {
            name: MemberCalibration.of(scores, MEMBERS[name], alone=True, window=self.width_)
            for name, scores in shaped.items()
        }
        return calibrations, {name: calibration.apply(shaped[name]) for name, calibration in calibrations.items()}

    def _refit_on_quiet_half(self, member_scores: MemberScores, x: Floats) -> MemberScores:
        """Return what is said of `x`, from which was learned, halved with those who learn from its quieter half alone.

        A fault that lasts is in what all of `x` teaches. A single channel has shapes that find it.
        """
        if x.shape[1] == 1 or len(x) < 2 * FEWEST * self.width_:
            return member_scores
        part = quiet_half([one for one, _ in member_scores.values()])
        calm = self._made(fill(x[part]))
        calibrations, _ = self._calibrate(calm, x[part])
        shaped = self._shaped({name: member.score_result(x) for name, member in calm.items()})
        return {
            name: mean_of(whole, calibrations[name].apply(shaped[name])) if name in calm else whole
            for name, whole in member_scores.items()
        }

    def _score(self, x: Floats) -> Floats:
        return self._score_with_members(x)[0]

    def _score_with_members(self, x: Floats) -> tuple[Floats, Members]:
        member_scores = self._score_members(x)
        return fuse(list(member_scores.values()), x.shape[1]), to_members(member_scores, MEMBERS)

    def _score_members(self, x: Floats) -> MemberScores:
        """Return what each member says of the rows of `x`: its score, and those of its channels."""
        if not self._goes_on(x):
            shaped = self._shaped({name: member.score_result(x) for name, member in self.members_.items()})
            member_scores = {name: self.calibrations_[name].apply(scores) for name, scores in shaped.items()}
            return self._refit_on_quiet_half(member_scores, x) if self._starts_as_trained(x) else member_scores
        shaped = self._shaped({name: _score_transductive(name, member, x) for name, member in self.members_.items()})
        known = slice(self.trained_length_)
        calibrations = of_training({name: scores[known] for name, scores in shaped.items()}, MEMBERS)
        counts = np.ones((len(x), 1))
        counts[known] = RECIPE.trust
        member_scores = {name: calibrations[name].apply(scores) for name, scores in shaped.items()}
        return {name: (one * counts[:, 0], channels * counts) for name, (one, channels) in member_scores.items()}

    def _goes_on(self, x: Floats) -> bool:
        """Whether `x` begins with what was learned from, and goes on."""
        return len(x) > self.trained_length_ and self._starts_as_trained(x)

    def _made(self, x: Floats) -> dict[str, Detector]:
        """Return the members, unfitted."""
        width, fine = self.width_, max(2, round(self.width_ * RECIPE.fine))
        effort = self._spent(x)
        near = partial(detector, "knn", bank=effort.bank, detail=effort.detail)
        made = {"statistics": detector("window_statistics", window=width), "points": detector("ar")}
        if x.shape[1] == 1:
            made["values"] = near(window=width, normalise="none")
            made["shape"] = near(window=width, normalise="soft", k=1)
            made["detail"] = near(window=fine, normalise="soft", k=1)
            if effort is RECIPE.best:
                made["spectrum"] = detector("window_spectrum", window=width)
            if self.second_ is not None:
                made["second values"] = near(window=self.second_, normalise="none")
            return made
        made["form"] = near(window=width, normalise="mean")
        if self.second_ is not None:
            made["second statistics"] = detector("window_statistics", window=self.second_)
        together = detector("var")
        moving = np.count_nonzero(np.ptp(x, axis=0))
        if len(x) >= RECIPE.equations * (together.get_params()["order"] * moving + 1):
            made["together"] = together
        return made

    def _spent(self, x: Floats) -> Effort:
        named = {"best": RECIPE.best, "fast": RECIPE.fast}
        if self.effort is not None:
            return named[self.effort]
        return next(effort for effort in named.values() if x.size <= effort.most)

    def _shaped(self, judged: Mapping[str, ScoreResult]) -> dict[str, Floats]:
        return {name: MEMBERS[name].shaped(one.raw, self.width_) for name, one in judged.items()}


def _is_transductive(name: str, x: Floats) -> bool:
    """Whether the member compares with all of `x`, where that begins with what was learned from."""
    return MEMBERS[name].transductive and x.shape[1] == 1


def _ahead(member: Detector) -> int:
    return 0 if member.causal else member.window_ - 1


def _score_transductive(name: str, member: Detector, x: Floats) -> ScoreResult:
    """Judge `x`, which goes on where the member's training data end: one that compares may compare with all of it."""
    if not _is_transductive(name, x):
        return member.score_result(x)
    return type(member)(**member.get_params()).fit_score(x)

"""The default detector."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, NotFittedError
from offbeat.core.params import param
from offbeat.core.registry import detector
from offbeat.core.scores import Member, Members, ScoreResult
from offbeat.core.series import Floats
from offbeat.core.windows import fill
from offbeat.ensembles._fusion import (
    MemberCalibration,
    MemberSpec,
    fuse,
    member_shares,
    of_training,
    to_members,
)
from offbeat.ensembles._recipe import RECIPE, Effort
from offbeat.ensembles._references import MemberScores, combined, parts_of, without_trend
from offbeat.ensembles._widths import first_width, second_width
from offbeat.kernels.threads import for_each
from offbeat.preprocess.counters import Counters
from offbeat.preprocess.nested import nested_cycle

RUNS, RUNS_BY = "runs", "flatline"
"""The member that is added to the mean of the others, in series that have such runs, and its detector."""

FEWEST = 4
"""Rows below which no member has two windows to compare."""

RARE = "patterns like this over {window} are rare here"

MEMBERS = {
    "shape": MemberSpec("shape", RARE, least=0.01, transductive=True, whole=True),
    "detail": MemberSpec("shape", RARE, least=0.01, transductive=True, whole=True),
    "values": MemberSpec("level_shift", "values like these are rare here", least=0.01, transductive=True),
    "statistics": MemberSpec("variance", "it rarely varies like this over {window}", least=0.01),
    "spectrum": MemberSpec("shape", "it rarely oscillates like this over {window}", least=0.01),
    "form": MemberSpec("shape", RARE, least=0.01),
    "second values": MemberSpec(
        "level_shift", "values like these over {window} are rare here", least=0.01, transductive=True
    ),
    "second statistics": MemberSpec("variance", "it rarely varies like this over {window}", least=0.01),
    "season": MemberSpec("shape", "unusual for this place in the cycle of {window}", least=1.0),
    "points": MemberSpec(
        "spike", "unexpected given the values just before", RECIPE.reach, RECIPE.reach, least=0.5, whole=True
    ),
    "together": MemberSpec("correlation", "the channels no longer move together as they did", mean=1.0, least=0.05),
    RUNS: MemberSpec("frozen", "it rarely stays at one value for so long"),
}
"""The members by what they look at (decisions 30, 33, 34 and 42).

Differences below `least` are ignored: a hundredth of the channel's deviation between windows, half of the usual error
of a point, a twentieth of it for means over a window."""


@dataclass
class Auto(Detector):
    """The default: detectors of shape, amplitude, points and correlation, calibrated and fused; nothing to tune.

    Every channel has `window_statistics` (statistics) and `ar` (points). A single channel has `knn` on windows as they
    are (values) and on windows brought to one scale, of the whole width (shape) and half of it (detail), and, at the
    best effort, `window_spectrum` (spectrum). Of many channels each has `knn` on windows less their mean (form), and
    all together have `var` (together), if there are rows enough to fit it. Where the data have four long cycles of
    shorter ones, as weeks of days, each channel has `seasonal_mismatch` (season). At the best effort, the values of one
    channel and the statistics of many are taken through a second window, too, where the data resemble themselves at
    another lag.

    Data that are learned from and scored at once (`fit_score` without `train`) are learned from a second time, quarter
    by quarter, so that a lasting fault is not learned as normal: each member's score is a weighted mean of the score by
    all rows and those by the quarters, the first of which counts most, beside a much quieter one (decision 43).

    A counter, a channel that only rose or only fell in training but for resets, wraps and glitches, is replaced by
    its steps.

    Each member's scores are calibrated on the training data, log(1 + excess over the median / usual excess), which
    keeps how far an extreme stands out; those of several channels are combined and calibrated once more. The score is
    the members' power mean (exponent 4), between the mean and the maximum: one member is enough to raise it, two that
    agree raise it more. In series in which a value is held for too long, `flatline` (runs) is added to that mean, so
    that outages and frozen channels rank first however long they are; elsewhere it changes nothing (decision 42).

    `fit_score(data, train=1000)` learns from the first rows and scores all: of a single channel, values, shape and
    detail take reference windows from all rows, so that a new but common pattern does not count; these scores look
    ahead to the end (decision 31). The training rows' scores are halved, and their highest twentieth is left out of
    the calibration (decision 34). `score` depends on the training data alone. `looks_ahead` returns how far each
    member of `score` looks ahead; none is causal.

    Score: log units; 0.7 is exceeded by two or three normal points in a hundred, with and without a training part. Time
    O(n), memory O(n).

    Examples
    --------
    >>> import numpy as np
    >>> import offbeat as ob
    >>> x = np.sin(np.arange(1000) / 8)
    >>> x[700] = 3
    >>> abs(int(ob.detector("auto").fit_score(x).scores.argmax()) - 700) < 10
    True
    """

    effort: str | None = param(
        None,
        "fast: 1 million points in seconds; None: best up to 1 million values, else fast",
        choices=("fast", "best"),
    )

    sees: ClassVar[frozenset[str]] = frozenset({"spike", "level_shift", "variance", "shape", "frozen"})
    takes_gaps: ClassVar[bool] = True
    calibrated: ClassVar[bool] = True
    memory: ClassVar[int] = 600
    transductive: ClassVar[bool] = True
    unsteady: ClassVar[float] = 0.1

    def members(self, data: Any, *, trained: bool = False) -> dict[str, Floats]:
        """Return each member's share of the score at every point.

        Each has the shape (n,); the shares of a point sum to 1. Parameters and errors are those of `score`.
        """
        x = self._given(self._checked(data, trained))
        return member_shares(self._score_members(x, trained=trained), self._score_runs(x))

    def looks_ahead(self) -> dict[str, int]:
        """Return how many later points each member's score of a point depends on, gaps aside.

        Gaps are interpolated from both sides. Runs of equal values are left out: their score changes as long as they
        last.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        if not self.is_fitted:
            raise NotFittedError(f"{self.name} has not learned anything yet; call fit first")
        return {name: MEMBERS[name].ahead(self.width_) + _ahead(member) for name, member in self.members_.items()}

    @property
    def lookahead(self) -> int:
        """How many later rows the score of a row may depend on, gaps aside: that of the slowest member."""
        return max(self.looks_ahead().values())

    def _begin(self, values: Floats) -> Floats:
        self.counters_ = Counters.fit(values)
        return super()._begin(values)

    def _given(self, values: Floats) -> Floats:
        return self.counters_.steps(values)

    def _fit(self, x: Floats) -> None:
        self._learn(x)

    def _fit_score(self, x: Floats) -> Floats:
        return self._fit_score_with_members(x)[0]

    def _fit_score_with_members(self, x: Floats) -> tuple[Floats, Members]:
        return self._fused(self._with_parts(self._learn(x), x), self._score_runs(x), x.shape[1])

    def _learn(self, x: Floats) -> MemberScores:
        """Fit the members on `x`, and return their scores of it."""
        if len(x) < FEWEST:
            raise InputError(f"{self.name} can't learn from {len(x)} points; give at least {FEWEST}")
        filled = fill(x)
        self.spent_ = self._effort(x)
        self.width_ = first_width(filled)
        self.second_ = second_width(filled, self.width_) if self.spent_ is RECIPE.best else None
        self.members_ = self._made(filled)
        self.calibrations_, member_scores = self._calibrate(self.members_, x)
        self.runs_ = detector(RUNS_BY).fit(x)
        return member_scores

    def _calibrate(
        self, members: Mapping[str, Detector], x: Floats
    ) -> tuple[dict[str, MemberCalibration], MemberScores]:
        """Fit the members on `x`; return their calibrations and their calibrated scores of `x`."""
        shaped = self._shaped(lambda _, member: member.fit_score(x), members)
        calibrations = for_each(
            lambda name, scores: MemberCalibration.of(scores, MEMBERS[name], alone=True, window=self.width_), shaped
        )
        return calibrations, {name: calibration.apply(shaped[name]) for name, calibration in calibrations.items()}

    def _with_parts(self, whole: MemberScores, x: Floats) -> MemberScores:
        """Combine the scores of `x` with those of members fitted on parts of it (decision 43).

        What lasts would otherwise be learned as normal.
        """
        parts = parts_of(len(x), self.width_)
        if not parts:
            return whole
        x = without_trend(x)
        return combined(whole, [self._by_part(x, part) for part in parts], parts)

    def _by_part(self, x: Floats, part: slice) -> MemberScores:
        """Return the scores of all rows by members fitted on the rows of `part`, in single precision."""
        made = self._made(fill(x[part]), share=1 / RECIPE.parts)
        single = x.shape[1] == 1
        members = {name: member for name, member in made.items() if not (single and MEMBERS[name].whole)}
        own = self._shaped(lambda _, member: member.fit_score(x[part]), members)
        calibrations = of_training(own, MEMBERS)

        def scored(name: str, member: Detector) -> tuple[Floats, Floats]:
            shaped = MEMBERS[name].shaped(member.score_result(x).raw, self.width_)
            shaped[part] = own[name]
            one, channels = calibrations[name].apply(shaped)
            # the end of a trend, which differs from the first part, must not exceed what differs from all rows
            one = np.minimum(one, RECIPE.most) if single else one
            return one.astype(np.float32), channels.astype(np.float32)

        return for_each(scored, members)

    def _score(self, x: Floats) -> Floats:
        return self._score_with_members(x, trained=False)[0]

    def _score_with_members(self, x: Floats, *, trained: bool) -> tuple[Floats, Members]:
        return self._fused(self._score_members(x, trained=trained), self._score_runs(x), x.shape[1])

    def _continue_with_members(self, x: Floats) -> tuple[Floats, Members]:
        counts = self._counts(len(x))
        # a run is too long for the training part and for all rows: later ones may be quieter (decision 42)
        runs = np.minimum(self._score_runs(x), _run_scores(detector(RUNS_BY).fit(x), x))
        return self._fused(self._continue_members(x, counts), runs * counts, x.shape[1])

    def _fused(self, member_scores: MemberScores, runs: Floats, channels: int) -> tuple[Floats, Members]:
        members = to_members(member_scores, MEMBERS, self._windows())
        if runs.any():
            members[RUNS] = Member(runs.max(axis=1), MEMBERS[RUNS].about, MEMBERS[RUNS].words)
        return fuse(list(member_scores.values()), runs, channels), members

    def _score_runs(self, x: Floats) -> Floats:
        return _run_scores(self.runs_, x)

    def _counts(self, n: int) -> Floats:
        """Return how much the scores of `n` rows that begin with the training part count, (n, 1)."""
        counts = np.ones((n, 1))
        counts[: self.trained_length_] = RECIPE.trust
        return counts

    def _score_members(self, x: Floats, *, trained: bool) -> MemberScores:
        """Return each member's score of the rows of `x`, and those of its channels."""
        shaped = self._shaped(lambda _, member: member.score_result(x, trained=trained), self.members_)
        return {name: self.calibrations_[name].apply(scores) for name, scores in shaped.items()}

    def _continue_members(self, x: Floats, counts: Floats) -> MemberScores:
        """Do the same where `x` begins with the training data and goes on: some members are fitted on all of it."""
        shaped = self._shaped(lambda name, member: _score_transductive(name, member, x), self.members_)
        known = slice(self.trained_length_)
        calibrations = of_training({name: scores[known] for name, scores in shaped.items()}, MEMBERS)
        member_scores = {name: calibrations[name].apply(scores) for name, scores in shaped.items()}
        return {name: (one * counts[:, 0], channels * counts) for name, (one, channels) in member_scores.items()}

    def _made(self, x: Floats, share: float = 1.0) -> dict[str, Detector]:
        """Return the members, unfitted; `share` is that of their usual number of reference windows."""
        width, fine = self.width_, max(2, round(self.width_ * RECIPE.fine))
        effort = self.spent_
        near = partial(detector, "knn", bank=round(share * effort.bank), detail=effort.detail, k=RECIPE.agree)
        described = {"bank": round(share * RECIPE.described), "k": RECIPE.agree}
        made = {"statistics": detector("window_statistics", window=width, **described), "points": detector("ar")}
        cycle = nested_cycle(x) if share == 1 else None
        if cycle is not None and cycle.short > 1 and RECIPE.beyond * width < cycle.long:
            made["season"] = detector("seasonal_mismatch")
        if x.shape[1] == 1:
            made["values"] = near(window=width, normalise="none")
            made["shape"] = near(window=width, normalise="soft", k=1)
            made["detail"] = near(window=fine, normalise="soft", k=1)
            if effort is RECIPE.best:
                made["spectrum"] = detector("window_spectrum", window=width, **described)
            if self.second_ is not None:
                made["second values"] = near(window=self.second_, normalise="none")
            return made
        made["form"] = near(window=width, normalise="mean")
        if self.second_ is not None:
            made["second statistics"] = detector("window_statistics", window=self.second_, **described)
        together = detector("var")
        moving = np.count_nonzero(np.ptp(x, axis=0))
        if len(x) >= RECIPE.equations * (together.get_params()["order"] * moving + 1):
            made["together"] = together
        return made

    def _windows(self) -> dict[str, int]:
        """Return the width of the window that each member looks at, in points."""
        return {name: _width_of(member) for name, member in self.members_.items()}

    def _effort(self, x: Floats) -> Effort:
        named = {"best": RECIPE.best, "fast": RECIPE.fast}
        if self.effort is not None:
            return named[self.effort]
        return next(effort for effort in named.values() if x.size <= effort.most)

    def _shaped(
        self, score: Callable[[str, Detector], ScoreResult], members: Mapping[str, Detector]
    ) -> dict[str, Floats]:
        """Return the scores of all members, several at a time, as they enter the fusion."""
        return for_each(lambda name, member: MEMBERS[name].shaped(score(name, member).raw, self.width_), members)


def _is_transductive(name: str, x: Floats) -> bool:
    """Whether the member takes references from all of `x`, where it continues the training data."""
    return MEMBERS[name].transductive and x.shape[1] == 1


def _run_scores(runs: Detector, x: Floats) -> Floats:
    """Return what runs of equal values add to the score, (n, channels); 0 where missing."""
    scores: Floats = RECIPE.too_long * np.nan_to_num(runs.score_result(x).raw)
    return scores


def _width_of(member: Detector) -> int:
    """Return the width of what it compares with, in points: its long cycle or its window; 0 where it has neither."""
    return int(getattr(member, "long_", member.get_params().get("window") or 0))


def _ahead(member: Detector) -> int:
    return member.lookahead


def _score_transductive(name: str, member: Detector, x: Floats) -> ScoreResult:
    """Score `x`, which continues the training data; transductive members are fitted on all of it (decision 31)."""
    if not _is_transductive(name, x):
        return member.score_result(x, trained=True)
    return member.clone().fit_score(x)

"""The contract of every detector, and all that a detector's author does not have to write."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import fields
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Self, final

import numpy as np
from numpy.typing import NDArray

from offbeat.core import modelfile
from offbeat.core.calibration import Calibration
from offbeat.core.errors import InputError, NotFittedError
from offbeat.core.naming import Absent, name_of
from offbeat.core.params import params_of, validate
from offbeat.core.scores import Band, Members, ScoreResult
from offbeat.core.series import Floats, as_flags, as_values
from offbeat.core.status import Status
from offbeat.core.threads import one_thread
from offbeat.core.windows import fill, sliding, spread

SCORES = "call score(data), where higher is more anomalous, or "
ALARMS = "call offbeat.detect(data, detector), which chooses a threshold, or "

FILLED_SHARE = 0.1  # decision 5
"""What a score reads may have been filled in to this share, no more; else the point is not scored."""

MOST_MEMBERS = 0.5
"""A point that a smaller share of the members scored is scored in part."""


class Detector(ABC):
    """The base of every detector: a dataclass of its parameters, and two methods.

    A subclass is a dataclass whose fields are declared with `param`, with `_fit(x)` and `_score(x)`:

    * `_fit` gets float64 of shape (n, channels), finite, and stores what it learned in attributes that end in `_`.
      A detector that works on windows stores their width as `window_`; one that reads so many points before the one
      that it judges, their number as `lookback_`.
    * `_score` gets the same kind of array and returns one number a point, (n,), or one a window, (n - window_ + 1,);
      or, with a second axis, one for each channel, in a unit that does not depend on the channel's own.
      NaN says "can't judge this one". It must not change the detector.
    * `_band`, where the method has one, returns what it expected and the usual range.

    Gaps, shapes, windows back to points, channels to one score, saving and cloning are done here.

    Attributes
    ----------
    sees
        The kinds of anomaly that it finds, of: spike, level_shift, trend, variance, shape, frozen, correlation.
    invariant
        What leaves the ranking of its scores unchanged, of: scale, offset.
    causal
        Whether the score of a point depends on no later point.
    memory
        Bytes for each value of input that fitting and scoring may need at their peak, beside a constant.
    cost
        How the time grows, e.g. "O(n)".
    takes_gaps
        Whether `_fit` and `_score` want NaN as they are, because a detector inside takes care of them.
    calibrated
        Whether scores of different channels are in one unit already, so that the base need not bring them there.
    extra
        The extra that must be installed, e.g. "forecast"; "" for none.
    required
        The parameters without which it can't learn, and that have no usual value; they are None by default.
    saveable
        Whether a fitted one can be written to a file.
    learns_labels
        Whether `fit` learns from labels too, where they are given.
    transductive
        Whether `fit_score` may use all rows that it scores as references, beside those that it learns from.
    unsteady
        The largest change of a score, as a share of the range of all, where the scored data lack their first row:
        above 1e-6 where windows lie on a grid, or the method looks at the data as a whole.
    fast_params
        Parameters that make it quick, at the price of quality, where fitting takes seconds by default.
    """

    sees: ClassVar[frozenset[str]] = frozenset()
    invariant: ClassVar[frozenset[str]] = frozenset({"scale", "offset"})
    causal: ClassVar[bool] = False
    memory: ClassVar[int] = 200
    cost: ClassVar[str] = "O(n)"
    takes_gaps: ClassVar[bool] = False
    calibrated: ClassVar[bool] = False
    extra: ClassVar[str] = ""
    required: ClassVar[tuple[str, ...]] = ()
    saveable: ClassVar[bool] = True
    learns_labels: ClassVar[bool] = False
    transductive: ClassVar[bool] = False
    unsteady: ClassVar[float] = 1e-6
    fast_params: ClassVar[Mapping[str, Any]] = {}

    window_: int
    lookback_: int
    channels_: int
    calibration_: Calibration | None

    decision_function = Absent(SCORES)
    score_samples = Absent(SCORES)
    decision_scores_ = Absent(SCORES)
    predict = Absent(ALARMS)
    fit_predict = Absent(ALARMS)
    labels_ = Absent(ALARMS)
    __sklearn_tags__ = Absent()

    def __post_init__(self) -> None:
        validate(self)

    @abstractmethod
    def _fit(self, x: Floats) -> None: ...

    @abstractmethod
    def _score(self, x: Floats) -> Floats: ...

    def _band(self, x: Floats) -> tuple[Floats, Floats, Floats] | None:
        return None

    def _band_trained(self, x: Floats) -> tuple[Floats, Floats, Floats] | None:
        """Return the band of data that begin with the training data."""
        return self._band(x)

    def _fit_labelled(self, x: Floats, labels: NDArray[np.bool_]) -> None:
        """Learn from data and labels, one a row; to be overridden by those that learn from labels."""
        raise NotImplementedError(f"{self.name} does not learn from labels")

    def _fit_score(self, x: Floats) -> Floats:
        """Fit and score the same data; to be overridden where the fit has to score anyway."""
        self._fit(x)
        return self._score_trained(x)

    def _score_trained(self, x: Floats) -> Floats:
        """Score data that begin with the training data; to be overridden where these must be left out somewhere."""
        return self._score(x)

    def _score_with_members(self, x: Floats, *, trained: bool) -> tuple[Floats, Members]:
        """Score, and say what each member said; to be overridden where the detector is made of others."""
        return self._score_trained(x) if trained else self._score(x), {}

    def _fit_score_with_members(self, x: Floats) -> tuple[Floats, Members]:
        """Do what `_score_with_members` does, of the data that it learns from."""
        return self._fit_score(x), {}

    def _continue_with_members(self, x: Floats) -> tuple[Floats, Members]:
        """Score data that begin with the training data, right after fitting; a transductive one may fit more."""
        return self._score_with_members(x, trained=True)

    def _threads(self) -> AbstractContextManager[object]:
        """Return the context in which it learns and judges: linear algebra takes one thread."""
        return one_thread()

    @property
    def name(self) -> str:
        """The detector's id: the name of its file, or the class name in snake case where it is not offbeat's own."""
        return name_of(type(self))

    @final
    def fit(self, data: Any, labels: Any = None) -> Self:
        """Learn what is normal.

        Parameters
        ----------
        data
            Array of shape (n,) or (n, channels), frame, or `Series`. NaN is allowed.
        labels
            0 or 1 a row, shape (n,): which rows are anomalous, for the detectors that learn from labels
            (`learns_labels`). The others don't look at them. Labels in `data` itself are never learned from.

        Raises
        ------
        InputError
            For data that is not numbers, is all missing, or is shorter than the window; for labels that are not 0
            and 1, are not as many as the rows, or are all of one kind.
        ParameterError
            For a parameter outside its bounds.
        """
        values = as_values(data)
        marks = as_flags(labels) if self.learns_labels and labels is not None else None
        if marks is not None and len(marks) != len(values):
            raise InputError(f"{self.name} got {len(values)} rows and {len(marks)} labels; give one label a row")
        began = time.perf_counter()
        given = self._begin(values)
        with self._threads():
            if marks is not None:
                self._fit_labelled(given, marks)
            elif values.shape[1] > 1 and not self.calibrated:
                self._end(values, self._fit_score(given))
            else:
                self._fit(given)
        self.fit_seconds_ = time.perf_counter() - began
        return self

    @final
    def fit_score(self, data: Any, train: int | None = None, labels: Any = None) -> ScoreResult:
        """Learn from the first `train` rows of `data`, or from all, and score all of them.

        A detector that declares `transductive` may use rows after the first `train` as references, too.

        Parameters
        ----------
        data
            Array of shape (n,) or (n, channels), frame, or `Series`.
        train
            The number of rows to learn from, 1 to n; None is all.
        labels
            Of the rows to learn from, as in `fit`.

        Raises
        ------
        InputError
            As `fit` does, and for a `train` that is out of bounds.
        """
        values = as_values(data)
        n = len(values) if train is None else train
        if train is not None and not 0 < train <= len(values):
            raise InputError(f"train={train} rows, and there are {len(values)}; give a number from 1 to {len(values)}")
        if n < len(values) or labels is not None:
            self.fit(values[:n], labels)
            with self._threads():
                raw, members = self._raw(values, self._continue_with_members)
                return self._finish(values, raw, members)
        given = self._begin(values)
        with self._threads():
            scores, members = self._fit_score_with_members(given)
            return self._finish(values, self._end(values, scores), members)

    @final
    def score(self, data: Any, *, trained: bool = False) -> Floats:
        """Return one score a point, float64 of shape (n,): higher is more anomalous, NaN is "not scored".

        The score of a row depends on the row, on rows near it and on what was learned; scoring learns nothing.

        Parameters
        ----------
        data
            Array of shape (n,) or (n, channels), frame, or `Series`.
        trained
            Whether `data` begins with the rows that it was fitted on: a row is then not compared with itself.

        Raises
        ------
        NotFittedError
            Before `fit`.
        InputError
            For another number of channels than it was fitted on, and for fewer rows than it was fitted on where
            `trained` is set.
        """
        return self.score_result(data, trained=trained).scores

    @final
    def score_result(self, data: Any, *, trained: bool = False) -> ScoreResult:
        """Return score, status and each channel's share, for every point; parameters and errors as in `score`."""
        values = self._checked(data, trained)
        with self._threads():
            raw, members = self._raw(values, partial(self._score_with_members, trained=trained))
            return self._finish(values, raw, members)

    @final
    def band(self, data: Any, *, trained: bool = False) -> Band | None:
        """Return what was expected and the usual range, or None where the method has no such thing."""
        values = self._checked(data, trained)
        with self._threads():
            x = fill(values)
            parts = (self._band_trained(x) if trained else self._band(x)) if len(values) else None
        return None if parts is None else Band(*parts)

    @property
    def lookahead(self) -> int:
        """How many later rows the score of a row may depend on, gaps aside."""
        return 0 if self.causal else int(getattr(self, "window_", 1)) - 1

    @property
    def is_fitted(self) -> bool:
        """Whether it has learned anything yet."""
        return hasattr(self, "channels_")

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name, as scikit-learn does."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.init}  # type: ignore[arg-type]

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name, as scikit-learn does.

        Raises
        ------
        ParameterError
            For a value outside its bounds; then nothing was changed.
        UnknownNameError
            For a name that is not a parameter.
        """
        from offbeat.core.errors import unknown_parameter

        known = self.get_params()
        for name in params:
            if name not in known:
                raise unknown_parameter(self.name, name, known)
        type(self)(**{**known, **params})
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def clone(self) -> Self:
        """Return an unfitted detector with the same parameters."""
        return type(self)(**self.get_params())

    def as_sklearn(self, contamination: float | str = "auto") -> Any:
        """Return an estimator of scikit-learn that fits and scores with a copy of this detector.

        It has `fit`, `decision_function`, `score_samples`, `predict`, `fit_predict` and `score`, with scikit-learn's
        signs: lower is more anomalous, -1 is an outlier. `GridSearchCV`, `cross_val_score`, pipelines and `clone` take
        it; the detector's parameters are its own, as `param_grid={"window": [32, 64]}`. For `scoring="roc_auc"` and
        the like give `y` with -1 for anomalous rows and +1 for the others: 1 for anomalous rows turns them round.

        Parameters
        ----------
        contamination
            The share of the training rows that are outliers, above 0 and at most 0.5; "auto" calls a row an outlier
            from 8 robust standard deviations above the median training score. Only `decision_function`, `predict`
            and `fit_predict` depend on it.

        Examples
        --------
        >>> import offbeat as ob
        >>> x = np.sin(np.arange(300.0))[:, None]
        >>> x[200] = 9
        >>> ob.detector("mad").as_sklearn().fit_predict(x)[198:203].tolist()
        [1, 1, -1, 1, 1]
        """
        # by name, since the only file that knows scikit-learn lies a level above
        return import_module("offbeat.detectors._sklearn").SklearnDetector(self, contamination)

    def save(self, path: str | Path) -> None:
        """Write the fitted detector to one file of JSON and arrays; nothing in it can run code.

        Raises
        ------
        NotFittedError
            Before `fit`.
        OutputError
            Where the file can't be written.
        """
        if not self.is_fitted:
            raise NotFittedError(f"{self.name} has learned nothing to save; call fit first")
        modelfile.save(self, Path(path))

    def _begin(self, values: Floats) -> Floats:
        """Check parameters and training data, and return the data as `_fit` wants it."""
        validate(self)
        self._require(values)
        given = self._given(values)
        self.channels_ = values.shape[1]
        self.trained_length_ = len(given)
        self.calibration_ = None
        return given

    def _end(self, values: Floats, scores: Floats) -> Floats:
        """Bring the channels to one unit, by their scores of the training data; return these, one a point."""
        raw = self._to_points(values, scores)
        if raw.ndim == 2 and self.channels_ > 1 and not self.calibrated:
            self.calibration_ = Calibration.of(raw)
        return raw

    def _given(self, values: Floats) -> Floats:
        return values if self.takes_gaps else fill(values)

    def _require(self, values: Floats) -> None:
        if not len(values) or np.isnan(values).all():
            what = "no points" if not len(values) else f"{len(values)} points, all missing"
            raise InputError(f"{self.name} can't learn from {what}; it needs at least one value")
        window = getattr(self, "window", None)
        if "window" in params_of(self) and window is not None and len(values) < window:
            raise InputError(
                f"{self.name} can't learn from {len(values)} points with window={window}; "
                "give a smaller window or more points"
            )

    def _checked(self, data: Any, trained: bool = False) -> Floats:
        if not self.is_fitted:
            raise NotFittedError(f"{self.name} has not learned anything yet; call fit first")
        values = as_values(data)
        if values.shape[1] != self.channels_:
            raise InputError(
                f"{self.name} was fitted on {self.channels_} channels and got {values.shape[1]}; "
                "give the same channels in the same order"
            )
        if trained and len(values) < self.trained_length_:
            raise InputError(
                f"{self.name} was fitted on {self.trained_length_} rows and got {len(values)} that should begin with "
                "them; leave trained=True out"
            )
        return values

    def _raw(self, values: Floats, scoring: Callable[[Floats], tuple[Floats, Members]]) -> tuple[Floats, Members]:
        """Return scores a point, (n,) or (n, channels), NaN where there is no value or no judged window."""
        if len(values) < getattr(self, "window_", 1) or np.isnan(values).all():
            return np.full(len(values), np.nan), {}
        scores, members = scoring(self._given(values))
        return self._to_points(values, scores), members

    def _to_points(self, values: Floats, scores: Floats) -> Floats:
        """Spread scores of windows over their points, and take back what was judged on filled-in values."""
        n, width = len(values), getattr(self, "window_", 1)
        raw = np.asarray(scores, dtype=np.float64)
        absent = np.isnan(values)
        gone = np.asarray(absent.all(axis=1))
        if len(raw) == n - width + 1 and width > 1:
            if gone.any():
                raw = np.where(_across(_hollow(gone, width), raw), np.nan, raw)
            raw = spread(raw, width)
        if len(raw) != n:
            raise AssertionError(f"{self.name}._score returned {len(raw)} scores for {n} points, window {width}")
        reads = getattr(self, "lookback_", 0)
        if 0 < reads < n and gone.any():
            gone[reads:] |= _hollow(gone, reads)[:-1]
        return np.where(_across(gone, raw) | (absent if raw.ndim == 2 else False), np.nan, raw)

    def _finish(self, values: Floats, raw: Floats, members: Members) -> ScoreResult:
        shares = None
        scores = raw
        if raw.ndim == 2 and self.channels_ == 1:
            scores = raw[:, 0]
        elif raw.ndim == 2:
            shares = self.calibration_.apply(raw) if self.calibration_ is not None else raw
            scores = Calibration.combine(shares)
        status = np.full(len(scores), Status.OK, dtype=np.uint8)
        status[np.isnan(scores)] = Status.WARMUP if self.causal else Status.SHORT
        if members:
            few = (status == Status.OK) & (_share_scored(members) < MOST_MEMBERS)
            status[few] = Status.PARTIAL
            nothing = few & (scores == 0)  # of most members no score is known, and the others say nothing
            scores = np.where(nothing, np.nan, scores)
            status[nothing] = Status.SHORT
        status[np.isnan(values).all(axis=1)] = Status.MISSING
        return ScoreResult(scores, status, shares, raw if raw.ndim == 2 else raw[:, None], members)


def _share_scored(members: Members) -> Floats:
    """Return the share of the members that scored each point."""
    share: Floats = np.mean([np.isfinite(member.scores) for member in members.values()], axis=0)
    return share


def _hollow(gone: NDArray[np.bool_], width: int) -> NDArray[np.bool_]:
    """Return, for each window of `width` points, whether too many of them had to be filled in."""
    share = sliding(np.asarray(gone, dtype=np.float64), width).mean(axis=1)
    return np.asarray(share > FILLED_SHARE)


def _across(mask: NDArray[np.bool_], raw: Floats) -> NDArray[np.bool_]:
    return mask if raw.ndim == 1 else mask[:, None]

"""Models of other libraries as detectors, their polarity found by experiment."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import numpy as np
from numpy.typing import NDArray

from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, ModelFileError, ParameterError
from offbeat.core.params import param
from offbeat.core.robust import LARGEST, scale_of
from offbeat.core.series import Floats
from offbeat.core.windows import sliding

METHODS = ("decision_function", "score_samples")
"""What a model of rows may call its scores, in the order of preference."""

ONE = "score_one"
"""What a model that learns row by row calls the score of a row."""

FORECASTS = ("forward", "forecast")
"""What a model of forecasts may call those of a series it has not seen, in the order of preference."""

LEARNED = 20_000_000
"""Numbers that a model is fitted on at most: of longer data, evenly spaced windows."""

BATCH = 2_000_000
"""Numbers that a model is given at a time to score."""

SAMPLE = 256
"""Normal points that the polarity is tried on."""

FEW = 4
"""Points that are planted among `SAMPLE` other normal ones."""

FAR = 20.0
"""How far away from them the planted points are, in standard deviations."""

SURE = 0.9
"""Of the pairs of a planted and a normal point, or stretch, the share that must be ordered the same way."""

PLANTED = 20
"""Points that are planted in a row where a model judges whole series."""

BLOCK, BLOCKS = 60, 30
"""How long the stretches are that are compared there, with the planted points in the middle of one; their number."""


@dataclass
class Wrapped(Detector):
    """A model of another library; made by `wrap`.

    Score: the model's own unit, turned so that higher is more anomalous; of a model that forecasts, the distance from
    its one-step forecast, in robust standard deviations of such distances in the training data.
    """

    model: Any
    window: int = param(1, "points that are shown to the model at a time, 1 for single points", low=1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    invariant: ClassVar[frozenset[str]] = frozenset()
    cost: ClassVar[str] = "O(model)"
    saveable: ClassVar[bool] = False

    def _threads(self) -> AbstractContextManager[object]:
        """Leave the model the threads that it takes."""
        return nullcontext()

    @property
    def name(self) -> str:
        """The name of the model's class."""
        return type(self.model).__name__

    def save(self, path: str | Path) -> NoReturn:
        """Refuse: a model file holds numbers and words, and a model of another library may be anything.

        Raises
        ------
        ModelFileError
            Always.
        """
        raise ModelFileError(
            f"{self.name} belongs to another library and can't be written to {path}; "
            "save it by that library's own means and wrap it again"
        )

    def _fit(self, x: Floats) -> None:
        self.window_ = self.window
        self.method_ = _method(self.model)
        learn = {"predict": self._learn_series, "forward": self._learn_forecasts, "forecast": self._learn_forecasts}
        learn.get(self.method_, self._learn_rows)(x)

    def _score(self, x: Floats) -> Floats:
        if self.method_ == "predict":
            return self._judged(x)
        return self._errors(x) / self.spread_ if self.method_ in FORECASTS else self._asked(x)

    # rows: points or windows, each for itself

    def _learn_rows(self, x: Floats) -> None:
        self.sign_ = self._polarity(self.window * x.shape[1])
        step = -(-x.shape[1] * self.window * (len(x) - self.window + 1) // LEARNED)
        self.fitted_ = self._fitted(_rows(x, self.window, step))

    def _asked(self, x: Floats) -> Floats:
        count = len(x) - self.window_ + 1
        batch = max(1, BATCH // (self.window_ * x.shape[1]))
        parts = [
            self._ask(self.fitted_, _rows(x[first : first + batch + self.window_ - 1], self.window_))
            for first in range(0, count, batch)
        ]
        return self.sign_ * np.concatenate(parts)

    def _polarity(self, width: int) -> float:
        """Return 1 where the model gives higher scores to what is far out, -1 where it gives lower ones."""
        rng = np.random.default_rng(0)
        model = self._fitted(rng.normal(size=(SAMPLE, width)))
        planted = FAR * rng.choice([-1.0, 1.0], size=(FEW, width))
        # few among many in one call, since some models rank what they are given together with what they learned
        scores = self._ask(model, np.concatenate([planted, rng.normal(size=(SAMPLE, width))]))
        far, usual = scores[:FEW, None], scores[FEW:]
        return self._sign(far > usual, far < usual, "points")

    # whole series: the model finds its own windows

    def _learn_series(self, x: Floats) -> None:
        self.one_by_one_ = _single(self.model) and x.shape[1] > 1
        self.sign_ = self._series_polarity(1 if self.one_by_one_ else x.shape[1])
        parts = np.hsplit(x, x.shape[1]) if self.one_by_one_ else [x]
        self.fitted_ = [self._fitted(part, axis=0) for part in parts]

    def _judged(self, x: Floats) -> Floats:
        parts = np.hsplit(x, x.shape[1]) if self.one_by_one_ else [x]
        scores = [self._ask(model, part, axis=0) for model, part in zip(self.fitted_, parts, strict=True)]
        return self.sign_ * (np.stack(scores, axis=1) if self.one_by_one_ else scores[0])

    def _series_polarity(self, channels: int) -> float:
        """Return 1 where the model's highest score stands in what is far out, -1 where its lowest does."""
        rng = np.random.default_rng(0)
        wave = FAR / 2 * np.sin(np.arange(BLOCK * BLOCKS) / 6)[:, None]
        usual, tried = (wave + rng.normal(size=(len(wave), channels)) for _ in range(2))
        middle = BLOCKS // 2
        first = middle * BLOCK + (BLOCK - PLANTED) // 2
        tried[first : first + PLANTED] += FAR * rng.choice([-1.0, 1.0], size=(PLANTED, channels))
        scores = self._ask(self._fitted(usual, axis=0), tried, axis=0).reshape(BLOCKS, BLOCK)
        judged = np.isfinite(scores)
        high, low = np.where(judged, scores, -np.inf).max(axis=1), np.where(judged, scores, np.inf).min(axis=1)
        # not the neighbours, which share windows with the planted points, nor the ends, where a model has to guess
        away = np.abs(np.arange(BLOCKS) - middle) > BLOCKS // 10
        away[: BLOCKS // 6] = away[-(BLOCKS // 6) :] = False
        return self._sign(high[middle] > high[away], low[middle] < low[away], "stretches")

    # forecasts: one channel at a time, and the error is the score

    def _learn_forecasts(self, x: Floats) -> None:
        self.fitted_ = [self._fitted(np.ascontiguousarray(column)) for column in x.T]
        self.spread_ = np.ones(x.shape[1])
        errors = self._errors(x)
        known = errors[np.isfinite(errors).all(axis=1)]
        self.spread_ = scale_of(known, np.zeros(x.shape[1])) if len(known) else self.spread_

    def _errors(self, x: Floats) -> Floats:
        errors = [
            np.abs(column - self._ask(model, np.ascontiguousarray(column), h=1, fitted=True))
            for model, column in zip(self.fitted_, x.T, strict=True)
        ]
        return np.asarray(np.minimum(np.stack(errors, axis=1), LARGEST))

    # what all have in common

    def _fitted(self, rows: Floats, **options: Any) -> Any:
        model = deepcopy(self.model)
        try:
            if self.method_ == ONE:
                for row in rows:
                    model.learn_one(_features(row))
            else:
                model.fit(rows, **options)
        except Exception as error:
            raise InputError(f"{self.name} can't learn from {_shape(rows)}: {error}") from error
        return model

    def _ask(self, model: Any, rows: Floats, **options: Any) -> Floats:
        try:
            if self.method_ == ONE:
                answer: Any = [model.score_one(_features(row)) for row in rows]
            else:
                answer = getattr(model, self.method_)(rows, **options)
            answer = answer["fitted"] if self.method_ in FORECASTS else answer
            scores = np.asarray(answer, dtype=np.float64).ravel()
        except Exception as error:
            raise InputError(f"{self.name} can't score {_shape(rows)}: {error}") from error
        if len(scores) != len(rows):
            raise InputError(f"{self.name} gave {len(scores)} scores for {len(rows)} rows; it must give one for each")
        return np.where(np.isfinite(scores), scores, np.nan)

    def _sign(self, higher: NDArray[np.bool_], lower: NDArray[np.bool_], what: str) -> float:
        up, down = float(higher.mean()), float(lower.mean())
        if max(up, down) < SURE or min(up, down) >= SURE:
            raise InputError(
                f"{self.name} does not tell {what} {FAR:g} standard deviations away from normal ones: {up:.0%} of "
                f"them have higher scores, {down:.0%} lower; use another model or other parameters"
            )
        return 1.0 if up > down else -1.0


def wrap(model: Any, window: int = 1) -> Detector:
    """Make a detector of a model of another library: scikit-learn, PyOD, aeon, river, statsforecast and their like.

    A model is asked in the way that it can answer, and what it can is seen from its methods:

    * `fit` and `decision_function` or `score_samples` (scikit-learn, PyOD): it judges rows, points or windows.
    * `learn_one` and `score_one` (river): it learns rows one after the other, each a dict of features "x0", "x1", ...;
      scoring does not teach it anything.
    * `fit` and `predict` with an `axis` (aeon): it judges a whole series, and finds its own windows. Each channel gets
      a copy of its own where the model says that it takes one channel only.
    * `fit` and `forward` (statsforecast): it forecasts, with what it learned, each point of a new series from those
      before; the error is the score. A model with `forecast` alone learns anew from the series that it judges.

    Whether high scores mean normal, as in scikit-learn, or anomalous, as in PyOD, is not assumed: while fitting, a
    copy of the model learns normal random points, or a wave, and must order them and points far away from them. A
    forecast has no polarity.

    Parameters
    ----------
    model
        Such a model, not fitted; it stays as it is, a copy learns.
    window
        How many points a model of rows sees at a time. With 1 it judges each point by its channels; with more, each
        stretch of that many points, flattened; a point's score is the mean over the stretches that cover it. For other
        models it stays at 1.

    Returns
    -------
    A detector with the usual methods, except that it can't be saved. Above 20 million numbers it learns from evenly
    spaced windows; it scores in batches, so memory grows with the series and not with the windows.

    Raises
    ------
    ParameterError
        For a model without these methods, or a window below 1, or above 1 for a model of whole series.

    Examples
    --------
    >>> from sklearn.neighbors import LocalOutlierFactor
    >>> x = np.sin(np.arange(300) / 5)
    >>> x[200] = 3
    >>> int(wrap(LocalOutlierFactor(novelty=True), window=8).fit(x).score(x).argmax())
    200
    """
    method = _method(model)
    if window > 1 and method not in (*METHODS, ONE):
        raise ParameterError(
            f"window={window} is not allowed for {type(model).__name__}, which is given whole series; leave it at 1 "
            "and set what the model itself calls its window"
        )
    return Wrapped(model, window)


def _method(model: Any) -> str:
    """Return the name of the model's method that scores."""
    if not isinstance(model, type) and hasattr(model, "fit"):
        for name in METHODS:
            if hasattr(model, name):
                return name
        if _takes(getattr(model, "predict", None), "axis"):
            return "predict"
        for name in FORECASTS:
            if _takes(getattr(model, name, None), "h", "fitted"):
                return name
    if not isinstance(model, type) and hasattr(model, "learn_one") and _takes(getattr(model, ONE, None), "x"):
        return ONE
    hint = "; make it with novelty=True" if hasattr(model, "novelty") else ""
    shown = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
    raise ParameterError(
        f"{shown} can't be wrapped: a model needs fit, and {' or '.join(METHODS)}, or predict with an axis, or "
        f"{' or '.join(FORECASTS)}; or learn_one and {ONE}{hint}"
    )


def _takes(method: Callable[..., Any] | None, *names: str) -> bool:
    return callable(method) and set(names) <= set(inspect.signature(method).parameters)


def _single(model: Any) -> bool:
    """Whether the model says that it takes one channel only."""
    return hasattr(model, "get_tags") and not model.get_tags().get("capability:multivariate", True)


def _features(row: Floats) -> dict[str, float]:
    """Return one row as a model of river takes it."""
    return {f"x{i}": float(value) for i, value in enumerate(row)}


def _rows(x: Floats, window: int, step: int = 1) -> Floats:
    """Return every `step`-th window of `x`, shape (n, channels), flattened: (windows, window * channels)."""
    windows = sliding(x, window, max(1, step))
    return windows.reshape(len(windows), -1)


def _shape(rows: Floats) -> str:
    return f"{len(rows)} rows of {rows.shape[1]}" if rows.ndim > 1 else f"{len(rows)} points"

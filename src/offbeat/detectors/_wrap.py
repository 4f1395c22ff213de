"""Models of other libraries as detectors, their polarity found by experiment."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import numpy as np

from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, ModelFileError, ParameterError
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.core.windows import sliding

METHODS = ("decision_function", "score_samples")
"""What a model may call its scores, in the order of preference."""

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
"""Of the pairs of a planted and a normal point, the share that must be ordered the same way."""


@dataclass
class Wrapped(Detector):
    """A model of another library that has `fit` and `decision_function` or `score_samples`; made by `wrap`.

    Score: the model's own unit, turned so that higher is more anomalous.
    """

    model: Any
    window: int = param(1, "points that are shown to the model at a time, 1 for single points", low=1)

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    invariant: ClassVar[frozenset[str]] = frozenset()
    cost: ClassVar[str] = "the model's"

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
        self.sign_ = self._polarity(self.window * x.shape[1])
        step = -(-x.shape[1] * self.window * (len(x) - self.window + 1) // LEARNED)
        self.fitted_ = self._fitted(_rows(x, self.window, step))

    def _score(self, x: Floats) -> Floats:
        count = len(x) - self.window_ + 1
        batch = max(1, BATCH // (self.window_ * x.shape[1]))
        parts = [
            self._ask(self.fitted_, _rows(x[first : first + batch + self.window_ - 1], self.window_))
            for first in range(0, count, batch)
        ]
        return self.sign_ * np.concatenate(parts)

    def _fitted(self, rows: Floats) -> Any:
        model = deepcopy(self.model)
        try:
            model.fit(rows)
        except Exception as error:
            raise InputError(f"{self.name} can't learn from {len(rows)} rows of {rows.shape[1]}: {error}") from error
        return model

    def _ask(self, model: Any, rows: Floats) -> Floats:
        try:
            scores = np.asarray(getattr(model, self.method_)(rows), dtype=np.float64).ravel()
        except Exception as error:
            raise InputError(f"{self.name} can't score {len(rows)} rows of {rows.shape[1]}: {error}") from error
        if len(scores) != len(rows):
            raise InputError(f"{self.name} gave {len(scores)} scores for {len(rows)} rows; it must give one for each")
        return np.where(np.isfinite(scores), scores, np.nan)

    def _polarity(self, width: int) -> float:
        """Return 1 where the model gives higher scores to what is far out, -1 where it gives lower ones."""
        rng = np.random.default_rng(0)
        model = self._fitted(rng.normal(size=(SAMPLE, width)))
        planted = FAR * rng.choice([-1.0, 1.0], size=(FEW, width))
        # few among many in one call, since some models rank what they are given together with what they learned
        scores = self._ask(model, np.concatenate([planted, rng.normal(size=(SAMPLE, width))]))
        far, usual = scores[:FEW, None], scores[FEW:]
        higher, lower = float((far > usual).mean()), float((far < usual).mean())
        if max(higher, lower) < SURE:
            raise InputError(
                f"{self.name} does not tell points {FAR:g} standard deviations away from normal ones: {higher:.0%} of "
                f"them have higher scores, {lower:.0%} lower; use another model or other parameters"
            )
        return 1.0 if higher > lower else -1.0


def wrap(model: Any, window: int = 1) -> Detector:
    """Make a detector of a model from scikit-learn, PyOD or any library that follows their habit.

    Whether high scores mean normal, as in scikit-learn, or anomalous, as in PyOD, is not assumed: while fitting, a
    copy of the model learns 256 normal random points and must order them and points far away from them.

    Parameters
    ----------
    model
        Anything with `fit` and `decision_function` or `score_samples`, not fitted; it stays as it is, a copy learns.
    window
        How many points the model sees at a time. With 1 it judges each point by its channels; with more, each
        stretch of that many points, flattened; a point's score is the mean over the stretches that cover it.

    Returns
    -------
    A detector with the usual methods, except that it can't be saved. Above 20 million numbers it learns from evenly
    spaced windows; it scores in batches, so memory grows with the series and not with the windows.

    Raises
    ------
    ParameterError
        For a model without these methods, or a window below 1.

    Examples
    --------
    >>> from sklearn.neighbors import LocalOutlierFactor
    >>> x = np.sin(np.arange(300) / 5)
    >>> x[200] = 3
    >>> int(wrap(LocalOutlierFactor(novelty=True), window=8).fit(x).score(x).argmax())
    200
    """
    _method(model)
    return Wrapped(model, window)


def _method(model: Any) -> str:
    """Return the name of the model's method that scores."""
    if not isinstance(model, type) and hasattr(model, "fit"):
        for name in METHODS:
            if hasattr(model, name):
                return name
    hint = "; make it with novelty=True" if hasattr(model, "novelty") else ""
    shown = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
    raise ParameterError(f"{shown} can't be wrapped: a model needs fit, and {' or '.join(METHODS)}{hint}")


def _rows(x: Floats, window: int, step: int = 1) -> Floats:
    """Return every `step`-th window of `x`, shape (n, channels), flattened: (windows, window * channels)."""
    windows = sliding(x, window, max(1, step))
    return windows.reshape(len(windows), -1)

"""A detector as a scikit-learn estimator: the other way round than `wrap`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OutlierMixin, clone
from sklearn.utils import validation

from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, ParameterError
from offbeat.core.robust import scale_of
from offbeat.core.series import Floats, as_flags
from offbeat.metrics import pr_auc

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

FAR = 8.0
"""Robust standard deviations above the median training score from which a row is an outlier by default."""


class SklearnDetector(OutlierMixin, BaseEstimator):  # type: ignore[misc]
    """A detector with the methods and signs of scikit-learn's outlier detectors; made by `Detector.as_sklearn`.

    Rows are time: give them in order, and split them with `TimeSeriesSplit`, without shuffling.

    Parameters
    ----------
    detector
        The detector; it stays as it is, a copy of it learns.
    contamination
        The share of the training rows that are outliers, above 0 and at most 0.5; "auto" calls a row an outlier from 8
        robust standard deviations above the median training score. It decides where `decision_function` is 0.

    Attributes
    ----------
    detector_
        The fitted detector.
    offset_
        What `score_samples` is at the limit between outliers and inliers.
    """

    def __init__(self, detector: Detector, contamination: float | str = "auto") -> None:
        self.detector = detector
        self.contamination = contamination

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name; with `deep`, those of the detector among them, e.g. `window`."""
        own = {"detector": self.detector, "contamination": self.contamination}
        return {**self.detector.get_params(), **own} if deep else own

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name, those of the detector among them; the detector that was given stays as it is."""
        for name in ("detector", "contamination"):
            if name in params:
                setattr(self, name, params.pop(name))
        if params:
            self.detector = clone(self.detector).set_params(**params)
        return self

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Learn what is normal.

        Parameters
        ----------
        X
            Shape (n, channels), rows in order of time. NaN are missing values.
        y
            Labels, as in `score`, for a detector that learns from labels; the others don't look at them.

        Raises
        ------
        ParameterError
            For a contamination that is neither "auto" nor above 0 and at most 0.5.
        InputError
            For what the detector can't learn from.
        """
        share = self._share()
        values = self._values(X, reset=True)
        detector: Detector = clone(self.detector)
        if y is not None and detector.learns_labels:
            scores = detector.fit_score(values, labels=_flags(y)).scores
        else:
            scores = detector.fit_score(values).scores
        known = scores[np.isfinite(scores)]
        known = known if len(known) else np.zeros(1)
        self.detector_ = detector
        self.training_ = scores
        self.least_ = float(known.min())
        self.offset_ = -(_far(known) if share is None else float(np.quantile(known, 1 - share)))
        return self

    def score_samples(self, X: ArrayLike) -> Floats:
        """Return the negated scores, shape (n,): lower is more anomalous.

        A row that was not scored, as it is missing or has too few rows before it, gets the most normal score of the
        training data. `detector_.score_result(X).status` tells those rows.

        Raises
        ------
        InputError
            For another number of channels than in `fit`.
        """
        validation.check_is_fitted(self)
        scores = self.detector_.score(self._values(X, reset=False))
        return -np.where(np.isfinite(scores), scores, self.least_)

    def decision_function(self, X: ArrayLike) -> Floats:
        """Return `score_samples(X) - offset_`, shape (n,): below 0 for outliers."""
        return np.asarray(self.score_samples(X) - self.offset_)

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Return -1 for outliers and +1 for all other rows, those that were not scored among them.

        Methods that compare rows find nothing odd in a row that they have learned from; `fit_predict` is for these.
        """
        return np.where(self.decision_function(X) < 0, -1, 1)

    def fit_predict(self, X: ArrayLike, y: ArrayLike | None = None) -> NDArray[np.int64]:
        """Learn, and return -1 for outliers among the same rows and +1 for the others.

        A row is not compared with itself, as it is by `fit(X).predict(X)` in methods that compare rows.
        """
        scores = self.fit(X, y).training_
        return np.where(np.where(np.isfinite(scores), scores, self.least_) > -self.offset_, -1, 1)

    def score(self, X: ArrayLike, y: ArrayLike | None = None) -> float:
        """Return the average precision (`offbeat.metrics.pr_auc`) of the scores, 0 to 1, higher is better.

        Parameters
        ----------
        X
            Shape (n, channels).
        y
            Shape (n,), 1 for an anomalous row and 0 for a normal one; or, where a -1 is among them, as scikit-learn's
            outlier detectors predict: -1 for an anomalous row and +1 for a normal one.

        Raises
        ------
        InputError
            Without labels, and for labels that are not of these kinds or that have no anomalous row.
        """
        if y is None:
            raise InputError("score needs labels: give y with 1 for each anomalous row and 0 for the others")
        scores = -self.score_samples(X)
        return float(pr_auc(_flags(y), scores))

    def _share(self) -> float | None:
        share = self.contamination
        if share == "auto":
            return None
        if isinstance(share, (int, float, np.number)) and 0 < share <= 0.5:
            return float(share)
        raise ParameterError(f'contamination={share!r} is not allowed; give "auto" or a share above 0 and at most 0.5')

    def _values(self, X: ArrayLike, *, reset: bool) -> Floats:
        """Return checked float64 of shape (n, channels), and keep or compare number and names of the columns."""
        given: Any = X
        if hasattr(validation, "validate_data"):
            values = validation.validate_data(self, given, reset=reset, dtype=np.float64, ensure_all_finite="allow-nan")
        else:  # scikit-learn 1.5
            values = self._validate_data(given, reset=reset, dtype=np.float64, force_all_finite="allow-nan")
        return np.asarray(values)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _more_tags(self) -> dict[str, bool]:
        """Return the tags as scikit-learn 1.5 asks for them."""
        return {"allow_nan": True}


def _far(scores: Floats) -> float:
    middle = np.median(scores)
    return float(middle + FAR * scale_of(scores[:, None], np.array([middle]))[0])


def _flags(y: ArrayLike) -> NDArray[np.bool_]:
    """Return which rows are anomalous, of labels 0/1 or +1/-1."""
    labels = np.asarray(y)
    marked = labels == -1
    return np.asarray(marked) if marked.any() and (marked | (labels == 1)).all() else as_flags(labels, "y")

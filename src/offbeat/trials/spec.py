"""Who takes part in a comparison: a detector with its parameters, and how its data are scaled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from offbeat.core import spec
from offbeat.core.detector import Detector
from offbeat.core.errors import ParameterError, unknown
from offbeat.core.params import params_of
from offbeat.core.series import Floats, Series
from offbeat.preprocess import scale
from offbeat.preprocess.scale import Scaler

DETECTORS = ("zscore", "isolation_forest", "knn", "auto")
"""Who is compared where nobody is named."""

SCALER = "scaler"
"""The word that names the scaling among the parameters of a detector."""


@dataclass(frozen=True, eq=False)
class DetectorSpec:
    """A detector to be fitted, and the scaler its data go through.

    Parameters
    ----------
    name
        What the user called the two.
    model
        The detector with its parameters; it is copied, never fitted.
    scaler
        What its data go through first; None leaves them as they are.
    by_chance
        Whether what it says depends on a seed that the user left open.

    Examples
    --------
    >>> contenders("zscore,knn:window=64,k=1,scaler=robust")
    [Contender(zscore), Contender(knn:window=64,k=1,scaler=robust)]
    """

    name: str
    model: Detector
    scaler: type[Scaler] | None = None
    stochastic: bool = False

    def __repr__(self) -> str:
        return f"Contender({self.name})"

    def new(self, seed: int) -> Detector:
        """Return an unfitted detector of its own, with that seed where it is by chance."""
        made = type(self.model)(**self.model.get_params())
        return made.set_params(seed=seed) if self.stochastic else made

    def fit(self, series: Series, seed: int) -> Fitted:
        """Learn scale and detector from a series, and from its labels where the detector learns from them.

        Raises
        ------
        OffbeatError
            For what the detector can't learn from.
        """
        scaler = None if self.scaler is None else self.scaler().fit(series.values)
        learned = Fitted(self.new(seed), scaler)
        learned.model.fit(learned.scaled(series), series.usable_labels)
        return learned


@dataclass(frozen=True, eq=False)
class Fitted:
    """A detector that has learned, and the scale that it learned in."""

    model: Detector
    scaler: Scaler | None

    def scaled(self, series: Series) -> Series:
        """Return the series as the detector sees it."""
        return series if self.scaler is None else replace(series, values=self.scaler.transform(series.values))

    def score(self, series: Series, start: int = 0, part: slice | None = None) -> Floats:
        """Return the scores of some rows, shape (n,), judged with all that came before them from row `start` on."""
        part = slice(0, len(series)) if part is None else part
        return self.model.score(self.scaled(series[start : part.stop]))[part.start - start :]


def contenders(named: str | Detector | Sequence[str | Detector]) -> list[DetectorSpec]:
    """Read who takes part.

    Parameters
    ----------
    named
        Detectors, or their names with parameters behind a colon: "zscore,knn:window=64,k=1". `scaler=` names a scaler:
        minmax, standard, robust or l2norm. "all" is every detector whose extra is installed and
        that asks for nothing, such as a folder of weights.

    Raises
    ------
    UnknownNameError
        For a detector, parameter or scaler that is not there, with the nearest ones offered.
    ParameterError
        For none, the same one twice, or a value outside its bounds.
    """
    made = [_of_detector(one) if isinstance(one, Detector) else _of_words(one) for one in spec.members(named)]
    if not made:
        raise ParameterError("no detector is named; give at least one, such as 'zscore,knn'")
    names = [one.name for one in made]
    for name in names:
        if names.count(name) > 1:
            raise ParameterError(f"{name} is named twice; name each detector and parameter set once")
    return made


def scalers() -> dict[str, type[Scaler]]:
    """Return the scalers by their names.

    Examples
    --------
    >>> list(scalers())
    ['l2norm', 'minmax', 'robust', 'standard']
    """
    kinds = [kind for kind in vars(scale).values() if isinstance(kind, type) and issubclass(kind, Scaler)]
    return {kind.__name__.lower(): kind for kind in sorted(kinds, key=lambda k: k.__name__) if kind is not Scaler}


def _of_detector(model: Detector) -> DetectorSpec:
    changed = spec.changed(model)
    return DetectorSpec(spec.label(model), model, stochastic="seed" in params_of(model) and "seed" not in changed)


def _of_words(word: str) -> DetectorSpec:
    name, options = spec.read(word)
    scaler = options.pop(SCALER, None)
    if scaler is not None and scaler not in scalers():
        raise unknown("scaler", scaler, scalers())
    model = spec.made(name, options)
    stochastic = "seed" in params_of(model) and "seed" not in options
    return DetectorSpec(word, model, None if scaler is None else scalers()[scaler], stochastic)

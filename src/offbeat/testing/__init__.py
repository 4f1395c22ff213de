"""The contract of every detector, as checks that run on anyone's own: see `check_detector`."""

from __future__ import annotations

from typing import Any, Literal

from offbeat.core.detector import Detector
from offbeat.core.errors import ContractError, InputError
from offbeat.testing import arbitrary, gaps, promises, purity, sight
from offbeat.testing.suite import CHECKS, Make

__all__ = ["check_detector"]

_MODULES = (arbitrary, gaps, promises, purity, sight)  # each adds its checks as it is imported


def check_detector(
    detector: Detector | type[Detector], *, on_fail: Literal["raise"] | None = "raise"
) -> dict[str, str]:
    """Try every promise of the contract that the detector makes.

    The same suite runs on each detector of offbeat: length, missing values, constant channels, purity, seeds, saving,
    parameters, memory, and each kind of anomaly that it declares to see. Which checks apply follows from what the class
    declares (`sees`, `invariant`, `causal`, `memory`, `saveable`, a `window`), and from nothing else. It takes some
    hundred fits.

    Parameters
    ----------
    detector
        A detector, fitted or not, or the class of one, which is then made with its defaults. It stays as it is.
        A model of another library is checked through `offbeat.wrap`.
    on_fail
        "raise" raises one error that names all broken promises, None only returns them.

    Returns
    -------
    The sentence for each broken promise, by the name of the check; empty where all are kept.

    Raises
    ------
    ContractError
        Where a promise is broken; its `broken` is what is returned otherwise.
    InputError
        For what is not a detector.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from offbeat.detectors.statistical.mad import MAD
    >>> @dataclass
    ... class UpsideDown(MAD):
    ...     def _score(self, x):
    ...         return -super()._score(x)
    >>> print(check_detector(UpsideDown, on_fail=None)["sees_spike"])
    it declares to see spike, and one was missed in its own training data, seed 0
    """
    make = _maker(detector)
    kind = type(make())
    found = {check.name: check.broken(make) for check in CHECKS.values() if check.applies(kind)}
    broken = {name: sentence for name, sentence in found.items() if sentence}
    if broken and on_fail == "raise":
        raise ContractError(make().name, broken)
    return broken


def _maker(detector: Any) -> Make:
    kind = detector if isinstance(detector, type) else type(detector)
    if isinstance(detector, str):
        raise InputError(
            f"check_detector takes a Detector or its class, and got {detector!r}; make it with "
            f"offbeat.detector({detector!r})"
        )
    if not issubclass(kind, Detector):
        raise InputError(
            f"check_detector takes a Detector or its class, and got a {kind.__name__}; "
            "make one of another library's model with offbeat.wrap(model)"
        )
    if isinstance(detector, type):
        return kind
    params = detector.get_params()
    return lambda: kind(**params)

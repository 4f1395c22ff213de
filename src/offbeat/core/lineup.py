"""Several detectors, as a person names them: "zscore,knn:window=64,k=1"."""

from __future__ import annotations

from collections.abc import Sequence

from offbeat.core.detector import Detector
from offbeat.core.errors import ParameterError
from offbeat.core.params import params_of, parse_options
from offbeat.core.registry import detector, detector_class, detector_entries

ALL = "all"


def lineup(named: str | Detector | Sequence[str | Detector]) -> dict[str, Detector]:
    """Return unfitted detectors by what tells them apart: the name, and parameters that are not the usual ones.

    Parameters
    ----------
    named
        Names with parameters behind a colon, or detectors; "all" is every detector there is.

    Raises
    ------
    UnknownNameError
        For a detector or parameter that is not there, with the nearest ones offered.
    ParameterError
        For none, the same one twice, or a value outside its bounds.

    Examples
    --------
    >>> lineup("zscore,knn:k=1,window=64")
    {'zscore': ZScore(window=None), 'knn:window=64,k=1': KNN(window=64, k=1, ...)}
    """
    words = [named] if isinstance(named, str | Detector) else list(named)
    found: dict[str, Detector] = {}
    for one in (one for word in words for one in _several(word)):
        name = label(one)
        if name in found:
            raise ParameterError(f"{name} is named twice; name each detector and set of parameters once")
        found[name] = one
    if not found:
        raise ParameterError("no detector is named; give at least one, such as 'zscore,knn'")
    return found


def label(one: Detector) -> str:
    """Return the detector's name with those of its parameters that are not the usual ones.

    Examples
    --------
    >>> label(detector("knn", window=64))
    'knn:window=64'
    """
    usual = {param.name: param.default for param in params_of(one).values()}
    changed = [f"{name}={value}" for name, value in one.get_params().items() if name in usual and value != usual[name]]
    return ":".join([one.name, *([",".join(changed)] if changed else [])])


def _several(word: str | Detector) -> list[Detector]:
    if isinstance(word, Detector):
        return [word]
    parts: list[str] = []
    for piece in filter(None, (piece.strip() for piece in word.split(","))):
        # a comma stands between detectors and between parameters; a parameter has a sign of equality first
        if parts and "=" in piece.partition(":")[0]:
            parts[-1] += f",{piece}"
        else:
            parts.append(piece)
    return [_made(name) for part in parts for name in (detector_entries() if part == ALL else [part])]


def _made(word: str) -> Detector:
    name, _, rest = word.partition(":")
    kind, options = detector_class(name), {}
    for option in filter(None, (option.strip() for option in rest.split(","))):
        key, equals, value = option.partition("=")
        if not equals:
            raise ParameterError(f"{word!r}: {option!r} is no parameter; write it as {name}:NAME=VALUE")
        options[key.strip()] = value.strip()
    return detector(name, **parse_options(kind, options))

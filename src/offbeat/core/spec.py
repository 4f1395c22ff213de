"""Several detectors, as a person names them: "zscore,knn:window=64,k=1"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from offbeat.core.detector import Detector
from offbeat.core.errors import ParameterError
from offbeat.core.extras import installed
from offbeat.core.params import params_of, parse_options
from offbeat.core.registry import detector, detector_class, detector_entries

ALL = "all"


def lineup(named: str | Detector | Sequence[str | Detector]) -> dict[str, Detector]:
    """Return unfitted detectors by what tells them apart: the name, and parameters that are not the usual ones.

    Parameters
    ----------
    named
        Names with parameters behind a colon, or detectors; "all" is every detector whose extra is installed, but
        those that can't do without a parameter that somebody gives.

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
    found: dict[str, Detector] = {}
    for member in members(named):
        one = member if isinstance(member, Detector) else made(*read(member))
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
    words = ",".join(f"{name}={value}" for name, value in changed(one).items())
    return f"{one.name}:{words}" if words else one.name


def changed(one: Detector) -> dict[str, object]:
    """Return those of a detector's parameters that are not the usual ones."""
    usual = {param.name: param.default for param in params_of(one).values()}
    return {name: value for name, value in one.get_params().items() if name in usual and value != usual[name]}


def members(named: str | Detector | Sequence[str | Detector]) -> list[str | Detector]:
    """Split what was named into one word or detector a member; "all" becomes every name.

    Examples
    --------
    >>> members("zscore,knn:window=64,k=1")
    ['zscore', 'knn:window=64,k=1']
    """
    listed = [named] if isinstance(named, str | Detector) else named
    return [one for word in listed for one in ([word] if isinstance(word, Detector) else _parts(word))]


def read(word: str) -> tuple[str, dict[str, str]]:
    """Return the name and the options of one word.

    Raises
    ------
    ParameterError
        For an option without a value.

    Examples
    --------
    >>> read("knn:window=64,k=1")
    ('knn', {'window': '64', 'k': '1'})
    """
    name, _, rest = word.partition(":")
    options: dict[str, str] = {}
    for option in filter(None, (option.strip() for option in rest.split(","))):
        key, equals, value = option.partition("=")
        if not equals:
            raise ParameterError(f"{word!r}: {option!r} is no parameter; write it as {name}:NAME=VALUE")
        options[key.strip()] = value.strip()
    return name, options


def made(name: str, options: Mapping[str, str]) -> Detector:
    """Return the named detector with options as they were typed."""
    return detector(name, **parse_options(detector_class(name), options))


def _parts(word: str) -> list[str]:
    parts: list[str] = []
    for piece in filter(None, (piece.strip() for piece in word.split(","))):
        # a comma stands between detectors and between parameters; a parameter has a sign of equality first
        if parts and "=" in piece.partition(":")[0]:
            parts[-1] += f",{piece}"
        else:
            parts.append(piece)
    return [name for part in parts for name in (_all() if part == ALL else [part])]


def _all() -> list[str]:
    """Return every detector whose extra is installed, and that asks for nothing that only a person can give."""
    kinds = {name: detector_class(name) for name in detector_entries()}
    return [name for name, kind in kinds.items() if installed(kind.extra) and not kind.required]

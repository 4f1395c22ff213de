"""From scores to a threshold: one file a threshold."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from offbeat.core.errors import ParameterError, unknown_parameter
from offbeat.core.params import params_of, parse_options
from offbeat.core.registry import Entry, entries, find
from offbeat.thresholds._base import Threshold

__all__ = ["Threshold", "as_threshold", "threshold", "threshold_class", "threshold_entries"]


def threshold_entries() -> Mapping[str, Entry]:
    """Return every threshold's name and where it lives; imports none of them."""
    return entries("thresholds")


def threshold_class(name: str) -> type[Threshold]:
    """Return the class of the named threshold.

    Raises
    ------
    UnknownNameError
        Where there is no such threshold, with the nearest names offered.
    """
    made: type[Threshold] = find("threshold", name, threshold_entries()).load(Threshold)
    return made


def threshold(spec: str | float, **params: Any) -> Threshold:
    """Make the threshold that a user has typed.

    Parameters
    ----------
    spec
        A name, with options behind a colon: "mad", "percentile:99", "pot:risk=0.001", "top_k:5". An option without a
        name is the first parameter. A number, typed or not, is a score: "3.5", 1e-3.
    **params
        Parameters by name, beside those behind the colon.

    Raises
    ------
    UnknownNameError
        For a name or option that is not there, with the nearest ones offered.
    ParameterError
        For a value outside its bounds, or one that is given twice.

    Examples
    --------
    >>> threshold("percentile:99")
    Percentile(percent=99.0)
    >>> threshold("percentile", percent=99)
    Percentile(percent=99)
    >>> threshold("3")
    Fixed(score=3.0)
    """
    name, _, rest = f"fixed:{spec}".partition(":") if _is_number(spec) else str(spec).partition(":")
    kind = threshold_class(name)
    options = parse_options(kind, _typed(name, kind, rest))
    for word, value in params.items():
        if word not in params_of(kind):
            raise unknown_parameter(name, word, params_of(kind))
        if word in options:
            raise ParameterError(f"{word} is given twice, in {spec!r} and as {word}={value!r}; give it once")
    return kind(**options, **params)


def _is_number(spec: str | float) -> bool:
    try:
        float(spec)
    except ValueError:
        return False
    return True


def _typed(name: str, kind: type[Threshold], rest: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for part in filter(None, (word.strip() for word in rest.split(","))):
        key, equals, value = part.partition("=")
        if not equals:
            key, value = next(iter(params_of(kind)), ""), part
        if not key:
            raise ParameterError(f"threshold {name!r} has no parameters, and got {part!r}; write just {name!r}")
        options[key] = value
    return options


def as_threshold(asked: str | float | Threshold | None, alarms: str | None) -> Threshold:
    """Return the threshold that was asked for, by name, as a score, or as a budget of alarms.

    Raises
    ------
    UnknownNameError, ParameterError
        For a name or value that is not allowed, or where both are given.

    Examples
    --------
    >>> as_threshold(None, "2/week").words
    'alarm budget 2/week'
    """
    if asked is not None and alarms is not None:
        raise ParameterError(f"threshold={asked!r} and alarms={alarms!r} are two ways to say one thing; give one")
    if isinstance(asked, Threshold):
        return asked
    if asked is not None and not isinstance(asked, str | Real):
        raise ParameterError(
            f"threshold={asked!r} is no threshold; write it as 'percentile:99', or give a score as 3.5"
        )
    if asked is not None:
        return threshold(asked)
    return threshold(f"budget:{alarms}" if alarms is not None else "budget")

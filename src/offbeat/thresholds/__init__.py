"""From scores to a threshold: one file a threshold."""

from __future__ import annotations

from offbeat.core.errors import ParameterError, unknown
from offbeat.core.params import params_of, parse_options
from offbeat.core.registry import Entry, entries
from offbeat.thresholds._base import Threshold

__all__ = ["Threshold", "as_threshold", "threshold", "threshold_entries"]


def threshold_entries() -> dict[str, Entry]:
    """Return every threshold's name and where it lives; imports none of them."""
    return entries("thresholds")


def threshold(spec: str) -> Threshold:
    """Make the threshold that a user has typed.

    Parameters
    ----------
    spec
        A name, with options behind a colon: "mad", "percentile:99", "pot:risk=0.001", "top_k:5". An option without a
        name is the first parameter.

    Raises
    ------
    UnknownNameError
        For a name or option that is not there, with the nearest ones offered.
    ParameterError
        For a value outside its bounds.

    Examples
    --------
    >>> threshold("percentile:99")
    Percentile(percent=99.0)
    """
    name, _, rest = spec.partition(":")
    found = threshold_entries()
    if name not in found:
        raise unknown("threshold", name, found)
    kind = found[name].load(Threshold)
    options: dict[str, str] = {}
    for part in filter(None, (word.strip() for word in rest.split(","))):
        key, equals, value = part.partition("=")
        if not equals:
            key, value = next(iter(params_of(kind)), ""), part
        if not key:
            raise ParameterError(f"threshold {name!r} has no parameters, and got {part!r}; write just {name!r}")
        options[key] = value
    made: Threshold = kind(**parse_options(kind, options))
    return made


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
    if isinstance(asked, str):
        return threshold(asked)
    if asked is not None:
        return threshold(f"fixed:{float(asked)!r}")
    return threshold(f"budget:{alarms}" if alarms is not None else "budget")

"""Where a search looks: a range for every parameter that a detector declares.

The rules for what the declaration leaves open, all in this one place:

* `seed` is never searched; parameters that are held and those without bounds, words or numbers are left out.
* A word is one of its choices; true and false are both tried.
* A whole number for which None means "choose from the data" is a length in points: from its lower bound to a tenth of
  the shortest training part, `LONGEST` at most, in powers. None itself is tried again only beside other parameters,
  since the first trial has tried it alone.
* Any other open end is the default divided or multiplied by `REACH`; both ends open and a default of 0: left out.
* The step is in powers where that is declared, or where an end was open; a range in powers that would begin at 0
  begins at a thousandth of the default.
* Every range is widened to hold the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from offbeat.core.errors import ParameterError, unknown_parameter
from offbeat.core.naming import name_of
from offbeat.core.params import Param, params_of

if TYPE_CHECKING:
    from optuna.trial import Trial

LONGEST = 1024
"""Points in the longest window, period or order that is tried where no range is given."""

REACH = 4
"""How far a number without a bound may move from its default, as a factor."""

_KIND = ":kind"
"""What is put behind a parameter's name for the draw between None and a number."""

_NONE, _KINDS = 0, 3
"""The draw that means None, and the highest one: None is a quarter of the first trials, not half."""


@dataclass(frozen=True)
class Range:
    """The values of one parameter that are tried.

    Parameters
    ----------
    name
        The parameter's.
    default
        Its value in the first trial.
    low, high
        Both inclusive, for numbers.
    choices
        The values, for words and for true and false.
    is_whole
        Whether numbers are whole.
    log
        Whether steps are in powers.
    offers_none
        Whether None is tried beside numbers.
    """

    name: str
    default: Any
    low: float = 0.0
    high: float = 0.0
    choices: tuple[Any, ...] = ()
    is_whole: bool = False
    log: bool = False
    offers_none: bool = False

    def suggest(self, trial: Trial) -> Any:
        """Ask a trial of Optuna for a value."""
        if self.choices:
            return trial.suggest_categorical(self.name, self.choices)
        if self.default is None and trial.user_attrs.get("defaults"):
            return None
        if self.offers_none and trial.suggest_int(self.name + _KIND, _NONE, _KINDS) == _NONE:
            return None
        if self.is_whole:
            return trial.suggest_int(self.name, int(self.low), int(self.high), log=self.log)
        return trial.suggest_float(self.name, self.low, self.high, log=self.log)

    def start(self) -> dict[str, Any]:
        """Return the fixed draws of the first trial, so that `suggest` gives the default."""
        if self.choices:
            return {self.name: self.default}
        flag = {self.name + _KIND: _NONE if self.default is None else _KINDS} if self.offers_none else {}
        return flag if self.default is None else {**flag, self.name: self.default}


def space(owner: type, n: int, held: Mapping[str, Any], given: Mapping[str, tuple[float, float]]) -> tuple[Range, ...]:
    """Return the ranges that a search goes through, in the order of declaration; empty where nothing can be tuned.

    Parameters
    ----------
    owner
        The class of the detector.
    n
        Points in the shortest training part.
    held
        Parameters that are not searched.
    given
        The lower and upper end for some parameters, instead of the rules of this module.

    Raises
    ------
    UnknownNameError
        For a parameter that the detector does not have.
    ParameterError
        For a range that is empty, outside the declared bounds, or of a parameter that is held or no number.

    Examples
    --------
    >>> from offbeat.core.registry import detector_class
    >>> for found in space(detector_class("ar"), 4000, {}, {}):
    ...     print(f"{found.name} {found.low:g} to {found.high:g}, first {found.default}")
    order 1 to 400, first None
    ridge 1e-07 to 1, first 0.0001
    """
    declared = params_of(owner)
    for name, ends in given.items():
        if name not in declared:
            raise unknown_parameter(name_of(owner), name, declared)
        _check(declared[name], ends, name in held)
    free = [p for p in declared.values() if p.name not in held and p.name != "seed"]
    ranges = [found for p in free if (found := _range(p, n, given.get(p.name), len(free) > 1)) is not None]
    return tuple(ranges)


def _check(declared: Param, ends: tuple[float | None, float | None], is_held: bool) -> None:
    name, (low, high) = declared.name, ends
    if is_held:
        raise ParameterError(f"{name} is held at a value and has a range; give one of the two")
    if declared.kind not in ("int", "float"):
        raise ParameterError(f"{name}={low}:{high}: {name} is {declared.bounds}; only numbers can have a range")
    if low is None or high is None or not (declared.allows(low) and declared.allows(high)):
        raise ParameterError(f"{name}={low}:{high}: {name} is {declared.bounds} ({declared.doc}); give two numbers")
    if low >= high:
        raise ParameterError(f"{name}={low}:{high} is no range; write the smaller end first")


def _range(declared: Param, n: int, given: tuple[float, float] | None, has_company: bool) -> Range | None:
    if declared.choices is not None or declared.kind == "bool":
        choices: tuple[Any, ...] = (*(declared.choices or (True, False)), *((None,) if declared.optional else ()))
        return Range(declared.name, declared.default, choices=choices) if len(choices) > 1 else None
    if declared.kind not in ("int", "float"):
        return None
    found = (*given, declared.log or given[0] > 0) if given else _ends(declared, n)
    if found is None:
        return None
    low, high, log = found
    if declared.default is not None:
        low, high = min(low, declared.default), max(high, declared.default)
    return Range(
        declared.name,
        declared.default,
        low,
        high,
        is_whole=declared.kind == "int",
        log=log and low > 0,
        offers_none=declared.optional and has_company,
    )


def _ends(declared: Param, n: int) -> tuple[float, float, bool] | None:
    """Return the lower and upper end by the rules above, and whether steps are in powers; None where none apply."""
    low, high, default = declared.low, declared.high, declared.default
    is_open = low is None or high is None
    if declared.optional and declared.kind == "int":
        low = 1 if low is None else low
        longest = min(n // 10, LONGEST) if high is None else high
        return low, max(longest, low + 1), True
    if is_open and not default:
        return None
    low = max(declared.low if declared.low is not None else -float("inf"), _smaller(default)) if is_open else low
    high = _larger(default) if high is None else high
    log = declared.log or is_open
    assert low is not None  # noqa: S101 - both ends are known by now
    if log and low == 0 and default:
        low = default / 1000
    return (round(low), round(high), log) if declared.kind == "int" else (low, high, log)


def _smaller(default: float) -> float:
    return default / REACH if default > 0 else default * REACH


def _larger(default: float) -> float:
    return default * REACH if default > 0 else default / REACH

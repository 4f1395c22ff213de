"""Parameters declared once, with meaning and bounds, as dataclass fields.

From the one declaration follow the error for a bad value, the command line's flag, the search space and the reference.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from offbeat.core.errors import ParameterError, unknown_parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEY = "offbeat"


@dataclass(frozen=True)
class Param:
    """The declaration of one parameter.

    `low` and `high` are inclusive and None where there is no bound; `kind` is int, float, bool, str or object;
    `optional` says that None is allowed (it then means "choose from the data").
    """

    name: str
    kind: str
    default: Any
    doc: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] | None = None
    log: bool = False
    optional: bool = False

    @property
    def bounds(self) -> str:
        """The allowed values, in words.

        Examples
        --------
        >>> Param("k", "int", 5, "neighbours", low=1).bounds
        'int, at least 1'
        """
        if self.choices is not None:
            text = "one of " + ", ".join(self.choices)
        elif self.low is not None and self.high is not None:
            text = f"{self.kind}, {self.low:g} to {self.high:g}"
        elif self.low is not None:
            text = f"{self.kind}, at least {self.low:g}"
        elif self.high is not None:
            text = f"{self.kind}, at most {self.high:g}"
        else:
            text = self.kind
        return text + (", or None" if self.optional else "")

    def allows(self, value: Any) -> bool:
        """Whether `value` is of the declared kind and inside the bounds."""
        if value is None:
            return self.optional
        if self.choices is not None:
            return value in self.choices
        if self.kind in ("int", "float"):
            return self._is_number(value) and self._inside(float(value))
        return not (self.kind in ("bool", "str") and type(value).__name__ != self.kind)

    def parse(self, text: str) -> Any:
        """Read the value from `text`, as typed on a command line.

        Raises
        ------
        ParameterError
            Where the text is not of the declared kind.
        """
        if self.optional and text.lower() in ("none", "auto"):
            return None
        try:
            if self.kind == "bool":
                return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[text.lower()]
            return {"int": int, "float": float}.get(self.kind, str)(text)
        except (KeyError, ValueError):
            raise ParameterError(f"{self.name}={text}: {self.name} is {self.bounds} ({self.doc})") from None

    def _inside(self, value: float) -> bool:
        above = self.low is None or value >= self.low
        return above and (self.high is None or value <= self.high) and not math.isnan(value)

    def _is_number(self, value: Any) -> bool:
        if isinstance(value, bool) or not hasattr(value, "__float__") or np.ndim(value) > 0:
            return False
        return self.kind == "float" or hasattr(value, "__index__")


def param(
    default: Any,
    doc: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] | None = None,
    log: bool = False,
) -> Any:
    """Declare a parameter as a dataclass field with its meaning and bounds.

    Parameters
    ----------
    default
        The value where the user gives none; anything mutable must be a tuple instead.
    doc
        Its meaning in a few words, with its unit.
    low, high
        Inclusive bounds.
    choices
        The allowed words, for a parameter that is a word.
    log
        Whether a search should step in powers rather than in equal steps.

    Examples
    --------
    >>> @dataclass
    ... class Moving:
    ...     window: int = param(64, "window width, in points", low=2)
    >>> params_of(Moving)["window"].bounds
    'int, at least 2'
    """
    return dataclasses.field(default=default, metadata={_KEY: (doc, low, high, choices, log)})


def params_of(owner: Any) -> Mapping[str, Param]:
    """Return the declared parameters of a dataclass or instance by name, in order."""
    found: dict[str, Param] = {}
    for field in dataclasses.fields(owner):
        if _KEY not in field.metadata:
            continue
        doc, low, high, choices, log = field.metadata[_KEY]
        words = field.type if isinstance(field.type, str) else field.type.__name__
        names = [word.strip() for word in words.split("|")]
        kind = next((k for k in ("int", "float", "bool", "str") if k in names), "object")
        kind = "float" if "float" in names else kind
        found[field.name] = Param(
            field.name, kind, field.default, doc, low, high, choices, log, optional="None" in names
        )
    return found


def validate(owner: Any) -> None:
    """Check every declared parameter of `owner` against its bounds.

    Raises
    ------
    ParameterError
        At the first value outside its bounds, with the value, the bounds and the meaning.
    """
    for name, declared in params_of(owner).items():
        value = getattr(owner, name)
        if not declared.allows(value):
            who = getattr(owner, "name", type(owner).__name__)
            raise ParameterError(
                f"{who}: {name}={value!r} is not allowed; {name} is {declared.bounds} ({declared.doc})"
            )


def parse_options(owner: type, options: Mapping[str, str]) -> dict[str, Any]:
    """Parse options typed by a user, such as `{"window": "64"}`.

    Raises
    ------
    UnknownNameError
        For a parameter that `owner` does not have, with the nearest ones offered.
    """
    declared = params_of(owner)
    for name in options:
        if name not in declared:
            raise unknown_parameter(owner.__module__.rpartition(".")[2], name, declared)
    return {name: declared[name].parse(text) for name, text in options.items()}

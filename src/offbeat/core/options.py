"""Keyword options that several functions share: each group is a `TypedDict`, taken as `**options: Unpack[...]`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from inspect import Parameter, signature
from typing import Any, TypeVar, cast

from offbeat.core.errors import UnknownOptionError

Options = TypeVar("Options")


def names(group: type) -> tuple[str, ...]:
    """Return the names of the options of a group, those it inherits among them."""
    return tuple(group.__annotations__)


def check(function: Callable[..., Any], options: Mapping[str, Any], group: type) -> None:
    """Refuse an option of `function` that is not in the group.

    Raises
    ------
    UnknownOptionError
        For a name that is not there, with the nearest ones offered.

    Examples
    --------
    >>> from typing import TypedDict
    >>> class Colours(TypedDict, total=False):
    ...     line: str
    >>> def draw(data, **options): ...
    >>> check(draw, {"lin": "red"}, Colours)
    Traceback (most recent call last):
    ...
    offbeat.core.errors.UnknownOptionError: draw() got an unexpected keyword argument 'lin'; did you mean 'line'?
    """
    own = [one.name for one in signature(function).parameters.values() if one.kind is not Parameter.VAR_KEYWORD]
    known = [*own, *names(group)]
    for name in options:
        if name not in names(group):
            near = get_close_matches(name, known, n=3, cutoff=0.6)
            ending = f"did you mean {' or '.join(map(repr, near))}?" if near else f"it takes: {', '.join(known)}"
            raise UnknownOptionError(f"{function.__name__}() got an unexpected keyword argument {name!r}; {ending}")


def part(options: Mapping[str, Any], group: type[Options]) -> Options:
    """Return those of the options that belong to a group.

    Examples
    --------
    >>> from typing import TypedDict
    >>> class Colours(TypedDict, total=False):
    ...     line: str
    >>> part({"line": "red", "width": 3}, Colours)
    {'line': 'red'}
    """
    return cast(Options, {name: options[name] for name in names(group) if name in options})

"""Every error that offbeat raises on purpose.

::

    OffbeatError
    ├── InputError          data, a file, a row or a column that can't be used   (also a ValueError)
    ├── ParameterError      a parameter outside its declared bounds              (also a ValueError)
    ├── UnknownNameError    no detector, threshold or column of that name        (also a ValueError)
    │   └── UnknownOptionError   no keyword argument of that name                (also a TypeError)
    ├── NotFittedError      scored before it was fitted                          (also a ValueError)
    ├── ModelFileError      a model file that is damaged, newer or not ours      (also a ValueError)
    ├── OutputError         a result that can't be written                       (also an OSError)
    ├── ContractError       a detector that breaks a promise of the contract     (also an AssertionError)
    └── MissingExtraError   an optional part that is not installed               (also an ImportError)

Each message names the value, the place and the remedy, in one sentence that can be shown to a user as it is.
"""

from __future__ import annotations

import difflib
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class OffbeatError(Exception):
    """The root of all errors that offbeat raises on purpose."""


class InputError(OffbeatError, ValueError):
    """Data that can't be used."""


class ParameterError(OffbeatError, ValueError):
    """A parameter outside its declared bounds."""


class UnknownNameError(OffbeatError, ValueError):
    """A name that nothing answers to."""


class UnknownOptionError(UnknownNameError, TypeError):
    """A keyword argument that a function does not take."""


class NotFittedError(OffbeatError, ValueError):
    """A detector was asked for scores before it had learned anything."""


class ModelFileError(OffbeatError, ValueError):
    """A model file that is damaged, newer than this offbeat, or not a model file."""


class OutputError(OffbeatError, OSError):
    """A result that can't be written."""


class ContractError(OffbeatError, AssertionError):
    """A detector that breaks promises of the contract; `broken` holds a sentence for each, by the check's name.

    Examples
    --------
    >>> print(ContractError("knn", {"pure": "scoring has changed what was learned"}))
    knn breaks 1 promise of the contract:
      pure: scoring has changed what was learned
    """

    def __init__(self, name: str, broken: Mapping[str, str]) -> None:
        self.broken = dict(broken)
        count = f"{len(broken)} promise{'s' if len(broken) != 1 else ''}"
        lines = [f"  {check}: {sentence}" for check, sentence in broken.items()]
        super().__init__("\n".join([f"{name} breaks {count} of the contract:", *lines]))


class MissingExtraError(OffbeatError, ImportError):
    """An optional part of offbeat that is not installed.

    Examples
    --------
    >>> print(MissingExtraError("moment", "moment"))
    moment needs the [moment] extra: pip install '...' && pip install --no-deps momentfm
    """

    def __init__(self, what: str, extra: str) -> None:
        from offbeat.core.extras import install_command

        super().__init__(f"{what} needs the [{extra}] extra: {install_command(extra)}")


@contextmanager
def needed(what: str, extra: str) -> Iterator[None]:
    """Turn a failing import inside into the sentence that says which extra to install.

    Raises
    ------
    MissingExtraError
        Where a module is not installed.

    Examples
    --------
    >>> with needed("auto_arima", "forecast"):
    ...     import no_such_package
    Traceback (most recent call last):
    ...
    offbeat.core.errors.MissingExtraError: auto_arima needs the [forecast] extra: pip install '...forecast...'
    """
    try:
        yield
    except ModuleNotFoundError:
        raise MissingExtraError(what, extra) from None


def by_reason(failures: Mapping[str, str], many: str = "series") -> list[str]:
    """Return a sentence for each reason, with the names of what failed for it; numbers make no other reason.

    Parameters
    ----------
    failures
        The reason of each, by its name.
    many
        What several of them are called.

    Examples
    --------
    >>> by_reason({"a": "a has 3 rows; give more", "b": "b is empty", "c": "c has 5 rows; give more"})
    ['2 series (a, c): a has 3 rows; give more', 'b is empty']
    >>> by_reason({"c.csv": "it is binary"})
    ['c.csv: it is binary']
    """
    same: dict[str, list[str]] = {}
    for name, reason in failures.items():
        nameless = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", reason)
        plain = re.sub(r"\d[\d.,]*", "0", nameless)
        same.setdefault(plain, []).append(name)
    return [_together(names, failures[names[0]], many) for names in same.values()]


def _together(names: list[str], reason: str, many: str) -> str:
    if len(names) == 1:
        return reason if reason.startswith(names[0]) else f"{names[0]}: {reason}"
    more = ", ..." if len(names) > 4 else ""
    return f"{len(names)} {many} ({', '.join(names[:4])}{more}): {reason}"


def unknown(kind: str, name: object, names: Iterable[str]) -> UnknownNameError:
    """Return the error for a name that is not among `names`, with the nearest ones offered.

    Examples
    --------
    >>> print(unknown("detector", "zscor", ["knn", "mad", "zscore"]))
    no detector 'zscor'; did you mean 'zscore'?
    >>> print(unknown("column", "x", ["time", "value"]))
    no column 'x'; there are: time, value
    """
    known = list(names)
    near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.6)
    if near:
        return UnknownNameError(f"no {kind} {name!r}; did you mean {' or '.join(repr(n) for n in near)}?")
    listed = ", ".join(known[:20]) + (f" and {len(known) - 20} more" if len(known) > 20 else "")
    return UnknownNameError(f"no {kind} {name!r}; there are: {listed or 'none'}")


def unknown_parameter(owner: str, name: str, names: Iterable[str]) -> UnknownNameError:
    """Return the error for a parameter that a detector or threshold does not have.

    Examples
    --------
    >>> print(unknown_parameter("knn", "windw", ["window", "k"]))
    `knn` has no parameter 'windw'; did you mean window? it takes: window, k
    >>> print(unknown_parameter("auto", "window", []))
    `auto` has no parameter 'window'; it takes none
    """
    known = list(names)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    meant = f"did you mean {near[0]}? " if near else ""
    taken = f": {', '.join(known)}" if known else " none"
    return UnknownNameError(f"`{owner}` has no parameter {name!r}; {meant}it takes{taken}")

"""The list of checks, filled by the modules beside this one as they are imported.

A check is a function of a detector's maker: it makes what it needs, and raises where the contract is broken. Whether it
applies to a detector is decided by what the detector declares, and by nothing else: there is no list of exceptions.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from offbeat.core.detector import Detector

Make = Callable[[], Detector]


class BrokenPromiseError(AssertionError):
    """One promise that a detector does not keep."""


@dataclass(frozen=True)
class Check:
    """One promise of the contract: its name, how it is tried, which detectors make it, and whether that takes long."""

    name: str
    run: Callable[[Make], None]
    applies: Callable[[type[Detector]], bool]
    slow: bool

    def broken(self, make: Make) -> str:
        """Return the sentence that names the broken promise; "" where it is kept."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", RuntimeWarning)  # an overflow is no score
                self.run(make)
        except BrokenPromiseError as error:
            return str(error)
        except Exception as error:  # whatever a detector raises is what it gets reported for
            return f"{type(error).__name__}: {error}"
        return ""


CHECKS: dict[str, Check] = {}


def always(kind: type[Detector]) -> bool:
    """Return True: every detector makes this promise."""
    return issubclass(kind, Detector)


def add(
    name: str, run: Callable[[Make], None], applies: Callable[[type[Detector]], bool] = always, *, slow: bool = False
) -> None:
    """Add one check to the suite."""
    CHECKS[name] = Check(name, run, applies, slow)


def check(
    when: Callable[[type[Detector]], bool] = always, *, slow: bool = False
) -> Callable[[Callable[[Make], None]], Callable[[Make], None]]:
    """Add the function to the suite, under its own name without "check_"."""

    def adding(run: Callable[[Make], None]) -> Callable[[Make], None]:
        add(run.__name__.removeprefix("check_"), run, when, slow=slow)
        return run

    return adding


def promise(kept: Any, sentence: str) -> None:
    """Raise the sentence as an error unless the promise is kept."""
    if not kept:
        raise BrokenPromiseError(sentence)


def same(found: Any, expected: Any, sentence: str, tolerance: float = 0.0) -> None:
    """Raise unless both arrays are equal, NaN included, to within `tolerance`."""
    found, expected = np.asarray(found), np.asarray(expected)
    promise(found.shape == expected.shape, f"{sentence}: shape {found.shape} instead of {expected.shape}")
    equal = np.isclose(found, expected, rtol=tolerance, atol=tolerance, equal_nan=found.dtype.kind == "f")
    if not equal.all():
        at = tuple(int(i) for i in np.argwhere(~equal)[0])
        where = at[0] if len(at) == 1 else at
        raise BrokenPromiseError(
            f"{sentence}: {(~equal).sum()} of {equal.size} differ, the first at {where}, "
            f"{found[at]:.6g} instead of {expected[at]:.6g}"
        )


def refuses(error: type[Exception], call: Callable[[], Any], what: str, *parts: str) -> None:
    """Raise unless `call` raises `error` with a message that holds all `parts`."""
    try:
        call()
    except error as raised:
        missing = [part for part in parts if part not in str(raised)]
        promise(not missing, f"{what}: the {error.__name__} does not mention {', '.join(missing)}: {raised}")
    else:
        raise BrokenPromiseError(f"{what} was accepted; it must raise {error.__name__}")

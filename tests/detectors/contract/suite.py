"""The list of checks, filled by the modules beside this one as they are imported.

A check is a function of a detector's maker: it makes what it needs, and raises where the contract is broken. Whether it
applies to a detector is decided by what the detector declares, and by nothing else: there is no list of exceptions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from offbeat.core.detector import Detector

Make = Callable[[], Detector]


@dataclass(frozen=True)
class Check:
    name: str
    run: Callable[[Make], None]
    applies: Callable[[type[Detector]], bool]
    slow: bool


CHECKS: dict[str, Check] = {}


def always(kind: type[Detector]) -> bool:
    return issubclass(kind, Detector)


def add(
    name: str, run: Callable[[Make], None], applies: Callable[[type[Detector]], bool] = always, *, slow: bool = False
) -> None:
    assert name not in CHECKS, f"two checks are called {name}"
    CHECKS[name] = Check(name, run, applies, slow)


def check(
    when: Callable[[type[Detector]], bool] = always, *, slow: bool = False
) -> Callable[[Callable[[Make], None]], Callable[[Make], None]]:
    """Add the function to the suite, under its own name without "check_"."""

    def adding(run: Callable[[Make], None]) -> Callable[[Make], None]:
        add(run.__name__.removeprefix("check_"), run, when, slow=slow)
        return run

    return adding

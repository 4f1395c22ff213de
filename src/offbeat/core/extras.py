"""Which of the optional parts are installed, as the package's own metadata name them."""

from __future__ import annotations

import re
from functools import cache
from importlib import metadata

from offbeat.core.errors import BESIDE

_NEEDED = re.compile(r"([A-Za-z0-9._-]+).*;\s*extra\s*==\s*['\"]([\w-]+)['\"]")


@cache
def installed(extra: str) -> bool:
    """Return whether all packages of an extra are there; "" is no extra, and there; an unknown one is not.

    Examples
    --------
    >>> installed("")
    True
    >>> installed("no such extra")
    False
    """
    if not extra:
        return True
    try:
        lines = metadata.requires("offbeat") or []
    except metadata.PackageNotFoundError:
        return True  # run from its sources: what is missing will say so
    found = [match for line in lines if (match := _NEEDED.match(line)) and match[2] == extra]
    packages = [match[1] for match in found] + ([BESIDE[extra]] if extra in BESIDE else [])
    return bool(found) and all(_is_there(package) for package in packages)


def _is_there(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True

"""Which of the optional parts are installed, as the package's own metadata name them."""

from __future__ import annotations

import re
from functools import cache
from importlib import metadata

_NEEDED = re.compile(r"([A-Za-z0-9._-]+).*;\s*extra\s*==\s*['\"]([\w-]+)['\"]")


@cache
def installed(extra: str) -> bool:
    """Return whether all packages of an extra are there; "" is no extra, and there.

    Examples
    --------
    >>> installed("")
    True
    """
    try:
        lines = metadata.requires("offbeat") or []
    except metadata.PackageNotFoundError:
        return True  # run from its sources: what is missing will say so
    found = [match for line in lines if (match := _NEEDED.match(line)) and match[2] == extra]
    return all(_is_there(match[1]) for match in found)


def _is_there(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True

"""The optional parts: which are installed, and what to type for the others, as the package's own metadata name them."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement

BESIDE = {"moment": "momentfm"}
"""By extra, a package that names versions which exclude ours, runs with ours, and so is installed by itself."""


@cache
def requirements(extra: str) -> tuple[str, ...]:
    """Return what an extra needs beside the core, as pip takes it; empty where it is unknown or no metadata exist.

    Extras that consist of others are expanded, and markers are evaluated for this Python and machine.

    Examples
    --------
    >>> requirements("no such extra")
    ()
    """
    found: dict[str, Requirement] = {}
    for one in _needed(extra):
        if one.name in found:
            found[one.name].specifier &= one.specifier
            found[one.name].extras |= one.extras
        else:
            found[one.name] = one
    return tuple(_written(one) for one in found.values())


def install_command(extra: str) -> str:
    """Return the line for a shell that installs an extra.

    Run from sources that were not installed, it is the line to type in their folder.

    Examples
    --------
    >>> install_command("moment")
    "pip install '...' && pip install --no-deps momentfm"
    """
    parts = requirements(extra) or (f".[{extra}]",)
    line = " ".join(["pip install", *(f"'{part}'" for part in parts)])
    return line + (f" && pip install --no-deps {BESIDE[extra]}" if extra in BESIDE else "")


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
        metadata.version("offbeat")
    except metadata.PackageNotFoundError:
        return True  # run from its sources: what is missing will say so
    packages = [one.name for one in _needed(extra)] + ([BESIDE[extra]] if extra in BESIDE else [])
    return bool(requirements(extra)) and all(_is_there(package) for package in packages)


def _needed(extra: str) -> list[Requirement]:
    from packaging.requirements import Requirement

    try:
        lines = [Requirement(line) for line in metadata.requires("offbeat") or []]
    except metadata.PackageNotFoundError:
        return []
    found = []
    for one in lines:
        if one.marker is None or one.marker.evaluate({"extra": ""}) or not one.marker.evaluate({"extra": extra}):
            continue
        found += [part for inner in sorted(one.extras) for part in _needed(inner)] if one.name == "offbeat" else [one]
    return found


def _written(one: Requirement) -> str:
    """Return name, extras and bounds, the lower ones first; the marker is evaluated already."""
    inner = f"[{','.join(sorted(one.extras))}]" if one.extras else ""
    return one.name + inner + ",".join(sorted(map(str, one.specifier), key=lambda bound: (bound[0] == "<", bound)))


def _is_there(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True

"""What was decided while reading, for people: `offbeat show --explain`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any


def explained(every: Iterable[Any]) -> list[str]:
    """Return lines for what was decided of each series; those of which the same was decided stand together."""
    same: dict[tuple[Any, ...], list[str]] = {}
    for series in every:
        same.setdefault(series.decisions, []).append(series.name)
    lines = []
    for decisions, names in same.items():
        lines += ["", _names(names), *decided(decisions)]
    return lines[1:]


def decided(decisions: Iterable[Any]) -> list[str]:
    """Return lines for each decision: what was chosen, why, what was rejected, and the option that overrules it."""
    shown = [one for one in decisions if one.setting is None or one.why]
    lines = [line for _, same in groupby(shown, lambda one: one.what) for line in _same(list(same))]
    return lines or ["nothing had to be decided"]


def _same(decisions: list[Any]) -> list[str]:
    """Return the lines of decisions about one thing."""
    lines = []
    for one in decisions:
        lines.append(f"{one.what}: {one.choice}")
        lines += [f"  because {one.why}"] if one.why else []
        lines += [f"  not {other}" for other in one.rejected]
    options = dict.fromkeys(one.option for one in decisions if one.option)
    return lines + [f"  to change it: {' or '.join(options)}"] * bool(options)


def _names(names: list[str]) -> str:
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return ", ".join(names[:4]) + more

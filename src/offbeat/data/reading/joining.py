"""Several files that are parts of one series, one after the other in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from offbeat.core.errors import InputError
from offbeat.core.series import Panel, Series


def join(parts: Mapping[str, Series | Panel], name: str, note: str) -> Series | Panel:
    """Return one series of parts that follow one another in time; of panels, one for each of their members.

    Parameters
    ----------
    parts
        By the names of their files.
    name, note
        The name of the series, and what to say of it.

    Raises
    ------
    InputError
        Where a part has other channels, or times of another kind.

    Examples
    --------
    >>> days = [np.arange(2) + first for first in (2, 0)]
    >>> parts = {f"day{i}": Series(np.ones((2, 1)) * i, time) for i, time in enumerate(days)}
    >>> join(parts, "pump", "2 files").values.ravel().tolist()
    [1.0, 1.0, 0.0, 0.0]
    """
    if all(isinstance(part, Series) for part in parts.values()):
        return _joined([(key, part) for key, part in parts.items() if isinstance(part, Series)], name, note)
    members: dict[str, list[tuple[str, Series]]] = {}
    for key, part in parts.items():
        for inner, member in {name: part}.items() if isinstance(part, Series) else part.items():
            members.setdefault(inner.removeprefix(f"{key} "), []).append((key, member))
    return Panel({inner: _joined(some, inner, note) for inner, some in members.items()}, notes=(note,))


def _joined(parts: Sequence[tuple[str, Series]], name: str, note: str) -> Series:
    first_key, first = parts[0]
    for key, part in parts[1:]:
        if set(part.channels) != set(first.channels):
            raise InputError(
                f"{key} has the channels {', '.join(part.channels)}, and {first_key} has {', '.join(first.channels)}; "
                f"only files with the same ones can be joined; name those to take with --value"
            )
        if (part.time is None) != (first.time is None) or part.is_dated != first.is_dated:
            raise InputError(f"the times of {key} are of another kind than those of {first_key}; name them with --time")
    ordered = [
        part
        for _, part in sorted(
            parts, key=lambda item: item[1].time[0] if item[1].time is not None and len(item[1]) else 0
        )
    ]
    labelled = any(part.labels is not None for part in ordered)
    return replace(
        first,
        values=np.concatenate([part.pick(*first.channels).values for part in ordered]),
        time=None if first.time is None else np.concatenate([part.stamps for part in ordered]),
        labels=np.concatenate([np.zeros(len(p), bool) if p.labels is None else p.labels for p in ordered])
        if labelled
        else None,
        index=None,
        source=None,
        name=name,
        notes=(*first.notes, f"{note}, joined in time order"),
    )

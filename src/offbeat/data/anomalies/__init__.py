"""The kinds of anomaly that can be planted: one file a kind."""

from __future__ import annotations

from offbeat.core.errors import InputError
from offbeat.core.registry import modules
from offbeat.data.anomalies._kind import KINDS, Kind, Stretch, kind, usual_deviation

__all__ = ["KINDS", "Kind", "Stretch", "check", "kind", "usual_deviation"]

modules("data/anomalies")


def check(kind: str, channels: int) -> None:
    """Refuse what a kind can't be planted in.

    Raises
    ------
    InputError
        For a break with the other channels where there are none.
    """
    if KINDS[kind].alone and channels < 2:
        raise InputError(f"{kind} needs a series of at least 2 channels, and this has {channels}; plant another kind")

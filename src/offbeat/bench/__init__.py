"""The field's benchmark in one call: detectors on a folder of labelled series, and their leaderboard."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from offbeat.bench.leaderboard import Leaderboard, leaderboard
from offbeat.bench.results import BenchResult
from offbeat.bench.runner import Settings, bench

__all__ = ["BenchResult", "Leaderboard", "Settings", "bench", "leaderboard"]


class _Called(ModuleType):
    """The folder bears the name of its function: whichever of the two `offbeat.bench` is, it can be called."""

    def __call__(self, *args: Any, **kwargs: Any) -> BenchResult:
        return bench(*args, **kwargs)


sys.modules[__name__].__class__ = _Called

"""The field's benchmark in one call: detectors on a folder of labelled series, and their leaderboard."""

from __future__ import annotations

import sys
from types import ModuleType

from offbeat.bench.leaderboard import Leaderboard, leaderboard
from offbeat.bench.results import BenchResult
from offbeat.bench.runner import BenchOptions, Settings, bench

__all__ = ["BenchOptions", "BenchResult", "Leaderboard", "Settings", "bench", "leaderboard"]


class _Called(ModuleType):
    """The folder bears the name of its function: whichever of the two `offbeat.bench` is, it can be called."""

    __call__ = staticmethod(bench)


sys.modules[__name__].__class__ = _Called

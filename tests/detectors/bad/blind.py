"""It declares to see what never leaves the usual range, and can't."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"sees_shape": "missed", "sees_frozen": "missed", "sees_correlation": "missed"}


@dataclass
class Blind(MAD):
    sees: ClassVar[frozenset[str]] = frozenset({"spike", "shape", "frozen", "correlation"})

"""It declares to see something that nobody has a word for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from offbeat.detectors.statistical.mad import MAD

FAILS: dict[str, str] = {"declaration": "unknown kinds"}


@dataclass
class UnknownWord(MAD):
    sees: ClassVar[frozenset[str]] = frozenset({"spike", "weirdness"})

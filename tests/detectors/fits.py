"""One fit for many checks: what a detector has learned from the same data is learned once a session."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields
from hashlib import sha256
from typing import Any

import pytest

from offbeat.core.detector import Detector
from offbeat.core.series import Floats

GIVEN = {"channels_", "trained_length_", "calibration_", "fit_seconds_"}
"""What the base class keeps of the data before a detector learns."""
MOST = 64
"""Fits that are kept; the checks of one detector follow one another."""


def remember(kind: type[Detector], monkeypatch: pytest.MonkeyPatch, known: dict[str, Any]) -> None:
    """Let fresh detectors of a class take from `known` what another one has learned from the same data."""
    monkeypatch.setattr(kind, "_fit", _remembered(kind._fit, known))


def _remembered(fit: Callable[[Any, Floats], None], known: dict[str, Any]) -> Callable[[Any, Floats], None]:
    def learn(detector: Detector, x: Floats) -> None:
        params = {field.name for field in fields(detector)}  # type: ignore[arg-type]
        if vars(detector).keys() - params - GIVEN:
            return fit(detector, x)  # it has learned before: whether it forgets that is for a check to find out
        key = _key(detector, x)
        if key not in known:
            fit(detector, x)
            known[key] = deepcopy({k: v for k, v in vars(detector).items() if k not in params | GIVEN})
            if len(known) > MOST:
                known.pop(next(iter(known)))
        vars(detector).update(deepcopy(known[key]))
        return None

    return learn


def _key(detector: Detector, x: Floats) -> str:
    what = f"{type(detector).__qualname__} {detector.get_params()} {x.shape} "
    return sha256(what.encode() + x.tobytes()).hexdigest()

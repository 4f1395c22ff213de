"""Every detector that there is, against every check that its declaration calls for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from offbeat.core.detector import Detector
from offbeat.core.extras import installed
from offbeat.core.params import params_of
from offbeat.core.registry import detector_entries
from offbeat.testing.suite import CHECKS


def _variants(kind: type[Detector]) -> Iterator[dict[str, Any]]:
    """The defaults, or a trial's; and with a window of its own, where the default is to have none or to choose one."""
    yield {**kind.fast_params}
    window = params_of(kind).get("window")
    if window is not None and window.optional:
        yield {**kind.fast_params, "window": 20}


def _pairs() -> Iterator[Any]:
    for entry in detector_entries().values():
        kind = entry.load(Detector)
        for params in _variants(kind):
            own = [f"[{k}={v}]" for k, v in params.items() if k not in kind.fast_params]
            name = entry.name + "".join(own)
            for check in CHECKS.values():
                if check.applies(kind):
                    marks = [pytest.mark.slow] if check.slow or own or kind.fast_params else []
                    if not installed(kind.extra):
                        marks.append(pytest.mark.skip(reason=f"the [{kind.extra}] extra is not installed"))
                    yield pytest.param(partial(kind, **params), check, id=f"{name}-{check.name}", marks=marks)


@pytest.mark.parametrize(("make", "check"), list(_pairs()))
def test_contract(make, check):
    assert not check.broken(make)


def test_there_are_detectors_and_checks():
    assert {"zscore", "seasonal_residual", "ar"} <= set(detector_entries())
    assert len(CHECKS) > 25

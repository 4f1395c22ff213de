"""What holds for all tests: one core a worker, and fewer examples in the fast run, `pytest -m "not slow"`."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

SHARE = 4
"""The fast run tries one in so many of the examples of the whole run."""
CHOSEN = "_hypothesis_internal_use_settings"
"""Where hypothesis keeps a test's settings; should it move, the fast run tries them all."""


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None):  # workers of pytest-xdist share the cores
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
            os.environ.setdefault(name, "1")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.name.endswith("[types]"))  # minutes: no worker waits for it at the end
    if "not slow" not in config.getoption("markexpr"):
        return
    for test in {item.function for item in items if isinstance(item, pytest.Function)}:
        chosen = getattr(test, CHOSEN, None)
        if chosen is not None:
            setattr(test, CHOSEN, settings(chosen, max_examples=max(1, chosen.max_examples // SHARE)))

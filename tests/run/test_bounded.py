"""Tasks in processes: all results, and what becomes of those that don't end well."""

from __future__ import annotations

import math
import operator
import os
import signal
import time
from functools import partial

import pytest

from offbeat.run.bounded import Lost, bounded


def test_a_task_that_takes_too_long_is_stopped_and_the_others_go_on():
    start = time.monotonic()
    found = dict(bounded(time.sleep, [0.0, 60.0, 0.01, 0.02], workers=1, limit=0.5))
    assert time.monotonic() - start < 30
    assert found.pop(60.0) == Lost("took longer than 0.5 seconds", too_long=True)
    assert found == {0.0: None, 0.01: None, 0.02: None}


def test_a_process_that_dies_loses_its_item_only():
    items = [partial(abs, -1), partial(signal.raise_signal, signal.SIGKILL), partial(os._exit, 3), partial(abs, -2)]
    found = [found for _, found in bounded(operator.call, items, workers=2)]
    lost = [one for one in found if isinstance(one, Lost)]
    assert sorted(one for one in found if not isinstance(one, Lost)) == [1, 2]
    assert sorted(one.reason for one in lost) == ["its process died (SIGKILL)", "its process died (exit code 3)"]
    assert not any(one.too_long for one in lost)


def test_what_a_task_raises_is_raised_here():
    with pytest.raises(ValueError, match="math domain"):
        list(bounded(math.sqrt, [1.0, -1.0], workers=1))


def test_results_come_when_they_are_there_and_a_closed_run_stops_at_once():
    start = time.monotonic()
    run = bounded(time.sleep, [60.0, 0.0], workers=2)
    assert next(run) == (0.0, None)
    run.close()
    assert time.monotonic() - start < 30


def test_nothing_to_do_starts_nothing():
    assert list(bounded(time.sleep, [], workers=2)) == []

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

from offbeat.run import cost as module
from offbeat.run.cost import costing


def test_seconds_are_those_of_the_body_also_when_it_fails():
    def stopped():
        sleep(0.02)
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"), costing() as cost:
        stopped()
    assert 0.02 <= cost.seconds < 2


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells")
def test_memory_is_the_peak_above_the_start_and_not_that_of_earlier_work():
    """In a process of its own: one that has freed much may take memory that is still its own."""
    code = (
        "import numpy as np\nfrom offbeat.run.cost import costing\nnp.ones(30_000_000)\n"
        "with costing() as large: np.ones(10_000_000)\n"
        "with costing() as small: np.ones(1000)\n"
        "print(large.memory, small.memory)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    large, small = map(float, done.stdout.split())
    assert 78e6 < large < 100e6
    assert 0 <= small < 4e6


def test_memory_is_nan_where_the_system_does_not_tell(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "_STATUS", tmp_path / "none")
    monkeypatch.setattr(module, "_RESET", tmp_path / "none" / "none")
    with costing() as cost:
        pass
    assert math.isnan(cost.memory)
    assert cost.seconds >= 0

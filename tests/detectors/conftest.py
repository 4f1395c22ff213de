"""Makes the contract's checks importable as `contract`, and the bad detectors as `offbeat.detectors.bad`.

A model file loads only what is a part of offbeat, so the bad detectors must be one as far as Python can tell.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent

collect_ignore = ["contract", "bad"]

pytest.register_assert_rewrite("contract")
sys.path.insert(0, str(HERE))

bad = ModuleType("offbeat.detectors.bad")
bad.__path__ = [str(HERE / "bad")]
sys.modules[bad.__name__] = bad

"""Makes the slow, readable twins importable, and deals labelled series to property tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "naive"))

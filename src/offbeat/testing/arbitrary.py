"""Whatever the numbers are: scores of the right length, or an error that offbeat raises on purpose."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from offbeat.core.errors import OffbeatError
from offbeat.core.series import Floats
from offbeat.testing.material import assert_honest, base
from offbeat.testing.suite import Make, check

EXTREMES = np.array([0.0, 1.0, -1.0, 1e300, -1e300, 1e-300, 1e15, 1e-15, np.nan, np.inf, -np.inf])
EXAMPLES = 15


def _arrays() -> Iterator[Floats]:
    """Yield arrays of 1 to 60 rows and 1 to 3 channels that mix plain numbers, whole ones and extreme ones."""
    rng = np.random.default_rng(0)
    for example in range(EXAMPLES):
        shape = (1 + int(rng.integers(60) * min(1, example / 5)), 1 + example % 3)
        pools = (rng.uniform(-100, 100, shape), rng.integers(-3, 4, shape).astype(float), rng.choice(EXTREMES, shape))
        mixed = np.choose(rng.integers(3, size=shape), pools)
        yield pools[example % 3] if example % 4 == 3 else mixed


@check()
def check_arbitrary_training(make: Make) -> None:
    """Check that any numbers are learned from and scored, or refused with an error of offbeat's own."""
    for x in _arrays():
        try:
            detector = make().fit(x)
        except OffbeatError:
            continue
        assert_honest(detector.score_result(x), len(x))
        assert_honest(make().fit_score(x), len(x))
        detector.band(x)


@check()
def check_arbitrary_scoring(make: Make) -> None:
    """Check that any numbers are scored by a detector that learned from usual ones."""
    fitted = {channels: make().fit(base(200, channels=channels)) for channels in (1, 2, 3)}
    for x in _arrays():
        assert_honest(fitted[x.shape[1]].score_result(x), len(x))
        fitted[x.shape[1]].band(x)

"""Whatever the numbers are: scores of the right length, or an error that offbeat raises on purpose."""

from __future__ import annotations

import numpy as np
from contract.material import assert_honest, base
from contract.suite import Make, check
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from offbeat.core.errors import OffbeatError

NUMBERS = st.one_of(
    st.floats(-100, 100),
    st.sampled_from([0.0, 1.0, -1.0, 1e300, -1e300, 1e-300, 1e15, 1e-15, np.nan, np.inf, -np.inf]),
    st.integers(-3, 3).map(float),
)
ARRAYS = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=60).map(lambda s: (s[0], 1 + s[1] % 3)),
    elements=NUMBERS,
)
QUICK = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@check()
def check_arbitrary_training(make: Make) -> None:
    @QUICK
    @given(ARRAYS)
    def learns(x: np.ndarray) -> None:
        try:
            detector = make().fit(x)
        except OffbeatError:
            return
        assert_honest(detector.score_result(x), len(x))
        assert_honest(make().fit_score(x), len(x))
        detector.band(x)

    learns()


@check()
def check_arbitrary_scoring(make: Make) -> None:
    fitted = {channels: make().fit(base(200, channels=channels)) for channels in (1, 2, 3)}

    @QUICK
    @given(ARRAYS)
    def scores(x: np.ndarray) -> None:
        assert_honest(fitted[x.shape[1]].score_result(x), len(x))
        fitted[x.shape[1]].band(x)

    scores()

"""The moving mean, centred, in O(n), with an error that does not grow with the length."""

from __future__ import annotations

from offbeat.core.series import Floats
from offbeat.core.windows import spread


def moving_mean(x: Floats, width: int) -> Floats:
    """Return the mean over the `width` rows around each row, at the ends over those that exist; same shape as `x`.

    Examples
    --------
    >>> import numpy as np
    >>> moving_mean(np.array([3.0, 0.0, 3.0, 9.0]), 3)
    array([1.5, 2. , 4. , 6. ])
    """
    first = width // 2
    # each row taken as a window of its own: the mean over all windows that cover a row is the mean over past rows
    return spread(x, width)[first : first + len(x)]

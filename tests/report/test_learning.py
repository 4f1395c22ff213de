from __future__ import annotations

import numpy as np
import pytest

from offbeat.core.series import Series
from offbeat.report.learning import attended


@pytest.mark.parametrize("n", [30, 5000])
def test_the_ground_is_darkest_where_the_network_looked(n):
    weights = np.ones(n)
    weights[2 * n // 3] = 5.0
    weights[: n // 10] = np.nan
    figure = attended(Series(np.sin(np.arange(n) / 9)[:, None], name="pump"), weights)
    top, below = figure.axes
    shades = np.asarray(top.collections[-1].get_array()).ravel()
    assert shades.argmax() / len(shades) == pytest.approx(2 / 3, abs=0.05)
    assert shades[0] == 0.0, "what was not judged is shaded"
    assert np.nanmax(below.lines[0].get_ydata()) == 5.0
    assert top.get_title(loc="left").startswith("pump")
    figure.canvas.draw()

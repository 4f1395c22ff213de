"""The frame that a series came from, or one like it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from offbeat.core.series import Series

if TYPE_CHECKING:
    import pandas as pd


def columns_of(every: Iterable[Series]) -> list[Any]:
    """Return the names of the columns that the frames of several series have, each once."""
    return list(dict.fromkeys(name for series in every for name in as_frame(series[:0]).columns))


def as_frame(series: Series) -> pd.DataFrame:
    """Return the rows of a series as the table that they came from; a copy.

    Examples
    --------
    >>> from offbeat.data.read import read
    >>> as_frame(read({"day": ["2024-01-01", "2024-01-02"], "load": [1, 2], "by": ["Ann", "Ben"]}))
              day  load   by
    0  2024-01-01     1  Ann
    1  2024-01-02     2  Ben
    """
    import pandas as pd

    source = series.source
    if source is not None and source.frame is not None:
        given: pd.DataFrame = source.table.copy()
        return given
    frame = pd.DataFrame(series.values, index=series.to_index(), columns=list(series.channels))
    if source is None or source.id is None:
        return frame
    if series.time is not None:
        frame = frame.reset_index()
    frame.insert(0, source.id, series.name)
    return frame.set_axis(np.asarray(source.rows), axis="index")

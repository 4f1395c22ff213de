"""Yahoo S5: folders A1Benchmark to A4Benchmark, one labelled CSV file per series.

To get it, ask Yahoo Webscope for the data set S5; its terms forbid passing it on.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from offbeat.core.series import Series
from offbeat.data.datasets._collection import Labelled, Reader, column, dates, files, frame, numbers


def find(folder: Path) -> dict[str, Reader]:
    """Find the series of Yahoo S5, named as in "A1Benchmark/real_1".

    Only `value` is a channel; change points, and the parts that A3 and A4 were made of, are left out. A1 counts its
    hours from 1 and keeps these numbers as times; the others have dates.
    """
    paths = files(folder, "A[1-4]Benchmark/*.csv", "A1Benchmark to A4Benchmark")
    return {
        path.relative_to(folder).with_suffix("").as_posix(): partial(_read, path)
        for path in paths
        # the whole folder once more in one file
        if not path.stem.endswith("_all")
    }


def _read(path: Path) -> Labelled:
    table = frame(path)
    stamps = column(path, table, "timestamp", "timestamps")
    time = numbers(path, stamps.to_frame())[:, 0].astype(np.int64)
    labels = column(path, table, "is_anomaly", "anomaly").to_numpy() == 1
    values = numbers(path, column(path, table, "value").to_frame())
    is_count = path.parent.name.startswith("A1")
    return Labelled(Series(values, time if is_count else dates(path, stamps, unit="s"), ("value",), path.stem, labels))

"""NAB, the Numenta Anomaly Benchmark.

`data/GROUP/NAME.csv` with timestamp and value, and windows in a JSON file.

To get it, clone github.com/numenta/NAB (MIT, before December 2024 AGPL-3.0) and give the clone's folder.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from offbeat.core.errors import InputError
from offbeat.core.series import Series
from offbeat.data.datasets._collection import Labelled, Reader, column, dates, files, frame, numbers


def find(folder: Path) -> dict[str, Reader]:
    """Find the series of NAB, named as in "realKnownCause/nyc_taxi".

    The labels are the windows of labels/combined_windows.json, both ends included.
    """
    windows = _windows(folder / "labels" / "combined_windows.json")
    root = folder / "data"
    paths = files(root, "*/*.csv", "NAB's data/ and labels/")
    return {
        path.relative_to(root).with_suffix("").as_posix(): partial(
            _read, path, windows.get(path.relative_to(root).as_posix())
        )
        for path in paths
    }


def _windows(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise InputError(f"no file {path}; give the folder that holds NAB's data/ and labels/")
    try:
        windows: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise InputError(f"{path} is not JSON: {error}") from None
    return windows


def _read(path: Path, windows: list[list[str]] | None) -> Labelled:
    table = frame(path)
    values = numbers(path, column(path, table, "value").to_frame())
    time = dates(path, column(path, table, "timestamp"))
    inside = np.zeros(len(time), dtype=np.bool_)
    for first, last in windows or ():
        inside |= (time >= np.datetime64(first)) & (time <= np.datetime64(last))
    return Labelled(Series(values, time, ("value",), path.stem, None if windows is None else inside))

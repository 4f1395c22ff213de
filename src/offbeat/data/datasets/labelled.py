"""Any folder of CSV files with `Label` as last column, one file per series.

Its folders are collections.

To get it, write your own series so, or take published ones that are: the archives of TSB-AD are. A file MANIFEST.csv
with the columns `path` and `train_end` tells how many rows of each file are for training; else a file's name can, as
in pump_tr_1000.csv.
"""

from __future__ import annotations

import math
import re
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from offbeat.core.errors import InputError
from offbeat.core.series import Series
from offbeat.data.datasets._collection import Labelled, Reader, column, files, frame, numbers

MANIFEST = "MANIFEST.csv"
TIMES = ("timestamp", "time", "date", "datetime", "index")
"""Columns of these names are no values, nor is one without a name or a first one of dates."""

_TRAIN = re.compile(r"_tr_(\d+)(?=_|$)")


def find(folder: Path) -> dict[str, Reader]:
    """Find the series, named by path without suffix, as in "pumps/left"."""
    what = "CSV files whose last column is Label"
    lengths = _lengths(folder / MANIFEST)
    found: dict[str, Reader] = {}
    for path in files(folder, "**/*.csv*", what):
        place = path.relative_to(folder).as_posix()
        if path.name != MANIFEST and path.name.endswith((".csv", ".csv.gz")):
            name = place.removesuffix(".gz").removesuffix(".csv")
            found[name] = partial(_read, path, name, lengths.get(place, _in_name(name)))
    if not found:
        raise InputError(f"{folder} holds no series; give the folder that holds {what}")
    return found


def _in_name(name: str) -> int | None:
    match = _TRAIN.search(name)
    return None if match is None else int(match[1])


def _lengths(manifest: Path) -> dict[str, int | None]:
    """Return the number of training rows by path, from a list if there is one."""
    if not manifest.is_file():
        return {}
    table = frame(manifest)
    paths, ends = column(manifest, table, "path"), numbers(manifest, column(manifest, table, "train_end"))
    return {str(path): None if math.isnan(end) or end <= 0 else int(end) for path, end in zip(paths, ends, strict=True)}


def _read(path: Path, name: str, train_end: int | None) -> Labelled:
    table = frame(path)
    if len(table.columns) < 2 or str(table.columns[-1]).lower() != "label":
        raise InputError(f"{path}: the last column is {table.columns[-1]!r} and should be 'Label'")
    marks = numbers(path, table.iloc[:, -1])
    if not np.isin(marks, (0.0, 1.0)).all():
        raise InputError(f"{path}: the column Label holds {marks[~np.isin(marks, (0.0, 1.0))][0]:g}; it must be 0 or 1")
    kept = [place for place in range(len(table.columns) - 1) if not _is_time(table, place)]
    if not kept or not len(table):
        raise InputError(f"{path} has no values beside its times and labels")
    values = numbers(path, table.iloc[:, kept])
    channels = tuple(str(table.columns[place]) for place in kept)
    return Labelled(Series(np.where(np.isinf(values), np.nan, values), None, channels, name, marks == 1), train_end)


def _is_time(table: Any, place: int) -> bool:
    head, cells = str(table.columns[place]), table.iloc[:, place]
    if head.lower() in TIMES or head.startswith("Unnamed:"):
        return True
    if place > 0 or cells.dtype.kind in "fiub":
        return False
    import pandas as pd

    return bool(pd.to_datetime(cells.head(5), format="mixed", errors="coerce").notna().all())

"""Backblaze drive statistics: one CSV file per day, one row per drive.

With its SMART values and whether it failed that day.

To get it, see www.backblaze.com (Hard Drive Test Data), whose terms are: name the source, and don't sell the data.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from offbeat.core.errors import InputError
from offbeat.core.series import Series
from offbeat.data.datasets._collection import Labelled, Reader, dates, files, frame, numbers

_KEYS = ("date", "serial_number", "model", "failure")


def find(folder: Path, model: str | None = None, columns: tuple[str, ...] = ()) -> dict[str, Reader]:
    """Find the drives by serial number: daily rows, labelled on the day of failure.

    All files are read at once, since each holds one day of every drive. A quarter of a year is tens of millions of
    values a column, so name the model and the columns that you need.

    Parameters
    ----------
    folder
        The one with files such as 2023-01-01.csv, here or in folders below.
    model
        Only the drives of this model; None is all.
    columns
        The values to read; none named is every smart_*_raw.
    """
    wanted = set(columns)
    days = []
    for path in files(folder, "**/[0-9]*-[0-9]*-[0-9]*.csv", "files such as 2023-01-01.csv"):
        day = frame(path, usecols=lambda name: name in _KEYS or (name in wanted if wanted else _is_raw(name)))
        _check(path, day, wanted)
        day = day if model is None else day[day["model"] == model]
        days.append(day.assign(date=dates(path, day["date"])))
    return _drives(folder, days, model)


def _is_raw(name: str) -> bool:
    return name.startswith("smart_") and name.endswith("_raw")


def _check(path: Path, day: Any, wanted: set[str]) -> None:
    for name in (*_KEYS, *sorted(wanted)):
        if name not in day.columns:
            raise InputError(f"{path} has no column {name}; Backblaze's files have, and smart_*_raw")


def _drives(folder: Path, days: list[Any], model: str | None) -> dict[str, Reader]:
    import pandas as pd

    # of some quarters the columns differ from day to day
    table = pd.concat(days, ignore_index=True).sort_values(["serial_number", "date"], kind="stable")
    if not len(table):
        raise InputError(f"{folder}: no drive of model {model!r}; name another, or none for all")
    drives = table.groupby("serial_number", sort=False)
    return {str(serial): partial(_read, folder, str(serial), drive) for serial, drive in drives}


def _read(folder: Path, serial: str, drive: Any) -> Labelled:
    values = drive.drop(columns=list(_KEYS))
    labels = drive["failure"].to_numpy() == 1
    time = drive["date"].to_numpy(dtype="datetime64[ns]")
    return Labelled(Series(numbers(folder, values), time, tuple(values.columns), serial, labels))

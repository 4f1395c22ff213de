"""The UCR anomaly archive: one text file per series.

The training length and the one anomaly are in the file's name.

To get it, see www.cs.ucr.edu/~eamonn/time_series_data_2018 (no licence is stated); give the folder of the text files.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import numpy as np

from offbeat.core.errors import InputError
from offbeat.core.series import Series
from offbeat.data.datasets._collection import Labelled, Reader, files

_NAME = re.compile(r"(\d+)_UCR_Anomaly_(.+)_(\d+)_(\d+)_(\d+)")


def find(folder: Path) -> dict[str, Reader]:
    """Find the series of the archive, named as in "001_DISTORTED1sddb40".

    The three numbers of the file's name are the training length and the first and last point of the anomaly, counted
    from 1 as in Matlab, both included.
    """
    found: dict[str, Reader] = {}
    for path in files(folder, "**/*_UCR_Anomaly_*.txt", "files such as 001_UCR_Anomaly_NAME_35000_52000_52620.txt"):
        match = _NAME.fullmatch(path.stem)
        if match is None:
            raise InputError(f"{path}: the file's name does not end in three numbers, as the archive's names do")
        number, name, *marks = match.groups()
        found[f"{number}_{name}"] = partial(_read, path, *map(int, marks))
    return found


def _read(path: Path, train_end: int, first: int, last: int) -> Labelled:
    try:
        # some files hold one number a line, some all in one line
        values = np.array(path.read_text().split(), dtype=np.float64)
    except ValueError as error:
        raise InputError(f"{path}: {error}; its values must be numbers") from None
    if not 1 <= first <= last <= len(values):
        raise InputError(f"{path}: the anomaly from {first} to {last} is not inside its {len(values)} points")
    labels = np.zeros(len(values), dtype=np.bool_)
    labels[first - 1 : last] = True
    return Labelled(Series(values[:, None], None, ("value",), path.stem, labels), train_end)

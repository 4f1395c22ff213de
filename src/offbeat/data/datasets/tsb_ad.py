"""TSB-AD: CSV files with `Label` as last column and the training length in the name.

To get it, see github.com/TheDatumOrg/TSB-AD for the archives TSB-AD-U and TSB-AD-M; each source keeps its licence.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from offbeat.core.errors import InputError
from offbeat.core.series import Series
from offbeat.data.datasets._collection import Labelled, Reader, files, frame, numbers

_NAME = re.compile(r".+_tr_(\d+)_1st_(\d+)\.csv(\.gz)?")


def find(folder: Path) -> dict[str, Reader]:
    """Find the series, named as their files without the ending, as in "001_NAB_id_1_Facility_tr_1007_1st_2014"."""
    paths = files(folder, "**/*_tr_*_1st_*.csv*", "files such as 001_NAB_id_1_Facility_tr_1007_1st_2014.csv")
    return {path.name.partition(".csv")[0]: partial(_read, path) for path in paths}


def _read(path: Path) -> Labelled:
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise InputError(f"{path}: the file's name does not end in _tr_NUMBER_1st_NUMBER.csv")
    table = frame(path)
    if len(table.columns) < 2 or table.columns[-1] != "Label":
        raise InputError(f"{path}: the last column is {table.columns[-1]!r} and should be 'Label'")
    values = numbers(path, table.iloc[:, :-1])
    labels = table["Label"].to_numpy() == 1
    channels = tuple(map(str, table.columns[:-1]))
    return Labelled(Series(values, None, channels, path.name.partition(".csv")[0], labels), int(match[1]))

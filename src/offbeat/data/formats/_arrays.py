"""Tables of arrays with names, for numpy's and MATLAB's files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from offbeat.core.errors import InputError, unknown
from offbeat.data.formats._json_series import free_name
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Table

if TYPE_CHECKING:
    import pandas as pd

_WIDE = 2
"""An array that has more than so many times as many columns as rows may have its channels in rows."""


def array_tables(arrays: Mapping[str, Any], place: str, options: Options) -> list[Table]:
    """Return arrays of one length as the columns of one table, and others as a table each.

    Parameters
    ----------
    arrays
        By name; the name is empty for the only array of a file that gives none. Single numbers become notes.
    place
        The name of the file.
    options
        `sheet` names one of the arrays, `shape` says whether rows are channels.

    Raises
    ------
    InputError
        Where there is no array of numbers, or it is not clear whether rows are channels.
    UnknownNameError
        For an array that is not there.
    """
    single = {name: array for name, array in arrays.items() if array.size == 1}
    chosen = {name: np.squeeze(array) for name, array in arrays.items() if array.size > 1}
    chosen = {name: array for name, array in chosen.items() if array.dtype.kind not in "V" or array.dtype.names}
    if options.sheet is not None:
        if options.sheet not in chosen:
            raise unknown("array", options.sheet, chosen)
        chosen = {str(options.sheet): chosen[str(options.sheet)]}
    if not any(array.dtype.kind in "biufc" or array.dtype.names for array in chosen.values()):
        raise InputError(f"{place} holds no array of numbers; give one with rows for times and columns for channels")
    notes = tuple(f"{name} is {array.item()}" for name, array in single.items() if name)
    together = _together(chosen)
    if together is not None:
        return [Table(frame=_frame(together, place, options), notes=notes)]
    return [
        Table(name=name, frame=_frame({name: array}, place, options), notes=notes) for name, array in chosen.items()
    ]


def _together(arrays: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return arrays of one length, those of channels in rows turned; None where the lengths differ."""
    lengths = Counter(len(array) for array in arrays.values() if array.ndim == 1 or array.dtype.names)
    if len(arrays) == 1 or not lengths:
        same = len({array.shape[0] for array in arrays.values()}) == 1
        return dict(arrays) if same else None
    length = lengths.most_common(1)[0][0]
    made = {}
    for name, array in arrays.items():
        turned = array.ndim == 2 and array.shape[0] != length == array.shape[1]
        made[name] = array.T if turned else array
    return made if all(len(array) == length for array in made.values()) else None


def _frame(arrays: Mapping[str, Any], place: str, options: Options) -> pd.DataFrame:
    import pandas as pd

    columns: dict[str, Any] = {}
    for name, array in arrays.items():
        for title, cells in _columns(name, array, place, options, alone=len(arrays) == 1):
            columns[free_name(title, columns)] = cells
    return pd.DataFrame(columns)


def _columns(name: str, array: Any, place: str, options: Options, *, alone: bool) -> list[tuple[str, Any]]:
    """Return the columns of an array: c0, c1, ... of the only one, else with the name of the array before them."""
    if array.dtype.names:
        fields = [(title, array[title]) for title in array.dtype.names]
        parts = [_columns(title, cells, place, options, alone=False) for title, cells in fields]
        return [column for part in parts for column in part]
    if array.ndim == 1:
        return [(name or "value", _plain(array, place))]
    if array.ndim > 2:
        example = f'numpy.load("{place}")[0]' if place.endswith(".npy") else "one part of it"
        raise InputError(
            f"{name or 'the array'} of {place} has the shape {array.shape}; give {example}, of two dimensions"
        )
    rows, width = array.shape
    if options.shape == "wide-rows":
        array, width = array.T, rows
    elif width > _WIDE * rows and options.shape is None:
        what = f"{name} of {place}" if name else place
        raise InputError(
            f"{what} has {rows} rows and {width} columns; where each row is a channel, add --shape wide-rows, "
            f"else --shape tall"
        )
    plain = _plain(array, place)
    return [(f"c{i}" if alone else f"{name}.{i}", plain[:, i]) for i in range(width)]


def _plain(array: Any, place: str) -> Any:
    """Return numbers in the byte order of this machine, times, or text."""
    kind = array.dtype.kind
    if kind == "c":
        raise InputError(f"{place} holds complex numbers; save numpy.abs of them, or their real parts")
    if kind == "b" or array.dtype == np.float16:
        return array.astype(np.float64)
    if kind == "m":
        return array / np.timedelta64(1, "s")
    if kind == "S":
        return np.char.decode(array, "utf-8", "replace").astype(object)
    return array.astype(object) if kind == "U" else array.astype(array.dtype.newbyteorder("="))

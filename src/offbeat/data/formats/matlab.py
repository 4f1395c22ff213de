"""MATLAB files (.mat) of the versions 4 to 7, by scipy."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from offbeat.core.errors import InputError
from offbeat.data.formats._arrays import array_tables
from offbeat.data.formats._matlab_check import check_matlab
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile, Table

_NEW = b"MATLAB 7.3 MAT-file"
_OLD = b"MATLAB 5.0 MAT-file"


class Matlab(Format):
    """Variables of MATLAB: arrays of numbers, also those inside structs, as DATA.FIELD."""

    title = "a MATLAB file"
    suffixes = (".mat",)
    takes = frozenset(("sheet",))

    def recognises(self, file: InputFile) -> bool:
        """Whether it begins as such files do; those of version 4 are known by their ending."""
        return file.head.startswith((_NEW, _OLD)) or (file.suffix == ".mat" and b"\x00" in file.head[:20])

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return variables of one length as one table, others as a table each."""
        if file.head.startswith(_NEW):
            commands = f"load('{file.name}'), then save('{file.stem}7.mat', '-v7')"
            raise InputError(
                f"{file.name} is a MATLAB file of version 7.3; in MATLAB, type {commands}, and give that file"
            )
        return array_tables(_variables(file), file.name, options)


def _variables(file: InputFile) -> dict[str, Any]:
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    failures = (MatReadError, ValueError, TypeError, LookupError, OSError, ArithmeticError, MemoryError, RuntimeError)
    try:
        if file.head.startswith(_OLD):
            check_matlab(file.path.read_bytes())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of variables that stand twice, or objects that are left out
            return dict(_arrays(loadmat(str(file.path), appendmat=False, simplify_cells=True)))
    except (*failures, zlib.error) as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
        raise InputError(f"{file.name} can't be read as a MATLAB file: {reason}; save it again") from None


def _arrays(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield arrays by their paths: fields of structs with dots, and lists of structs field by field."""
    import numpy as np

    if isinstance(value, dict):
        for name, inner in value.items():
            if not name.startswith("__"):
                yield from _arrays(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        for name in value[0]:
            yield from _arrays(np.array([one.get(name) for one in value]), f"{path}.{name}")
    elif hasattr(value, "toarray"):  # a sparse matrix
        value.check_format(full_check=True)
        yield path, value.toarray()
    elif value is not None:
        array = np.asarray(value)
        if array.dtype == object and all(isinstance(cell, str) for cell in array.flat):
            array = array.astype(str)
        if array.dtype != object and array.size:
            yield path, array

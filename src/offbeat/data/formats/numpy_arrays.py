"""Files of numpy: .npy with one array, .npz with several."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable
from tokenize import TokenError
from typing import Any

from offbeat.core.errors import InputError
from offbeat.data.formats._arrays import array_tables
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile, Table

_MAGIC = b"\x93NUMPY"
_FAILURES = (
    ValueError, TypeError, EOFError, OSError, MemoryError, ArithmeticError, LookupError, NotImplementedError,
    SyntaxError, TokenError, zlib.error, zipfile.BadZipFile,
)  # fmt: skip
"""What numpy raises for damaged files."""


class NumpyArrays(Format):
    """Arrays of numpy: a row is a time and a column a channel; arrays of one length stand side by side."""

    title = "a file of numpy"
    suffixes = (".npy", ".npz")
    takes = frozenset(("sheet",))

    def recognises(self, file: InputFile) -> bool:
        """Whether it begins as such files do."""
        name_length = int.from_bytes(file.head[26:28], "little")
        packed = file.head.startswith(b"PK\x03\x04") and file.head[30 : 30 + name_length].endswith(b".npy")
        return packed or file.head.startswith(_MAGIC)

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return arrays of one length as one table, others as a table each; objects of Python are refused."""
        return array_tables(_arrays(file), file.name, options)


def _arrays(file: InputFile) -> dict[str, Any]:
    import numpy as np

    try:
        with file.path.open("rb") as stream:
            loaded = np.load(stream, allow_pickle=False)
            return {"": loaded} if isinstance(loaded, np.ndarray) else {name: loaded[name] for name in loaded.files}
    except _FAILURES as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        if "pickle" in reason:
            remedy = "save the numbers alone, as array.astype(float)"
            raise InputError(f"{file.name} holds objects of Python, which may run code; {remedy}") from None
        raise InputError(f"{file.name} can't be read as a file of numpy: {reason}; save it again") from None

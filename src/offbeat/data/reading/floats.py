"""Delimited text to frames, block by block, with every number the same bits as `float(text)`.

The parser of pandas is fast, and exact for numbers of at most 15 digits without an exponent. A block that may hold
longer ones is read by pyarrow where that is installed, else by the slower exact parser of pandas.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

BLOCK_BYTES = 1 << 22
"""Bytes that are made numbers at one time."""
SAFE_DIGITS = 16
"""Longest run of digits and decimal mark that is read exactly: with a mark 15 digits, without one below 10**16."""

_PIECE = 1 << 18  # what the processor keeps at hand
_ROWS = 1_000_000
_KNOWN = frozenset((
    "sep", "decimal", "header", "names", "index_col", "usecols", "dtype", "na_values", "na_filter", "keep_default_na",
    "skipinitialspace", "skip_blank_lines", "engine", "low_memory",
))  # fmt: skip


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, about `size`; none at the end."""


def read_frames(source: Readable, *, lenient: bool = False, **how: Any) -> Iterator[pd.DataFrame]:
    """Yield the rows of a delimited text, some megabytes at a time.

    Parameters
    ----------
    source
        UTF-8 text that begins with the first row of data.
    lenient
        Whether a block with a cell that is no number in a column of numbers comes as text, where no row of the text
        goes on behind a line break; else that is an error.
    how
        The arguments of `pandas.read_csv`, with `names` and, for each column of numbers, a `dtype`.

    Raises
    ------
    ValueError
        For a cell that is no number in a column of numbers, as from `pandas.read_csv`.
    """
    rest = b""
    while part := _next(source):
        block = rest + part
        if not _quotes_closed(block):
            yield from _stream(_Joined(block, source), how)
            return
        end = block.rfind(b"\n") + 1
        rest = block[end:]
        if end:
            yield _taken(block[:end], lenient, how)
    if rest:
        yield _taken(rest, lenient, how)


def _taken(block: bytes, lenient: bool, how: dict[str, Any]) -> pd.DataFrame:
    try:
        return read_block(block, **how)
    except UnicodeDecodeError:
        raise
    except ValueError:
        if not lenient:
            raise
    return _by_pandas(block, {**how, "dtype": str, "na_values": None, "na_filter": False}, None)


def _next(source: Readable) -> bytes:
    """Return the bytes of one more block, read in pieces: who counts cells on the way is faster so."""
    parts: list[bytes] = []
    while sum(map(len, parts)) < BLOCK_BYTES and (part := source.read(min(_PIECE, BLOCK_BYTES))):
        parts.append(part)
    return b"".join(parts)


def read_block(block: bytes, **how: Any) -> pd.DataFrame:
    """Return the rows of a block that ends where a row ends; arguments and errors are those of `read_frames`."""
    careless = how.get("thousands") is None and not needs_care(block, how.get("decimal", "."))
    if careless or not _numeric(how):
        return _by_pandas(block, how, "high")
    frame = _by_arrow(block, how)
    if frame is not None:
        return frame
    try:
        return _by_pandas(block, how, "round_trip")
    except ValueError as error:
        return _by_hand(block, how, error)


def needs_care(block: bytes, decimal: str = ".") -> bool:
    """Whether the block may hold a number of more than 15 digits, or with an exponent.

    Examples
    --------
    >>> needs_care(b"2020-01-01 00:00:00,0.125"), needs_care(b"0.1234567890123456"), needs_care(b"1e-05")
    (False, True, True)
    """
    codes = np.frombuffer(block, dtype=np.uint8)
    return any(
        _long_or_scaled(codes[first : first + _PIECE + SAFE_DIGITS], decimal) for first in range(0, len(codes), _PIECE)
    )


def _long_or_scaled(codes: NDArray[np.uint8], decimal: str) -> bool:
    first = ord("." if decimal == "." else ",")  # from the decimal mark to the digit 9 in the order of bytes
    digits = (codes - first) <= ord("9") - first
    if (digits[:-1] & ((codes[1:] | 32) == ord("e"))).any():
        return True
    run, have = digits, 1
    while have <= SAFE_DIGITS:
        step = min(have, SAFE_DIGITS + 1 - have)
        run = run[:-step] & run[step:]
        have += step
    return bool(run.any())


def _quotes_closed(block: bytes) -> bool:
    """Whether no row may go on behind a line break: each line has an even number of quotation marks."""
    if b'"' not in block:
        return True
    codes = np.frombuffer(block, dtype=np.uint8)
    marks, ends = np.flatnonzero(codes == ord('"')), np.flatnonzero(codes == ord("\n"))
    return not (np.searchsorted(marks, ends) % 2).any()


class _Joined:
    """Bytes that were read already, then the rest."""

    def __init__(self, block: bytes, source: Readable) -> None:
        self._block = io.BytesIO(block)
        self._source = source

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._block)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        return self._block.read(size) or self._source.read(size)


def _stream(source: Any, how: dict[str, Any]) -> Iterator[pd.DataFrame]:
    import pandas as pd

    with pd.read_csv(source, float_precision="round_trip", chunksize=_ROWS, **how) as reader:
        yield from reader


def _by_pandas(block: bytes, how: dict[str, Any], precision: Any) -> pd.DataFrame:
    import pandas as pd

    frame: pd.DataFrame = pd.read_csv(io.BytesIO(block), float_precision=precision, **how)
    return frame


def _numeric(how: dict[str, Any]) -> dict[str, np.dtype[Any]]:
    """Return the columns that are read as numbers."""
    used = how.get("usecols") or how["names"]
    kinds = {name: kind for name, kind in how.get("dtype", {}).items() if name in used}
    return {name: np.dtype(kind) for name, kind in kinds.items() if kind in (np.float64, np.int64)}


def _by_arrow(block: bytes, how: dict[str, Any]) -> pd.DataFrame | None:
    """Return the block with its numbers read by pyarrow, all else by pandas; None where they may differ."""
    kinds, absent = _numeric(how), _absent(how)
    odd = b'"' in block or b"(" in block or block.count(b"\r") != block.count(b"\r\n")
    if odd or absent is None or not how.keys() <= _KNOWN or len(how["sep"]) != 1:
        return None
    import pandas as pd

    table = _arrow_table(block, how, kinds, absent)
    if table is None:
        return None
    numbers = {name: table[name].to_numpy() for name in kinds}
    for name, column in numbers.items():
        if column.dtype != kinds[name] or int(np.isnan(column).sum()) != table[name].null_count:
            return None
    used = [name for name in how["names"] if name in (how.get("usecols") or how["names"])]
    words = [name for name in used if name not in kinds]
    if not words:
        return pd.DataFrame(numbers, columns=used)
    frame = _by_pandas(block, {**how, "usecols": words}, "high")
    return frame.assign(**numbers)[used] if len(frame) == table.num_rows else None


def _absent(how: dict[str, Any]) -> list[str] | None:
    """Return the words that stand for no number; None where they differ from column to column."""
    words = how.get("na_values") or []
    each = [words.get(name, []) for name in _numeric(how)] if isinstance(words, dict) else [words]
    return list(each[0]) if all(list(one) == list(each[0]) for one in each) else None


def _arrow_table(block: bytes, how: dict[str, Any], kinds: dict[str, np.dtype[Any]], absent: list[str]) -> Any:
    """Return the columns of numbers as pyarrow reads them; None where it can't, or is not installed."""
    try:
        pa, csv = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.csv")
    except ImportError:
        return None
    try:
        return csv.read_csv(
            pa.BufferReader(block),
            csv.ReadOptions(column_names=list(how["names"])),
            csv.ParseOptions(
                delimiter=how["sep"], quote_char=False, ignore_empty_lines=how.get("skip_blank_lines", True)
            ),
            csv.ConvertOptions(
                include_columns=list(kinds),
                column_types={name: pa.from_numpy_dtype(kind) for name, kind in kinds.items()},
                null_values=absent,
                decimal_point=how.get("decimal", "."),
            ),
        )
    except pa.ArrowInvalid:  # a cell or a row that pandas takes, or refuses in its own words
        return None


def _by_hand(block: bytes, how: dict[str, Any], error: ValueError) -> pd.DataFrame:
    """Return the block number by number: pandas refuses 1e400, which is infinite; `error` is what it raised."""
    floats = [name for name, kind in _numeric(how).items() if kind == np.float64]
    try:
        frame = _by_pandas(block, {**how, "dtype": {**how.get("dtype", {}), **dict.fromkeys(floats, str)}}, None)
        for name in floats:
            frame[name] = [_number(cell, how) for cell in frame[name]]
    except ValueError:
        raise error from None
    return frame


def _number(cell: Any, how: dict[str, Any]) -> float:
    if not isinstance(cell, str):
        return float(cell)
    text = cell.replace(how.get("thousands") or "", "").replace(how.get("decimal", "."), ".")
    if "_" in text or not text.isascii():
        raise ValueError(f"{cell!r} is no number")
    return float(text)

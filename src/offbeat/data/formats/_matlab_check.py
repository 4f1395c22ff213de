"""Whether a MATLAB file of version 5 is whole: scipy's reader trusts its sizes, and a wrong one ends the process."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from math import prod
from typing import NamedTuple

_MATRIX, _COMPRESSED = 14, 15
_SIZES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8, 16: 1, 17: 2, 18: 4}
"""Bytes of a number or a character, by the code of its type."""
_CELL, _STRUCT, _OBJECT, _CHAR, _SPARSE = 1, 2, 3, 4, 5
_NUMERIC = range(6, 16)
_OPAQUE = (16, 17)
"""Functions and objects, which are left out."""
_DEPTH = 50


class DamagedError(ValueError):
    """A MATLAB file that contradicts itself."""


class _Element(NamedTuple):
    kind: int
    data: bytes


def check_matlab(content: bytes) -> None:
    r"""Raise `DamagedError` where sizes, types and shapes of a file's elements contradict one another.

    Examples
    --------
    >>> check_matlab(b"MATLAB 5.0 MAT-file".ljust(124) + b"\0\1IM" + b"\x0e\0\0\0\x40\0\0\0")
    Traceback (most recent call last):
    ...
    offbeat.data.formats._matlab_check.DamagedError: the end is missing
    """
    order = {b"IM": "<", b"MI": ">"}.get(content[126:128])
    if order is None:
        raise DamagedError("the header is not that of a MATLAB file")
    for element in _elements(content[128:], order):
        inner = _elements(zlib.decompress(element.data), order) if element.kind == _COMPRESSED else [element]
        for variable in inner:
            if variable.kind != _MATRIX:
                raise DamagedError(f"a variable has the unknown type {variable.kind}")
            _check_matrix(variable.data, order, 0)


def _elements(data: bytes, order: str) -> Iterator[_Element]:
    """Yield the elements of some bytes; each but a compressed one is filled up to 8 bytes."""
    at = 0
    while at < len(data):
        if len(data) - at < 8:
            raise DamagedError("the end is missing")
        word, length = struct.unpack_from(f"{order}II", data, at)
        if word >> 16:  # a small element: length, type and data in 8 bytes
            kind, length, start, after = word & 0xFFFF, word >> 16, at + 4, at + 8
            if length > 4:
                raise DamagedError("a small element is too long")
        else:
            kind, start = word, at + 8
            after = start + length + (0 if kind == _COMPRESSED else -length % 8)
        if start + length > len(data):
            raise DamagedError("the end is missing")
        yield _Element(kind, data[start : start + length])
        at = after


def _check_matrix(data: bytes, order: str, depth: int) -> None:
    if depth > _DEPTH:
        raise DamagedError("structs are nested too deeply")
    parts = list(_elements(data, order))
    kind, several = _flags(parts, order) if parts else (_OPAQUE[0], 1)
    if kind in _OPAQUE:
        return
    count = _count(parts[1:3], order)
    rest = parts[3:]
    if kind in _NUMERIC:
        _check_numbers(rest, count, several)
    elif kind in (_CELL, _STRUCT, _OBJECT):
        _check_inner(rest, kind, count, order, depth)
    elif kind == _CHAR:
        if len(rest) != 1 or rest[0].kind not in _SIZES or (count == 0) != (not rest[0].data):
            raise DamagedError("a text has no characters")
    elif kind != _SPARSE or len(rest) != 2 + several or any(part.kind not in _SIZES for part in rest):
        raise DamagedError("a variable has an unknown class")


def _flags(parts: list[_Element], order: str) -> tuple[int, int]:
    """Return the class of a variable, and how many parts its numbers have: two where they are complex."""
    if parts[0].kind != 6 or len(parts[0].data) != 8:
        raise DamagedError("a variable has no flags")
    (flags,) = struct.unpack_from(f"{order}I", parts[0].data)
    return flags & 0xFF, 2 if flags & 0x800 else 1


def _count(parts: list[_Element], order: str) -> int:
    """Return how many cells a variable's shape has room for, from what holds the shape and the name."""
    if [part.kind for part in parts] != [5, 1] or len(parts[0].data) % 4 or len(parts[0].data) < 8:
        raise DamagedError("a variable has no shape or no name")
    shape = struct.unpack(f"{order}{len(parts[0].data) // 4}i", parts[0].data)
    if min(shape) < 0:
        raise DamagedError(f"a variable has the shape {shape}")
    return prod(shape)


def _check_numbers(parts: list[_Element], count: int, several: int) -> None:
    if len(parts) != several:
        raise DamagedError("a variable has no numbers")
    for part in parts:
        if part.kind not in _SIZES or len(part.data) != count * _SIZES[part.kind]:
            raise DamagedError("a variable has more or fewer numbers than its shape has room for")


def _check_inner(parts: list[_Element], kind: int, count: int, order: str, depth: int) -> None:
    """Check a cell array's or a struct's variables: as many as its shape has room for, in each field."""
    if kind == _OBJECT:
        parts = parts[1:]
    if kind != _CELL:
        if len(parts) < 2 or parts[0].kind != 5 or len(parts[0].data) != 4 or parts[1].kind != 1:
            raise DamagedError("a struct has no fields")
        (width,) = struct.unpack(f"{order}i", parts[0].data)
        if width < 1 or len(parts[1].data) % width:
            raise DamagedError("the fields of a struct have no names")
        count *= len(parts[1].data) // width
        parts = parts[2:]
    if len(parts) != count or any(part.kind != _MATRIX for part in parts):
        raise DamagedError("a struct or a cell array is not complete")
    for part in parts:
        _check_matrix(part.data, order, depth + 1)

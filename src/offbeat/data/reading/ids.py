"""Which column says to which series a row belongs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.data.reading.calendars import role_of
from offbeat.data.reading.columns import Column

_ID = frozenset((
    "id", "ids", "uid", "uuid", "key", "series", "serial", "serial_number", "serialnumber", "sensor", "stn", "machine",
    "device", "host", "hostname", "instance", "entity", "station", "unit", "asset", "item", "metric", "name",
    "group", "kpi", "meter", "zone", "store", "shop", "engine", "pump", "turbine", "site", "node", "channel",
    "tag", "var_name", "varname", "location", "loc", "region", "country", "city", "building", "room", "plant",
    "line", "customer", "product", "sku", "symbol", "ticker", "household", "well", "vehicle", "truck", "robot",
    "server", "vm", "pod", "service", "cell", "account", "point", "dept",
))  # fmt: skip
_CODES = frozenset(("id", "uid", "uuid", "no", "nr", "number", "num", "serial", "code", "key", "name", "tag"))
_TURNS = 0.5
"""The share of rows with another word than the row above from which on words take turns."""
_MOST = 0.001
"""Rows that may repeat a time under one id, as a share of all."""


@dataclass(frozen=True)
class Ids:
    """The columns of the id, and why; `candidates` are others that could be it."""

    names: tuple[str, ...] = ()
    why: str = ""
    candidates: tuple[str, ...] = ()


def says_id(column: Column) -> bool:
    """Whether the name says that the column holds ids."""
    words = column.words_of_name
    return (
        column.word in _ID
        or words[-1] in ("id", "uuid", "uid")
        or (len(words) > 1 and (words[0] in _ID and words[-1] in _CODES))
    )


def find_ids(free: Sequence[Column], times: NDArray[Any] | None) -> Ids:
    """Return the columns that divide the rows into series.

    Parameters
    ----------
    free
        The columns that are no time and no label.
    times
        The times of the rows that were looked at; None where there are none.
    """
    free = [c for c in free if role_of(c) is None]
    texts = [c for c in free if c.kind == "text" and all(c.cells)]
    for column in texts:
        if says_id(column) and len(np.unique(column.keys)) < len(column.cells) and _fits(column.keys, times):
            return Ids((column.name,), "its name says so")
    keyed = [*texts, *(c for c in free if c.is_whole)]
    ranked = sorted(keyed, key=lambda c: (not says_id(c), c.kind != "text"))
    divided = [c for c in ranked if _divides(c.keys, times)]
    sure = [c for c in divided if says_id(c) or c.kind == "text" or _interleaves(c.keys, times)]
    if sure:
        names = tuple(c.name for c in divided if c is not sure[0])
        return Ids((sure[0].name,), "under each of its values a time stands once", names)
    turns = next((c for c in texts if _takes_turns(c, free)), None)
    if turns is not None:
        return Ids((turns.name,), "its words take turns, and the values of each are of their own range")
    few = [c for c in ranked[:6] if 2 <= len(np.unique(c.keys)) <= len(c.keys) // 3]
    for one, two in itertools.combinations(few, 2):
        if (says_id(one) or says_id(two)) and _divides(_both(one.keys, two.keys), times):
            return Ids((one.name, two.name), "under each pair of their values a time stands once")
    return Ids(candidates=tuple(c.name for c in few))


def _takes_turns(column: Column, free: Sequence[Column]) -> bool:
    """Whether the words of a column change from row to row, and its only values go with them."""
    values = [c for c in free if c.kind == "number"]
    kinds, counts = np.unique(column.keys, return_counts=True)
    if len(values) != 1 or not 2 <= len(kinds) <= len(column.keys) // 10 or counts.min() < 0.2 * counts.max():
        return False
    if (column.keys[1:] != column.keys[:-1]).mean() < _TURNS:
        return False
    parts = [values[0].numbers[column.keys == key] for key in kinds]
    ranges = sorted(tuple(np.nanquantile(part, (0.1, 0.9))) for part in parts if np.isfinite(part).any())
    return len(ranges) > 1 and all(low[1] < high[0] for low, high in itertools.pairwise(ranges))


def _both(one: NDArray[np.int64], two: NDArray[np.int64]) -> NDArray[np.int64]:
    joined: NDArray[np.int64] = np.unique(one * (int(two.max()) + 1) + two, return_inverse=True)[1].astype(np.int64)
    return joined


def repeats(keys: NDArray[Any], times: NDArray[Any]) -> float:
    """Return the share of rows that repeat a time under one key.

    Examples
    --------
    >>> repeats(np.array([0, 0, 1, 1]), np.array([5, 6, 5, 5]))
    0.25
    """
    order = np.lexsort((times, keys))
    same = (keys[order][1:] == keys[order][:-1]) & (times[order][1:] == times[order][:-1])
    return float(same.sum()) / max(1, len(keys))


def _fits(keys: NDArray[np.int64], times: NDArray[Any] | None) -> bool:
    """Whether a column that is named for ids makes the times no worse: a log of many hosts may repeat them."""
    if times is None or len(times) != len(keys):
        return True
    alone = repeats(np.zeros(len(keys), dtype=np.int64), times)
    return alone < 0.01 or repeats(keys, times) < 0.5 * alone


def _divides(keys: NDArray[np.int64], times: NDArray[Any] | None) -> bool:
    """Whether these keys divide the rows into series: no time stands twice under one key, or each key is one block."""
    kinds = len(np.unique(keys))
    if kinds < 2 or kinds * 2 > len(keys):
        return False
    if times is not None and len(times) == len(keys):
        alone = repeats(np.zeros(len(keys), dtype=np.int64), times)
        return alone > 0.2 * (1 - 1 / kinds) and repeats(keys, times) <= _MOST
    blocks = 1 + int((keys[1:] != keys[:-1]).sum())
    return blocks == kinds


def _interleaves(keys: NDArray[np.int64], times: NDArray[Any] | None) -> bool:
    """Whether nearly each time has each key once, or each key is a block in which the times begin anew."""
    if times is None:
        return False
    kinds = len(np.unique(keys))
    share = len(keys) / (kinds * max(1, len(np.unique(times))))
    blocks = 1 + int((keys[1:] != keys[:-1]).sum())
    return share > 0.8 or blocks == kinds

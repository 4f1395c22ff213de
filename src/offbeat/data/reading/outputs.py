"""Files that offbeat has written itself, known again by what is in them: in a folder they are no data to read."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from offbeat.core.event import COLUMNS
from offbeat.core.modelfile import is_model
from offbeat.core.scores import PREFIX, SCORE_COLUMNS
from offbeat.core.written import HISTORY_COLUMNS, JOURNAL_KEYS, MARK, TRIAL_COLUMNS

_PAGE = re.compile(rf'<meta name="generator" content="{MARK}\b', re.IGNORECASE)
_PARQUET = b"PAR1"


def is_output(head: bytes, name: str) -> bool:
    r"""Return whether offbeat wrote a file: events, scores, runs, JSON, a report, a model or parameters.

    Parameters
    ----------
    head
        Its first bytes, unpacked; all of a Parquet file, whose columns stand at the end. Of a longer one, give the
        columns to `is_output_table`.
    name
        Its name. An empty list in a .json file is a table of no events, since no column names it.

    Examples
    --------
    >>> is_output(b"time,load,score,severity,status,alarm\n3,2.5,0.1,0.2,ok,False\n", "a.csv")
    True
    >>> is_output(b"time,load,score\n3,2.5,0.1\n", "scores.csv")
    False
    """
    if head.startswith(_PARQUET):
        return is_output_table(_parquet_columns(head))
    if is_model(head):
        return True
    text = head.decode("utf-8-sig", errors="replace").lstrip()
    if text.startswith("<"):
        return _PAGE.search(text) is not None
    if text.startswith(("[", "{")):
        return _is_json(text, name)
    return any(is_output_table(_header(text, delimiter)) for delimiter in ",;\t")


def is_output_table(columns: Iterable[Any]) -> bool:
    """Return whether a table with these columns is one that offbeat wrote: of events, scores, or runs.

    Examples
    --------
    >>> is_output_table(["series", "hour", "load", "score", "severity", "status", "alarm"])
    True
    >>> is_output_table(["hour", "status", "severity", "alarm", "score"])
    False
    """
    names = [str(name) for name in columns]
    bare = [re.sub(rf"^({PREFIX})+", "", name) for name in names]
    tables = (COLUMNS, TRIAL_COLUMNS, HISTORY_COLUMNS)
    return _in_a_row(SCORE_COLUMNS, bare) or any(_in_a_row(table, names) for table in tables)


def is_standard_output(path: Path) -> bool:
    """Return whether a file is where this process prints to, as in `offbeat detect . --json > events.json`."""
    try:
        return os.path.samestat(os.fstat(sys.stdout.fileno()), path.stat())
    except (OSError, ValueError, AttributeError):
        return False


def _in_a_row(wanted: Sequence[str], names: Sequence[str]) -> bool:
    width = len(wanted)
    return any(tuple(names[i : i + width]) == tuple(wanted) for i in range(len(names) - width + 1))


def _parquet_columns(data: bytes) -> list[str]:
    """Return the names of the columns, those of an index first, as in a CSV."""
    if not data.endswith(_PARQUET):
        return []
    try:
        pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        return []
    try:
        schema = pq.read_schema(io.BytesIO(data))
    except (pa.ArrowException, OSError):
        return []
    index = [name for name in (schema.pandas_metadata or {}).get("index_columns", ()) if isinstance(name, str)]
    return [*index, *(name for name in schema.names if name not in index)]


def _header(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
    except csv.Error:
        return []


def _is_json(text: str, name: str) -> bool:
    if re.match(rf'\{{\s*"{MARK}', text):
        return True
    if re.fullmatch(r"\[\s*\]\s*", text):
        return name.lower().endswith(".json")
    try:
        record, _ = json.JSONDecoder().raw_decode(text.lstrip("[").lstrip())
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and (tuple(record) == JOURNAL_KEYS or is_output_table(record))

"""The names of a file's columns, from its first bytes."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

from offbeat.core.errors import InputError
from offbeat.data.dialect import SAMPLE_BYTES, find_dialect, open_bytes
from offbeat.data.frames import parquet_names

JSON_LINES = (".json", ".jsonl", ".ndjson")


def column_names(path: str | Path) -> tuple[str, ...]:
    r"""Return the names of a file's columns, as `read` takes them; the rows are not read.

    Parameters
    ----------
    path
        A delimited text or JSON lines, gz or not, or a Parquet file; of a folder, its first file.

    Raises
    ------
    InputError
        For what is missing, or has no columns.
    MissingExtraError
        For Parquet without pyarrow.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "pump.csv").write_text("time,pressure\n1,2.5\n2,2.6\n")
    ...     column_names(Path(folder) / "pump.csv")
    ('time', 'pressure')
    """
    path = Path(path)
    if path.is_dir():
        files = sorted(one for one in path.rglob("[!.]*") if one.is_file())
        path = files[0] if files else path
    try:
        return _names(path)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} can't be read: {reason.lower()}; give another file") from None


def _names(path: Path) -> tuple[str, ...]:
    with open_bytes(path) as stream:
        head = stream.read(SAMPLE_BYTES)
        whole = not stream.read(1)
    if head.startswith(b"PAR1"):
        return parquet_names(path)
    if path.name.removesuffix(".gz").endswith(JSON_LINES):
        return _keys(head, path.name)
    return find_dialect(head, whole, path.name).names


def _keys(head: bytes, place: str) -> tuple[str, ...]:
    try:
        record = json.loads(head.partition(b"\n")[0])
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise InputError(f"{place}: its first line is no JSON object, so its columns are known only when all is read")
    return tuple(record)

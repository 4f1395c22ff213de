"""The rows of a benchmark on disk: one line of JSON each, written as soon as it is there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from offbeat.bench.trial import FAILED, KEY, SKIPPED, STOPPED
from offbeat.core.errors import InputError, OutputError

NAME = "rows.jsonl"

Row = dict[str, Any]
Key = tuple[str, ...]


def key(row: Mapping[str, Any]) -> Key:
    """Return what makes it a row of its own."""
    return tuple(str(row.get(name)) for name in KEY)


class Journal:
    """Rows by key, kept in a file where there is one; a later row of the same key adds to the earlier one.

    Parameters
    ----------
    folder
        Where the file of rows is, or is to be; None keeps rows in memory.

    Raises
    ------
    InputError
        For a file of rows that is damaged before its last line.
    OutputError
        Where the folder can't be written to.

    Examples
    --------
    >>> journal = Journal(None)
    >>> row = dict.fromkeys(KEY, "any")
    >>> journal.add({**row, "status": "ok", "vus_pr": 0.5})
    >>> journal.stands(row, ["vus_pr"]), journal.stands(row, ["roc_auc"])
    (True, False)
    """

    def __init__(self, folder: Path | None) -> None:
        self.rows: dict[Key, Row] = {}
        self._path = None if folder is None else folder / NAME
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch()
            self._take(self._path.read_bytes())
        except OSError as error:
            raise self._refusal(error) from error

    def add(self, row: Row) -> None:
        """Keep a row."""
        self._keep(row)
        if self._path is None:
            return
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, allow_nan=False) + "\n")
        except OSError as error:
            raise self._refusal(error) from error

    def stands(self, row: Mapping[str, Any], measures: Sequence[str], retry: bool = False) -> bool:
        """Whether there is a row of this key that has all the measures, or says why there is none."""
        found = self.rows.get(key(row))
        if found is None:
            return False
        if found["status"] in (SKIPPED, FAILED, STOPPED):
            return not retry
        return all(name in found for name in measures)

    def _keep(self, row: Row) -> None:
        self.rows[key(row)] = {**self.rows.get(key(row), {}), **row}

    def _take(self, raw: bytes) -> None:
        """Take over the rows of a file; a last line that was cut short by an end of the run is cut off."""
        whole = raw[: raw.rfind(b"\n") + 1]
        if len(whole) < len(raw) and self._path is not None:
            with self._path.open("r+b") as file:
                file.truncate(len(whole))
        for number, line in enumerate(whole.splitlines(), start=1):
            try:
                row = json.loads(line)
                self._keep({**row, "status": row["status"]})
            except (ValueError, KeyError, TypeError):
                raise InputError(
                    f"{self._path}, line {number} is no row of a benchmark; give another folder for the results"
                ) from None

    def _refusal(self, error: OSError) -> OutputError:
        reason = (error.strerror or str(error)).lower()
        return OutputError(f"can't write {self._path}: {reason}; give another folder for the results")

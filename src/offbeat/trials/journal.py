"""Results of trials on disk, so that what was stopped goes on where it stood."""

from __future__ import annotations

import contextlib
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from offbeat.core.errors import InputError, OutputError
from offbeat.core.output import replacing
from offbeat.core.written import JOURNAL_KEYS
from offbeat.trials.power import Power, Probe
from offbeat.trials.trial import Trial, TrialResult

NAME = "rows.jsonl"
"""One line a result: its key, whether it failed, its row, and what was found of planted anomalies."""

ARRAYS = ("scores", "severity", "events", "expected", "history")
"""What is kept beside a row, in a file of its own, where there is any."""


class Journal:
    """Results by the key of their trial; a later one of the same key adds to the row of the earlier one.

    Parameters
    ----------
    folder
        Where results are kept; it is made. None keeps rows in memory only.

    Raises
    ------
    InputError
        For a file of rows that is damaged before its last line.
    OutputError
        Where the folder can't be written to.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lines: dict[str, dict[str, Any]] = {}
        if folder is None:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / NAME
            path.touch()
            self._take(path)
        except OSError as error:
            raise self._refusal(error) from error

    def find(self, trial: Trial, *, retry: bool = True) -> TrialResult | None:
        """Return the result that stands for a trial; with `retry`, none that failed."""
        line = self._lines.get(trial.key)
        if line is None or (line["failed"] and retry):
            return None
        if not line["failed"] and any(name not in line["row"] for name in trial.columns):
            return None
        # arrays that are damaged or missing are as good as no result
        with contextlib.suppress(OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError):
            powers = tuple(Power(**{**one, "probe": Probe(**one["probe"])}) for one in line["power"])
            return TrialResult(line["row"], power=powers, failed=line["failed"], **self._arrays(trial.key, line))
        return None

    def add(self, trial: Trial, result: TrialResult) -> TrialResult:
        """Keep a result; return it with what was known of its row before.

        Raises
        ------
        OutputError
            Where it can't be written.
        """
        before = self._lines.get(trial.key, {"row": {}})["row"]
        result = TrialResult(**{**vars(result), "row": {**before, **result.row}})
        arrays = {name: getattr(result, name) for name in ARRAYS if getattr(result, name).size}
        cells = (trial.key, result.failed, bool(arrays), result.row, [asdict(one) for one in result.power])
        line = dict(zip(JOURNAL_KEYS, cells, strict=True))
        self._lines[trial.key] = line
        if self._folder is None:
            return result
        try:
            if arrays:
                with replacing(self._folder / f"{trial.key}.npz") as part, part.open("wb") as file:
                    np.savez_compressed(file, **arrays)
            with (self._folder / NAME).open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        except OSError as error:
            raise self._refusal(error) from error
        return result

    def _arrays(self, key: str, line: dict[str, Any]) -> dict[str, Any]:
        if not line["arrays"] or self._folder is None:
            return {}
        with np.load(self._folder / f"{key}.npz", allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}

    def _take(self, path: Path) -> None:
        """Read the lines of a file; a last line that was cut short by an end of the process is removed."""
        raw = path.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        if len(whole) < len(raw):
            with path.open("r+b") as file:
                file.truncate(len(whole))
        for number, text in enumerate(whole.splitlines(), start=1):
            try:
                line = json.loads(text)
                self._lines[line["key"]] = {name: line[name] for name in JOURNAL_KEYS[1:]}
            except (ValueError, KeyError, TypeError):
                raise InputError(
                    f"{path}, line {number} is no result of offbeat; give another place for the results"
                ) from None

    def _refusal(self, error: OSError) -> OutputError:
        reason = (error.strerror or str(error)).lower()
        return OutputError(f"can't write results in {self._folder}: {reason}; give another folder for the results")

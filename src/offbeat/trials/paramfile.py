"""Files of a detector's name and parameters, as tuning writes them and `detect` reads them: JSON, nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from offbeat.core.errors import InputError, OffbeatError
from offbeat.core.output import replacing
from offbeat.core.spec import DetectorSpec
from offbeat.core.written import MARK

FORMAT = 1

KEY = f"{MARK}_parameters"
"""The first key of such a file."""


def save(path: str | Path, name: str, params: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """Write a detector's name and parameters, with how they were found.

    Raises
    ------
    OutputError
        Where the file can't be written; what stood there before still does.
    """
    with replacing(path) as part:
        part.write_text(json.dumps(contents(name, params, facts), indent=1, allow_nan=False) + "\n", encoding="utf-8")


def contents(name: str, params: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a parameter file holds."""
    return {KEY: FORMAT, "detector": name, "params": dict(params), "tuned": dict(facts)}


def load_params(path: str | Path, named: str | None = None) -> tuple[str, dict[str, Any]]:
    """Return the detector's name and its parameters.

    Parameters
    ----------
    path
        The file.
    named
        The import path of a class of the user's own. A file alone must not choose which code is run, so a file for
        such a class is refused unless the user names the class here.

    Raises
    ------
    InputError
        For a file that is missing, damaged, newer or of another kind, or whose detector or parameters do not exist.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save(Path(folder) / "params.json", "zscore", {"window": 30}, {})
    ...     load_params(Path(folder) / "params.json")
    ('zscore', {'window': 30})
    """
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"can't read {path}: {(error.strerror or str(error)).lower()}") from None
    except ValueError as error:
        raise InputError(f"{path} is no parameter file ({error}); `offbeat tune --out` writes one") from None
    name, params = _parts(found, path)
    if ":" in name and name != named:
        raise InputError(f"{path} is for your own detector {name}; name it: --detector {name}")
    try:
        DetectorSpec.make(name, params)
    except OffbeatError as error:
        raise InputError(f"{path}: {error}") from None
    return name, params


def _parts(found: Any, path: str | Path) -> tuple[str, dict[str, Any]]:
    form = found.get(KEY) if isinstance(found, dict) else None
    if isinstance(form, int) and form > FORMAT:
        raise InputError(f"{path} has format {form}, this offbeat reads up to {FORMAT}; upgrade offbeat to use it")
    if form != FORMAT or not isinstance(found.get("detector"), str) or not isinstance(found.get("params"), dict):
        raise InputError(f"{path} is no parameter file; `offbeat tune --out` writes one")
    return found["detector"], found["params"]

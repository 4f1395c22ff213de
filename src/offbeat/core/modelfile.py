"""Fitted objects as files: a zip of JSON and arrays. No pickle: a model file must not run code."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import is_dataclass
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from offbeat.core.errors import ModelFileError
from offbeat.core.output import replacing

FORMAT = 1

INDEX = "model.json"
"""The file inside that says what the model is; it is the first one."""

_NAME = slice(26, 28), 30
"""Where a zip file has the length of its first file's name, and where that name begins."""


def is_model(head: bytes) -> bool:
    """Return whether a file is one that `save` wrote, by its first bytes."""
    length, start = _NAME
    first = head[start : start + int.from_bytes(head[length], "little")]
    return head.startswith(b"PK\x03\x04") and first == INDEX.encode()


def save(model: Any, path: Path) -> None:
    """Write a dataclass instance with all its parameters and learned attributes to `path`.

    Raises
    ------
    OutputError
        Where the file can't be written; an older file of that name then stays as it was.
    ModelFileError
        Where the object holds something that is neither a number, a word, an array nor made of these.
    """
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    head = {"offbeat": FORMAT, "model": _pack(model, "model", arrays)}
    with replacing(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(INDEX, json.dumps(head, indent=1))
        for name, array in arrays.items():
            buffer = BytesIO()
            np.save(buffer, array, allow_pickle=False)
            archive.writestr(name + ".npy", buffer.getvalue())


def load(path: str | Path, detector: type[Any] | tuple[type[Any], ...] = ()) -> Any:
    """Return what `save` wrote.

    Parameters
    ----------
    path
        The model file.
    detector
        The class of the model where it is not one of offbeat's, or several where one holds another. A file can name
        any class; only offbeat's own and those given here are made, and nothing else is imported.

    Raises
    ------
    ModelFileError
        For a file that is damaged, was written by a newer offbeat, is no model file, or names a class that is neither
        offbeat's nor given.
    """
    path = Path(path)
    given = {kind.__name__: kind for kind in (detector if isinstance(detector, tuple) else (detector,))}
    try:
        with zipfile.ZipFile(path) as archive:
            head = json.loads(archive.read(INDEX))
            found = head.get("offbeat")
            if not isinstance(found, int) or found > FORMAT:
                raise ModelFileError(
                    f"{path} has model format {found}, this offbeat reads up to {FORMAT}; upgrade offbeat to load it"
                )
            return _unpack(head["model"], archive, given)
    except FileNotFoundError:
        raise ModelFileError(f"no model file at {path}") from None
    except ModelFileError:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError, AttributeError, EOFError) as error:
        raise ModelFileError(f"{path} is not a model file or is damaged ({error}); save the model again") from None


def _pack(value: Any, place: str, arrays: dict[str, np.ndarray[Any, Any]]) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (float, np.generic)):
        return {"float": repr(float(value))} if isinstance(value, (float, np.floating)) else value.item()
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufMU":
        arrays[place] = value
        return {"array": place}
    if isinstance(value, (list, tuple)):
        return {"list": [_pack(v, f"{place}.{i}", arrays) for i, v in enumerate(value)]}
    if isinstance(value, dict):
        return {"dict": {str(k): _pack(v, f"{place}.{k}", arrays) for k, v in value.items()}}
    if is_dataclass(value):
        state = {k: _pack(v, f"{place}.{k}", arrays) for k, v in vars(value).items()}
        return {"object": [type(value).__module__, type(value).__qualname__], "state": state}
    raise ModelFileError(f"{place} is a {type(value).__name__}, which a model file can't hold")


def _unpack(packed: Any, archive: zipfile.ZipFile, given: Mapping[str, type[Any]]) -> Any:
    if not isinstance(packed, dict):
        return packed
    if "float" in packed:
        return float(packed["float"])
    if "array" in packed:
        return np.load(BytesIO(archive.read(packed["array"] + ".npy")), allow_pickle=False)
    if "list" in packed:
        return tuple(_unpack(v, archive, given) for v in packed["list"])
    if "dict" in packed:
        return {k: _unpack(v, archive, given) for k, v in packed["dict"].items()}
    module, kind = packed["object"]
    model: Any = object.__new__(_class(module, kind, given))
    for name, value in packed["state"].items():
        object.__setattr__(model, name, _unpack(value, archive, given))
    return model


def _class(module: str, qualname: str, given: Mapping[str, type[Any]]) -> type[Any]:
    """Return the class that a file names; only offbeat's own modules are ever imported for it."""
    name, ours = qualname.rpartition(".")[2], module.startswith("offbeat.")
    if name in given and (not ours or given[name].__module__ == module):
        found: Any = given[name]
    elif ours:
        found = getattr(import_module(module), qualname)
    else:
        place = "MODULE" if module == "__main__" else module
        others = f", not {' or '.join(given)}" if given else ""
        raise ModelFileError(
            f"the model is a {name} of {module}{others}; a model file imports nothing but offbeat, "
            f"so give the class: load(path, detector={name}), or --detector {place}:{name} in a command line"
        )
    if not (isinstance(found, type) and is_dataclass(found)):
        raise ModelFileError(f"the file names {module}.{qualname}, which is no model")
    return found

"""A folder of weights on this machine: is it there, what is in it, and is it whole. Nothing is ever downloaded."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

from offbeat.core.errors import ModelFileError

Stamps = tuple[tuple[str, int, int], ...]

SAID = 200
"""Characters of a package's own words that a message repeats."""


@dataclass(frozen=True)
class Folder:
    """What a folder of weights holds: its `config.json`, {} where there is none, and the names of its tensors.

    `stamps` are name, size and time of change of each file that counts; two folders are the same if these are.
    """

    path: Path
    stamps: Stamps
    config: dict[str, Any] = field(compare=False)
    names: frozenset[str] = field(compare=False)

    @property
    def digest(self) -> str:
        """A fingerprint of the configuration and of the weights."""
        return _digest(self.path, self.stamps)

    @property
    def model(self) -> str:
        """What the folder itself says that it holds, for a message."""
        built = self.config.get("architectures") or [self.config.get("model_name") or self.config.get("model_type")]
        return str(built[0] or "unknown")


def look_into(who: str, weights: str) -> Folder:
    """Return what the folder holds, without reading the weights themselves.

    Raises
    ------
    ModelFileError
        Where there is no such folder, no weights in it, or where they or the configuration are damaged.
    """
    path = Path(weights).expanduser().absolute()
    if not path.is_dir():
        raise ModelFileError(f"{who}: there is no folder {path}; give weights=FOLDER, where the weights are")
    files = sorted(path.glob("*.safetensors"))
    if not files:
        other = any(path.glob("*.bin")) or any(path.glob("*.pt*"))
        why = "only *.safetensors are read, as other weights can run code" if other else "no *.safetensors"
        raise ModelFileError(f"{who}: {path} holds no weights ({why}); give the folder that holds them")
    config = path / "config.json"
    parts = [config, *files] if config.is_file() else files
    stamps = tuple((file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in parts)
    try:
        settings = json.loads(config.read_text("utf-8")) if config.is_file() else {}
        return Folder(path, stamps, dict(settings), frozenset(name for file in files for name in _names(file)))
    except (OSError, ValueError, TypeError) as error:
        raise damaged(who, path, error) from None


def _names(file: Path) -> list[str]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="np") as opened:
            return list(opened.keys())
    except SafetensorError as error:
        raise ValueError(f"{file.name}: {error}") from None


@lru_cache(maxsize=8)
def _digest(path: Path, stamps: Stamps) -> str:
    """Read all of the files, once for each state that they are in."""
    whole = hashlib.blake2b(digest_size=16)
    for name, _, _ in stamps:
        with (path / name).open("rb") as file:
            whole.update(hashlib.file_digest(file, "blake2b").digest())
    return whole.hexdigest()


@lru_cache(maxsize=2)
def loaded(who: str, folder: Folder, device: str, load: Callable[[Folder], tuple[Any, Any]]) -> Any:
    """Return the model that `load` makes of the folder, with whole weights, on the device, ready to be asked.

    The latest two stay in memory, so that detectors that were given the same folder share it.

    Parameters
    ----------
    who
        The detector's name, for messages.
    folder
        Where the weights are, in the state that they are in.
    device
        As torch calls it.
    load
        Returns the model as its package wants to be asked, and the torch module that holds the weights.

    Raises
    ------
    ModelFileError
        Where the package can't make a model of it, or would have to make up weights that are not there.
    """
    try:
        with _quiet():
            model, module = load(folder)
    except Exception as error:  # the packages have many ways of saying that a folder is not theirs
        raise damaged(who, folder.path, error) from None
    made_up = _made_up(module, folder.names)
    if made_up:
        raise ModelFileError(
            f"{who}: {folder.path} lacks {len(made_up)} of the model's weights, {made_up[0]} among them; "
            "give the folder of the whole model"
        )
    module.float().to(device).eval().requires_grad_(False)
    return model


def _made_up(module: Any, names: frozenset[str]) -> list[str]:
    """Return the parameters that the files don't hold, and that are not another name of one that they hold.

    The embedding of words is not asked of them: these models read numbers.
    """
    own = dict(module.named_parameters(remove_duplicate=False))
    there = {value.data_ptr() for name, value in own.items() if name in names}
    return [
        name
        for name, value in own.items()
        if name not in names and value.data_ptr() not in there and not name.endswith("embed_tokens.weight")
    ]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the packages print and warn of while they load: standard output may be a file of ours."""
    with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        warnings.simplefilter("ignore")
        yield


def damaged(who: str, folder: Path, error: Exception) -> ModelFileError:
    """Return the error for a folder of which no model can be made."""
    reason = " ".join(str(error).split())[:SAID] or type(error).__name__
    return ModelFileError(
        f"{who}: no model can be made of the weights in {folder} ({reason}); save or fetch them again"
    )

"""Checkpoints: weights, optimizer state and a JSON header in one safetensors file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from offbeat.core.errors import ModelFileError
from offbeat.core.output import replacing
from offbeat.detectors.neural._recipe import Course

Weights = dict[str, Tensor]


def write(
    path: str,
    identity: str,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    chance: torch.Generator,
    course: Course,
    best: Weights,
) -> None:
    """Write a checkpoint from which training can be resumed.

    An older file of that name is replaced once this one is whole.

    Raises
    ------
    OutputError
        Where there is no place for it.
    """
    from safetensors.torch import save

    tensors = {f"network.{name}": value for name, value in network.state_dict().items()}
    tensors |= {f"best.{name}": value for name, value in best.items()}
    for index, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": torch.as_tensor(value) for name, value in moments.items()}
    tensors["chance"], tensors["torch"] = chance.get_state(), torch.get_rng_state()
    head = {"identity": identity, "course": json.dumps(course.as_json())}
    data = save({name: value.detach().cpu().clone().contiguous() for name, value in tensors.items()}, head)
    with replacing(path) as part:
        part.write_bytes(data)


def resume(
    path: str, identity: str, network: nn.Module, optimizer: torch.optim.Optimizer, chance: torch.Generator
) -> tuple[Course, Weights] | None:
    """Restore a training from its checkpoint; return None where there is no file yet.

    Raises
    ------
    ModelFileError
        For a file that is damaged, or of another training.
    """
    if not Path(path).exists():
        return None
    head, tensors = _read(path)
    if head.get("identity") != identity:
        raise ModelFileError(
            f"the checkpoint {path} is of another training ({head.get('identity', 'of unknown origin')}), "
            f"this one is {identity}; give another checkpoint, or remove it to begin anew"
        )
    try:
        network.load_state_dict(_under("network.", tensors))
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in _under("optimizer.", tensors).items():
            index, _, word = name.partition(".")
            moments.setdefault(int(index), {})[word] = value
        optimizer.load_state_dict({**optimizer.state_dict(), "state": moments})
        chance.set_state(tensors["chance"])
        torch.set_rng_state(tensors["torch"])
        return Course.from_json(json.loads(head["course"])), _under("best.", tensors)
    except (KeyError, ValueError, RuntimeError, TypeError) as error:
        raise _damaged(path, error) from None


def _read(path: str) -> tuple[dict[str, str], Weights]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise _damaged(path, error) from None


def _under(prefix: str, tensors: Weights) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _damaged(path: str, error: Exception) -> ModelFileError:
    return ModelFileError(f"the checkpoint {path} is damaged ({error}); remove it to begin anew")

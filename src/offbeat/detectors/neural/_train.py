"""The one training loop of all networks. A detector brings a network and a loss, nothing else.

The windows are never copied out of the series: a mini-batch is gathered from a view of it. Everything random hangs on
the seed, and torch computes on one thread here, so that the same seed gives the same weights on any number of cores.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from offbeat.core.errors import InputError, OutputError
from offbeat.core.output import check
from offbeat.detectors.neural import _checkpoint
from offbeat.detectors.neural._progress import Progress, report
from offbeat.detectors.neural._recipe import Course, Recipe
from offbeat.preprocess.augment import augmentation

VALIDATION = 0.15  # decision 28
"""The last part of the training windows, in time order, that only judges the weights."""
JUDGES, FEWEST_JUDGES = 512, 64
"""Validation windows at most, evenly spaced; within these, a quarter of the windows that an epoch draws at most."""
WARM_UP = 0.1
"""The share of all steps in which the learning rate rises; then it falls along a cosine to `LAST_RATE` of itself."""
LAST_RATE = 0.02
LONGEST_STEP = 1.0
"""The norm that gradients are cut off at."""
EXTREME = 3.0
"""A loss is extreme from so many interquartile ranges above the upper quartile on."""

Loss = Callable[[nn.Module, Tensor, float], Tensor]
"""Of a network, a batch (windows, width, channels) and the share of training that is done: one loss a window."""


@dataclass(frozen=True)
class Material:
    """Windows of a series, as a view: `series` is (n, channels), `starts` are the rows where windows may begin."""

    series: Tensor
    starts: Tensor
    width: int

    def gather(self, starts: Tensor) -> Tensor:
        """Copy a batch of windows, shape (batch, width, channels)."""
        return self.series.unfold(0, self.width, 1)[starts.to(self.series.device)].transpose(1, 2)

    def parts(self, windows: int) -> tuple[Tensor, Tensor]:
        """Return the starts to learn from and those to validate on, which don't overlap; the latter may be none.

        `windows` is how many of the former an epoch draws at most: to judge must not cost more than to learn.
        """
        cut = round(len(self.starts) * (1 - VALIDATION))
        if cut < 1 or cut >= len(self.starts):
            return self.starts, self.starts[:0]
        learned = self.starts[self.starts <= self.starts[cut] - self.width]
        if not len(learned):
            return self.starts, self.starts[:0]
        most = min(max(windows // 4, FEWEST_JUDGES), JUDGES, len(self.starts) - cut)
        spaced = torch.linspace(cut, len(self.starts) - 1, most).long()
        return learned, self.starts[spaced]


@contextmanager
def steady(seed: int) -> Iterator[None]:
    """Torch on one thread and with its own random numbers; the caller's settings come back afterwards."""
    threads = torch.get_num_threads()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


def device_of(word: str) -> torch.device:
    """Return the device that a word means.

    Raises
    ------
    InputError
        For "cuda" where there is none.
    """
    if word == "cuda" and not torch.cuda.is_available():
        raise InputError('device="cuda": there is no usable CUDA device here; use device="auto" or "cpu"')
    return torch.device("cuda" if word != "cpu" and torch.cuda.is_available() else "cpu")


def train(network: nn.Module, loss: Loss, material: Material, recipe: Recipe, identity: str) -> Course:
    """Train `network` in place and leave the best weights in it.

    Parameters
    ----------
    network, loss
        What is trained, and what for; see `Loss`.
    material
        The windows.
    recipe
        How.
    identity
        What a checkpoint must say it belongs to.

    Returns
    -------
    The course of it. O(epochs windows) steps of the network.

    Raises
    ------
    InputError
        Where the loss becomes infinite or not a number.
    ModelFileError
        For a checkpoint that is damaged or of another training.
    OutputError
        Where the folder for the checkpoint is not there.
    """
    device = device_of(recipe.device)
    network.to(device)
    material = Material(material.series.to(device), material.starts, material.width)
    learned, held_out = material.parts(recipe.windows)
    optimizer = torch.optim.AdamW(
        network.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
    )
    chance = torch.Generator().manual_seed(recipe.seed)
    course, best = Course(), deepcopy(network.state_dict())
    keeping = recipe.checkpoint
    if keeping is not None:
        check(keeping)
        course, best = _checkpoint.resume(keeping, identity, network, optimizer, chance) or (course, best)
    began, first = time.perf_counter(), course.epoch
    try:
        while course.epoch < recipe.epochs and not course.stopped:
            drawn = learned[torch.randperm(len(learned), generator=chance)[: recipe.windows]]
            losses = _epoch(network, loss, material, drawn, optimizer, course, recipe)
            checked = _losses(network, loss, material, held_out, course, recipe) if len(held_out) else losses[:0]
            course.history.append((_mean(losses, course.cutoff), _mean(checked, _extreme(checked, recipe.trim))))
            _check(course, recipe)
            course.cutoff = _extreme(losses, recipe.trim)
            if course.best == 0 or course.watched(course.epoch) < course.watched(course.best):
                course.best, best = course.epoch, deepcopy(network.state_dict())
            elif course.epoch - course.best >= recipe.patience:
                course.stopped = "early"
            if keeping is not None and not _kept(keeping, identity, network, optimizer, chance, course, best):
                keeping = None
            pace = (time.perf_counter() - began) / (course.epoch - first)
            report(Progress(course.epoch, recipe.epochs, *course.history[-1], pace * (recipe.epochs - course.epoch)))
    except KeyboardInterrupt:
        if course.best == 0:
            raise
        course.stopped = "interrupted"
        kept = f"the weights of epoch {course.best}, the best so far, are kept"
        warnings.warn(f"training was stopped after epoch {course.epoch} of {recipe.epochs}; {kept}", stacklevel=2)
    network.load_state_dict(best)
    network.cpu().eval()
    return course


def _epoch(
    network: nn.Module,
    loss: Loss,
    material: Material,
    drawn: Tensor,
    optimizer: torch.optim.Optimizer,
    course: Course,
    recipe: Recipe,
) -> Tensor:
    """Make a step a batch, and return the loss of every window as it was before the step that learned from it."""
    network.train()
    done, losses = course.epoch / recipe.epochs, []
    batches = torch.split(drawn, recipe.batch)
    augment = augmentation(recipe.augment, recipe.seed + course.epoch)
    for index, starts in enumerate(batches):
        rate = recipe.learning_rate * _rate((course.epoch + (index + 0.5) / len(batches)) / recipe.epochs)
        for group in optimizer.param_groups:
            group["lr"] = rate
        batch = material.gather(starts)
        if augment is not None:
            batch = torch.as_tensor(augment(batch.cpu().double().numpy())).to(batch)
        with torch.autocast(batch.device.type, torch.bfloat16, enabled=batch.is_cuda):
            each = loss(network, batch, done)
        losses.append(each.detach().float().cpu())
        taught = each[each.detach() <= course.cutoff]
        if not len(taught):
            continue
        optimizer.zero_grad()
        taught.mean().backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), LONGEST_STEP)
        optimizer.step()
    return torch.cat(losses)


@torch.no_grad()
def _losses(
    network: nn.Module, loss: Loss, material: Material, starts: Tensor, course: Course, recipe: Recipe
) -> Tensor:
    """Return the loss of each of the windows; nothing is learned."""
    network.eval()
    done = course.epoch / recipe.epochs
    batches = torch.split(starts, max(recipe.batch, 128))
    return torch.cat([loss(network, material.gather(batch), done).float().cpu() for batch in batches])


def _kept(path: str, *state: Any) -> bool:
    """Write the checkpoint, or say that there is no place for it: hours of training must not be lost for that."""
    try:
        _checkpoint.write(path, *state)
    except OutputError as error:
        warnings.warn(f"no checkpoint is kept from now on, training goes on: {error}", stacklevel=3)
        return False
    return True


def _rate(done: float) -> float:
    """Return the learning rate as a share of the largest, after this share of all steps."""
    if done < WARM_UP:
        return done / WARM_UP
    return LAST_RATE + (1 - LAST_RATE) * (1 + math.cos(math.pi * (done - WARM_UP) / (1 - WARM_UP))) / 2


def _extreme(losses: Tensor, trim: float) -> float:
    """Return the loss above which windows are left out: extreme ones, and no more than the share `trim`."""
    if trim == 0 or not len(losses):
        return math.inf
    low, high, most = np.quantile(losses.numpy(), (0.25, 0.75, 1 - trim))
    return float(max(high + EXTREME * (high - low), most))


def _mean(losses: Tensor, cutoff: float) -> float:
    kept = losses[~(losses > cutoff)]
    return float((kept if len(kept) else losses).mean()) if len(losses) else math.nan


def _check(course: Course, recipe: Recipe) -> None:
    if not math.isfinite(course.history[-1][0]):
        raise InputError(
            f"training diverged in epoch {course.epoch}: the loss is {course.history[-1][0]:g} with "
            f"learning_rate={recipe.learning_rate:g}; give a smaller learning_rate, or scale the data"
        )

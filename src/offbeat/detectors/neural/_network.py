"""Base of all neural detectors: parameters, training on windows, weights as arrays."""

from __future__ import annotations

import hashlib
import time
from abc import abstractmethod
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from offbeat.core.detector import FILLED_SHARE, Detector
from offbeat.core.errors import InputError, NotFittedError, needed
from offbeat.core.params import param
from offbeat.core.robust import USUAL
from offbeat.core.series import Floats
from offbeat.core.windows import fill
from offbeat.detectors._windows import width_for
from offbeat.detectors.neural._recipe import Course, Recipe
from offbeat.detectors.neural._units import Units

if TYPE_CHECKING:
    from torch import Tensor, nn

    from offbeat.detectors.neural._train import Material

LEAST = 16
"""Points below which nothing is learned."""
SHORTEST, LONGEST = 16, 128
"""Points that are read before a forecast, where the user does not say how many."""


@dataclass
class Network(Detector):
    """A network that learns to reconstruct, or to forecast, what is normal.

    A subclass brings `_network(channels, width)`, and, where it is not the distance from the target, `_loss`. How it
    is trained stands in `_train`.

    Attributes
    ----------
    history_
        Mean loss of training and of validation, one row an epoch; NaN where there was too little to validate on.
    best_epoch_
        The epoch whose weights were kept, counted from 1.
    stopped_
        "" where all epochs were done, "early" or "interrupted" where not.
    parameters_count_
        Numbers that were learned.
    seconds_
        What the training took.
    weights_
        The weights by name, as arrays.
    """

    window: int | None = param(None, "points that are read in one go; None is the period that the data show", low=2)
    hidden: int = param(32, "width of the network", low=1, log=True)
    dropout: float = param(0.0, "share of the hidden values that training leaves out", low=0, high=0.9)
    epochs: int = param(30, "passes over the training windows at most", low=1, log=True)
    batch: int = param(64, "windows a training step", low=1, log=True)
    windows: int = param(2048, "windows drawn for one epoch at most", low=1, log=True)
    learning_rate: float = param(3e-3, "largest step size", low=1e-7, high=1.0, log=True)
    weight_decay: float = param(0.0, "how strongly large weights are regularised (L2)", low=0, high=1)
    loss: str = param("mse", "what training makes small", choices=("mse", "mae", "huber"))
    patience: int = param(8, "epochs without a better validation loss after which training stops", low=1)
    trim: float = param(
        0.05,
        "largest share of windows that teach nothing, as their loss was extreme in the epoch before",
        low=0,
        high=0.5,
    )
    augment: str = param(
        "none", "how training windows are varied", choices=("none", "jitter", "scaling", "warp", "slice", "mix")
    )
    scaling: str = param(
        "robust", "what the network sees the values in", choices=("robust", "standard", "minmax", "l2", "none")
    )
    seed: int = param(0, "seed of the weights and of the drawing of windows", low=0, high=2**32 - 1)
    device: str = param("auto", "where training runs; auto is CUDA where there is one", choices=("auto", "cpu", "cuda"))
    checkpoint: str | None = param(None, "file that an interrupted training goes on from; None keeps none")

    takes_gaps: ClassVar[bool] = True
    extra: ClassVar[str] = "deep"
    cost: ClassVar[str] = "O(n window)"
    unsteady: ClassVar[float] = 0.3

    @abstractmethod
    def _network(self, channels: int, width: int) -> nn.Module:
        """Make the network, untrained."""

    @abstractmethod
    def _loss(self, network: nn.Module, batch: Tensor, done: float) -> Tensor:
        """Return one loss a window of `batch`, (windows, width, channels); `done` is the share of training behind."""

    @abstractmethod
    def _width(self, x: Floats) -> int:
        """Return how many points are read in one go: `window`, or what suits the training data."""

    @abstractmethod
    def _stretch(self, n: int) -> int:
        """Return how many rows of `n` one training example has."""

    @abstractmethod
    def _read(self, network: nn.Module, s: Floats) -> tuple[Floats, Floats]:
        """Return the expected values, (n, channels) in drawn-in units, and the scores, (n, channels) or (n,)."""

    def _given_for(self, network: nn.Module, batch: Tensor) -> Tensor:
        """Return what scoring reads off the trained network for a batch of windows."""
        given: Tensor = network(batch)
        return given

    def _rows(self) -> int:
        """Return how many rows one window of such a batch has."""
        return self.window_

    def to_onnx(self, path: str | Path) -> None:
        """Write the trained network as an ONNX file, for other programs.

        It takes float32 of shape (windows, rows, channels) in the units that `units_.seen(units_.drawn_in(x))` gives,
        and gives what the score is made from: the windows rebuilt, the next rows predicted, or log odds. How many rows
        it takes stands in the file.

        Raises
        ------
        NotFittedError
            Before `fit`.
        MissingExtraError
            Where torch or onnx is not installed.
        OutputError
            Where the file can't be written.
        """
        if not self.is_fitted:
            raise NotFittedError(f"{self.name} has learned nothing to write; call fit first")
        with needed(self.name, "deep"):
            import onnx  # noqa: F401 - torch writes with it
            import torch
        from offbeat.detectors.neural import _onnx

        network = self._restored()
        _onnx.write(path, network, self._given_for, torch.zeros(2, self._rows(), self.channels_))

    def _fit(self, x: Floats) -> None:
        self._fit_score(x)

    def _fit_score(self, x: Floats) -> Floats:
        gone, x = _gone(x), fill(x)
        if len(x) < LEAST:
            raise InputError(f"{self.name} can't learn from {len(x)} points; a network needs at least {LEAST}")
        self.trained_digest_ = hashlib.blake2b(np.ascontiguousarray(x).view(np.uint8).data, digest_size=16).hexdigest()
        self.window_ = self._width(x)
        self.units_ = Units.of(x, self.scaling)
        s = self.units_.drawn_in(x)
        starts = self._examples(_whole(gone, self._stretch(len(x))), self._stretch(len(x)))
        if not len(starts):
            raise InputError(
                f"{self.name} can't learn from {len(x)} points with gaps: "
                f"nowhere are {self._stretch(len(x))} in a row known; give a smaller window, or fill the gaps"
            )
        network = self._trained(s, starts)
        expected, score = self._expected_and_score(network, s, gone)
        rest = (s - expected)[np.isfinite(score).reshape(len(score), -1).all(axis=1)]
        self.usual_ = np.quantile(rest, USUAL, axis=0) if len(rest) else np.zeros((2, self.channels_))
        return score

    def _score(self, x: Floats) -> Floats:
        return self._expected_and_score(self._restored(), self.units_.drawn_in(fill(x)), _gone(x))[1]

    def _band(self, x: Floats) -> tuple[Floats, Floats, Floats] | None:
        if len(x) < self.window_:
            nothing = np.full(x.shape, np.nan)
            return nothing, nothing, nothing
        s = self.units_.drawn_in(x)
        expected = self._expected_and_score(self._restored(), s, np.zeros(len(x), dtype=bool))[0]
        low, high = np.minimum(self.usual_[0], 0), np.maximum(self.usual_[1], 0)
        out = self.units_.drawn_out
        return out(expected), out(expected + low), out(expected + high)

    def _expected_and_score(self, network: nn.Module, s: Floats, gone: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Return expected values and scores; the latter NaN where too much of what was read had been filled in."""
        from offbeat.detectors.neural._train import steady

        with steady(self.seed):
            expected, score = self._read(network, s)
        if gone.any():
            score[~_covered(_whole(gone, self.window_), self.window_, len(s))] = np.nan
        return expected, score

    def _trained(self, s: Floats, starts: NDArray[np.int64]) -> nn.Module:
        with needed(self.name, "deep"):
            import torch
        from offbeat.detectors.neural._train import Material, steady

        began = time.perf_counter()
        material = Material(torch.from_numpy(self._shown(s)), torch.from_numpy(starts), self._stretch(len(s)))
        recipe = Recipe(**{f.name: getattr(self, f.name) for f in fields(Recipe)})
        with steady(self.seed):
            network = self._network(self.channels_, self.window_)
            course = self._taught(network, material, recipe)
        self.history_ = np.array(course.history)
        self.best_epoch_, self.stopped_ = course.best, course.stopped
        self.weights_ = {name: value.numpy().copy() for name, value in network.state_dict().items()}
        self.parameters_count_ = sum(p.numel() for p in network.parameters())
        self.seconds_ = time.perf_counter() - began
        return network

    def _examples(self, starts: NDArray[np.int64], width: int) -> NDArray[np.int64]:
        """Return at which of the rows the training windows begin."""
        return starts

    def _shown(self, s: Floats) -> NDArray[np.float32]:
        """Return the series that training windows are cut from."""
        return self.units_.seen(s)

    def _taught(self, network: nn.Module, material: Material, recipe: Recipe) -> Course:
        """Train the network."""
        from offbeat.detectors.neural._train import train

        return train(network, self._loss, material, recipe, self._identity())

    def _restored(self) -> nn.Module:
        with needed(self.name, "deep"):
            import torch
        from offbeat.detectors.neural._train import steady

        with steady(self.seed):
            network = self._network(self.channels_, self.window_)
        network.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in self.weights_.items()})
        return network.eval()

    def _identity(self) -> str:
        """Say what a checkpoint is of: the detector, all that its training depends on, and the data."""
        own: dict[str, Any] = {k: v for k, v in self.get_params().items() if k not in ("checkpoint", "device")}
        words = ", ".join(f"{name}={value!r}" for name, value in own.items())
        return f"{self.name}({words}) on {self.trained_length_} points, {self.trained_digest_}"

    def _distance(self, given: Tensor, target: Tensor) -> Tensor:
        """Return the mean of the loss over all axes but the first."""
        from torch.nn import functional

        kinds = {"mse": functional.mse_loss, "mae": functional.l1_loss, "huber": functional.smooth_l1_loss}
        return kinds[self.loss](given, target, reduction="none").flatten(1).mean(1)


def past_for(x: Floats, window: int | None) -> int:
    """Return how many points a network reads before its first forecast.

    As many as asked for, at most a quarter of all.
    """
    return min(window if window is not None else min(max(width_for(x, None), SHORTEST), LONGEST), len(x) // 4)


def _gone(x: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.isnan(x).all(axis=1))


def _whole(gone: NDArray[np.bool_], width: int) -> NDArray[np.int64]:
    """Return where the windows begin of which no more is missing than may be filled in."""
    before = np.concatenate([[0], np.cumsum(gone)])
    return np.flatnonzero(before[width:] - before[:-width] <= FILLED_SHARE * width)


def _covered(starts: NDArray[np.int64], width: int, n: int) -> NDArray[np.bool_]:
    """Return for each of `n` points whether one of the windows covers it."""
    change = np.zeros(n + 1, dtype=np.int64)
    np.add.at(change, starts, 1)
    np.add.at(change, starts + width, -1)
    return np.asarray(np.cumsum(change[:-1]) > 0)

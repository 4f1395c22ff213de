"""What the detectors share that ask a model which others have trained."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError, MissingExtraError, ModelFileError, ParameterError
from offbeat.core.params import param
from offbeat.core.robust import clipped
from offbeat.core.series import Floats
from offbeat.core.threads import one_thread
from offbeat.core.windows import sliding
from offbeat.detectors._residual import Residual
from offbeat.detectors.pretrained._weights import Folder, loaded, look_into

if TYPE_CHECKING:
    from torch import Tensor

LEAST = 16
"""Points below which nothing is learned."""
STILL = 1.0
"""A channel whose values in training lie no further apart than this, in robust standard deviations, was constant."""


@dataclass
class Pretrained(Residual):
    """Distance from what a model expects that has never seen these data: its weights are read from a folder.

    The training data teach nothing but the channels' units and how far off the model usually is. A subclass brings
    `_load`, `_ask` and how its answers cover the series. Each channel is judged by itself.

    Attributes
    ----------
    digest_
        A fingerprint of the weights: other weights in that folder are refused.
    moves_
        The channels that were not constant in training; the others are expected to stay so, and not asked about.
    """

    weights: str | None = param(None, "folder that holds the weights and config.json, as their publisher saved them")
    window: int | None = param(None, "points that are read in one go; None is what suits the data and the model", low=8)
    batch: int = param(32, "stretches that are read at once", low=1, log=True)
    device: str = param(
        "auto", "where the model runs; auto is CUDA where there is one", choices=("auto", "cpu", "cuda")
    )

    required: ClassVar[tuple[str, ...]] = ("weights",)
    packages: ClassVar[tuple[str, ...]] = ()
    models: ClassVar[str] = ""
    unsteady: ClassVar[float] = 1.0

    @staticmethod
    @abstractmethod
    def _knows(folder: Folder) -> bool:
        """Whether the folder looks like one of its models."""

    @staticmethod
    @abstractmethod
    def _load(folder: Folder) -> tuple[Any, Any]:
        """Return the model as `_ask` wants it, and the torch module with its weights."""

    @abstractmethod
    def _ask(self, model: Any, windows: Tensor) -> Tensor:
        """Return what the model says of windows of values, shape (windows, width) to (windows, answer)."""

    def _in_turn(self, model: Any) -> bool:
        """Whether the model may be asked by one thread at a time only."""
        return False

    def _model(self) -> Any:
        """Return the model, from memory if it was loaded before.

        Raises
        ------
        ParameterError
            Where no folder was given.
        MissingExtraError
            Where the model's package is not installed.
        ModelFileError
            For a folder without weights, or with others than those that it was fitted with.
        """
        if self.weights is None:
            raise ParameterError(f"{self.name} has no weights; give weights=FOLDER, the folder of {self.models}")
        self._import()
        folder = look_into(self.name, self.weights)
        if not self._knows(folder):
            raise ModelFileError(
                f"{self.name}: {folder.path} holds another model ({folder.model}); give the folder of {self.models}"
            )
        if getattr(self, "digest_", folder.digest) != folder.digest:
            raise ModelFileError(
                f"{self.name} was fitted with other weights than those now in {folder.path}; "
                "give the folder of the former, or fit again"
            )
        return loaded(self.name, folder, self._device(), self._load)

    def _learn(self, z: Floats) -> None:
        if len(z) < LEAST:
            raise InputError(f"{self.name} can't learn from {len(z)} points; it needs at least {LEAST}")
        vars(self).pop("digest_", None)
        model = self._model()
        self.digest_ = look_into(self.name, str(self.weights)).digest
        self.moves_ = np.flatnonzero(np.ptp(z, axis=0) > STILL)
        self._suit(model, z)

    @abstractmethod
    def _suit(self, model: Any, z: Floats) -> None:
        """Choose the window."""

    def _answers(self, z: Floats, starts: NDArray[np.int64], width: int, length: int) -> NDArray[np.float32]:
        """Return what the model says of the stretches of each channel that begin at `starts`.

        Parameters
        ----------
        z
            Shape (n, channels), in robust standard deviations.
        starts
            Rows.
        width, length
            Values of a stretch, and of an answer.

        Returns
        -------
        Shape (starts, channels, length). What is read at once does not depend on the number of cores.
        """
        import torch

        from offbeat.kernels.threads import in_slices

        model, device = self._model(), self._device()
        stretches = sliding(clipped(z).astype(np.float32), width)
        answers = np.zeros((len(starts), z.shape[1], length), dtype=np.float32)

        def one(first: int, last: int) -> None:
            which, moving = np.divmod(np.arange(first, last), len(self.moves_))
            columns = self.moves_[moving]
            windows = torch.from_numpy(stretches[starts[which], :, columns]).to(device)
            torch.get_num_threads()  # a new thread takes torch's number when it first asks, and so before the limit
            with one_thread(), torch.inference_mode():
                answers[which, columns] = self._ask(model, windows).float().cpu().numpy()

        alone = self._in_turn(model) or device != "cpu"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            in_slices(one, len(starts) * len(self.moves_), self.batch, threads=1 if alone else None)
        return answers

    def _longest(self, most: int) -> None:
        """Refuse a window that is wider than what the model can read."""
        if self.window is not None and self.window > most:
            raise ParameterError(
                f"{self.name}: window={self.window} is more than the {most} points that the model in {self.weights} "
                "can read; give a smaller window"
            )

    def _device(self) -> str:
        """Return where the model runs.

        Raises
        ------
        ParameterError
            Where CUDA is asked for and is not there.
        """
        import torch

        there = torch.cuda.is_available()
        if self.device == "cuda" and not there:
            raise ParameterError(f"{self.name}: device=cuda, and torch finds no CUDA here; give device=cpu or auto")
        return "cuda" if there and self.device != "cpu" else "cpu"

    def _import(self) -> None:
        """Import the model's package; not while output is kept back, for it may hold on to that."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for package in ("torch", *self.packages):
                    import_module(package)
        except ImportError:
            raise MissingExtraError(self.name, self.extra) from None


def padded(windows: Tensor, length: int, patch: int) -> tuple[Tensor, Tensor]:
    """Return windows that are filled up in front to `length` by their first value, and what of it was observed.

    Parameters
    ----------
    windows
        Shape (windows, width).
    length, patch
        Points that the model reads, and those that it reads as one; a patch with one observed point is observed.

    Returns
    -------
    Shape (windows, length), twice; the second is bool.
    """
    import torch

    missing = length - windows.shape[1]
    whole = torch.cat([windows[:, :1].expand(-1, missing), windows], dim=1)
    observed = torch.arange(length, device=windows.device) >= missing // patch * patch
    return whole, observed.expand(len(windows), -1)

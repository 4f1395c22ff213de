"""MOMENT: windows rebuilt by an encoder of patches."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.detectors.pretrained._pretrained import padded
from offbeat.detectors.pretrained._rebuilding import Rebuilding
from offbeat.detectors.pretrained._weights import Folder

if TYPE_CHECKING:
    from torch import Tensor


@dataclass
class Moment(Rebuilding):
    """Reconstruction error of the pretrained model MOMENT, zero-shot.

    The folder is one that the model's publisher saved (config.json and model.safetensors). A window is as long as the
    model reads, 512 points in those that are published; a shorter one is filled up in front and the model told. Each
    channel is rebuilt by itself.

    Score: root mean square of x - x' over 8 points, in robust standard deviations of that error in the training data.
    Time O(n / window) readings of `window` points, memory O(n) and the weights. Sees points and short stretches that
    are unlike what is around them; does not see what fills a window, nor a repeated fault that the model can copy.

    References
    ----------
    Goswami et al. (2024), MOMENT: a family of open time-series foundation models, ICML.

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> detector("moment").fit(np.sin(np.arange(300.0)))
    Traceback (most recent call last):
    ...
    offbeat.core.errors.ParameterError: moment has no weights; give weights=FOLDER, the folder of a MOMENT model
    """

    extra: ClassVar[str] = "moment"
    packages: ClassVar[tuple[str, ...]] = ("momentfm",)
    models: ClassVar[str] = "a MOMENT model"

    @staticmethod
    def _knows(folder: Folder) -> bool:
        return "t5_config" in folder.config and "patch_len" in folder.config

    @staticmethod
    def _load(folder: Folder) -> tuple[Any, Any]:
        task = {"task_name": "reconstruction"}
        pipeline = import_module("momentfm").MOMENTPipeline
        made = pipeline.from_pretrained(str(folder.path), model_kwargs=task, local_files_only=True)
        return made, made

    def _in_turn(self, model: Any) -> bool:
        return True  # it keeps the mean of what it reads until it answers

    def _length(self, model: Any) -> int:
        return int(model.seq_len)

    def _ask(self, model: Any, windows: Tensor) -> Tensor:
        whole, observed = padded(windows, model.seq_len, model.patch_len)
        given = model.reconstruct(x_enc=whole[:, None], input_mask=observed.float())
        rebuilt: Tensor = given.reconstruction[:, 0, -windows.shape[1] :]
        return rebuilt

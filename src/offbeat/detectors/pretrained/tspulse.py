"""TSPulse: patches rebuilt from what is around them, in time and in frequencies."""

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
class TSPulse(Rebuilding):
    """Error of the pretrained model TSPulse on values that are masked, zero-shot.

    The folder is one that the model's publisher saved (config.json and model.safetensors). In each window one patch
    after the other is hidden, and rebuilt from the rest: once from the values and once from their frequencies; what is
    expected is the mean of the two. A window is as long as the model reads; a shorter one is filled up in front and
    the model told. Each channel is rebuilt by itself.

    Score: root mean square of x - x' over 8 points, in robust standard deviations of that error in the training data.
    Time O(n / patch) readings of `window` points, memory O(n) and the weights. Sees points and short stretches that
    don't follow from what is around them; does not see what fills a window.

    References
    ----------
    Ekambaram et al. (2025), TSPulse: dual space tiny pre-trained models for rapid time-series analysis.

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> detector("tspulse").fit(np.sin(np.arange(300.0)))
    Traceback (most recent call last):
    ...
    offbeat.core.errors.ParameterError: tspulse has no weights; give weights=FOLDER, the folder of a TSPulse model
    """

    extra: ClassVar[str] = "tspulse"
    packages: ClassVar[tuple[str, ...]] = ("tsfm_public.models.tspulse",)
    models: ClassVar[str] = "a TSPulse model"

    @staticmethod
    def _knows(folder: Folder) -> bool:
        return folder.config.get("model_type") == "tspulse"

    @staticmethod
    def _load(folder: Folder) -> tuple[Any, Any]:
        kind = import_module("tsfm_public.models.tspulse").TSPulseForReconstruction
        # it was trained on masks of its own drawing; here we say what is hidden
        ours = {"mask_type": "user", "num_input_channels": 1}
        made = kind.from_pretrained(str(folder.path), local_files_only=True, use_safetensors=True, **ours)
        return made, made

    def _in_turn(self, model: Any) -> bool:
        return bool(model.config.fft_mask_ratio)  # it then draws frequencies to hide

    def _length(self, model: Any) -> int:
        return int(model.config.context_length)

    def _ask(self, model: Any, windows: Tensor) -> Tensor:
        import torch

        length, patch = model.config.context_length, model.config.patch_length
        whole, observed = padded(windows, length, patch)
        rebuilt = torch.empty_like(whole)
        missing = length - windows.shape[1]
        with torch.random.fork_rng(enabled=self._in_turn(model)):
            for first in range(missing // patch * patch, length, patch):
                if self._in_turn(model):
                    torch.manual_seed(0)
                hidden = slice(first, first + patch)
                shown = observed.clone()
                shown[:, hidden] = False
                given = model(whole[..., None], past_observed_mask=shown[..., None], return_loss=False)
                rebuilt[:, hidden] = _mean_of_both(given)[:, hidden, 0]
        return rebuilt[:, missing:]


def _mean_of_both(given: Any) -> Tensor:
    """Return the mean of what was rebuilt in time and from frequencies, where the model has the latter."""
    in_time, from_frequencies = given.reconstruction_outputs, given.reconstructed_ts_from_fft
    mean: Tensor = in_time if from_frequencies is None else (in_time + from_frequencies) / 2
    return mean

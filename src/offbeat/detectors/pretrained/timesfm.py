"""TimesFM: forecasts by a decoder of patches."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.detectors.pretrained._forecasting import Forecasting
from offbeat.detectors.pretrained._pretrained import padded
from offbeat.detectors.pretrained._weights import Folder

if TYPE_CHECKING:
    from torch import Tensor

LONGEST = 15_360
"""Points that both versions can read."""
LATER, EARLIER = "timesfm3.torch", "timesfm.timesfm_2p5.timesfm_2p5_torch"


@dataclass
class TimesFM(Forecasting):
    """Forecast error of the pretrained model TimesFM 2.5 or 3, zero-shot.

    The folder is one that the model's publisher saved (model.safetensors, and config.json for version 3); which of
    the two it holds is read there. Forecasts are medians. Each channel is predicted by itself. The first `window`
    points are warm-up.

    Score: |x - median| in robust standard deviations of that error in the training data. Time O(n / horizon) readings
    of `window` points, memory O(n) and the weights. Sees sudden departures from any pattern that is plain from the
    points before; does not see a fault that begins slowly, nor one that the window is full of.

    References
    ----------
    Das et al. (2024), A decoder-only foundation model for time-series forecasting, ICML.

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> detector("timesfm").fit(np.sin(np.arange(300.0)))
    Traceback (most recent call last):
    ...
    offbeat.core.errors.ParameterError: timesfm has no weights; give weights=FOLDER, the folder of a TimesFM model
    """

    extra: ClassVar[str] = "timesfm"
    packages: ClassVar[tuple[str, ...]] = (LATER, EARLIER)
    models: ClassVar[str] = "a TimesFM model"

    @staticmethod
    def _knows(folder: Folder) -> bool:
        return _later(folder.names) or any(name.startswith("stacked_xf.") for name in folder.names)

    @staticmethod
    def _load(folder: Folder) -> tuple[Any, Any]:
        if _later(folder.names):
            made = import_module(LATER).TimesFM3Torch.from_pretrained(str(folder.path), local_files_only=True)
        else:
            whole = import_module(EARLIER).TimesFM_2p5_200M_torch(torch_compile=False)
            whole.load_checkpoint(str(folder.path))
            made = whole.model
        return made, made

    def _limits(self, model: Any) -> tuple[int, int]:
        return LONGEST, model.output_patch_len if hasattr(model, "output_patch_len") else model.o

    def _ask(self, model: Any, windows: Tensor) -> Tensor:
        later = hasattr(model, "output_patch_len")
        patch = model.input_patch_len if later else model.p
        whole, observed = padded(windows, -(-windows.shape[1] // patch) * patch, 1)
        if later:
            given = model.decode(target=whole[:, None], horizon=model.output_patch_len, mask=~observed)[:, 0]
            median: Tensor = given.median(dim=-1).values  # of the quantiles, which may have crossed
        else:
            # what each patch predicts; the last one's is asked for
            given = model.decode(model.o, whole, ~observed)[0][:, -1]
            median = given[..., model.aridx]
        return median[:, : self.horizon]


def _later(names: frozenset[str]) -> bool:
    return any(name.startswith("pre_transformer_resblock.") for name in names)

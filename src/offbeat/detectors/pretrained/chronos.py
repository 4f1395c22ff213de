"""Chronos: forecasts by a language model of values."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from offbeat.core.params import param
from offbeat.detectors.pretrained._forecasting import Forecasting
from offbeat.detectors.pretrained._weights import Folder

if TYPE_CHECKING:
    from torch import Tensor


@dataclass
class Chronos(Forecasting):
    """Forecast error of the pretrained models Chronos, Chronos-Bolt or Chronos-2, zero-shot.

    The folder is one that the model's publisher saved (config.json and model.safetensors); which of the three it
    holds is read there. Forecasts are medians; Chronos draws them from samples, the same ones for the same seed. Each
    channel is predicted by itself. The first `window` points are warm-up.

    Score: |x - median| in robust standard deviations of that error in the training data. Time O(n / horizon) readings
    of `window` points, memory O(n) and the weights. Sees sudden departures from any pattern that is plain from the
    points before; does not see a fault that begins slowly, nor one that the window is full of.

    References
    ----------
    Ansari et al. (2024), Chronos: learning the language of time series, TMLR; Ansari et al. (2025), Chronos-2: from
    univariate to universal forecasting.

    Examples
    --------
    >>> import numpy as np
    >>> from offbeat.core.registry import detector
    >>> detector("chronos").fit(np.sin(np.arange(300.0)))
    Traceback (most recent call last):
    ...
    offbeat.core.errors.ParameterError: chronos has no weights; give weights=FOLDER, the folder of a Chronos model
    """

    seed: int = param(0, "seed of the samples that Chronos draws; the others draw none", low=0, high=2**32 - 1)

    extra: ClassVar[str] = "chronos"
    packages: ClassVar[tuple[str, ...]] = ("chronos",)
    models: ClassVar[str] = "a Chronos model"

    @staticmethod
    def _knows(folder: Folder) -> bool:
        return "chronos_config" in folder.config

    @staticmethod
    def _load(folder: Folder) -> tuple[Any, Any]:
        pipeline = import_module("chronos").BaseChronosPipeline
        made = pipeline.from_pretrained(str(folder.path), local_files_only=True, use_safetensors=True)
        return made, made.inner_model

    def _in_turn(self, model: Any) -> bool:
        return _draws(model)

    def _limits(self, model: Any) -> tuple[int, int]:
        return model.model_context_length, model.model_prediction_length

    def _ask(self, model: Any, windows: Tensor) -> Tensor:
        import torch

        with torch.random.fork_rng(enabled=_draws(model)):
            if _draws(model):
                torch.manual_seed(self.seed)
            # one series of one channel each; the two older ones take no axis of channels
            asked = windows[:, None] if type(model).__name__ == "Chronos2Pipeline" else windows
            medians, _ = model.predict_quantiles(asked.cpu(), prediction_length=self.horizon, quantile_levels=[0.5])
        return torch.cat([*medians])[:, :, 0] if isinstance(medians, list) else medians[:, :, 0]


def _draws(model: Any) -> bool:
    return type(model).__name__ == "ChronosPipeline"

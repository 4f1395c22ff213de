"""Trained networks for other programs: ONNX files."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from offbeat.core.output import replacing


class _Scoring(nn.Module):
    """A network as scoring calls it."""

    def __init__(self, network: nn.Module, call: Callable[[nn.Module, Tensor], Tensor]) -> None:
        super().__init__()
        self.network, self.call = network, call

    def forward(self, batch: Tensor) -> Tensor:
        return self.call(self.network, batch)


def write(path: str | Path, network: nn.Module, call: Callable[[nn.Module, Tensor], Tensor], example: Tensor) -> None:
    """Write `call(network, batch)` for batches of any number of windows shaped as those of `example`.

    Raises
    ------
    OutputError
        Where the file can't be written.
    """
    with replacing(path) as part, warnings.catch_warnings():
        # this exporter is the one that needs nothing beyond torch and onnx; it warns of its age, and of recurrent
        # layers whose number of windows may vary, which they may
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Scoring(network, call).eval(),
            (example,),
            str(part),
            input_names=["windows"],
            output_names=["given"],
            dynamic_axes={"windows": {0: "n"}, "given": {0: "n"}},
            dynamo=False,  # decision 29
        )

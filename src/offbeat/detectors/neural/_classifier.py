"""Base of the networks that classify anomalies, from labels or from planted ones."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.detectors.neural._network import Network

if TYPE_CHECKING:
    from torch import Tensor, nn

FOCUS = 2.0
"""Exponent of the focal loss: how little those count that are told well already."""


@dataclass
class Classifier(Network):
    """Log odds that there is an anomaly at the point.

    A subclass brings a network to log odds, and says in `_marks` what they are of. Training windows carry their labels
    as a last channel, NaN where there are none; then anomalies are planted into them.
    """

    balance: str = param(
        "weights", "how the rarer kind is made to count", choices=("weights", "downsample", "focal", "none")
    )
    trim: float = param(
        0.0,
        "largest share of windows that teach nothing, as their loss was extreme in the epoch before",
        low=0,
        high=0.5,
    )

    sees: ClassVar[frozenset[str]] = frozenset({"spike"})
    learns_labels: ClassVar[bool] = True

    @abstractmethod
    def _marks(self, inside: Tensor) -> Tensor:
        """Return what the network should say, of marks (windows, rows)."""

    @abstractmethod
    def _odds(self, network: nn.Module, s: Floats) -> Floats:
        """Return the log odds of every point, shape (n,)."""

    def _fit_labelled(self, x: Floats, labels: NDArray[np.bool_]) -> None:
        """Learn from data and labels, one a row."""
        if labels.all() or not labels.any():
            kind = "anomalous" if labels.any() else "normal"
            raise InputError(
                f"{self.name}: all {len(labels)} labels are {kind}; it learns from both kinds, or from none"
            )
        self.labels_ = labels
        try:
            self._fit(x)
        finally:
            del self.labels_

    def _loss(self, network: nn.Module, batch: Tensor, done: float) -> Tensor:
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits as entropy

        from offbeat.detectors.neural._injected import injected

        windows, inside = batch[..., :-1], batch[..., -1]
        if inside.isnan().any():
            windows, inside = injected(windows, None if network.training else torch.Generator().manual_seed(self.seed))
        wanted = self._marks((inside > 0.5).to(batch))
        odds = network(windows)
        loss = entropy(odds, wanted, reduction="none")
        if self.balance == "weights":
            share = wanted.mean().clamp(0.01, 0.99)
            loss = loss * torch.where(wanted > 0.5, 0.5 / share, 0.5 / (1 - share))
        elif self.balance == "focal":
            loss = loss * (1 - torch.exp(-loss)) ** FOCUS
        return loss.flatten(1).mean(1)

    def _shown(self, s: Floats) -> NDArray[np.float32]:
        marks = getattr(self, "labels_", np.full(len(s), np.nan))
        return np.column_stack([self.units_.seen(s), marks.astype(np.float32)])

    def _examples(self, starts: NDArray[np.int64], width: int) -> NDArray[np.int64]:
        labels = getattr(self, "labels_", None)
        if self.balance != "downsample" or labels is None:
            return starts
        from offbeat.preprocess.balance import downsample

        before = np.concatenate([[0], np.cumsum(labels)])
        found = before[starts + width] > before[starts]
        return starts if found.all() or not found.any() else starts[downsample(found, seed=self.seed)]

    def _read(self, network: nn.Module, s: Floats) -> tuple[Floats, Floats]:
        # a channel that never moved in training taught nothing: that it moves is told without the network
        moved = np.abs(s[:, ~self.units_.alive]).max(axis=1, initial=0.0)
        if not self.units_.alive.any():
            return s, moved
        odds = self._odds(network, s)
        return s, np.where(moved > 0, np.fmax(odds, 0.0) + moved, odds)

    def _band(self, x: Floats) -> None:
        return None

"""The pair of autoencoders of USAD."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn
from torch.func import functional_call


class Again(NamedTuple):
    """B(A(W)) twice, the same values: through one only A's decoder learns, through the other only B's."""

    deceiving: Tensor
    telling: Tensor


class Pair(nn.Module):
    """An encoder and two decoders, for values between 0 and 1."""

    def __init__(self, values: int, hidden: int, code: int, dropout: float) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(values, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, code), nn.ReLU()
        )
        self.one, self.other = _decoder(values, hidden, code), _decoder(values, hidden, code)

    def forward(self, batch: Tensor, again: bool = False) -> Tensor:
        """Return what the first autoencoder makes of the windows, or, with `again`, the second."""
        given: Tensor = (self.other if again else self.one)(self.encoder(batch.flatten(1)))
        return given.view_as(batch)

    def three(self, batch: Tensor) -> tuple[Tensor, Tensor, Again]:
        """Return A(W), B(W) and B(A(W))."""
        code = self.encoder(batch.flatten(1))
        other: Tensor = self.other(code)
        # the encoder learns from neither half of the game
        played = self.one(code.detach())
        deceiving = _frozen(self.other, _frozen(self.encoder, played))
        telling: Tensor = self.other(_frozen(self.encoder, played.detach()))
        one: Tensor = self.one(code)
        again = Again(deceiving.view_as(batch), telling.view_as(batch))
        return one.view_as(batch), other.view_as(batch), again


def _decoder(values: int, hidden: int, code: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(code, hidden), nn.ReLU(), nn.Linear(hidden, values), nn.Sigmoid())


def _frozen(network: nn.Module, x: Tensor) -> Tensor:
    """Return the network's output for `x`, through which its weights learn nothing."""
    weights = {name: value.detach() for name, value in network.named_parameters()}
    given: Tensor = functional_call(network, weights, (x,))
    return given

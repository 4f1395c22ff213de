"""Attention, and the networks made of it. Shapes are (windows, rows, channels) from end to end."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

HEADS = 4


class Block(nn.Module):
    """A transformer block: attention over rows, then a dense layer, both residual.

    `reach` is None where all rows may be looked at; else only the so many up to the row itself, near ones first.
    """

    def __init__(self, hidden: int, dropout: float, reach: int | None = None) -> None:
        super().__init__()
        self.reach, self.heads = reach, math.gcd(HEADS, hidden)
        self.project, self.merge = nn.Linear(hidden, 3 * hidden), nn.Linear(hidden, hidden)
        self.before, self.between = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.feed = nn.Sequential(
            nn.Linear(hidden, 2 * hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(2 * hidden, hidden)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the rows after one look and one thought."""
        windows, rows, hidden = x.shape
        three = self.project(self.before(x)).view(windows, rows, 3, self.heads, hidden // self.heads)
        query, key, value = three.permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=self._mask(x))
        x = x + self.merge(found.transpose(1, 2).reshape(x.shape))
        thought: Tensor = self.feed(self.between(x))
        return x + thought

    def _mask(self, x: Tensor) -> Tensor | None:
        """Return what is added to each pair of rows: a penalty for distance, different for each head."""
        if self.reach is None:
            return None
        rows = torch.arange(x.shape[1], device=x.device)
        back = rows[:, None] - rows
        slopes = 2.0 ** -(1.0 + 2.0 * torch.arange(self.heads, device=x.device))
        allowed = (back >= 0) & (back < self.reach)
        return torch.where(allowed, -slopes[:, None, None] * back, -math.inf).to(x.dtype)


class AttentionAutoencoder(nn.Module):
    """A transformer encoder, a bottleneck of a few weighted means, and a transformer decoder.

    The summaries are weighted means of the rows; `weights` returns how each row counted in them.
    """

    def __init__(self, channels: int, hidden: int, code: int, dropout: float) -> None:
        super().__init__()
        self.into, self.encoder = nn.Linear(channels, hidden), Block(hidden, dropout)
        self.pick = nn.Linear(hidden, HEADS)
        self.narrow, self.wide = nn.Linear(HEADS * hidden, code), nn.Linear(code, hidden)
        self.decoder = Block(hidden, dropout)
        self.out = nn.Linear(hidden, channels)

    def forward(self, batch: Tensor) -> Tensor:
        """Return the windows as the summaries know them."""
        rows, shares = self._summaries(batch)
        summary = torch.einsum("wrh,wrk->wkh", rows, shares).flatten(1)
        code = self.wide(self.narrow(summary))[:, None] + places(batch.shape[1], rows)
        given: Tensor = self.out(self.decoder(code))
        return given

    def weights(self, batch: Tensor) -> Tensor:
        """Return how much each row counted, shape (windows, rows), 1 where all count the same."""
        return self._summaries(batch)[1].mean(2) * batch.shape[1]

    def _summaries(self, batch: Tensor) -> tuple[Tensor, Tensor]:
        embedded = self.into(batch)
        rows = self.encoder(embedded + places(batch.shape[1], embedded))
        return rows, self.pick(rows).softmax(1)


def places(rows: int, like: Tensor) -> Tensor:
    """Return sinusoidal positional encodings, shape (rows, hidden)."""
    hidden = like.shape[-1]
    rates = torch.exp(torch.arange(0, hidden, 2, device=like.device) * (-math.log(1e3) / hidden))
    angles = torch.arange(rows, device=like.device)[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], 2).flatten(1)[:, :hidden].to(like.dtype)


class SelfConditioned(nn.Module):
    """One encoder and two decoders; the second reads the first one's error."""

    def __init__(self, channels: int, hidden: int, code: int, dropout: float) -> None:
        super().__init__()
        self.encoder = AttentionAutoencoder(2 * channels, hidden, code, dropout)
        self.first, self.second = nn.Linear(2 * channels, channels), nn.Linear(2 * channels, channels)

    def forward(self, batch: Tensor) -> Tensor:
        """Return the second attempt."""
        return self.both(batch)[1]

    def both(self, batch: Tensor) -> tuple[Tensor, Tensor]:
        """Return both attempts."""
        first: Tensor = self.first(self.encoder(torch.cat([batch, torch.zeros_like(batch)], 2)))
        focus = (batch - first).square()
        second: Tensor = self.second(self.encoder(torch.cat([batch, focus], 2)))
        return first, second

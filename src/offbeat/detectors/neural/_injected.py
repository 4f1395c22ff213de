"""Anomalies planted into training windows, for classifiers without labels."""

from __future__ import annotations

import torch
from torch import Tensor

SHARE = 0.5  # decision 28
"""The share of the windows that get one."""
LEAST, MOST = 1.5, 6.0
"""The size of one, in standard deviations of the batch."""


def injected(batch: Tensor, chance: torch.Generator | None) -> tuple[Tensor, Tensor]:
    """Plant one anomaly each into half of the windows, in one of the channels.

    It is a raised or lowered stretch (of one point: a spike), added noise, a value that stays, or a stretch that runs
    backwards and upside down; as often each.

    Parameters
    ----------
    batch
        Shape (windows, rows, channels); it is left alone.
    chance
        None takes torch's own.

    Returns
    -------
    The windows, and marks of shape (windows, rows), 1 where the window was changed.
    """
    windows, rows, channels = batch.shape

    def drawn(*shape: int) -> Tensor:
        return torch.rand(shape, generator=chance).to(batch)

    # a third of the stretches are single points, the others up to half of the window
    length = 1 + (drawn(windows) * rows / 2 * (drawn(windows) > 1 / 3)).floor()
    first = (drawn(windows) * (rows - length + 1)).floor()
    places = torch.arange(rows, device=batch.device)
    inside = (places >= first[:, None]) & (places < (first + length)[:, None]) & (drawn(windows)[:, None] < SHARE)
    usual = batch.std((0, 1), correction=0)
    usual = torch.where(usual > 0, usual, 1.0)
    size = usual * (LEAST + (MOST - LEAST) * drawn(windows, 1, 1)) * (1 - 2 * (drawn(windows, 1, 1) < 0.5).to(batch))
    middle = batch.mean(1, keepdim=True)
    back = (2 * first + length - 1)[:, None].sub(places).clamp(0, rows - 1).long()
    held = batch[torch.arange(windows, device=batch.device), first.long()][:, None].expand_as(batch)
    kinds = torch.stack([
        batch + size, batch + size.abs() * (2 * drawn(*batch.shape) - 1), held,
        2 * middle - batch.gather(1, back[..., None].expand_as(batch)),
    ])  # fmt: skip
    single = length == 1
    kind = torch.where(single, 0, (drawn(windows) * len(kinds)).long())
    changed = kinds[kind, torch.arange(windows, device=batch.device)]
    chosen = (drawn(windows) * channels).long()[:, None, None] == torch.arange(channels, device=batch.device)
    return torch.where(inside[..., None] & chosen, changed, batch), inside.to(batch)

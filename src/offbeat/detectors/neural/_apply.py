"""A trained network over a whole series: batches of windows on all cores, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from offbeat.kernels.threads import in_slices

BATCH = 2**14
"""Numbers of the series in one batch: few enough to stay near the processor."""
GROUP = 2**18
"""Numbers that are given back in one go."""


def outputs(
    network: Callable[[Tensor], Tensor], seen: NDArray[np.float32], starts: NDArray[np.int64], width: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[Any]]]:
    """Yield what the network gives for the windows that begin at `starts`, many at a time.

    Parameters
    ----------
    network
        From (windows, width, channels) to an array of as many windows.
    seen
        The series, shape (n, channels).
    starts
        Rows, in order.
    width
        In points.

    Returns
    -------
    Pairs of starts and outputs. The batches don't depend on the number of cores, so neither do the bits.
    """
    values = width * seen.shape[1]
    batch = max(16, BATCH // values)
    group = max(1, GROUP // (batch * values)) * batch
    view = torch.from_numpy(seen).unfold(0, width, 1)
    for first in range(0, len(starts), group):
        part = starts[first : first + group]
        found: dict[int, NDArray[Any]] = {}

        def one(low: int, high: int, part: NDArray[np.int64] = part, found: dict[int, NDArray[Any]] = found) -> None:
            with torch.inference_mode():
                windows = view[torch.from_numpy(part[low:high])].transpose(1, 2).contiguous()
                found[low] = network(windows).float().numpy()

        in_slices(one, len(part), batch)
        yield part, np.concatenate([found[low] for low in sorted(found)])


SCORED = 4
"""Windows in a row that a network reads in one go where it reads forwards; the first of them only warms it up."""


def forwards(
    network: Callable[[Tensor], Tensor], seen: NDArray[np.float32], width: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[Any]]]:
    """Yield what a network gives that reads no later row, for the rows of `seen` from `width` - 1 on.

    The stretches that it reads are all of one length, the last one filled up with zeros, so that what it gives for a
    row does not depend on how much comes after it.

    Parameters
    ----------
    network
        From (stretches, rows, channels) to (stretches, rows, ...).
    seen
        The series, shape (n, channels).
    width
        Rows that are read at least before a row is judged.

    Returns
    -------
    Pairs of rows, shape (stretches, judged), some beyond the end of the series, and what the network gave there.
    """
    scored = (SCORED - 1) * width
    starts = np.arange(0, max(len(seen) - width, 1), scored)
    filled = np.zeros((int(starts[-1]) + scored + width, seen.shape[1]), dtype=np.float32)
    filled[: len(seen)] = seen
    for part, given in outputs(network, filled, starts, width + scored):
        yield part[:, None] + np.arange(width - 1, width + scored), given[:, width - 1 :]

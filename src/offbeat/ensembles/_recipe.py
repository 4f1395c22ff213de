"""All that was chosen about the default detector, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """The constants of `auto`; `benchmarks/auto` measures what each is worth.

    Parameters
    ----------
    usual
        The quantile of a member's reference scores that calibrates to log 2. At 0.95 the ordinary bumps of a series
        with few channels in motion count for too much: 0.04 of VUS-PR over many channels, 0.005 over one.
    ceiling
        Channels are cut off here, in log units, before they are gathered: one that was constant and moves must not
        silence all the others for good. An excess of 150 usual ones is as good as any.
    loudest
        How many channels are averaged for members whose channels speak for themselves. Fewer follow single noisy
        channels, all of them drown a fault of one.
    reach
        A one-step error counts for the points around it, within this share of the window, and fades within as much
        again. The field marks stretches; half and twice as much are worse.
    fine
        The width of the finer shape member, in windows. Half finds short faults of long cycles; twice found nothing.
    equations
        Rows for each coefficient of a forecast from all channels. With fewer it fits its training rows by heart, and
        calls everything after them an error.
    blocks
        Into so many stretches a reference is divided when it is all that is judged; the median of their quantiles is
        usual, so that faults in fewer than half of them do not count.
    nothing
        A score below this is 0: data without noise are not to be judged by their rounding.
    detail, bank
        Points that a window keeps and reference windows at most, of the best effort. More detail costs in proportion
        and brings nothing up to 50,000 points.
    quick_detail, quick_bank
        The same of the fast effort.
    """

    usual: float = 0.99
    ceiling: float = 5.0
    loudest: int = 3
    reach: float = 0.25
    fine: float = 0.5
    equations: int = 10
    blocks: int = 8
    nothing: float = 0.05
    detail: int = 32
    bank: int = 16384
    quick_detail: int = 16
    quick_bank: int = 2048


RECIPE = Recipe()

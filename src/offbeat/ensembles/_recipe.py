"""All that was chosen about the default detector, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """The constants of `auto`; `benchmarks/auto` measures what each is worth.

    Parameters
    ----------
    usual
        The quantile of a member's reference scores that calibrates to log 2. At 0.95 the ordinary bumps of a quiet
        training part count for too much: 0.02 of VUS-PR over many channels, 0.005 over one.
    usual_alone
        The same where the reference is all that is judged, and so holds what is looked for, too; with 0.97 a long
        warm spell in monthly data is lost.
    ceiling
        Channels are cut off here, in log units, before they are gathered: one that was constant and moves must not
        silence all the others for good. An excess of 150 usual ones is as good as any.
    reach
        A one-step error counts for the points around it, within this share of the window, and fades within as much
        again. The field marks stretches; half and twice as much are worse.
    fine
        The width of the finer shape member, in windows. Half finds short faults of long cycles; twice found nothing.
    equations
        Rows for each coefficient of a forecast from all channels. With fewer it fits its training rows by heart, and
        calls everything after them an error.
    nothing
        A score below this is 0: data without noise are not to be judged by their rounding.
    best, fast
        Points that a window keeps, and reference windows at most, of the two efforts. More detail and a bank of four
        times as many bring nothing up to 50,000 points.
    affordable
        Values up to which the best effort takes less than ten seconds on two cores.
    """

    usual: float = 0.99
    usual_alone: float = 0.95
    ceiling: float = 5.0
    reach: float = 0.25
    fine: float = 0.5
    equations: int = 10
    nothing: float = 0.05
    best: tuple[int, int] = (32, 16384)
    fast: tuple[int, int] = (16, 2048)
    affordable: int = 2_500_000


RECIPE = Recipe()

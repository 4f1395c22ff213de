"""All that was chosen about the default detector, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple


class Effort(NamedTuple):
    """Points that a window keeps, reference windows at most, and values up to which it is what is done unasked."""

    detail: int
    bank: int
    most: float


BEST = Effort(detail=32, bank=65_536, most=1_000_000)
FAST = Effort(detail=16, bank=2_048, most=math.inf)


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
        warm spell in monthly data is lost. Of a training part, rows whose score is above this quantile are left out and
        the rest is learned from once more: nothing is lost where it is clean, and 0.1 won where it holds an event.
    stretches
        Of what is judged alone, so many parts are measured, and the one in the middle counts: a fault that lasts must
        not make itself usual. 0.016 of VUS-PR over one channel; 5 to 32 are alike, and with 6 the examples hold.
    ceiling
        Channels are cut off here, in log units, before they are gathered: one that was constant and moves must not
        silence all the others for good. An excess of 20 usual ones is as good as any; with 150 the mean over
        collections of many channels is 0.04 lower, most of it lost where the training part is short.
    reach
        A one-step error counts for the points around it, within this share of the window, and fades within as much
        again. The field marks stretches; half and twice as much are worse.
    fine
        The width of the finer shape member, in windows. Half finds short faults of long cycles; twice found nothing.
    many
        Windows that it takes to say what is usual in a stretch. With fewer, more single faults of short series fall
        below the default threshold.
    equations
        Rows for each coefficient of a forecast from all channels that move. With fewer it fits its training rows by
        heart, and calls everything after them an error.
    nothing
        A score below this is 0: data without noise are not to be judged by their rounding.
    trust
        What was learned from is said to be usual: scores there count by so much. The mean over series is 0.02 higher
        for it, of one channel and of many, where the training part is judged, too; with 0, which gains hardly more, a
        fault in that part could not be seen.
    best, fast
        What the two efforts spend. More detail brings nothing. A bank of a quarter of that is 0.03 worse above 80,000
        points, and no worse below; 1 million values take the best six to eleven seconds on two cores.
    """

    usual: float = 0.99
    usual_alone: float = 0.95
    stretches: int = 6
    ceiling: float = 3.0
    reach: float = 0.25
    fine: float = 0.5
    many: int = 16
    equations: int = 10
    nothing: float = 0.05
    trust: float = 0.5
    best: Effort = BEST
    fast: Effort = FAST


RECIPE = Recipe()

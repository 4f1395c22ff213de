"""The constants of the default detector, and why they were chosen (decisions 30 to 44)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple


class Effort(NamedTuple):
    """Points kept per window, most reference windows, and most values up to which it is the default."""

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
        The quantile of a member's reference scores that calibrates to log 2. At 0.95 the ordinary variation of a quiet
        training part counts too much: 0.02 of VUS-PR over many channels, 0.005 over one.
    usual_alone
        The same without a training part, where the reference holds the anomalies too; with 0.97 a long warm spell in
        monthly data is lost. Rows of a training part above this quantile are left out of the second calibration: no
        loss where it is clean, a gain of 0.1 where it holds an event.
    stretches
        Without a training part the series is cut into so many stretches, and the median stretch counts, so that a
        lasting fault is not learned as normal. 0.016 of VUS-PR over one channel; 5 to 32 perform alike, and with 6
        the examples keep their events.
    ceiling
        Channels are clipped here, in log units, before they are combined: one that was constant and moves must not
        dominate the others from then on. An excess of 20 usual ones is as good as any; with 150 the mean over
        collections of many channels is 0.04 lower, most of it lost where the training part is short.
    reach
        A one-step error counts for the points around it, within this share of the window, and fades within as much
        again. The field marks stretches; half and twice as much are worse.
    fine
        The width of the finer shape member, in windows. Half finds short faults of long cycles; twice found nothing.
    agree
        Of eight stretches of reference windows the nearest of so many are averaged, the majority: with three, a fault
        that lasts through three of them is usual. 0.009 of VUS-PR over one channel and 0.017 over many without a
        training part; with one it makes no difference.
    described
        Reference windows of the members that compare descriptions of windows.
    parts, fewest
        Without a training part, members also learn from each quarter of the rows, if it holds four windows.
    odd, quieter
        A row is odd to a part whose members score it higher than this. The first part is trusted most; a part that
        is so many times less odd to the others is trusted as much (decision 43).
    most
        Scores of a single channel by a part are cut off here: without, the end of a trend exceeds a spike of 12 sd. No
        loss of VUS-PR; of many channels, where trends do not exceed spikes, 0.03 would be lost.
    straight
        A line that explains so much of the variance of the medians of sixteen parts is a trend; a step in the middle
        explains 0.75. Parts learn from the values less such a trend.
    share
        The weight of what is learned from all rows, and of the trusted parts; all parts share the rest.
    beyond
        A long cycle is looked at where it has so many windows: within one and a half, the other members see its place.
    many
        Windows per stretch needed to learn from stretches. With fewer, more single faults of short series fall below
        the default threshold.
    equations
        Rows for each coefficient of a forecast from all channels that move. With fewer it overfits its training rows,
        and everything after them is an error.
    nothing
        A score below this is 0: rounding errors of data without noise are no anomalies.
    trust
        Scores of the training part are multiplied by this when the scored series continues it. It gains 0.02 on the
        mean over series, of one channel and of many, where the training part is scored too; with 0, which gains hardly
        more, a fault in that part could not be seen (decision 34).
    too_long
        What a run of equal values of the shortest length that is too long adds to the score; each doubling adds as much
        again. Normal data reach 1 to 1.5, so that such a run ranks before them.
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
    agree: int = 5
    described: int = 1024
    parts: int = 4
    fewest: int = 4
    odd: float = 1.2
    quieter: float = 4.0
    most: float = 2.0
    straight: float = 0.9
    share: float = 0.4
    beyond: float = 1.5
    many: int = 16
    equations: int = 10
    nothing: float = 0.05
    trust: float = 0.5
    too_long: float = 2.0
    best: Effort = BEST
    fast: Effort = FAST


RECIPE = Recipe()

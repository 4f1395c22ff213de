from . import augment, balance, counters, detrend, period, scale, seasonal, split

__all__ = [
    "augment",
    "balance",
    "counters",
    "detrend",
    "period",
    "scale",
    "seasonal",
    "split",
]

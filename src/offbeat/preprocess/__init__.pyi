from . import augment, balance, detrend, period, scale, seasonal, split

__all__ = [
    "augment",
    "balance",
    "detrend",
    "period",
    "scale",
    "seasonal",
    "split",
]

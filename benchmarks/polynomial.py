"""Time and peak memory of `polynomial` and of TSB-AD's POLY, in one run.

Run: python benchmarks/polynomial.py [--peer PYTHON] [--points N ...]
"""

from __future__ import annotations

from _peers import compare

if __name__ == "__main__":
    compare("polynomial", "POLY", "POLY(power=3, window=100).fit(x[:, None])", window=100, degree=3)

"""Time and peak memory of `polynomial` and of TSB-AD's POLY, in one run.

Run: python benchmarks/polynomial.py [--peer PYTHON] [--points N ...]
"""

from __future__ import annotations

from _peers import compare

PEER = """
from TSB_AD.models.POLY import POLY
def run(x):
    POLY(power=3, window=100).fit(x[:, None])
"""

if __name__ == "__main__":
    compare("polynomial", PEER, window=100, degree=3)

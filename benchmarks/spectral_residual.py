"""Time and peak memory of `spectral_residual` and of TSB-AD's SR, in one run.

Run: python benchmarks/spectral_residual.py [--peer PYTHON] [--points N ...]
"""

from __future__ import annotations

from _peers import compare

if __name__ == "__main__":
    compare("spectral_residual", "SR", "SR(x, 100)")

"""Time and peak memory of `pca` and of TSB-AD's PCA, in one run.

Run: python benchmarks/pca.py [--peer PYTHON] [--points N ...]
"""

from __future__ import annotations

from _peers import compare

if __name__ == "__main__":
    compare("pca", "PCA", "PCA(slidingWindow=100).fit(x[:, None])", window=100)

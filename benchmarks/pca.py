"""Time and peak memory of `pca` and of TSB-AD's PCA, in one run.

Run: python benchmarks/pca.py [--peer PYTHON] [--points N ...]
"""

from __future__ import annotations

from _peers import compare

PEER = """
from TSB_AD.models.PCA import PCA
def run(x):
    PCA(slidingWindow=100).fit(x[:, None])
"""

if __name__ == "__main__":
    compare("pca", PEER, window=100)

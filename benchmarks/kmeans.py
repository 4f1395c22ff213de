"""Time and peak memory of `kmeans` and of TSB-AD's KMeansAD, in one run.

Run: python benchmarks/kmeans.py [--peer PYTHON] [--points N ...]
"""

from __future__ import annotations

from _peers import compare

if __name__ == "__main__":
    compare(
        "kmeans",
        "KMeansAD",
        "KMeansAD(k=20, window_size=100, stride=1).fit_predict(x[:, None])",
        window=100,
        clusters=20,
    )

"""Time of `moving_rms` against the sum of all principal components of the windows, and how alike they rank.

The peer is the detector that TSB-AD calls Sub-PCA, in a few lines of scikit-learn: windows of one period, each column
standardised, all components, and of each window the distances to the components over their shares of the variance.

Run: python benchmarks/moving_rms.py [points]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from scipy.spatial.distance import cdist
from scipy.stats import spearmanr
from sklearn.decomposition import PCA

from offbeat.core.registry import detector
from offbeat.core.series import Floats
from offbeat.core.windows import sliding
from offbeat.preprocess.period import default_window


def series(n: int) -> Floats:
    """Return a noisy sine with stretches of more noise."""
    rng = np.random.default_rng(0)
    x = np.sin(2 * np.pi * np.arange(n) / 50) + 0.3 * rng.normal(size=n)
    for first in rng.integers(0, n - 500, size=n // 20_000):
        x[first : first + 500] += rng.normal(size=500)
    return x


def ours(x: Floats) -> Floats:
    """Score the points with offbeat."""
    return detector("moving_rms").fit_score(x).scores


def theirs(x: Floats) -> Floats:
    """Score the windows by all their principal components."""
    windows = sliding(x, default_window(x))
    windows = (windows - windows.mean(axis=0)) / windows.std(axis=0)
    model = PCA().fit(windows)
    scores: Floats = (cdist(windows, model.components_) / model.explained_variance_ratio_).sum(axis=1)
    return scores


def best(run: Callable[[], Floats], times: int) -> tuple[float, float, Floats]:
    """Return the least wall and processor seconds of several runs, and what they gave."""
    wall, cpu = [], []
    scores = np.empty(0)
    for _ in range(times):
        began, busy = time.perf_counter(), time.process_time()
        scores = run()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - busy)
    return min(wall), min(cpu), scores


def main() -> None:
    """Print the figures."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    x = series(n)
    window = default_window(x)
    ours(x[:10_000])
    fast, fast_cpu, scores = best(lambda: ours(x), 5)
    slow, slow_cpu, energy = best(lambda: theirs(x), 1)
    middle = scores[window // 2 : window // 2 + len(energy)]
    print(f"{n} points, window {window}")
    print(f"moving_rms          {fast:8.3f} s wall {fast_cpu:8.3f} s cpu")
    print(f"principal components{slow:8.3f} s wall {slow_cpu:8.3f} s cpu")
    print(f"ratio               {slow / fast:8.0f}        {slow_cpu / fast_cpu:8.0f}")
    print(f"rank correlation    {spearmanr(middle, energy).statistic:8.3f}")


if __name__ == "__main__":
    main()

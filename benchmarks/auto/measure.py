"""VUS-PR of `auto` as shipped: python benchmarks/auto/measure.py FOLDER [--crop ROWS] [--no-training] [--every K].

FOLDER is laid out as `offbeat bench` wants it. The series are those of `series.csv`, uncropped by default; NAME@j is
channel j of a series of many, NAME@pj the same where constant channels don't count. Two windows are used: 100, and the
one that TSB-AD's rule gives each series. Writes `shipped.csv` beside this file, or `shipped-alone.csv` without a
training part, and prints means, over collections too (without mgab, which has two series).
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.signal import argrelextrema

import offbeat as ob
from offbeat.data.datasets.labelled import find
from offbeat.metrics.volumes import vus_pr

HERE = Path(__file__).parent
WINDOW = 100
NO_PEAK = 125
"""The window that TSB-AD's rule gives a series whose autocorrelation has no peak at 6 to 300 points."""


def rule(x: np.ndarray) -> int:
    """Return the window of TSB-AD's rule for the values of one channel."""
    x = x[:20_000] - x[:20_000].mean()
    if not x.any():
        return NO_PEAK
    power = np.abs(np.fft.rfft(x, 2 * len(x))) ** 2
    resemblance = np.fft.irfft(power)[3:401]
    peaks = argrelextrema(resemblance, np.greater)[0]
    best = int(peaks[resemblance[peaks].argmax()]) if len(peaks) else 0
    return best + 3 if 3 <= best <= 300 else NO_PEAK


def load(folder: Path, name: str, crop: int | None) -> tuple[np.ndarray, np.ndarray, int | None]:
    """Return values, labels and the length of the training part."""
    whole, _, channel = name.partition("@")
    labelled = find(folder)[whole]()
    if crop is not None:
        labelled = labelled.cropped(crop)
    x = np.asarray(labelled.series.values, dtype=float)
    if channel.startswith("p"):
        x = x[:, np.ptp(np.nan_to_num(x), axis=0) > 0]
    if channel:
        column = int(channel.lstrip("p"))
        x = x[:, column : column + 1]
    return x, np.asarray(labelled.series.labels, dtype=int), labelled.train_end


def measured(x: np.ndarray, labels: np.ndarray, train: int | None) -> dict[str, float]:
    """Return both volumes, and seconds of processor time."""
    began = time.process_time()
    auto = ob.detector("auto")
    scores = auto.fit_score(x, train=train or None).scores
    seconds = time.process_time() - began
    scores = np.where(np.isnan(scores), np.nanmin(scores), scores)
    windows = {"vus_100": WINDOW, "vus_rule": rule(np.nan_to_num(x[:, 0]))}
    return {name: vus_pr(labels, scores, window=window) for name, window in windows.items()} | {"seconds": seconds}


def main() -> None:
    """Measure, write and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--crop", type=int)
    parser.add_argument("--no-training", action="store_true")
    parser.add_argument("--every", type=int, default=1)
    asked = parser.parse_args()
    with (HERE / "series.csv").open(newline="", encoding="utf-8") as lines:
        names = sorted({(row["kind"], row["series"]) for row in csv.DictReader(lines)})[:: asked.every]
    groups: dict[str, dict[str, list[dict[str, float]]]] = defaultdict(lambda: defaultdict(list))
    out = HERE / ("shipped-alone.csv" if asked.no_training else "shipped.csv")
    with out.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(["kind", "collection", "series", "vus_100", "vus_rule", "seconds"])
        for kind, name in names:
            x, labels, train = load(asked.folder, name, asked.crop)
            found = measured(x, labels, None if asked.no_training else train)
            collection = name.partition("/")[0]
            groups[kind][collection].append(found)
            writer.writerow([kind, collection, name, *(f"{value:.4f}" for value in found.values())])
            lines.flush()
    for kind, by in groups.items():
        for name in ("vus_100", "vus_rule"):
            means = {collection: float(np.mean([one[name] for one in some])) for collection, some in by.items()}
            every = np.mean([one[name] for some in by.values() for one in some])
            macro = np.mean([mean for collection, mean in means.items() if collection != "mgab"])
            each = " ".join(f"{collection} {mean:.3f}" for collection, mean in means.items())
            print(f"{kind} {name} mean {every:.3f} macro {macro:.3f} | {each}")
        print(f"{kind} {sum(one['seconds'] for some in by.values() for one in some):.0f} s of processor time")


if __name__ == "__main__":
    main()

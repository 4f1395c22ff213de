"""VUS-PR and processor seconds of four networks and of their counterparts in TSB-AD, on the same real series.

Twenty series of one channel and six of several, evenly spaced in a folder of labelled data sets, cropped to 10,000
rows. Both sides learn from the first half of the rows before the first anomaly, or from all where those are fewer than
500, in as many epochs at most, on one thread of torch. TSB-AD runs with
the parameters that its authors tuned; offbeat finds its window by itself, and stops after as many epochs without
progress as they do. An epoch of offbeat draws `windows` windows at most, one of TSB-AD all. With "defaults" offbeat
runs as it comes. All scores are measured here, by VUS-PR with a buffer of 100 points.

What is done is kept in OUT, and a later run goes on from there: series/NAME.npz, scores/CONTENDER/METHOD/NAME.npz and,
at the end, rows.csv.

Run: python benchmarks/neural_quality.py FOLDER OUT --peer PYTHON
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from neural import PAIRS

from offbeat.core.series import Series
from offbeat.data.datasets import load
from offbeat.metrics import vus_pr

ONE, MANY = 20, 6
"""How many series there are of one channel, and of several."""
LEAST = 500
"""Rows to learn from; where there are fewer before the first anomaly, all rows are learned from."""
TUNED: dict[str, dict[str, dict[str, object]]] = {
    "CNN": {"one": {"window_size": 50}, "many": {"window_size": 50}},
    "LSTMAD": {"one": {"window_size": 100}, "many": {"window_size": 150}},
    "USAD": {"one": {"win_size": 100, "lr": 0.001}, "many": {"win_size": 100, "lr": 0.001}},
    "OmniAnomaly": {"one": {"win_size": 5}, "many": {"win_size": 100}},
}
"""TSB-AD's tuned parameters, for one channel and for several, where they are not its defaults."""

CHILD = """
import contextlib, io, sys, time
from pathlib import Path
import numpy as np
import torch
torch.set_num_threads(1)
{program}
folder, out = Path(sys.argv[1]), Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
t = np.arange(1000.0)[:, None]
with contextlib.redirect_stdout(io.StringIO()):
    run(np.sin(t / 10), np.sin(t / 10))
for path in sorted(folder.glob("*.npz")):
    if (out / path.name).exists():
        continue
    given = np.load(path)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        began = time.process_time()
        try:
            scores, error = run(given["train"], given["x"]), ""
        except Exception as failure:
            scores, error = np.zeros(len(given["x"])), repr(failure)
        seconds = time.process_time() - began
    np.savez_compressed(out / path.name, scores=scores, seconds=seconds, error=error)
"""
OURS = """
from offbeat.core.registry import detector
def run(train, x):
    model = detector("{name}", **{params})
    return model.fit_score(x, train=len(train)).scores
"""
THEIRS = """
from unittest.mock import MagicMock
np.Inf = np.inf  # what their early stopping says
for _ in range(50):
    try:
        from TSB_AD.models.{kind} import {kind}
        break
    except ModuleNotFoundError as missing:  # something that this method does not use
        sys.modules[missing.name] = MagicMock()
def run(train, x):
    params = {tuned}["one" if x.shape[1] == 1 else "many"]
    torch.manual_seed(0)
    model = {kind}(feats=x.shape[1], **params)
    model.fit(train)
    return model.decision_function(x).ravel()
"""


def spaced(folder: Path, rows: int) -> dict[str, Series]:
    """Return series of one channel and of several, evenly spaced among those of `folder` in the order of their names.

    What has no anomaly, or more anomalous rows than others, is passed over.
    """
    kinds: dict[bool, dict[str, Series]] = {False: {}, True: {}}
    for part in sorted(path for path in folder.iterdir() if path.is_dir()):
        for name, labelled in load("labelled", part).items():
            series = labelled.cropped(rows).series[:rows]
            if series.labels is not None and 0 < series.labels.mean() < 0.5:
                kinds[series.values.shape[1] > 1][f"{part.name}--{Path(name).stem}"] = series
    chosen = {}
    for several, count in ((False, ONE), (True, MANY)):
        names = sorted(kinds[several])
        for i in np.linspace(0, len(names) - 1, min(count, len(names))).round().astype(int):
            chosen[names[i]] = kinds[several][names[i]]
    return chosen


def written(folder: Path, out: Path, rows: int) -> None:
    """Write the series as arrays that both interpreters read; gaps are filled, as TSB-AD knows none."""
    if out.exists():
        return
    chosen = spaced(folder, rows)
    out.mkdir(parents=True)
    for name, series in chosen.items():
        values = pd.DataFrame(series.values).interpolate(limit_direction="both").fillna(0.0).to_numpy()
        half = int(np.argmax(series.labels)) // 2
        train = values[:half] if half >= LEAST else values
        np.savez_compressed(out / f"{name}.npz", x=values, train=train, labels=series.labels)


def programs(peer: str | None) -> dict[tuple[str, str], tuple[str, str]]:
    """Return by side and method the interpreter and the program."""
    found = {}
    for name, params, kind, _ in PAIRS:
        found["defaults", name] = sys.executable, OURS.format(name=name, params={})
        found["offbeat", name] = sys.executable, OURS.format(name=name, params=params)
        if peer:
            found["TSB-AD", name] = peer, THEIRS.format(kind=kind, tuned=TUNED[kind])
    return found


def measured(out: Path) -> pd.DataFrame:
    """Return a row a side, method and series."""
    rows = []
    for path in sorted(out.glob("scores/*/*/*.npz")):
        found, given = np.load(path), np.load(out / "series" / path.name)
        scores = np.asarray(found["scores"], dtype=np.float64)
        known = np.isfinite(scores)
        if known.any():
            scores = np.where(known, scores, scores[known].min())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = vus_pr(given["labels"], scores, window=100) if known.any() else 0.0
        kind = "several channels" if given["x"].shape[1] > 1 else "one channel"
        rows.append(
            {"side": path.parts[-3], "method": path.parts[-2], "series": path.stem, "kind": kind}
            | {"vus_pr": float(value), "cpu_s": float(found["seconds"]), "error": str(found["error"])}
        )
    return pd.DataFrame(rows)


def main() -> None:
    """Score what is not yet scored, and print the means."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="one data set a folder in it, as `offbeat bench` reads them")
    parser.add_argument("out", type=Path)
    parser.add_argument("--peer", help="interpreter in which TSB_AD is installed")
    parser.add_argument("--crop", type=int, default=10_000)
    parser.add_argument("--sides", nargs="+", choices=("TSB-AD", "offbeat", "defaults"))
    parser.add_argument("--methods", nargs="+", choices=[name for name, *_ in PAIRS])
    given = parser.parse_args()
    written(given.folder, given.out / "series", given.crop)
    for (who, name), (python, program) in programs(given.peer).items():
        if who not in (given.sides or [who]) or name not in (given.methods or [name]):
            continue
        text = CHILD.format(program=program)
        to = given.out / "scores" / who / name
        subprocess.run([python, "-c", text, str(given.out / "series"), str(to)], check=True)
        print(f"{who} {name}: done", flush=True)
    rows = measured(given.out)
    rows.to_csv(given.out / "rows.csv", index=False)
    print(rows.pivot_table(index=["method", "side"], columns="kind", values=["vus_pr", "cpu_s"]).round(4))
    failed = rows[rows["error"] != ""]
    print(f"{len(rows)} rows, {len(failed)} failed", json.dumps(failed["error"].value_counts().to_dict()))


if __name__ == "__main__":
    main()

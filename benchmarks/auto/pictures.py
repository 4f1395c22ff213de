"""The three pictures of docs/auto.md: python benchmarks/auto/pictures.py."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("agg")
import matplotlib.pyplot as plt

from offbeat.ensembles.auto import Auto

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
SHADE = {"color": "tab:red", "alpha": 0.15, "lw": 0}


def example() -> tuple[np.ndarray, list[tuple[int, int, str]]]:
    """Return a wave with a spike, a cycle of another shape, noise, a smaller amplitude and a level."""
    t = np.arange(4000)
    x = np.sin(t / 8) + 0.1 * np.random.default_rng(0).normal(size=4000)
    faults = [(1200, 1201, "spike"), (1700, 1750, "shape"), (2200, 2260, "noise"), (2800, 2900, "small"),
              (3400, 3500, "level_shift")]  # fmt: skip
    x[1200] += 1.2
    x[1700:1750] = np.abs(np.sin(t[1700:1750] / 8))
    x[2200:2260] += 0.4 * np.random.default_rng(1).normal(size=60)
    x[2800:2900] *= 0.4
    x[3400:3500] += 0.7
    return x, faults


def members() -> None:
    """Draw what each member says of the same series."""
    x, faults = example()
    auto = Auto().fit(x)
    score, parts = auto.score(x, trained=True), auto.members(x, trained=True)
    figure, axes = plt.subplots(len(parts) + 2, 1, figsize=(10, 9), sharex=True, layout="constrained")
    axes[0].plot(x, lw=0.6, color="black")
    axes[0].set_ylabel("series")
    axes[0].set_ylim(-1.6, 2.8)
    axes[1].plot(score, lw=0.8, color="tab:red")
    axes[1].set_ylabel("score")
    for axis, (name, part) in zip(axes[2:], parts.items(), strict=True):
        axis.fill_between(np.arange(len(x)), part * score, lw=0)
        axis.set_ylabel(name)
        axis.set_ylim(0, None)
    for axis in axes:
        for first, last, word in faults:
            axis.axvspan(first - 5, last + 5, **SHADE)
            if axis is axes[0]:
                axis.text(first, 2.2, word, fontsize=8)
    figure.savefig(DOCS / "auto-members.png", dpi=90)


def reference() -> None:
    """Draw the score of the same series judged alone, and by a training part that is known to be good."""
    x, faults = example()
    figure, axes = plt.subplots(3, 1, figsize=(10, 5), sharex=True, layout="constrained")
    axes[0].plot(x, lw=0.6, color="black")
    axes[0].axvspan(0, 1000, color="tab:green", alpha=0.15, lw=0)
    axes[1].plot(Auto().fit_score(x).scores, lw=0.8, color="tab:red")
    axes[2].plot(Auto().fit_score(x, train=1000).scores, lw=0.8, color="tab:red")
    for axis, label in zip(axes, ("series, training part", "judged alone", "training part known"), strict=True):
        axis.set_ylabel(label)
        for first, last, _ in faults:
            axis.axvspan(first - 5, last + 5, **SHADE)
    figure.savefig(DOCS / "auto-reference.png", dpi=90)


def ablation() -> None:
    """Draw what is lost without each member, with 95 % intervals over series."""
    values: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    with (HERE / "series.csv").open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["window"] == "rule":
                values[row["kind"]][row["config"]][row["series"]] = float(row["vus_pr"])
    rng = np.random.default_rng(0)
    figure, axes = plt.subplots(1, 2, figsize=(10, 3), layout="constrained")
    for axis, (kind, configs) in zip(axes, values.items(), strict=True):
        names = [name for name in configs if name.startswith("without")]
        for place, name in enumerate(names):
            gain = np.array([configs["auto"][series] - value for series, value in configs[name].items()])
            means = gain[rng.integers(0, len(gain), (2000, len(gain)))].mean(axis=1)
            axis.plot(np.quantile(means, (0.025, 0.975)), [place, place], color="black", lw=1)
            axis.plot(gain.mean(), place, "o", color="tab:red")
        axis.axvline(0, color="grey", lw=0.5)
        axis.set_yticks(range(len(names)), names)
        axis.set_title(f"{kind} channel{'s' * (kind == 'many')}: VUS-PR lost", fontsize=10)
    figure.savefig(DOCS / "auto-ablation.png", dpi=90)


if __name__ == "__main__":
    members()
    reference()
    ablation()

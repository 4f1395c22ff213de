"""Whether a network fuses the members of `auto` better than their power mean does.

    python benchmarks/auto/fusion.py train CACHE [--context 0]
    python benchmarks/auto/fusion.py evaluate CACHE FOLDER [--context 0] [--every 6]

`train` makes labelled series of one channel, fits `auto` on the clean beginning of each, and trains a small network to
turn the members' calibrated scores into one; every tenth series is held out. `evaluate` compares the power mean of
`auto`, the network, and the power mean of the two on real series, as VUS-PR of window 100. FOLDER is laid out as
`offbeat bench` wants it. CACHE is a folder for scores and weights. Real labels are seen by `evaluate` alone.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
import torch
from measure import HERE, WINDOW, load
from scipy.ndimage import binary_dilation, distance_transform_edt
from torch import nn

import offbeat as ob
from offbeat.core.calibration import Calibration
from offbeat.core.errors import InputError
from offbeat.core.series import Series
from offbeat.data.anomalies import KINDS
from offbeat.data.synth import inject, mixture
from offbeat.ensembles._fusion import fuse
from offbeat.ensembles._recipe import RECIPE
from offbeat.metrics.volumes import vus_pr

MEMBERS = ("values", "statistics", "points", "shape", "detail", "second values", "second statistics")
SERIES, SEED, EPOCHS, RESAMPLES = 1000, 0, 8, 5000
CELLS = 16
"""Cells of a window: the network sees every series at this scale, whatever its period."""
WIDTH, DILATIONS = 24, (1, 2, 4, 8, 16)


def seasonal(n: int, period: float, rng: np.random.Generator) -> np.ndarray:
    """Make seasons, a trend and normal noise."""
    periods = [period, 7 * period] if rng.random() < 0.4 else [period]
    trend = rng.normal() if rng.random() < 0.3 else 0.0
    return mixture(n, periods, trend, np.exp(rng.uniform(-4, -0.5)), seed=rng).values[:, 0]


def wandering(n: int, period: float, rng: np.random.Generator) -> np.ndarray:
    """Make a wave whose speed and height wander."""
    phase = np.cumsum(1 + 0.3 * slow(n, 10 * period, rng)) * 2 * np.pi / period
    wave = np.sin(phase) + rng.uniform(0, 0.6) * np.sin(2 * phase + 1)
    return wave * (1 + 0.2 * slow(n, 5 * period, rng)) + rng.uniform(0, 0.2) * rng.normal(size=n)


def beats(n: int, period: float, rng: np.random.Generator) -> np.ndarray:
    """Make narrow pulses that come a little early or late."""
    spread = rng.uniform(0.01, 0.15)
    places = np.cumsum(period * (1 + spread * rng.normal(size=int(2 * n / period) + 2)).clip(0.4))
    away = (np.arange(n)[:, None] - places[None, places < n]) / (0.05 * period + 0.5)
    pulses = np.exp(-(away**2)) - 0.3 * np.exp(-((away - 3) ** 2) / 4)
    return pulses.sum(axis=1) + 0.1 * slow(n, 20 * period, rng) + rng.uniform(0.01, 0.1) * rng.normal(size=n)


def roaming(n: int, period: float, rng: np.random.Generator) -> np.ndarray:
    """Make what follows no season: a slow course and noise, some of it with heavy tails."""
    noise = rng.standard_t(rng.choice([3, 5, 30]), size=n)
    return slow(n, period * rng.uniform(0.5, 5), rng) + rng.uniform(0.05, 1) * noise


def metric(n: int, period: float, rng: np.random.Generator) -> np.ndarray:
    """Make counts above zero whose rate has a season."""
    rate = np.exp(rng.uniform(1, 5) + rng.uniform(0.2, 0.8) * seasonal(n, period, rng))
    return rng.poisson(rate * np.exp(rng.uniform(0, 0.2) * rng.normal(size=n))).astype(float)


def switching(n: int, period: float, rng: np.random.Generator) -> np.ndarray:
    """Make levels that a machine takes by turns, at uneven times."""
    states, even = rng.normal(size=rng.integers(2, 5)), rng.random() < 0.5
    stays = period * (0.5 + (0.05 if even else 0.5) * rng.exponential(size=int(4 * n / period) + 4))
    which = np.searchsorted(np.cumsum(stays), np.arange(n)) % len(states)
    return states[which] + rng.uniform(0, 0.1) * rng.normal(size=n)


def slow(n: int, length: float, rng: np.random.Generator) -> np.ndarray:
    """Make a random course of deviation about 1 that forgets itself within `length` points."""
    from scipy.signal import lfilter

    keep = np.exp(-1 / max(length, 1.0))
    return lfilter([np.sqrt(1 - keep**2)], [1, -keep], rng.normal(size=n))


BASES = (seasonal, wandering, beats, roaming, metric, switching)


def made(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int]:
    """Return a series of one channel, its labels, and the length of the clean part that it begins with."""
    n, period = int(rng.integers(1500, 4001)), float(np.exp(rng.uniform(np.log(8), np.log(150))))
    train = int(n * rng.uniform(0.3, 0.4))
    x = BASES[rng.integers(len(BASES))](n, period, rng)
    spread = x.std() or 1.0
    later = np.arange(n) >= rng.integers(train, n)
    # what is new but no fault: a lasting step, more noise, a drift, lone outliers
    if rng.random() < 0.2:
        x = x + later * rng.normal() * 0.7 * spread
    if rng.random() < 0.2:
        x = x + later * rng.normal(size=n) * rng.uniform(0, 0.3) * spread
    if rng.random() < 0.2:
        x = x + np.maximum(np.arange(n) - train, 0) / n * rng.normal() * 1.5 * spread
    if rng.random() < 0.2:
        x = x + (rng.random(n) < 0.003) * rng.normal(size=n) * 4 * spread
    if rng.random() < 0.15:
        x = np.round(x / spread * 8)
    series, widen = Series(x[:, None]), rng.random() < 0.4
    for _ in range(int(rng.choice([1, 1, 1, 2, 3, 4]))):
        kind = str(rng.choice([kind for kind in KINDS if kind != "correlation"]))
        long = int(np.clip(period * np.exp(rng.uniform(np.log(0.2), np.log(4))), 4, n // 12))
        length = int(rng.integers(1, 4)) if KINDS[kind].is_point else long
        size = KINDS[kind].size * float(np.exp(0.4 * rng.normal()))
        try:
            series = inject(series, kind, length=length, size=size, after=train, seed=rng)
        except InputError:
            break
    labels = np.asarray(series.labels)
    if widen:  # as those who label do
        labels = binary_dilation(labels, iterations=max(1, int(rng.uniform(0.05, 0.5) * period)))
    labels[:train] = False
    return series.values, labels.astype(int), train


def heard(x: np.ndarray, train: int | None) -> dict[str, np.ndarray]:
    """Return the members' calibrated scores, the fused one, the window, and the rows learned from."""
    auto = ob.detector("auto").fit(x[:train] if train else x)
    member_scores = auto._score_members(auto._given(auto._checked(x)))
    members = np.column_stack(
        [np.nan_to_num(member_scores[m][0]) if m in member_scores else np.full(len(x), -1.0) for m in MEMBERS]
    )
    fused = np.nan_to_num(fuse(list(member_scores.values()), 1)[:, 0])
    return {"members": members, "fused": fused, "width": np.array(auto.width_), "train": np.array(train or len(x))}


def cells(one: dict[str, np.ndarray]) -> tuple[torch.Tensor, int]:
    """Return what the network sees, (channels, cells): means, maxima and the fused score; and the points of a cell."""
    points = max(1, round(int(one["width"]) / CELLS))
    rows = np.column_stack([one["members"], one["fused"]])
    full = np.pad(rows, ((0, -len(rows) % points), (0, 0)), mode="edge").reshape(-1, points, rows.shape[1])
    seen = np.column_stack([full.mean(axis=1), full[:, :, :-1].max(axis=1)])
    return torch.tensor(np.minimum(seen, 8.0).T, dtype=torch.float32), points


class Fusion(nn.Module):
    """Add to the fused score what dilated convolutions (or none, without context) make of the members around."""

    def __init__(self, context: bool) -> None:
        super().__init__()
        size = 3 if context else 1
        self.first = nn.Conv1d(2 * len(MEMBERS) + 1, WIDTH, size, padding="same")
        self.blocks = nn.ModuleList(
            nn.Conv1d(WIDTH, WIDTH, size, dilation=d if context else 1, padding="same") for d in DILATIONS
        )
        self.last = nn.Conv1d(WIDTH, 1, 1)
        nn.init.zeros_(self.last.weight)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        """Return one score a cell."""
        hidden = self.first(seen[None])
        for block in self.blocks:
            hidden = hidden + block(torch.relu(hidden))
        return 2 * seen[len(MEMBERS)] - 3 + self.last(torch.relu(hidden))[0, 0]


def loss(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the cross-entropy of labels of 0 to 1, hits weighing more the rarer they are."""
    weight = ((1 - labels).sum() / labels.sum()).sqrt()
    terms = nn.functional.binary_cross_entropy_with_logits(scores, labels, pos_weight=weight, reduction="none")
    return terms.sum() / (1 + (weight - 1) * labels).sum()


def train(cache: Path, context: bool) -> None:
    """Make the series where they are not there yet, and train; prints VUS-PR on those held out."""
    path = cache / "made.pt"
    if not path.exists():
        torch.save(_all_made(), path)
    known = torch.load(path, weights_only=False)
    torch.manual_seed(SEED)
    rng, network = np.random.default_rng(SEED), Fusion(context)
    ready = [(cells(one)[0], _by_cell(one)) for i, one in enumerate(known) if i % 10]
    steps = EPOCHS * (len(ready) // 8)
    adam = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=1e-2)
    plan = torch.optim.lr_scheduler.OneCycleLR(adam, 2e-3, total_steps=steps)
    for step in range(steps):
        for i in rng.choice(len(ready), 8, replace=False):
            seen, labels = ready[i]
            if rng.random() < 0.3:  # a member that is absent must not be missed
                lost = int(rng.integers(len(MEMBERS)))
                seen = seen.clone()
                seen[[lost, len(MEMBERS) + 1 + lost]] = -1.0
            (loss(network(seen), labels) / 8).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        adam.step()
        adam.zero_grad()
        plan.step()
        if step % (steps // 5) == 0 or step == steps - 1:
            found = np.array([_vus_pr(network, one) for one in known[::10]])
            fitted = np.array([_vus_pr(network, one) for one in known[1::20]])
            print(f"step {step}: fused, network, both: held out {found.mean(axis=0)}, fitted {fitted.mean(axis=0)}")
    torch.save(network.state_dict(), cache / f"weights{int(context)}.pt")
    print(sum(weights.numel() for weights in network.parameters()), "weights")


def _all_made() -> list[dict[str, np.ndarray]]:
    known = []
    for seed in range(SERIES):
        x, labels, clean = made(np.random.default_rng([SEED, seed]))
        if labels.any():
            known.append(heard(x, clean) | {"labels": labels})
    return known


def _by_cell(one: dict[str, np.ndarray]) -> torch.Tensor:
    """Return how much of a hit each cell is, 0 to 1: the labels, fading out as the volumes let them."""
    away = distance_transform_edt(1 - one["labels"])[:, None]
    widths = np.linspace(1e-6, WINDOW, 5)
    soft = (np.sqrt(np.maximum(1 - away / widths, 0.0)) * (away <= widths / 2)).mean(axis=1)
    points = max(1, round(int(one["width"]) / CELLS))
    full = np.pad(soft, (0, -len(soft) % points)).reshape(-1, points)
    return torch.tensor(full.max(axis=1), dtype=torch.float32)


def _vus_pr(network: Fusion, one: dict[str, np.ndarray]) -> list[float]:
    """Return VUS-PR of the fused score, of the network, and of their power mean."""
    seen, points = cells(one)
    with torch.no_grad():
        answer = network(seen).numpy().astype(float)
    fused = one["fused"]
    alone = np.interp(np.arange(len(fused)), (np.arange(len(answer)) + 0.5) * points - 0.5, answer)[:, None]
    member = Calibration.of(alone[: int(one["train"])], 0.05, RECIPE.usual).apply(alone)
    both = Calibration.combine(np.column_stack([fused, member]))
    return [vus_pr(one["labels"], scores, window=WINDOW) for scores in (fused, alone[:, 0], both)]


def evaluate(cache: Path, context: bool, folder: Path, every: int) -> None:
    """Print mean, mean over collections and paired intervals on real series."""
    network = Fusion(context)
    network.load_state_dict(torch.load(cache / f"weights{int(context)}.pt"))
    with (HERE / "series.csv").open(newline="", encoding="utf-8") as lines:
        names = sorted({row["series"] for row in csv.DictReader(lines) if row["kind"] == "one"})[::every]
    found = []
    for name in names:
        path = cache / f"{name.replace('/', '_')}.pt"
        if not path.exists():
            x, labels, clean = load(folder, name, 20_000)
            torch.save(heard(x, clean) | {"labels": labels}, path)
        found.append(_vus_pr(network, torch.load(path, weights_only=False)))
    figures, groups = np.array(found), np.array([name.partition("/")[0] for name in names])
    picks = np.random.default_rng(0).integers(0, len(names), (RESAMPLES, len(names)))
    for j, what in enumerate(("fused", "network", "both")):
        means = {group: figures[groups == group, j].mean() for group in np.unique(groups)}
        gain = figures[:, j] - figures[:, 0]
        low, high = np.quantile(gain[picks].mean(axis=1), (0.025, 0.975))
        macro = np.mean([mean for group, mean in means.items() if group != "mgab"])
        each = " ".join(f"{group}={mean:.4f}" for group, mean in means.items())
        print(f"{what},{len(names)},{figures[:, j].mean():.4f},{macro:.4f},{each}")
        print(f"  gain {gain.mean():+.4f} [{low:+.4f}, {high:+.4f}], better in {np.mean(gain > 0):.0%}")


def main() -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("train", "evaluate"))
    parser.add_argument("cache", type=Path)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--context", type=int, default=1)
    parser.add_argument("--every", type=int, default=6)
    asked = parser.parse_args()
    torch.set_num_threads(1)  # several only wait for each other in a network as small
    asked.cache.mkdir(parents=True, exist_ok=True)
    if asked.what == "train":
        train(asked.cache, bool(asked.context))
    else:
        evaluate(asked.cache, bool(asked.context), asked.folder, asked.every)


if __name__ == "__main__":
    main()

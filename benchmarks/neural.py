"""Time to train and score four networks on 10,000 points, and their counterparts in TSB-AD; 1,000,000 points scored.

Each runs in a process of its own, on the threads that it takes by default. The epochs are the same: TSB-AD's defaults,
with early stopping in both. An epoch of theirs has all windows of the series; one of ours draws some, each point about
as often as theirs for the forecasters, whose windows have a target in every row, and less often for `omnianomaly`.

Run: python benchmarks/neural.py [--peer PYTHON] [--points N] [--long N]
"""

from __future__ import annotations

import argparse
import sys

from _peers import OURS, THEIRS, measured

PAIRS: tuple[tuple[str, dict[str, object], str, str], ...] = (
    ("cnn_forecaster", {"epochs": 50, "patience": 3}, "CNN", "CNN(window_size=100)"),
    ("lstm_forecaster", {"epochs": 50, "patience": 3}, "LSTMAD", "LSTMAD(window_size=100)"),
    ("usad", {"epochs": 10, "patience": 3}, "USAD", "USAD(win_size=100)"),
    ("omnianomaly", {"epochs": 50, "patience": 3}, "OmniAnomaly", "OmniAnomaly(win_size=100)"),
)
LONG = """
from offbeat.core.registry import detector
model = detector("conv_autoencoder", window=64, epochs=1).fit(x[:20000])
def run(x):
    model.score(x)
"""


def main() -> None:
    """Print one line a program, and the ratio of their processor times."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", help="interpreter in which TSB_AD is installed")
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--long", type=int, default=1_000_000)
    given = parser.parse_args()
    for name, params, kind, call in PAIRS:
        found = [
            (name, measured(sys.executable, OURS.format(name=name, params={"window": 100, **params}), given.points))
        ]
        if given.peer:
            # their early stopping says np.Inf, which NumPy has no longer
            whole = f"np.Inf = np.inf; model = {kind}({call.partition('(')[2][:-1]}, feats=1); model.fit(x[:, None]); "
            whole += "model.decision_function(x[:, None])"
            found.append((f"TSB-AD {kind}", measured(given.peer, THEIRS.format(kind=kind, call=whole), given.points)))
        for who, figures in found:
            if figures:
                print(f"{who:20}{figures[0]:9.2f} s wall {figures[1]:9.2f} s cpu {figures[2]:7.0f} MB", flush=True)
        cpu = [figures[1] for _, figures in found if figures]
        if len(cpu) == 2:
            print(f"{'ratio':20}{cpu[1] / cpu[0]:23.1f}", flush=True)
    scored = measured(sys.executable, LONG, given.long)
    if scored:
        print(f"conv_autoencoder scores {given.long} points: {scored[0]:.1f} s wall, {scored[2]:.0f} MB", flush=True)


if __name__ == "__main__":
    main()

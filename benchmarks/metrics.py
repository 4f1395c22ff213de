"""Values, time and memory of the measures beside those of the TSB-AD package, on the same series in one run.

Run: python benchmarks/metrics.py [python of an environment with TSB-AD]

Without that argument, or where TSB-AD can't be imported there, only this library's side is measured, and that is said.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

SIZES = (10_000, 100_000, 1_000_000)
THEIR_LIMIT = 100_000
"""Points beyond which the package would take many minutes."""

CASE = """
import json, time, warnings
import numpy as np
warnings.simplefilter("ignore")
case = np.load({path!r})
labels, scores = case["labels"], case["scores"]

def timed(call, times):
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        value = call()
        taken.append(time.perf_counter() - began)
    return value, min(taken)
"""

OURS = """
import tracemalloc
from offbeat import metrics as m

def everything():
    v = m.volumes(labels, scores, 100)
    return {
        "AUC-PR": m.pr_auc(labels, scores), "AUC-ROC": m.roc_auc(labels, scores),
        "VUS-PR": v.vus_pr, "VUS-ROC": v.vus_roc, "Standard-F1": m.oracle_f1(labels, scores),
        "PA-F1": m.oracle_point_adjusted_f1(labels, scores), "Event-based-F1": m.oracle_composite_f1(labels, scores),
        "R-based-F1": m.oracle_range_f1(labels, scores), "Affiliation-F": m.oracle_affiliation_f1(labels, scores),
    }

m.vus_pr(labels, scores, 100)
vus, vus_seconds = timed(lambda: m.vus_pr(labels, scores, 100), 5)
values, seconds = timed(everything, 2)
tracemalloc.start()
everything()
memory = tracemalloc.get_traced_memory()[1] / (labels.nbytes + scores.nbytes)
print(json.dumps({"vus": vus, "vus_seconds": vus_seconds, "values": values, "seconds": seconds, "memory": memory}))
"""

THEIRS = """
from TSB_AD.evaluation.basic_metrics import generate_curve
from TSB_AD.evaluation.metrics import get_metrics
vus, vus_seconds = timed(lambda: float(generate_curve(labels, scores, 100)[-1]), 1)
values, seconds = timed(lambda: get_metrics(scores, labels, slidingWindow=100), 1)
values = {name: float(value) for name, value in values.items()}
print(json.dumps({"vus": vus, "vus_seconds": vus_seconds, "values": values, "seconds": seconds}))
"""


def series(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and scores: an anomaly of 50 points in every 5000, one standard deviation high, noise elsewhere."""
    rng = np.random.default_rng(0)
    labels = np.zeros(n, dtype=np.int64)
    for start in range(2000, n - 50, 5000):
        labels[start : start + 50] = 1
    return labels, rng.normal(size=n) + labels


def measured(python: str, program: str, path: Path) -> dict:
    """Run one side in a process of its own."""
    code = CASE.format(path=str(path)) + program
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True, cwd=path.parent)
    return json.loads(done.stdout.splitlines()[-1])


def has_tsb_ad(python: str | None) -> bool:
    """Return whether that interpreter can import their measures; say why not."""
    if python is None:
        print("TSB-AD: no interpreter given, so it is not measured")
        return False
    asked = subprocess.run(
        [python, "-c", "import TSB_AD.evaluation.metrics"], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        print(f"TSB-AD: {python} can't import it, so it is not measured ({asked.stderr.strip().splitlines()[-1]})")
    return not asked.returncode


def report(n: int, ours: dict, theirs: dict | None) -> None:
    """Print what was measured at one length."""
    print(f"\n{n} points: VUS-PR {ours['vus_seconds']:.4f} s, all nine {ours['seconds']:.3f} s", end=", ")
    print(f"memory {ours['memory']:.1f} times the input", flush=True)
    if theirs is None:
        return
    for name, key in (("VUS-PR", "vus_seconds"), ("all nine", "seconds")):
        print(f"  TSB-AD: {name} {theirs[key]:.2f} s, {theirs[key] / ours[key]:.0f} times as long")
    for name, value in theirs["values"].items():
        own = ours["values"][name]
        print(f"  {name:15} {own:.12f}, theirs {value:.12f}, difference {abs(own - value):.1e}")


def main() -> int:
    """Print one block a length; return 1 where VUS differs by more than 1e-9."""
    python = sys.argv[1] if len(sys.argv) > 1 else None
    beside, difference = has_tsb_ad(python), 0.0
    with tempfile.TemporaryDirectory() as folder:
        for n in SIZES:
            path = Path(folder) / f"{n}.npz"
            labels, scores = series(n)
            np.savez(path, labels=labels, scores=scores)
            ours = measured(sys.executable, OURS, path)
            theirs = measured(str(python), THEIRS, path) if beside and n <= THEIR_LIMIT else None
            report(n, ours, theirs)
            if theirs:
                difference = max(
                    difference, *(abs(ours["values"][k] - theirs["values"][k]) for k in ("VUS-PR", "VUS-ROC"))
                )
    return int(difference > 1e-9)


if __name__ == "__main__":
    sys.exit(main())

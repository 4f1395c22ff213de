"""Higher is more anomalous, for every kind of anomaly that the detector declares to see."""

from __future__ import annotations

from functools import partial

import numpy as np

from offbeat.core.detector import Detector
from offbeat.testing.material import KINDS, base, found, margin_of, noticed, planted, visible
from offbeat.testing.suite import Make, add, check, promise

SEEDS = (0, 1, 2)


def _sees(make: Make, kind: str) -> None:
    for seed in SEEDS:
        x, at = planted(kind, seed=seed)
        own = make()
        sighted = found(own.fit_score(x).scores, at, margin_of(own))
        promise(sighted, f"it declares to see {kind}, and one was missed in its own training data, seed {seed}")
        new = make().fit(base(len(x), 100 + seed, x.shape[1]))
        sighted = found(new.score(x), at, margin_of(new))
        promise(sighted, f"it declares to see {kind}, and one was missed in new data, seed {seed}")


def _declares(kind: type[Detector], word: str) -> bool:
    return word in kind.sees


for _word in KINDS:
    add(f"sees_{_word}", partial(_sees, kind=_word), partial(_declares, word=_word))


@check()
def check_declaration(make: Make) -> None:
    """Check that what it declares are words and numbers that have a meaning."""
    detector = make()
    promise(detector.sees, "it declares to see nothing")
    unknown = ", ".join(sorted(detector.sees - set(KINDS)))
    promise(not unknown, f"it declares to see unknown kinds of anomaly: {unknown}; there are: {', '.join(KINDS)}")
    other = ", ".join(sorted(detector.invariant - {"scale", "offset"}))
    promise(not other, f"it declares to be invariant to {other}; there are: offset, scale")
    promise(detector.memory > 0, f"it declares memory={detector.memory}; give the bytes for each value of input")
    promise(detector.cost.startswith("O("), f"it declares cost={detector.cost!r}; say how the time grows, e.g. O(n)")


@check()
def check_not_constant(make: Make) -> None:
    """Check that the scores of a noisy wave with an anomaly are not all the same."""
    x, _ = planted(noticed(type(make())))
    scores = make().fit_score(x).scores
    promise(np.nanstd(scores) > 0, "all scores are the same")


@check(when=lambda kind: visible(kind) in ("spike", "level_shift"))
def check_any_channel(make: Make) -> None:
    """Check that an anomaly is found among several channels, and the right channel is blamed."""
    kind = visible(type(make()))
    one, at = planted(kind)
    x = np.column_stack([base(seed=7), 1000 * one, 1e-3 * base(seed=8)])
    detector = make()
    judged = detector.fit_score(x)
    promise(found(judged.scores, at, margin_of(detector)), f"{kind} in the second of three channels was missed")
    if judged.shares is not None:
        promise(judged.shares.shape == x.shape, f"shares have shape {judged.shares.shape}, not {x.shape}")
        peak = at.start + int(np.nanargmax(judged.scores[at]))
        promise(np.nanargmax(judged.shares[peak]) == 1, f"{kind} in the second channel, and another is blamed")


@check()
def check_band(make: Make) -> None:
    """Check that what is expected lies in the usual range, and so does most of the data."""
    x = base(channels=2)
    band = make().fit(x).band(x)
    if band is None:
        return
    known = np.isfinite(band.expected)
    shapes = {band.expected.shape, band.lower.shape, band.upper.shape}
    promise(shapes == {x.shape}, f"the band has shapes {sorted(shapes)}, not {x.shape}")
    promise(known.mean() > 0.8, f"it expects something for {known.mean():.0%} of clean data only")
    promise((band.lower[known] <= band.expected[known]).all(), "expected less than usual")
    promise((band.expected[known] <= band.upper[known]).all(), "expected more than usual")
    inside = ((x >= band.lower) & (x <= band.upper))[known].mean()
    promise(inside > 0.8, f"the usual range leaves out {1 - inside:.0%} of what is usual")

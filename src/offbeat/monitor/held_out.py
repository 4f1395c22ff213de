"""Scores of the data learned from, each by a detector that has not learned from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from offbeat.core.cut import Cut
from offbeat.core.detector import Detector
from offbeat.core.errors import InputError
from offbeat.core.series import Floats, Series
from offbeat.thresholds import Threshold

BLOCKS = 5
"""The data learned from are cut into so many blocks; each is scored after learning from the others."""

SLOW = 30.0
"""Seconds that all fits together may take for all blocks to be held out, and one for two to be."""

WIDTHS = 4
"""Windows that a block must hold."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Scores for a threshold, and how they were got.

    Parameters
    ----------
    scores
        Shape (rows,): NaN where a row was not held out.
    note
        What the user should know about it; empty where each row was held out.
    """

    scores: Floats
    note: str = ""


def held_out_cut(
    threshold: Threshold, fitted: Detector, known: Series, seconds: float, *, rows: int | None = None, together: bool
) -> Cut:
    """Return the threshold for `rows` rows like those of `known`, from scores of it that were held out.

    Parameters
    ----------
    threshold
        How it is chosen.
    fitted, known, seconds, together
        As in `held_out`.
    rows
        How many rows are to be scored; None: as many as were learned from.
    """
    held = held_out(fitted, known, seconds, together=together)
    step = known.step if known.is_dated else None
    cut = threshold.cut(held.scores, known.labels, step, rows=rows, width=width_of(fitted))
    return replace(cut, notes=(*cut.notes, held.note)) if held.note else cut


def width_of(detector: Detector) -> int:
    """Return how many rows a score of the detector depends on."""
    return max(int(getattr(detector, "window_", 1)), int(getattr(detector, "width_", 1)), 1)


def held_out(fitted: Detector, known: Series, seconds: float, *, together: bool) -> HeldOut:
    """Return scores of `known` by detectors fitted on the rest of it.

    Parameters
    ----------
    fitted
        The detector that has learned from all of `known`.
    known
        The cleaned data learned from.
    seconds
        What that fit took.
    together
        Whether later rows are scored by `fit_score` with `train`, so that a transductive detector sees them too.
    """
    n, width = len(known), width_of(fitted)
    blocks = min(BLOCKS if BLOCKS * seconds <= SLOW else 2, n // (WIDTHS * width))
    if blocks < 2:
        return HeldOut(_in_sample(fitted, known), _too_short(n, WIDTHS * width * 2))
    edges = np.linspace(0, n, blocks + 1).astype(int)
    parts = [slice(int(first), int(last)) for first, last in pairwise(edges)]
    if seconds > SLOW:
        parts = parts[-1:]
    scores = np.full(n, np.nan)
    for part in parts:
        try:
            scores[part] = _scored(fitted, known, part, width, together)
        except InputError:
            return HeldOut(_in_sample(fitted, known), _too_short(n, WIDTHS * width * 2))
    slow = f"one fit takes {seconds:.0f} s, so the threshold is learned from the last {n - edges[-2]:,} rows alone"
    return HeldOut(scores, slow if seconds > SLOW else "")


def _scored(fitted: Detector, known: Series, part: slice, width: int, together: bool) -> Floats:
    """Return the scores of one block, NaN for the rows next to a seam."""
    outside = np.r_[0 : part.start, part.stop : len(known)]
    labels = None if known.usable_labels is None else known.usable_labels[outside]
    if labels is not None and (labels.all() or not labels.any()):
        labels = None
    rest, block = known.values[outside], known.values[part]
    if together and fitted.transductive:
        scores = fitted.clone().fit_score(np.concatenate([rest, block]), len(rest), labels).scores[len(rest) :]
        return _without_seam(scores, width)
    return fitted.clone().fit(rest, labels).score(block)


def _without_seam(scores: Floats, width: int) -> Floats:
    scores = scores.copy()
    scores[: min(width, len(scores) // 2)] = np.nan
    return scores


def _in_sample(fitted: Detector, known: Series) -> Floats:
    return fitted.score(known.values, trained=True)


def _too_short(n: int, wanted: int) -> str:
    return (
        f"{n} rows are too few to hold some out for the threshold; it is learned from the scores of the rows that the "
        f"detector learned from, which are lower than those of new rows: {wanted} rows would be enough"
    )

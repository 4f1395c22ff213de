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

CALLS = 40
"""Calls in a block whose last rows are scored."""

CONTEXT = 4
"""Windows before the end of a call that its last rows are scored from."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Scores for a threshold, and how they were got.

    Parameters
    ----------
    scores
        Shape (rows,): NaN where a row was not held out.
    ends
        The same of rows that are the last ones of a call, nearer to its end than the detector looks ahead: fewer
        windows hold them, so that their scores vary more. NaN where that was not tried.
    note
        What the user should know about it; empty where each row was held out.
    """

    scores: Floats
    ends: Floats
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
    return cut_of(held.scores, threshold, fitted, known, rows=rows, note=held.note)


def cut_of(
    scores: Floats, threshold: Threshold, fitted: Detector, known: Series, *, rows: int | None, note: str = ""
) -> Cut:
    """Return the threshold for `rows` rows from scores of the rows of `known`, with a note more."""
    step = known.step if known.is_dated else None
    cut = threshold.cut(scores, known.labels, step, rows=rows, width=width_of(fitted))
    return replace(cut, notes=(*cut.notes, note)) if note else cut


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
        return _in_sample(fitted, known, WIDTHS * width * 2)
    edges = np.linspace(0, n, blocks + 1).astype(int)
    parts = [slice(int(first), int(last)) for first, last in pairwise(edges)]
    if seconds > SLOW:
        parts = parts[-1:]
    scores, ends = np.full(n, np.nan), np.full(n, np.nan)
    for part in parts:
        try:
            scores[part], ends[part] = _scored(fitted, known, part, width, together)
        except InputError:
            return _in_sample(fitted, known, WIDTHS * width * 2)
    slow = f"one fit takes {seconds:.0f} s, so the threshold is learned from the last {n - edges[-2]:,} rows alone"
    return HeldOut(scores, ends, slow if seconds > SLOW else "")


def _scored(fitted: Detector, known: Series, part: slice, width: int, together: bool) -> tuple[Floats, Floats]:
    """Return the scores of one block, NaN for the rows next to a seam, and those of rows at the end of a call."""
    outside = np.r_[0 : part.start, part.stop : len(known)]
    labels = None if known.usable_labels is None else known.usable_labels[outside]
    if labels is not None and (labels.all() or not labels.any()):
        labels = None
    rest, block = known.values[outside], known.values[part]
    if together and fitted.transductive:
        scores = fitted.clone().fit_score(np.concatenate([rest, block]), len(rest), labels).scores[len(rest) :]
        return _without_seam(scores, width), np.full(len(block), np.nan)
    made = fitted.clone().fit(rest, labels)
    return made.score(block), np.full(len(block), np.nan) if together else _at_ends(made, block)


def _at_ends(made: Detector, block: Floats) -> Floats:
    """Return the scores of the last rows of calls that end at some places in the block; NaN elsewhere."""
    ahead, scores = made.lookahead, np.full(len(block), np.nan)
    places = range(3 * ahead + 1, len(block) + 1, max(ahead, -(-len(block) // CALLS), 1)) if ahead else ()
    for end in places:
        before = max(end - CONTEXT * (ahead + 1), 0)
        scores[end - ahead : end] = made.score(block[before:end])[-ahead:]
    return scores


def _without_seam(scores: Floats, width: int) -> Floats:
    scores = scores.copy()
    scores[: min(width, len(scores) // 2)] = np.nan
    return scores


def _in_sample(fitted: Detector, known: Series, wanted: int) -> HeldOut:
    note = (
        f"{len(known)} rows are too few to hold some out for the threshold; it is learned from the scores of the rows "
        f"that the detector learned from, which are lower than those of new rows: {wanted} rows would be enough"
    )
    return HeldOut(fitted.score(known.values, trained=True), np.full(len(known), np.nan), note)

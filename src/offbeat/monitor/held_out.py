"""Scores of the data learned from, each by a detector that has not learned from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from offbeat.core.cut import Cut
from offbeat.core.detector import Detector
from offbeat.core.errors import InputError
from offbeat.core.series import Floats, Series
from offbeat.core.units import rows_a_week
from offbeat.thresholds import Threshold
from offbeat.thresholds.budget import Budget

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

OVERLAP = 4
"""The last rows of so many calls hold a row: more calls from the same data."""

FEWEST_CALLS = 12
"""Calls from which the threshold of last rows is learned."""

MOST = 0.5
"""The largest share of calls that may raise an alarm in their last rows."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Scores for a threshold, and how they were got.

    Parameters
    ----------
    scores
        Shape (rows,): NaN where a row was not held out.
    ends, day_ends
        The highest score of the last rows of some calls, those nearer to the end than the detector looks ahead: fewer
        windows hold these rows, so that their scores vary more. Of calls that end anywhere, and at the end of a day.
        Empty where it does not look ahead.
    note
        What the user should know about it; empty where each row was held out.
    """

    scores: Floats
    ends: Floats
    day_ends: Floats
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
    """Return the threshold for `rows` rows from scores of the rows of `known`, with a note more.

    A budget is turned into a score by what clean data has in a week, as p-values are: the data learned from are good,
    so that no fault among the highest scores is to be feared, and this law was measured to keep the promise better.
    """
    step = known.step if known.is_dated else None
    cut = threshold.cut(scores, known.labels, step, rows=rows, width=width_of(fitted))
    if isinstance(threshold, Budget) and cut.weekly and np.isfinite(cut.value):
        judged = rows or len(known)
        value = cut.exceeded(threshold.expected(judged, step) * rows_a_week(step) / judged)
        cut = replace(cut, value=max(value, float(np.nextafter(cut.normal, np.inf))))
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
    scores, ends, day_ends = np.full(n, np.nan), [], []
    for part in parts:
        try:
            scores[part], made = _scored(fitted, known, part, width, together)
            if made is not None:
                ends += _at_ends(made, known[part], _places(made.lookahead, part.stop - part.start))
                day_ends += _at_ends(made, known[part], _days(known[part], made.lookahead))
        except InputError:
            return _in_sample(fitted, known, WIDTHS * width * 2)
    slow = f"one fit takes {seconds:.0f} s, so the threshold is learned from the last {n - edges[-2]:,} rows alone"
    return HeldOut(scores, np.array(ends), np.array(day_ends), slow if seconds > SLOW else "")


def end_value(ends: Floats, share: float) -> float | None:
    """Return the score that the last rows of a share of the calls exceed; None for too few calls.

    A Gumbel distribution through the quartiles of the highest scores: up to a quarter of the calls may hold faults.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> round(end_value(rng.gumbel(size=4000), 0.01), 1)  # exactly: 4.6
    4.6
    """
    known = ends[np.isfinite(ends)]
    if len(known) < FEWEST_CALLS:
        return None
    low, high = np.quantile(known, (0.25, 0.75))
    scale = (high - low) / (np.log(-np.log(0.25)) - np.log(-np.log(0.75)))
    return float(high - scale * (np.log(-np.log1p(-min(share, MOST))) - np.log(-np.log(0.75))))


def _scored(fitted: Detector, known: Series, part: slice, width: int, together: bool) -> tuple[Floats, Detector | None]:
    """Return the scores of one block, NaN for the rows next to a seam, and what scored it."""
    outside = np.r_[0 : part.start, part.stop : len(known)]
    labels = None if known.usable_labels is None else known.usable_labels[outside]
    if labels is not None and (labels.all() or not labels.any()):
        labels = None
    rest, block = known.values[outside], known.values[part]
    made = fitted.clone()
    if "checkpoint" in made.get_params():
        made.set_params(checkpoint=None)  # that is of the detector that has learned from all
    if together and fitted.transductive:
        scores = made.fit_score(np.concatenate([rest, block]), len(rest), labels).scores[len(rest) :]
        return _without_seam(scores, width), None
    made.fit(rest, labels)
    return made.score(block), None if together else made


def _at_ends(made: Detector, block: Series, places: Iterable[int]) -> list[float]:
    """Return the highest score of the last rows of calls that end at those places in the block."""
    ahead, found = made.lookahead, []
    for end in places:
        last = made.score(block.values[max(end - CONTEXT * (ahead + 1), 0) : end])[-ahead:]
        found.append(float(np.nanmax(last)) if np.isfinite(last).any() else np.nan)
    return found


def _places(ahead: int, rows: int) -> Iterable[int]:
    """Return where calls end: anywhere, far enough from the beginning for the last rows to have all before them."""
    return range(2 * ahead + 1, rows + 1, max(ahead // OVERLAP, -(-rows // CALLS), 1)) if ahead else ()


def _days(block: Series, ahead: int) -> Iterable[int]:
    """Return the rows of a block at which a new day begins: a file often holds a day or more of them."""
    if not ahead or not block.is_dated:
        return ()
    days = np.array(replace(block, index=None).to_index().tz_localize(None).floor("D").asi8)
    return [int(row) for row in np.flatnonzero(np.diff(days)) + 1 if row > 2 * ahead][:CALLS]


def _without_seam(scores: Floats, width: int) -> Floats:
    scores = scores.copy()
    scores[: min(width, len(scores) // 2)] = np.nan
    return scores


def _in_sample(fitted: Detector, known: Series, wanted: int) -> HeldOut:
    note = (
        f"{len(known)} rows are too few to hold some out for the threshold; it is learned from the scores of the rows "
        f"that the detector learned from, which are lower than those of new rows: {wanted} rows would be enough"
    )
    return HeldOut(fitted.score(known.values, trained=True), np.zeros(0), np.zeros(0), note)

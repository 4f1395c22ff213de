"""Learn a monitor from data that are known to be good, or mostly so."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any, Unpack

import numpy as np

from offbeat.core.cut import Cut, severity
from offbeat.core.detector import Detector
from offbeat.core.errors import InputError, ParameterError
from offbeat.core.options import check, part
from offbeat.core.series import Series
from offbeat.core.spec import DetectorSpec
from offbeat.data.clean import Clean, Cleaned, CleanOptions, as_clean, clean, settled
from offbeat.data.reading.decisions import settings_of
from offbeat.data.reading.options import ReadOptions
from offbeat.events.context import Normal
from offbeat.events.stretches import stretches
from offbeat.monitor.background import Background
from offbeat.monitor.held_out import HeldOut, cut_of, end_value, held_out
from offbeat.monitor.monitor import Lesson, Monitor, one_series
from offbeat.monitor.schema import Schema
from offbeat.monitor.state import State, plain
from offbeat.thresholds import Threshold, as_threshold
from offbeat.thresholds.budget import Budget

FEWEST = 8
"""Rows below which nothing can be said about what is usual."""

CONTEXT = 4
"""Windows of the last rows learned from that are kept, for rows that follow them."""

LEAST_CONTEXT = 1000
"""Rows that are kept at least, for methods whose memory fades."""


class LearnOptions(ReadOptions, total=False):
    """What `learn` takes beside its own arguments: how data is read, and these.

    Parameters
    ----------
    params
        The detector's parameters.
    clean
        A `Clean` policy, or a dict of what differs from the default.
    """

    params: Mapping[str, Any]
    clean: Clean | CleanOptions | None


def learn(
    data: Any,
    detector: str | Detector | type[Detector] = "auto",
    threshold: str | float | Threshold | None = None,
    alarms: str | None = None,
    seed: int = 0,
    **options: Unpack[LearnOptions],
) -> Monitor:
    """Learn what is normal, once; the monitor finds what is off in later data by it.

    The threshold is set from scores that were held out: the data are cut into blocks, and each is scored by a detector
    that has learned from the others. Where that takes too long, the last block alone is held out, and that is said.

    Parameters
    ----------
    data
        One series of good data: a path, "-", an array, a frame or a `Series`; what `offbeat.read` takes. A few faults
        in it do no harm.
    detector
        As in `detect`; an unfitted one.
    threshold, alarms
        As in `detect`; a budget without a time ("2/series") counts for as many rows as are learned from.
    seed
        Random seed of a detector that has one which the user did not set.
    **options
        `params`, a dict of the detector's parameters; `clean`, a `Clean` policy or a dict; and those of `offbeat.read`.

    Returns
    -------
    `Monitor`: `detect(later)` judges later data, `save(path)` keeps it, `offbeat.load(path)` brings it back.

    Raises
    ------
    InputError
        For data that can't be learned from, and for several series.
    ParameterError, UnknownNameError
        For a detector, threshold, budget or parameter that is not there or out of bounds.

    Notes
    -----
    Takes about six fits of the detector.

    Examples
    --------
    >>> import numpy as np
    >>> import offbeat as ob
    >>> rng = np.random.default_rng(0)
    >>> monitor = ob.learn(np.sin(np.arange(3000) / 10) + 0.1 * rng.normal(size=3000), "knn", alarms="1/10000 points")
    >>> later = np.sin(np.arange(400) / 10) + 0.1 * rng.normal(size=400)
    >>> later[200:220] += 3
    >>> monitor.detect(later).events["kind"].tolist()
    ['level_shift']
    """
    check(learn, options, LearnOptions)
    asked = as_threshold(threshold, alarms)
    made = new_detector(detector, options.get("params", {}), seed)
    if made.is_fitted:
        raise ParameterError(
            f"{made.name} has learned already; give an unfitted one, as offbeat.detector({made.name!r})"
        )
    series = one_series(data, part(options, ReadOptions))
    return learn_series(series, made, asked, as_clean(options.get("clean")))


def learn_series(
    series: Series, detector: Detector, threshold: Threshold, policy: Clean, rows: int | None = None
) -> Monitor:
    """Learn from one series; see `learn`. A budget without a time is for `rows` rows, None: for those learned from.

    Raises
    ------
    InputError
        For too few rows, and where the detector can't learn from them.
    """
    require(series)
    policy = settled(policy, series)
    policy = replace(policy, duplicates="first") if policy.duplicates == "auto" else policy
    cleaned = clean(series, policy)
    known = cleaned.series
    began = time.perf_counter()
    detector.fit(known, known.usable_labels)
    seconds = time.perf_counter() - began
    held = held_out(detector, known, seconds, together=False)
    cut = cut_of(held.scores, threshold, detector, known, rows=rows, note=held.note)
    background = Background.of(known)
    scores = detector.score_result(known, trained=True)
    band = detector.band(known, trained=True) or background.range_of(known, 0, stretches(scores.scores, cut))
    return Monitor(
        detector=detector,
        threshold=threshold,
        cut=cut,
        end_value=_end_value(held, threshold, detector, known, rows or len(known)),
        policy=policy,
        schema=Schema.of(known),
        background=background,
        normal=Normal.of(known, band, severity(scores.scores, cut)),
        lesson=_lesson(series, cleaned),
        state=_state(known, detector, threshold, cut),
    )


def new_detector(detector: str | Detector | type[Detector], params: Mapping[str, Any], seed: int) -> Detector:
    """Return the detector that a user asked for; a fitted one as it is.

    Raises
    ------
    ParameterError, UnknownNameError
        For what is no detector, and for parameters that are not there or out of bounds.
    """
    if not isinstance(params, Mapping):
        raise ParameterError(f"params={params!r} are no parameters; write them as {{'window': 64}}")
    kind = detector if isinstance(detector, type) else type(detector)
    if not issubclass(kind, str | Detector):
        raise ParameterError(
            f"detector={detector!r} is no detector; give a name such as 'knn:window=64' or a detector, and another "
            "library's model as offbeat.wrap(model)"
        )
    if isinstance(detector, type):
        return DetectorSpec(detector.__name__, detector).with_params(**params).new(seed)
    if isinstance(detector, Detector):
        return detector if detector.is_fitted else DetectorSpec.of(detector).new(seed)
    return DetectorSpec.of(detector).with_params(**params).new(seed)


def require(series: Series) -> None:
    """Refuse a series with too few rows, or without a value.

    Raises
    ------
    InputError
        For such a series.
    """
    if len(series) < FEWEST:
        rows = f"{len(series)} row{'s' * (len(series) != 1)}"
        raise InputError(f"{series.name} has {rows}; it takes at least {FEWEST} to tell what is usual")
    if np.isnan(series.values).all():
        raise InputError(f"{series.name} has {len(series):,} rows and no value in any of them; give a file with values")


def _end_value(held: HeldOut, threshold: Threshold, detector: Detector, known: Series, rows: int) -> float | None:
    """Return the threshold of the last rows of a call, where a budget says how many alarms they may raise."""
    if not isinstance(threshold, Budget):
        return None
    allowed = threshold.expected(rows, known.step if known.is_dated else None)
    share = allowed * detector.lookahead / rows
    found = (end_value(ends, share) for ends in (held.ends, held.day_ends))
    return max((one for one in found if one is not None), default=None)


def _lesson(series: Series, cleaned: Cleaned) -> Lesson:
    known = cleaned.series
    span = (str(known.label(0)), str(known.label(len(known) - 1))) if known.time is not None else ("", "")
    health = tuple(finding.text for finding in cleaned.findings)
    return Lesson(series.name, len(series), *span, health=health, reading=_plain(settings_of(series.decisions)))


def _plain(settings: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return options as what a file can hold."""
    return tuple((name, list(value) if isinstance(value, tuple) else value) for name, value in settings.items())


def _state(known: Series, detector: Detector, threshold: Threshold, cut: Cut) -> State:
    """Return the state of a monitor that has been given nothing: the last rows learned from."""
    width = max(int(getattr(detector, "window_", 1)), int(getattr(detector, "lookback_", 0)), detector.lookahead + 1, 1)
    keeps = max(CONTEXT * width, LEAST_CONTEXT)
    last = plain(known[max(len(known) - keeps, 0) :])
    what = f"{detector!r} {threshold!r} {cut!r}".encode() + np.ascontiguousarray(known.values).tobytes()
    return State(blake2b(what, digest_size=8).hexdigest(), last, last, keeps)

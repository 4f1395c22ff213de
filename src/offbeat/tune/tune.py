"""Tuning: the parameters with which a detector finds most of what is known, and what that is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict, Unpack

from offbeat.core.errors import ParameterError
from offbeat.core.options import check, part
from offbeat.core.series import Series
from offbeat.core.spec import DetectorSpec, Named
from offbeat.data.clean import Clean, CleanOptions, as_clean, clean
from offbeat.data.read import read
from offbeat.data.reading.options import ReadOptions
from offbeat.trials.metric import metric_named
from offbeat.trials.tuneresult import TuneResult
from offbeat.trials.tuning import TuneTask, tune_series


class _TaskOptions(TypedDict, total=False):
    """Those that go to the search as they are."""

    ranges: Mapping[str, tuple[float, float]]
    split: str
    gap: int
    progress: Callable[[float], None] | None


class TuneOptions(ReadOptions, _TaskOptions, total=False):
    """What `tune` takes beside its own arguments: how data is read, and these.

    Parameters
    ----------
    params
        Parameters that are held.
    ranges
        By parameter, the lowest and the highest value that is tried.
    split, gap
        Which rows are learned from and which are measured, and the rows left out between, as for `compare`.
    clean
        A `Clean` policy, or a dict of what differs from the default.
    progress
        Called with the share that is done, 0 to 1, now and then.
    """

    params: Mapping[str, Any]
    clean: Clean | CleanOptions | None


def tune(
    data: Any,
    detector: Named,
    metric: str = "vus_pr",
    trials: int = 30,
    *,
    planted: str | Sequence[str] | None = None,
    study: str | Path | None = None,
    seed: int = 0,
    **options: Unpack[TuneOptions],
) -> TuneResult:
    """Search for the parameters with which a detector finds most of what is known to be anomalous.

    Each trial learns from the rows before each validation part and measures what it finds in that part. The first
    trial is the defaults, so the result is never worse than they are, on what is measured. How much of the gain is
    luck shows the last part of the data, which the search does not see.

    Parameters
    ----------
    data
        What `offbeat.read` takes, with labels where there are some; of several series, the mean over all their parts.
    detector
        A name of `offbeat.catalogue()` or an import path, "mymodule:MyDetector", a class or an object; parameters
        behind a colon, or those of the object that are not the default, are held.
    metric
        A metric of scores, or of alarms (then under the default alarm budget), by its name: "vus_pr", "event_wise_f1".
    trials
        How many sets of parameters are tried in all, the defaults among them; those in `study` count.
    planted
        The kinds of anomaly to plant into the parts that are measured, "all" or names, instead of using labels; without
        labels it is the kinds that the detector says it sees. The metric is then averaged over kinds.
    study
        An SQLite file that keeps the trials; a later call with the same file goes on with them.
    seed
        Random seed of the search, of planting, and of the detector where it has a seed that the user did not set.
    **options
        `params`, a dict of parameters that are held; `ranges`, a dict of (lowest, highest) for some that are searched;
        `split` and `gap` as for `compare`; `clean`, a `Clean` policy or a dict; `progress`, a function that is
        called with the share that is done; and those of `offbeat.read`: see `TuneOptions`.

    Returns
    -------
    `TuneResult`. After an interruption (Ctrl-C) it holds the best so far, and says so in its notes.

    Raises
    ------
    MissingExtraError
        Without Optuna.
    InputError
        For data that can't be used, parts without labelled anomalies, or where every trial failed.
    ParameterError, UnknownNameError
        For a detector, metric, parameter, range or kind that is not there or out of bounds.

    Examples
    --------
    >>> from offbeat.data.synth import inject_many, sine
    >>> series = inject_many(sine(2000), "variance:6", length=30, seed=1)
    >>> found = tune(series, "moving_rms", "roc_auc", trials=5)
    >>> found.value >= found.default
    True
    >>> found.make().name
    'moving_rms'
    """
    check(tune, options, TuneOptions)
    if trials < 1:
        raise ParameterError(f"trials={trials} is not allowed; it is the number of trials, at least 1")
    if seed < 0:
        raise ParameterError(f"seed={seed} is not allowed; it is a whole number of at least 0")
    spec = DetectorSpec.of(detector).with_params(**options.get("params", {}))
    task = TuneTask(spec, metric_named(metric).name, trials, seed, planted, study, **part(options, _TaskOptions))
    source, policy = read(data, **part(options, ReadOptions)), as_clean(options.get("clean"))
    if isinstance(source, Series):
        return tune_series([clean(source, policy).series], task)
    found = tune_series([clean(replace(one, name=name), policy).series for name, one in source.items()], task)
    unread = [f"{name} was left out: {reason}" for name, reason in source.failures.items()]
    return replace(found, failures=source.failures | found.failures, notes=(*source.notes, *unread, *found.notes))

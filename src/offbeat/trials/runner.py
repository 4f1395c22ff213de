"""Many trials: those in the journal are taken, the others are run, several at a time where that pays."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from offbeat.run.bounded import Lost, bounded
from offbeat.trials.journal import Journal
from offbeat.trials.trial import Trial, TrialResult, run

WORTH = 500_000
"""Values in all trials from which on processes are worth their start."""


def run_all(
    trials: Sequence[Trial],
    journal: Journal,
    workers: int | None = None,
    limit: float | None = None,
    progress: Callable[[float], None] | None = None,
    *,
    retry: bool = True,
) -> list[TrialResult]:
    """Return the results in the order of the trials: those in the journal, and those that are run now.

    Parameters
    ----------
    trials, journal
        What is to be run, and where each result is kept as soon as it is there.
    workers
        Processes; None takes one a core where that pays.
    limit
        Seconds for one trial; one that takes longer has failed.
    progress
        Called with the share that is done.
    retry
        Whether trials that failed in an earlier call are run again.

    Raises
    ------
    OutputError
        Where a result can't be kept.
    """
    found = {i: known for i, trial in enumerate(trials) if (known := journal.find(trial, retry=retry)) is not None}
    waiting = [(i, trial) for i, trial in enumerate(trials) if i not in found]
    for i, result in _results(waiting, workers, limit):
        found[i] = journal.add(trials[i], result)
        if progress is not None:
            progress(len(found) / len(trials))
    return [found[i] for i in range(len(trials))]


def _results(
    waiting: Sequence[tuple[int, Trial]], workers: int | None, limit: float | None
) -> Iterator[tuple[int, TrialResult]]:
    many = _workers(waiting) if workers is None else workers
    if many <= 1 and limit is None:
        yield from map(_numbered, waiting)
        return
    for (i, trial), outcome in bounded(_numbered, waiting, max(1, many), limit):
        yield (i, trial.failed(outcome.reason, outcome.too_long)) if isinstance(outcome, Lost) else outcome


def _numbered(item: tuple[int, Trial]) -> tuple[int, TrialResult]:
    return item[0], run(item[1])


def _workers(waiting: Sequence[tuple[int, Trial]]) -> int:
    values = sum(trial.values for _, trial in waiting)
    return min(os.cpu_count() or 1, len(waiting)) if values >= WORTH else 1

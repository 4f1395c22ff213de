"""Many runs: those that stand are taken as they are, the others are carried out, several at a time where that pays."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from offbeat.run.bounded import Lost, bounded
from offbeat.trials.journal import Journal
from offbeat.trials.trial import Job, Run, failure, trial

WORTH = 500_000
"""Values in all runs from which on processes are worth their start."""


def run_all(
    jobs: Sequence[Job],
    journal: Journal,
    workers: int | None = None,
    limit: float | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Run]:
    """Return the runs in the order of the jobs: those that stand in the journal, and those that are run now.

    Parameters
    ----------
    jobs, journal
        What is to be run, and where each run is kept as soon as it is there.
    workers
        Processes; None takes one a core where that pays.
    limit
        Seconds for one run; what takes longer is a run that says so.
    progress
        Called with the share that is done.

    Raises
    ------
    OutputError
        Where a run can't be kept.
    """
    found = {place: run for place, job in enumerate(jobs) if (run := journal.find(job)) is not None}
    waiting = [(place, job) for place, job in enumerate(jobs) if place not in found]
    for place, run in _running(waiting, workers, limit):
        journal.keep(jobs[place], run)
        found[place] = run
        if progress is not None:
            progress(len(found) / len(jobs))
    return [found[place] for place in range(len(jobs))]


def _running(waiting: Sequence[tuple[int, Job]], workers: int | None, limit: float | None) -> Iterator[tuple[int, Run]]:
    many = _workers(waiting) if workers is None else workers
    if many <= 1 and limit is None:
        yield from map(_numbered, waiting)
        return
    for (place, job), outcome in bounded(_numbered, waiting, max(1, many), limit):
        yield (place, failure(job, outcome.reason)) if isinstance(outcome, Lost) else outcome


def _numbered(item: tuple[int, Job]) -> tuple[int, Run]:
    return item[0], trial(item[1])


def _workers(waiting: Sequence[tuple[int, Job]]) -> int:
    learned = sum(job.fold.test.stop * job.series.values.shape[1] for _, job in waiting)
    return min(os.cpu_count() or 1, len(waiting)) if learned >= WORTH else 1

"""A search by Optuna: trials one after the other, in memory or in a file that a later run goes on with."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from offbeat.core.errors import InputError, OffbeatError, needed
from offbeat.core.output import check
from offbeat.trials.space import Range

if TYPE_CHECKING:
    from optuna import Study
    from optuna.storages import RDBStorage
    from optuna.trial import FrozenTrial
    from optuna.trial import Trial as OptunaTrial

Rate = Callable[[Mapping[str, Any]], Iterator[float]]
"""Yields, for some parameters, what is known of their value after each part; the last is the value."""

_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True)
class SearchTrial:
    """What became of one set of parameters.

    Parameters
    ----------
    params
        The parameters that were tried.
    state
        "done"; "pruned", stopped early since it was worse than the median so far; "failed".
    value
        Its value; None where it was pruned or failed.
    seconds
        What it took.
    reason
        Why it failed.
    """

    params: dict[str, Any]
    state: Literal["done", "pruned", "failed"]
    value: float | None
    seconds: float
    reason: str = ""


class Search:
    """Trials of one study, the defaults first.

    Each trial's sampler is seeded with the study's seed and the trial's place, so that a search that was stopped and
    taken up again tries exactly what one that was never stopped would.

    Parameters
    ----------
    space
        Where to look.
    seed
        Of the sampler.
    maximise
        Whether larger values are better.
    """

    def __init__(self, study: Study, space: Sequence[Range], seed: int, *, maximise: bool) -> None:
        self._study, self._space, self._seed = study, space, seed
        self._sign = 1.0 if maximise else -1.0
        for left in self._study.get_trials(deepcopy=False):
            if left.state.name == "RUNNING":  # by a run that was killed
                self._study.tell(left.number, state=_state("FAIL"))
        known = (t for t in self._study.get_trials(deepcopy=False) if _is_counted(t) or t.state.name == "WAITING")
        if not any(t.user_attrs.get("defaults") for t in known):
            start = {name: value for part in space for name, value in part.start().items()}
            self._study.enqueue_trial(start, user_attrs={"defaults": True})

    @property
    def trials(self) -> list[SearchTrial]:
        """Every trial that came to an end, the defaults first."""
        return [_read(t) for t in self._study.get_trials(deepcopy=False) if _is_counted(t)]

    @property
    def best(self) -> SearchTrial | None:
        """The best trial that was not stopped early, the first of equals; None where there is none."""
        done = [trial for trial in self.trials if trial.state == "done"]
        return max(done, key=lambda trial: self._sign * (trial.value or 0.0), default=None)

    def step(self, rate: Rate, parts: int) -> SearchTrial:
        """Make one trial, of so many parts; what `rate` raises makes it a failed one.

        An interruption takes the trial back, as if it had never begun.
        """
        import optuna

        done = self.trials
        seed = int(np.random.SeedSequence((self._seed, len(done))).generate_state(1)[0])
        self._study.sampler = optuna.samplers.TPESampler(seed=seed)
        asked = self._study.ask()
        begun = perf_counter()
        try:
            found = self._attempt(asked, rate, parts, done)
            facts = {"params": found.params, "seconds": perf_counter() - begun, "reason": found.reason}
            asked.set_user_attr("outcome", facts)
        except BaseException:
            self._study.tell(asked, state=_state("FAIL"))
            raise
        state = _state({"done": "COMPLETE", "pruned": "PRUNED", "failed": "FAIL"}[found.state])
        self._study.tell(asked, found.value if found.state == "done" else None, state)
        return self.trials[-1]

    def _attempt(self, asked: OptunaTrial, rate: Rate, parts: int, done: Sequence[SearchTrial]) -> SearchTrial:
        params = {part.name: part.suggest(asked) for part in self._space}
        same = next((trial for trial in done if trial.params == params and trial.state != "pruned"), None)
        if same is not None:
            return same
        value = float("nan")
        try:
            for part, value in enumerate(rate(params), 1):
                if self._is_hopeless(asked, value, part) and part < parts:
                    return SearchTrial(params, "pruned", None, 0.0)
        except Exception as error:
            reason = str(error) if isinstance(error, OffbeatError) else f"{type(error).__name__}: {error}"
            return SearchTrial(params, "failed", None, 0.0, reason)
        if np.isnan(value):
            return SearchTrial(params, "failed", None, 0.0, "its value is not a number")
        return SearchTrial(params, "done", value, 0.0)

    def _is_hopeless(self, asked: OptunaTrial, value: float, part: int) -> bool:
        """Whether the trial is worse than the median of the others was after as many parts; the defaults never are."""
        if not np.isfinite(value):  # a median of infinities is no number
            return False
        asked.report(value, part)
        return asked.should_prune() and not asked.user_attrs.get("defaults")


@contextlib.contextmanager
def search(
    space: Sequence[Range], seed: int, path: str | Path | None, facts: Mapping[str, Any], *, maximise: bool
) -> Iterator[Search]:
    """Open a search, in memory or in an SQLite file; within it Optuna says nothing.

    Parameters
    ----------
    space, seed, maximise
        As for `Search`.
    path
        The file; None keeps the trials in memory.
    facts
        What must be the same in every run on that file, in values that JSON has.

    Raises
    ------
    MissingExtraError
        Without Optuna.
    InputError
        For a file that is no study, or one of another search.
    OutputError
        For a file in a folder that is not there.
    """
    with needed("tuning", "tune"):
        import optuna
    loudness = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    storage = None
    try:
        storage = None if path is None else _storage(path)
        study = optuna.create_study(
            storage=storage,
            study_name="offbeat",
            pruner=optuna.pruners.MedianPruner(),
            direction="maximize" if maximise else "minimize",
            load_if_exists=True,
        )
        _agree(study, facts, path)
        yield Search(study, space, seed, maximise=maximise)
    finally:
        optuna.logging.set_verbosity(loudness)
        if storage is not None:
            storage.remove_session()
            storage.engine.dispose()


def _storage(path: str | Path) -> RDBStorage:
    import optuna
    from sqlalchemy.exc import SQLAlchemyError

    path = Path(path)
    check(path)
    if not _may_be_study(path):
        raise InputError(f"{path} is not the file of a study; give a new name, and the study is kept there")
    try:
        return optuna.storages.RDBStorage("sqlite:///study", engine_kwargs={"creator": partial(_connect, path)})
    except (SQLAlchemyError, RuntimeError, OSError) as error:
        what = str(error).splitlines()[0]
        raise InputError(f"{path} can't be used as the file of a study ({what}); give a new name") from None


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file; the address that Optuna is given does not matter then, nor do odd letters in the name."""
    connection = sqlite3.connect(path, check_same_thread=False)
    # Optuna writes a dozen times a trial, and need not wait for the disk: a killed process loses nothing by that
    connection.execute("PRAGMA synchronous=OFF")
    return connection


def _may_be_study(path: Path) -> bool:
    """Whether there is an SQLite file, an empty one, or none."""
    if not path.exists():
        return True
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) in (_SQLITE, b"")
    except OSError:
        return False


def _agree(study: Study, facts: Mapping[str, Any], path: str | Path | None) -> None:
    """Keep the facts in a new study; refuse one that was made with others."""
    given = json.loads(json.dumps(facts))
    kept = study.user_attrs.get("facts")
    if kept is None:
        study.set_user_attr("facts", given)
        return
    other = [name for name in given if kept.get(name) != given[name]]
    if other:
        name = other[0]
        raise InputError(
            f"{path} holds a search with another {name} ({kept.get(name)}, now {given[name]}); give it another file"
        )


def _is_counted(trial: FrozenTrial) -> bool:
    outcome = trial.user_attrs.get("outcome")
    return outcome is not None and trial.state.is_finished() and (trial.state.name != "FAIL" or bool(outcome["reason"]))


def _read(trial: FrozenTrial) -> SearchTrial:
    kept = trial.user_attrs["outcome"]
    states: dict[str, Literal["done", "pruned", "failed"]] = {"COMPLETE": "done", "PRUNED": "pruned", "FAIL": "failed"}
    state = states[trial.state.name]
    return SearchTrial(kept["params"], state, trial.value if state == "done" else None, kept["seconds"], kept["reason"])


def _state(name: str) -> Any:
    import optuna

    return optuna.trial.TrialState[name]

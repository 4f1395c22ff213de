"""The runs of a comparison on disk, one file a run, so that what was stopped goes on where it stood."""

from __future__ import annotations

import contextlib
import hashlib
import json
import zipfile
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from offbeat.core.errors import OutputError
from offbeat.core.output import check, replacing
from offbeat.core.series import Series
from offbeat.trials.power import Power, Probe
from offbeat.trials.trial import Job, Run

ARRAYS = ("scores", "severity", "events", "expected", "history")
"""What is kept of a run beside its row."""

ENDINGS = (".csv", ".jsonl")
"""What a table of results can be written as."""


@dataclass(frozen=True)
class Journal:
    """Runs beside the table of results `out`: `results.csv` has its runs in the folder `results.runs`.

    Without `out` nothing is kept, and nothing found.
    """

    out: Path | None

    @classmethod
    def beside(cls, out: str | Path | None) -> Journal:
        """Make the folder.

        Raises
        ------
        OutputError
            For another ending than those of `ENDINGS`, or a folder that can't be made.
        """
        if out is None:
            return cls(None)
        check(out, ENDINGS)
        journal = cls(Path(out))
        try:
            journal.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise OutputError(f"can't make {journal.folder} for the runs of {out}: {error.strerror}") from error
        return journal

    @cached_property
    def folder(self) -> Path:
        """Where the runs are."""
        return Path() if self.out is None else self.out.with_suffix(".runs")

    def find(self, job: Job) -> Run | None:
        """Return the run of a job that stands: one that was kept, of the same data, and did not fail."""
        if self.out is None:
            return None
        # what is damaged, or from elsewhere, is as good as not there
        with contextlib.suppress(OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError):
            return _read(self._path(job))
        return None

    def keep(self, job: Job, run: Run) -> None:
        """Write a run; one that failed is not kept, so that it is tried again.

        Raises
        ------
        OutputError
            Where it can't be written.
        """
        if self.out is None or run.failed:
            return
        head = json.dumps({"row": run.row, "power": [asdict(one) for one in run.power]})
        with replacing(self._path(job)) as part, part.open("wb") as file:
            arrays = {name: getattr(run, name) for name in ARRAYS}
            np.savez_compressed(file, head=np.array(head), **arrays)

    def table(self, rows: list[dict[str, Any]]) -> None:
        """Write the table of results, as its ending says.

        Raises
        ------
        OutputError
            Where it can't be written.
        """
        if self.out is None:
            return
        import pandas as pd

        frame = pd.DataFrame(rows)
        with replacing(self.out) as part:
            if self.out.suffix.lower() == ".csv":
                frame.to_csv(part, index=False)
            else:
                frame.to_json(part, orient="records", lines=True, double_precision=15)

    def _path(self, job: Job) -> Path:
        who = job.contender
        words = [job.series.name, _digest(job.series), who.name, repr(who.model), str(who.scaler)]
        words += [repr(job.fold), str(job.seed), repr(job.threshold), *(["expects"] if job.expects else [])]
        return self.folder / f"{hashlib.blake2b(json.dumps(words).encode(), digest_size=12).hexdigest()}.npz"


def _read(path: Path) -> Run:
    with np.load(path, allow_pickle=False) as kept:
        head = json.loads(str(kept["head"]))
        powers = tuple(Power(**{**one, "probe": Probe(**one["probe"])}) for one in head["power"])
        return Run(head["row"], power=powers, **{name: kept[name] for name in ARRAYS})


def _digest(series: Series) -> str:
    parts = [series.values, series.stamps, np.zeros(0) if series.labels is None else series.labels]
    found = hashlib.blake2b(digest_size=12)
    for part in parts:
        found.update(np.ascontiguousarray(part).view(np.uint8).data)
    return found.hexdigest()

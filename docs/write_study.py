"""Write docs/study/README.md from its text and from the figures of the runs.

python docs/write_study.py                 fills docs/study/text.md with the figures in docs/study/*/*.csv
python docs/write_study.py --from FOLDER   takes tables and pictures from FOLDER first, which holds a folder a study, as
                                           `offbeat study studies/NAME.toml --out FOLDER/NAME` wrote it
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from lighten import lightened
from study_shown import TABLES
from study_tables import FILES, Study
from study_words import WORDS

HERE = Path(__file__).parent / "study"
STUDIES = ("sine", "autoencoders", "low_noise", "nab", "recurrent", "deep_versus_classical")

UNUSED = ("empty", "memory")
"""Columns that the page has no use for."""

PICTURES: Mapping[str, Mapping[str, str]] = {
    "sine": {"losses": "losses-1", "levels": "the-chosen-one-*-1", "reconstruction": "the-chosen-one-*-2"},
    "autoencoders": {
        "losses-dense": "losses-1", "losses-lstm": "losses-2", "losses-conv1d": "losses-3",
        "levels": "the-chosen-one-*-1", "chosen-1": "the-chosen-one-*-2", "chosen-2": "the-chosen-one-*-3",
        "chosen-3": "the-chosen-one-*-4", "chosen-4": "the-chosen-one-*-5",
    },
    "low_noise": {},
    "nab": {},
    "recurrent": {"losses": "losses-1", "server": "alarms-2", "traffic": "alarms-4"},
    "deep_versus_classical": {
        "noise": "varied-noise-1", "learning": "time-by-length-1", "judging": "time-by-length-2",
        "machine": "machine-temperature-system-failure-*-1", "server": "rds-cpu-utilization-cc0c53-*-1",
        "flights": "flights-*-1",
    },
}  # fmt: skip
"""The pictures shown: by the name under which the page shows it, what the study called it."""

WIDTH = 1100
"""Pixels of a picture at most."""

PART = re.compile(r"<!-- (\w+) -->\n(.*?)<!-- /\1 -->\n", re.DOTALL)
"""What stands between these is left out while the study of that name has not been run."""


def written(text: str, studies: Mapping[str, Study]) -> str:
    """Return the page that a text gives with the figures of these studies.

    A place in braces is a figure, {sine.mean[LSTM autoencoder][vus_pr]:.3f}, a table, {tables[nine]}, or words that
    depend on figures, {words[winner]}.
    """
    present = PART.sub(lambda part: part[2] if part[1] in studies else NOT_YET.format(part[1]), text)
    return present.format(**studies, tables=_Made(TABLES, studies), words=_Made(WORDS, studies))


NOT_YET = "*`studies/{}.toml` has not been run for this page yet.*\n"


class _Made(dict[str, str]):
    """What functions make of the studies, each called when the text names it."""

    def __init__(self, makers: Mapping[str, object], studies: Mapping[str, Study]) -> None:
        self.makers, self.studies = makers, studies

    def __missing__(self, name: str) -> str:
        maker = self.makers[name]
        assert callable(maker)  # noqa: S101 - a tool of our own
        return str(maker(self.studies))


def standing() -> dict[str, Study]:
    """Return the studies whose tables stand beside the text."""
    return {name: Study(HERE / name) for name in STUDIES if (HERE / name / "results.csv").exists()}


def take(folder: Path) -> None:
    """Take tables and pictures out of the folders that the studies wrote."""
    for name in STUDIES:
        source, own = folder / name, HERE / name
        if not (source / "results.csv").exists():
            continue
        shutil.rmtree(own, ignore_errors=True)
        own.mkdir(parents=True)
        for file in FILES:
            if (source / f"{file}.csv").exists():
                frame = pd.read_csv(source / f"{file}.csv").drop(columns=list(UNUSED), errors="ignore")
                frame.to_csv(own / f"{file}.csv", index=False, float_format="%.6g", lineterminator="\n")
        for picture, called in PICTURES[name].items():
            for drawn in sorted((source / "figures").glob(f"{called}.png"))[:1]:
                (own / f"{picture}.png").write_bytes(lightened(drawn.read_bytes(), WIDTH))


if __name__ == "__main__":
    if "--from" in sys.argv:
        take(Path(sys.argv[sys.argv.index("--from") + 1]))
    page = written((HERE / "text.md").read_text(encoding="utf-8"), standing())
    (HERE / "README.md").write_text(page, encoding="utf-8")

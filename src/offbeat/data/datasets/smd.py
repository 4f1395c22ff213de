"""SMD, the Server Machine Dataset: 28 machines of 38 channels, in `train/`, `test/` and `test_label/`.

To get it, clone github.com/NetManAIOps/OmniAnomaly (MIT) and give its folder ServerMachineDataset.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from offbeat.core.errors import InputError
from offbeat.core.series import Series
from offbeat.data.datasets._collection import Labelled, Reader, files, frame, numbers


def find(folder: Path) -> dict[str, Reader]:
    """Find the machines, named as in "machine-1-1": training rows, then labelled test rows.

    The training rows have no labels of their own and are taken as normal, as the authors do.
    """
    paths = files(folder / "train", "*.txt", "SMD's train/, test/ and test_label/")
    return {path.stem: partial(_read, folder, path.name) for path in paths}


def _read(folder: Path, name: str) -> Labelled:
    parts = [folder / part / name for part in ("train", "test", "test_label")]
    train, test, marks = (numbers(path, frame(path, header=None)) for path in parts)
    if train.shape[1] != test.shape[1] or len(test) != len(marks):
        raise InputError(
            f"{folder}: {name} has {train.shape[1]} channels for training and {test.shape[1]} for testing, "
            f"{len(test)} rows for testing and {len(marks)} labels; get the data again"
        )
    labels = np.concatenate([np.zeros(len(train), dtype=np.bool_), marks[:, 0] == 1])
    return Labelled(Series(np.concatenate([train, test]), name=Path(name).stem, labels=labels), len(train))

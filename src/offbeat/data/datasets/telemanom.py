"""SMAP and MSL, telemetry of two spacecraft: `train/NAME.npy`, `test/NAME.npy` and `labeled_anomalies.csv`.

To get it, see github.com/khundman/telemanom for the arrays, and for labeled_anomalies.csv, which goes beside train/.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np

from offbeat.core.errors import InputError
from offbeat.core.series import Floats, Series
from offbeat.data.datasets._collection import Labelled, Reader, column, files, frame

Span = tuple[int, int]


def find(folder: Path, spacecraft: str | None = None) -> dict[str, Reader]:
    """Find the series, named as in "SMAP/P-1": training rows, then labelled test rows.

    Parameters
    ----------
    folder
        The one with train/, test/ and labeled_anomalies.csv.
    spacecraft
        "SMAP" or "MSL"; None is both.

    Notes
    -----
    The first channel is the telemetry, the others are commands as 0 and 1. A name that is in the table twice (P-2)
    gets the labels of both rows. The ends of the spans are included.
    """
    files(folder / "train", "*.npy", "train/, test/ and labeled_anomalies.csv")
    return {
        f"{craft}/{name}": partial(_read, folder, name, spans)
        for (craft, name), spans in _table(folder / "labeled_anomalies.csv").items()
        if spacecraft in (None, craft)
    }


def _table(path: Path) -> dict[tuple[str, str], list[Span]]:
    table = frame(path)
    columns = [column(path, table, name) for name in ("spacecraft", "chan_id", "anomaly_sequences")]
    found: dict[tuple[str, str], list[Span]] = {}
    for craft, name, text in zip(*columns, strict=True):
        try:
            spans = [(int(first), int(last)) for first, last in json.loads(text)]
        except (TypeError, ValueError):
            raise InputError(f"{path}: {text!r} of {name} is not a list of spans such as [[10, 20]]") from None
        found.setdefault((craft, name), []).extend(spans)
    return found


def _read(folder: Path, name: str, spans: list[Span]) -> Labelled:
    train, test = (_array(folder / part / f"{name}.npy") for part in ("train", "test"))
    if train.shape[1] != test.shape[1]:
        raise InputError(f"{folder}: {name} has {train.shape[1]} channels for training and {test.shape[1]} for testing")
    labels = np.zeros(len(train) + len(test), dtype=np.bool_)
    for first, last in spans:
        labels[len(train) + first : len(train) + last + 1] = True
    channels = ("telemetry", *(f"command{i}" for i in range(1, train.shape[1])))
    return Labelled(Series(np.concatenate([train, test]), None, channels, name, labels), len(train))


def _array(path: Path) -> Floats:
    try:
        values = np.load(path, allow_pickle=False).astype(np.float64)
    except OSError as error:
        raise InputError(f"can't read {path}: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, EOFError) as error:
        raise InputError(f"{path} is not an array file of numbers: {error}") from None
    if values.ndim != 2:
        raise InputError(f"{path} has the shape {values.shape}; it should be (rows, channels)")
    made: Floats = values
    return made

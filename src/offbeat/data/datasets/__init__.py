"""Readers of published data sets from a local folder, one file per layout.

None needs a network.

Each file's docstring says where the data come from, under what licence, and how to get them.
"""

from __future__ import annotations

from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import TypedDict, Unpack

from offbeat.core.errors import unknown, unknown_parameter
from offbeat.core.registry import entries
from offbeat.data.datasets._collection import Collection, Labelled

__all__ = ["Collection", "Labelled", "layouts", "load"]


def layouts() -> tuple[str, ...]:
    """Return the names of the layouts that can be read.

    Examples
    --------
    >>> layouts()
    ('backblaze', 'labelled', 'nab', 'smd', 'telemanom', 'tsb_ad', 'ucr', 'yahoo_s5')
    """
    return tuple(entries("data/datasets"))


class LayoutOptions(TypedDict, total=False):
    """What some layouts take beside the folder; each refuses what it does not take.

    Parameters
    ----------
    model, columns
        Of Backblaze: only drives of this model, and only these columns.
    spacecraft
        Of Telemanom: "SMAP" or "MSL".
    """

    model: str | None
    columns: tuple[str, ...]
    spacecraft: str | None


def load(layout: str, folder: str | Path, **options: Unpack[LayoutOptions]) -> Collection:
    """Open a data set that lies in a folder.

    Parameters
    ----------
    layout
        One of `layouts()`.
    folder
        Where the data set was unpacked.
    **options
        What the layout takes beside the folder, such as `model` for Backblaze: see `LayoutOptions`.

    Returns
    -------
    The series by name. Files are read when a series is asked for, except for Backblaze, which has no file a series.

    Raises
    ------
    UnknownNameError
        For a layout or option that is not there, with the nearest ones offered.
    InputError
        For a folder that does not hold such data.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "001_UCR_Anomaly_toy_2_4_4.txt").write_text("1 2 1 9 1")
    ...     toy = load("ucr", folder)["001_toy"]
    >>> toy.train_end, toy.series.labels.tolist()
    (2, [False, False, False, True, False])
    """
    found = entries("data/datasets")
    if layout not in found:
        raise unknown("layout", layout, found)
    find = import_module(found[layout].module).find
    taken = list(signature(find).parameters)[1:]
    for name in options:
        if name not in taken:
            raise unknown_parameter(layout, name, taken)
    return Collection(layout, find(Path(folder), **options))

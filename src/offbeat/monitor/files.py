"""Read monitors and detectors from their files."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from offbeat.core import modelfile
from offbeat.core.detector import Detector
from offbeat.monitor.monitor import Monitor
from offbeat.monitor.state import load_state, state_path


def load(path: str | Path, detector: type[Any] | tuple[type[Any], ...] = ()) -> Monitor | Detector | Any:
    """Return what `Monitor.save` or `Detector.save` wrote; a monitor with its state, where it has one.

    Parameters
    ----------
    path
        The file.
    detector
        The class of a detector that is not one of offbeat's, or several where one holds another. A file can name any
        class; only offbeat's own and those given here are made, and nothing else is imported.

    Raises
    ------
    ModelFileError
        For a file that is damaged, was written by a newer offbeat, is no model file, or names a class that is neither
        offbeat's nor given.

    Examples
    --------
    >>> import offbeat as ob
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     ob.learn([0.0, 1.0] * 200, "zscore").save(f"{folder}/pump.monitor")
    ...     ob.load(f"{folder}/pump.monitor")
    Monitor: zscore learned from 400 rows of series; alarm budget 2/series
    """
    found = modelfile.load(path, detector)
    if isinstance(found, Monitor) and state_path(path).exists():
        state = load_state(state_path(path))
        return replace(found, state=state) if state.monitor == found.state.monitor else found
    return found


def is_monitor(path: str | Path) -> bool:
    """Return whether a file is one that `Monitor.save` or `Detector.save` wrote, by its index.

    A pipe is none, and is not touched: what was read from it would be lost.
    """
    if not Path(path).is_file():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return modelfile.INDEX in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False

"""Run AnomalyDetection.ipynb from top to bottom and keep what it shows: python docs/run_notebook.py."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import nbformat
from lighten import lightened
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "AnomalyDetection.ipynb"

DATA = re.compile(r'^DATA = ".*?"')
"""The one line that says whose data it is."""


def executed(data: str | None = None, limit: float = 600.0) -> nbformat.NotebookNode:
    """Return the notebook with new outputs.

    Parameters
    ----------
    data
        The file to take instead of the one that the notebook names.
    limit
        Seconds that one cell may take.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        Where a cell fails, with what it said.
    """
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    if data is not None:
        first = next(cell for cell in notebook.cells if cell.cell_type == "code")
        first.source, changed = DATA.subn(f'DATA = "{data}"', first.source)
        assert changed == 1, f"the first cell of {NOTEBOOK.name} does not set DATA"  # noqa: S101 - a tool of our own
    client = NotebookClient(
        notebook,
        timeout=limit,
        resources={"metadata": {"path": str(ROOT)}},
        record_timing=False,  # moments of execution would make each run another file
        coalesce_streams=True,
    )
    done: nbformat.NotebookNode = client.execute()
    done.metadata["language_info"] = {"name": "python"}  # without the version that happened to run it
    for cell in done.cells:
        for output in cell.get("outputs", ()):
            if "image/png" in output.get("data", {}):
                png = base64.b64decode(output.data["image/png"])
                output.data["image/png"] = base64.b64encode(lightened(png)).decode()
    return done


if __name__ == "__main__":
    nbformat.write(executed(), NOTEBOOK)

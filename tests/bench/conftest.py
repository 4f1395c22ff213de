"""A small suite of labelled series on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest


def write(path: Path, values: np.ndarray, labels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{float(value)!r},{int(mark)}" for value, mark in zip(values, labels, strict=True)]
    path.write_text("\n".join(["value,Label", *lines]) + "\n")


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Two collections: three series with a spike each, one without an anomaly, one that is all anomaly, one broken."""
    folder = tmp_path / "suite"
    rng = np.random.default_rng(5)
    for place, name in enumerate(("pumps/left", "pumps/right", "fans/one_tr_120_")):
        values, labels = rng.normal(size=300), np.zeros(300)
        values[200 + place] += 9.0
        labels[200 + place] = 1
        write(folder / f"{name}.csv", values, labels)
    write(folder / "fans/calm.csv", rng.normal(size=50), np.zeros(50))
    write(folder / "fans/wild.csv", rng.normal(size=50), np.ones(50))
    (folder / "fans/broken.csv").write_text("value,other\n1,2\n")
    return folder

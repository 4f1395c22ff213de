"""A monitor reads later files as it read the one it learned from, though they are too short to show how."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import offbeat as ob


def write(path, first: str, days: int, seed: int, **holes: list[int]) -> None:
    """Write a file a quarter of an hour, day first, with commas as decimal marks and two channels."""
    rng = np.random.default_rng(seed)
    times = pd.date_range(first, periods=days * 96, freq="15min")
    flow = 20 + np.sin(np.arange(len(times)) * 2 * np.pi / 96) + 0.1 * rng.normal(size=len(times))
    temp = 60 + rng.normal(size=len(times))
    cells = [[f"{a:.3f}".replace(".", ","), f"{b:.2f}".replace(".", ",")] for a, b in zip(flow, temp, strict=True)]
    for row in holes.get("codes", []):
        cells[row][0] = "-999"
    for row in holes.get("empty", []):
        cells[row][1] = ""
    lines = [f"{t:%d/%m/%Y %H:%M};{a};{b}" for t, (a, b) in zip(times, cells, strict=True)]
    path.write_text("\n".join(["Zeit;Flow;Temp", *lines]) + "\n")


@pytest.fixture(scope="module")
def monitor(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    write(folder / "good.csv", "2024-01-13", 15, 0, codes=[50, 200, 201, 700, 1100])
    ob.learn(folder / "good.csv", "zscore").save(folder / "pump.monitor")
    return ob.load(folder / "pump.monitor")


def test_a_day_that_fits_both_orders_of_its_date(monitor, tmp_path):
    write(tmp_path / "day.csv", "2024-02-05", 1, 1)
    assert str(ob.read(tmp_path / "day.csv").time[0])[:10] == "2024-02-05"  # a decimal comma goes with it
    (tmp_path / "day.csv").write_text((tmp_path / "day.csv").read_text().replace(",", "."))
    assert str(ob.read(tmp_path / "day.csv").time[0])[:10] == "2024-05-02"
    assert str(monitor.detect(tmp_path / "day.csv").data.time[0])[:10] == "2024-02-05"


def test_a_code_that_stands_once(monitor, tmp_path):
    write(tmp_path / "day.csv", "2024-02-05", 1, 1, codes=[40])
    assert ob.read(tmp_path / "day.csv").values[40, 0] == -999
    found = monitor.detect(tmp_path / "day.csv")
    assert np.isnan(found.data.values[40, 0])
    assert not len(found.events)


def test_a_channel_that_is_dead_all_day(monitor, tmp_path):
    write(tmp_path / "day.csv", "2024-02-05", 1, 1, empty=list(range(96)))
    with pytest.raises(ob.OffbeatError, match=r"'20,035' in column Flow of day\.csv is 20035 or 20\.035"):
        ob.read(tmp_path / "day.csv")  # alone, nothing shows what the comma is
    found = monitor.detect(tmp_path / "day.csv")
    assert found.data.channels == ("Flow", "Temp")
    assert np.isnan(found.data.values[:, 1]).all()


def test_what_the_user_gives_goes_before_what_was_learned(monitor, tmp_path):
    write(tmp_path / "day.csv", "2024-02-05", 1, 1)
    found = monitor.detect(tmp_path / "day.csv", day_first=False, past=None)
    assert str(found.data.time[0])[:10] == "2024-05-02"


def test_a_file_of_another_form_is_read_by_what_it_shows(monitor, tmp_path):
    write(tmp_path / "day.csv", "2024-02-05", 1, 1)
    text = (tmp_path / "day.csv").read_text().replace("Zeit", "when").replace("/2024", "/24")
    (tmp_path / "day.csv").write_text(text)
    assert str(monitor.detect(tmp_path / "day.csv").data.time[0])[:10] == "2024-02-05"

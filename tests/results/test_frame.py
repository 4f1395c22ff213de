"""`to_frame` gives the user's table back, with four more columns."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import offbeat as ob

OURS = ["score", "severity", "status", "alarm"]
N = 200


def long_frame() -> pd.DataFrame:
    """Rows of two machines in no order, three of them twice, with a column of text and dates in a zone."""
    rng = np.random.default_rng(0)
    x = np.sin(np.arange(N) / 5)
    x[120] += 6
    when = pd.date_range("2024-01-01", periods=N, freq="h", tz="Europe/Berlin")
    frame = pd.DataFrame(
        {
            "machine": np.repeat(["b", "a"], N),
            "when": when.append(when),
            "by": pd.Categorical(["Ann", "Ben"] * N),
            "load": np.concatenate([np.sin(np.arange(N) / 5), x]),
        }
    )
    return pd.concat([frame, frame.iloc[[3, 50, 320]]]).iloc[rng.permutation(2 * N + 3)]


def test_a_long_frame_keeps_columns_dates_order_and_index() -> None:
    frame = long_frame()
    result = ob.detect(frame, "zscore", id="machine", threshold="top_k:1")
    out = result.to_frame()
    pd.testing.assert_frame_equal(out[frame.columns], frame)
    assert list(out.columns) == [*frame.columns, *OURS]
    top = out[out["alarm"]]
    assert set(top.loc[top["machine"] == "a", "when"]) == {frame["when"].min() + pd.Timedelta(hours=120)}
    for name in ("a", "b"):
        mine = out["machine"].to_numpy() == name
        assert np.array_equal(out["score"].to_numpy()[mine], result[name].scores, equal_nan=True)
        pd.testing.assert_frame_equal(result[name].to_frame(), out[mine])
    sent = pickle.loads(pickle.dumps(result))  # noqa: S301 - as between processes
    pd.testing.assert_frame_equal(sent.to_frame(), out)
    result["a"].to_frame()["load"] = 0.0
    pd.testing.assert_frame_equal(result.to_frame()[frame.columns], frame)


def test_a_long_polars_table_comes_back_as_a_pandas_frame() -> None:
    frame = long_frame().reset_index(drop=True)
    table = pl.from_pandas(frame)
    out = ob.detect(table, "zscore", id="machine").to_frame()
    assert out.index.equals(pd.RangeIndex(len(frame)))
    assert list(out.columns) == [*frame.columns, *OURS]
    assert str(out["when"].dtype).endswith("Europe/Berlin]")
    assert (out["when"] == frame["when"]).all()
    for name in ("machine", "by", "load"):
        assert out[name].tolist() == frame[name].tolist()


def test_a_long_file_keeps_names_dates_and_order(tmp_path: Path) -> None:
    frame = long_frame().reset_index(drop=True)
    frame["when"] = frame["when"].dt.tz_convert("UTC")
    frame.to_csv(tmp_path / "long.csv", index=False)
    out = ob.detect(tmp_path / "long.csv", "zscore", id="machine").to_frame()
    assert list(out.columns) == ["machine", "when", "load", *OURS]  # text that is neither time nor id is not read
    assert out["machine"].tolist() == frame["machine"].tolist()
    assert (out["when"] == frame["when"]).all()
    assert np.allclose(out["load"], frame["load"])
    assert out.index.equals(frame.index)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, dict])
def test_one_series_of_a_frame_keeps_its_columns(make: Callable[[Any], Any]) -> None:
    columns = {"hour": pd.date_range("2024-01-01", periods=N, freq="h"), "load": np.sin(np.arange(N)), "by": ["x"] * N}
    out = ob.detect(make(columns), "zscore").to_frame()
    assert list(out.columns) == ["hour", "load", "by", *OURS]
    assert (out["hour"] == columns["hour"]).all()
    assert out.index.equals(pd.RangeIndex(N))


def test_one_file_has_its_times_as_index(tmp_path: Path) -> None:
    hours = pd.date_range("2024-01-01", periods=N, freq="h")
    frame = pd.DataFrame({"Hour of day": hours, "load": np.sin(np.arange(N))})[::-1]
    for name, write in (("a.csv", frame.to_csv), ("a.parquet", frame.to_parquet)):
        write(tmp_path / name, index=False)
        out = ob.detect(tmp_path / name, "zscore").to_frame()
        assert out.index.name == "Hour of day"
        assert out.index.tolist() == frame["Hour of day"].tolist()
        assert list(out.columns) == ["load", *OURS]


def test_files_with_ids_come_one_below_the_other(tmp_path: Path) -> None:
    for stem in ("east", "west"):
        long_frame().to_csv(tmp_path / f"{stem}.csv", index=False)
    out = ob.detect(tmp_path, "zscore", id="machine").to_frame()
    assert out.index.names == ["series", "when"]
    assert set(out.index.levels[0]) == {"east/a", "east/b", "west/a", "west/b"}


def test_rows_of_series_that_failed_are_left_out() -> None:
    frame = long_frame()
    frame = pd.concat([frame, frame.iloc[:2].assign(machine="c")], ignore_index=True)
    result = ob.detect(frame, "zscore", id="machine")
    assert set(result.failures) == {"c"}
    assert result.to_frame().index.equals(frame.index[:-2])

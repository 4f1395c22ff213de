"""Times with the words of Japanese, Chinese and Korean for year, month, day and hour."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import offbeat
from offbeat.data.reading.times import find_form, is_time

MOMENTS = {
    "2024年1月8日 0時": "2024-01-08",
    "2024年01月08日": "2024-01-08",
    "2024年1月": "2024-01-01",
    "2024年1月8日0時30分": "2024-01-08T00:30",
    "2024年1月8日(月) 0時30分10秒": "2024-01-08T00:30:10",
    "2024年1月8日 23:30": "2024-01-08T23:30",
    "2024年1月8日 13:00:05.25+09:00": "2024-01-08T04:00:05.25",
    "2024年1月8日 午前0時": "2024-01-08",
    "2024年1月8日 午後0時": "2024-01-08T12:00",
    "2024年1月8日 下午12:05": "2024-01-08T12:05",
    "2024年1月8日 9时5分": "2024-01-08T09:05",
    "2024년 1월 8일 오후 3시 30분": "2024-01-08T15:30",
    "2024/1/8 下午 03:05:00": "2024-01-08T15:05",
    "2024/1/8 上午 12:05": "2024-01-08T00:05",
    "2024. 1. 8. 오후 3:05:00": "2024-01-08T15:05",
    "8時05分": "1970-01-01T08:05",
    "午後8時": "1970-01-01T20:00",
}


@pytest.mark.parametrize(("cell", "moment"), MOMENTS.items())
def test_moments(cell, moment):
    assert is_time(cell)
    form = find_form([cell], None)
    assert form.parse([cell])[0] == np.datetime64(moment)
    assert form.has_date == (not moment.startswith("1970"))


@pytest.mark.parametrize(
    "cell",
    [
        "2024年13月1日",
        "2024年2月30日",
        "2024年1月8日 30時",
        "午後13時",
        "5:",
        "8時61分",
        "2024年",
        "年月日",
        "2024/1/8 下午",
    ],
)
def test_no_times(cell):
    assert not is_time(cell)


@pytest.mark.parametrize("form", ["{:%Y年%m月%d日 %H時%M分}", "{0.year}年{0.month}月{0.day}日 {0.hour}:{0:%M:%S}"])
def test_a_long_column(form):
    stamps = pd.date_range("2024-01-31 22:00", periods=3000, freq="7min")
    cells = [form.format(stamp) for stamp in stamps]
    found = find_form(cells, None)
    assert (found.parse(cells) == stamps.to_numpy()).all()
    assert found.strptime
    assert np.isnat(found.parse([*cells, "2024年2月30日 0時"])[-1])


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_file(tmp_path, encoding):
    path = tmp_path / "a.csv"
    stamps = pd.date_range("2024-01-08", periods=72, freq="h")
    rows = [f"{at.year}年{at.month}月{at.day}日 {at.hour}時,{i % 24}.5" for i, at in enumerate(stamps)]
    path.write_text("\n".join(["日時,気温", *rows]), encoding=encoding)
    series = offbeat.read(path)
    assert series.channels == ("気温",)
    assert (series.stamps == stamps.to_numpy()).all()


def test_a_day_and_an_hour_in_two_columns(tmp_path):
    path = tmp_path / "a.csv"
    stamps = pd.date_range("2024-01-08", periods=72, freq="h")
    rows = [f"{at.year}年{at.month}月{at.day}日,{at.hour}時,{i % 24}.5" for i, at in enumerate(stamps)]
    path.write_text("\n".join(["日付,時刻,気温", *rows]), encoding="utf-8")
    series = offbeat.read(path)
    assert series.channels == ("気温",)
    assert (series.stamps == stamps.to_numpy()).all()

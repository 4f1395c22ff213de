"""How characters are written: by a mark, by UTF-8, and else by what the bytes would spell."""

from __future__ import annotations

import numpy as np
import pytest

import offbeat
from offbeat.core.errors import InputError
from offbeat.data.reading.encodings import guessed, utf_of
from offbeat.data.reading.splitting import encoding_of

HEADERS = {
    "cp932": ("日時,外気温,相対湿度", "回転数,トルク,振動", "観測所,降雪量,日照時間", "ポンプ,状態"),
    "euc_jp": ("測定日時,外気温,室温", "ポンプ,状態,回転数", "日時,電力"),
    "gb18030": ("时间,温度", "站点编号,监测时间,二氧化硫", "设备名称,转速,振动", "日期,开盘价,成交量", "日期,用电量"),
    "cp950": ("時間,溫度", "監測時間,懸浮微粒", "設備名稱,轉速,振動", "股票代號,開盤價"),
    "cp949": ("시간,온도", "관측소,강수량,적설", "설비명,회전수,진동", "거래일,종가,거래량"),
    "cp1251": ("Дата,Расход", "Обороты;Вибрация", "ЦЕНА;ОБЪЁМ", "Пульс", "Напряжение, кВт", "Ціна;Обсяг"),
    "koi8_r": ("Дата;Расход", "Обороты;Вибрация"),
    "cp866": ("Дата;Сумма", "Станция;Осадки"),
    "cp1252": (
        "Temp (°C)", "Überdruck;Kühlwasser", "año", "qualité,fréquence", "tensão,potência", "Længde;Ærø", "Känsla;Åska",
        "coût (€),clé", "élève;été;à;où", "ö", "Leistung [W/m²];Dämpfung", "«prix»;n°", "PM10 (µg/m³)", "l\u2019heure",
        "ÜBERSICHT;GRÖSSE", "KØBENHAVN;ÅRHUS", "Œuvre;cœur", "São João;Três Corações", "Säätöpää;ÄÄNI;yö", "Île;Été",
    ),
}  # fmt: skip


def rows(n, at=0):
    return "".join(f"2024-01-{1 + i // 24:02d} {i % 24:02d}:00,{20 + i % 7},{60 - i % 5}\n" for i in range(at, n))


@pytest.mark.parametrize(("encoding", "header"), [(name, one) for name, many in HEADERS.items() for one in many])
def test_a_header_is_read_as_it_was_written(encoding, header):
    data = f"{header}\n{rows(50)}".encode(encoding)
    assert data.decode(encoding_of(data, "a.csv")).splitlines()[0] == header


@pytest.mark.parametrize("header", ["a{}", "{}a", "a{}b", "a ({})", "{}", "a,{},b", "a ({}b)"])
def test_one_western_letter_makes_no_other_script(header):
    for letter in "°µ²³±äöüßéèêàâçñáíóúôåøæãõÄÖÜÉØÅ§£€¼½÷ÿïîëûùœŒ":
        assert guessed(header.format(letter).encode("cp1252")) == "cp1252"


@pytest.mark.parametrize(
    "cell",
    [
        "{} €",
        "{}\xa0{}",
        "{}\xa0{},50\xa0€",
        "{} °C",
        "{}±{}",
        "{}½",
        "{}µ",
        "§{}",
        "£{}",
        "{} m²",
        "{}°",
        "{}‰",
    ],
)
def test_marks_beside_numbers_are_western(cell):
    rows = [cell.format(*[i * j for j in (1, 7)][: cell.count("{}")]) for i in (1, 12, 105, 20_000, 31)]
    assert guessed("\n".join(["price;b", *(f"{row};{row}" for row in rows)]).encode("cp1252")) == "cp1252"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1251"])
def test_a_hard_blank_in_thousands(tmp_path, encoding):
    path = tmp_path / "a.csv"
    name = "ö" if encoding == "latin-1" else "Расход"
    lines = [f"2024-01-{1 + i // 24:02d} {i % 24:02d}:00;{i + 1}\xa0{i * 7 % 1000:03d},5" for i in range(48)]
    path.write_text("\n".join([f"time;{name}", *lines]), encoding=encoding)
    series = offbeat.read(path)
    assert series.channels == (name,)
    assert series.values[:3, 0].tolist() == [1000.5, 2007.5, 3014.5]


def test_what_windows_has_no_letter_for():
    assert guessed(b"a\x81b,\xe9t\xe9\n") == "latin-1"


@pytest.mark.parametrize("encoding", ["cp932", "gb18030", "cp949", "cp950"])
def test_a_sample_that_cuts_a_character_in_two(encoding):
    data = (HEADERS[encoding][0] + "\n").encode(encoding) * 3
    for end in range(len(data) - 12, len(data)):
        assert encoding_of(data[:end], "a.csv") == encoding


def test_utf_8_with_a_bad_byte_is_no_chinese():
    data = "Größe,Länge,Höhe,Übermaß,Äußeres\n".encode() * 4 + b"\xfc\n"
    assert guessed(data) == "cp1252"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(f"Größe Ω 一,b\n{rows(40)}".replace(":00,", ",").encode(encoding))
    assert utf_of(path.read_bytes()) == encoding
    assert utf_of(path.read_bytes()[:-1]) == encoding
    path.write_bytes(f"time,温度,b\n{rows(40)}".encode(encoding))
    series = offbeat.read(path)
    assert series.channels == ("温度", "b")
    assert len(series) == 40


def test_small_numbers_in_two_bytes_are_no_text():
    data = np.arange(2000, dtype="<i2").tobytes()
    assert utf_of(data) is None
    with pytest.raises(InputError, match=r"^a.bin is not text but binary"):
        encoding_of(data, "a.bin")


@pytest.mark.parametrize(("encoding", "name"), [("cp932", "表示"), ("gb18030", "压力"), ("cp1251", "Расход")])
def test_a_long_file(tmp_path, encoding, name):
    path = tmp_path / "a.csv"
    lines = "".join(f"{1_700_000_000 + 60 * i},{i % 97},{name}\n" for i in range(60_000))
    path.write_bytes(f"t,{name},{name}2\n{lines}".encode(encoding))
    assert path.stat().st_size > 1 << 20
    series = offbeat.read(path)
    assert series.channels == (name,)
    assert series.values[:, 0].sum() == sum(i % 97 for i in range(60_000))
    assert any(f"encoding is {encoding}" in note for note in series.notes)

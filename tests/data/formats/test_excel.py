"""Workbooks: what a person sees in the cells, and the sheet that is meant."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, datetime, time, timedelta
from xml.sax.saxutils import escape

import pytest

from offbeat.core.errors import InputError, MissingExtraError
from offbeat.data.formats.excel import Excel

pytest.importorskip("python_calamine")

TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"""
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FORMATS = {date: 1, datetime: 2, time: 3, timedelta: 4}


def cell_xml(cell):
    if cell is None:
        return "<c/>"
    if isinstance(cell, bool):
        return f'<c t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, str):
        return f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    if isinstance(cell, date):
        stamp = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
        return f'<c s="{FORMATS[type(cell)]}"><v>{(stamp - datetime(1899, 12, 30)) / timedelta(days=1)!r}</v></c>'
    if isinstance(cell, time):
        return f'<c s="3"><v>{(cell.hour * 60 + cell.minute) / 1440!r}</v></c>'
    if isinstance(cell, timedelta):
        return f'<c s="4"><v>{cell / timedelta(days=1)!r}</v></c>'
    return f"<c><v>{cell!r}</v></c>"


def workbook(sheets, hidden=()):
    """Return an .xlsx with these sheets, written by hand after the standard."""
    codes = ["yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "hh:mm", "[h]:mm:ss"]
    numbered = "".join(f'<numFmt numFmtId="{i + 164}" formatCode="{code}"/>' for i, code in enumerate(codes))
    xfs = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{i + 164}" applyNumberFormat="1"/>' for i in range(4))
    listed, related = "", ""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        for i, (name, rows) in enumerate(sheets.items(), start=1):
            state = ' state="hidden"' if name in hidden else ""
            listed += f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"{state}/>'
            related += f'<Relationship Id="r{i}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            body = "".join(f"<row>{''.join(map(cell_xml, row))}</row>" for row in rows)
            text = f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
            archive.writestr(f"xl/worksheets/sheet{i}.xml", text)
        head = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'
        archive.writestr("xl/workbook.xml", head)
        styles = f'<numFmts count="4">{numbered}</numFmts><cellXfs count="5">{xfs}</cellXfs>'
        archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>')
        relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        archive.writestr("xl/_rels/workbook.xml.rels", f"{relations}{related}</Relationships>")
        root = f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f"{relations}{root}</Relationships>")
    return packed.getvalue()


def compound(*names):
    """Return a file in the container of old Office files, with streams of these names and no content."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIII", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    entries = b""
    for i, name in enumerate(("Root Entry", *names)):
        text = name.encode("utf-16-le") + b"\0\0"
        entries += text.ljust(64, b"\0") + struct.pack("<HBB", len(text), 5 if i == 0 else 2, 1)
        entries += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, 1 if i == 0 else 0xFFFFFFFF) + b"\0" * 48
    return bytes(header) + fat + entries.ljust(512, b"\0")


NUMBERS = [["time", "v"], [date(2024, 1, 8), 1.5], [date(2024, 1, 9), 2.0], [date(2024, 1, 10), 3.25]]
TEXT = [["time", "v"], ["2024-01-08", "1.5"], ["2024-01-09", "2"], ["2024-01-10", "3.25"]]


def test_cells(read):
    rows = [
        ["Title"],
        [],
        ["time", "day", "v", "on", "at", "for", "text"],
        [datetime(2024, 1, 8), date(2024, 1, 8), 3, True, time(3, 4), timedelta(hours=30), "1.0"],
        [datetime(2024, 1, 8, 0, 5), date(2024, 1, 9), 0.1, False, None, None, "a, b"],
        [datetime(2024, 1, 8, 23, 55), date(2024, 1, 10), -1e20, None, None, None, "°C"],
        [None, None, 12345678901234, None, None, None, None],
    ]
    (table,) = read(Excel, workbook({"Data": rows}), "a.xlsx")
    assert (table.name, table.frame, table.notes) == ("", None, ())
    assert table.rows == [
        ["Title", "", "", "", "", "", ""],
        [""] * 7,
        ["time", "day", "v", "on", "at", "for", "text"],
        ["2024-01-08 00:00:00", "2024-01-08", "3", "true", "03:04:00", "30:00:00", "1.0"],
        ["2024-01-08 00:05:00", "2024-01-09", "0.1", "false", "", "", "a, b"],
        ["2024-01-08 23:55:00", "2024-01-10", "-1e+20", "", "", "", "°C"],
        ["", "", "12345678901234", "", "", "", ""],
    ]


def test_the_only_sheet_with_numbers(read):
    sheets = {"About": [["made by", "x"], ["version", 3]], "Data": NUMBERS, "Empty": [], "Old": NUMBERS}
    (table,) = read(Excel, workbook(sheets, hidden=["Old"]), "a.xlsx")
    assert table.rows == TEXT
    assert table.notes == ("read is the sheet Data; --sheet NAME reads another: About, Empty, Old",)


def test_several_sheets_with_numbers(read):
    tables = read(Excel, workbook({"Pump 1": NUMBERS, "Pump 2": TEXT[:1] + TEXT[2:] + TEXT[1:2]}), "a.xlsx")
    assert [table.name for table in tables] == ["Pump 1", "Pump 2"]
    assert [len(table.rows) for table in tables] == [4, 4]


@pytest.mark.parametrize("sheet", ["2", 2, "Second"])
def test_a_sheet_by_name_or_number(read, sheet):
    sheets = {"First": [["a"], [1], [2]], "Second": NUMBERS, "Third": NUMBERS}
    (table,) = read(Excel, workbook(sheets, hidden=["Second"]), "a.xlsx", sheet=sheet)
    assert table.rows == TEXT


@pytest.mark.parametrize("sheet", ["Secnd", "4", 0])
def test_a_sheet_that_is_not_there(read, sheet):
    sentence = rf"^a.xlsx has no sheet {sheet!r}; there are: 1 'First', 2 'Second'$"
    with pytest.raises(InputError, match=sentence):
        read(Excel, workbook({"First": NUMBERS, "Second": NUMBERS}), "a.xlsx", sheet=sheet)


def test_workbooks_that_cannot_be_read(read):
    with pytest.raises(InputError, match=r"^a.xlsx has no cells with content"):
        read(Excel, workbook({"First": [], "Second": []}), "a.xlsx")
    for name in ("a.xlsx", "a.xls", "stdin"):
        with pytest.raises(
            InputError, match=rf"^{name} has a password; open it, save a copy without one, and give that$"
        ):
            read(Excel, compound("EncryptionInfo", "EncryptedPackage"), name)
    with pytest.raises(InputError, match=r"^a.xlsx can't be read as a workbook: .*; open it and save it again$"):
        read(Excel, workbook({"First": NUMBERS})[:-50], "a.xlsx")
    with pytest.raises(InputError, match=r"^a.xls has no cells with content"):
        read(Excel, compound("Workbook"), "a.xls")


def test_what_is_a_workbook(wrote):
    assert Excel().recognises(wrote(workbook({"First": NUMBERS}), "stdin"))
    assert Excel().recognises(wrote(compound("Workbook"), "stdin"))
    assert not Excel().recognises(wrote(compound("WordDocument"), "a.doc"))
    assert not Excel().recognises(wrote("a\tb\n1\t2\n", "a.xls"))
    assert not Excel().recognises(wrote(b"PK\x03\x04 and the rest", "a.jar"))


def test_without_its_extra(wrote, monkeypatch):
    from offbeat.data.reading.options import Options

    def absent(name):
        raise ModuleNotFoundError(name)

    file = wrote(workbook({"First": NUMBERS}), "a.xlsx")
    monkeypatch.setattr("importlib.import_module", absent)
    with pytest.raises(MissingExtraError, match=r"^reading a.xlsx needs the \[excel\] extra: pip install"):
        list(Excel().tables(file, Options()))

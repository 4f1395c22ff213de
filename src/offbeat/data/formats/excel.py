"""Workbooks of Excel and OpenDocument: sheets as rows of the text that a person sees."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import IO, Any

from offbeat.core.errors import InputError, needed
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile, Table

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_WHOLE = 1e15
"""Whole numbers below it are written with all their digits."""
_MIN_NUMBERS = 3
"""A sheet holds a table of numbers where one of its columns has so many."""


class Excel(Format):
    """Sheets of .xlsx, .xlsm, .xlsb, .xls and .ods."""

    title = "an Excel workbook"
    suffixes = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
    takes = frozenset(("sheet",))
    extra = "excel"

    def recognises(self, file: InputFile) -> bool:
        """Whether it is a zip file with sheets, or an old workbook; text that is only named .xls is neither."""
        if file.head.startswith(_OLE):
            inner = (word.encode("utf-16-le") for word in ("Workbook", "Book", "EncryptedPackage"))
            return file.suffix in self.suffixes or any(word in file.head for word in inner)
        if not file.head.startswith(b"PK\x03\x04"):
            return False
        return file.suffix in self.suffixes or _ODS in file.head[:200] or _has_sheets(file)

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return the sheet that is named, else each sheet that holds a table of numbers."""
        with _workbook(file) as book:
            visible = [s.name for s in book.sheets_metadata if "Sheet" in str(s.typ) and "Hidden" not in str(s.visible)]
            if options.sheet is not None:
                name = _named(book.sheet_names, options.sheet, file.name)
                return [Table(rows=_rows(book.get_sheet_by_name(name).to_python()))]
            sheets = {name: book.get_sheet_by_name(name).to_python() for name in visible}
            chosen = [name for name, cells in sheets.items() if _holds_numbers(cells)]
            chosen = chosen or [name for name, cells in sheets.items() if cells]
            if not chosen:
                raise InputError(f"{file.name} has no cells with content; give a workbook with rows of numbers")
            left = [name for name in book.sheet_names if name not in chosen]
            notes = _notes(chosen, left)
            title = len(chosen) > 1
            return [Table(name=name if title else "", rows=_rows(sheets.pop(name)), notes=notes) for name in chosen]


def _notes(chosen: list[str], left: list[str]) -> tuple[str, ...]:
    if not left:
        return ()
    few = ", ".join(left[:5]) + (f" and {len(left) - 5} more" if len(left) > 5 else "")
    return (f"read is the sheet {', '.join(chosen)}; --sheet NAME reads another: {few}",)


@contextmanager
def _workbook(file: InputFile) -> Iterator[Any]:
    """Yield the workbook, and say in a sentence why it can't be read."""
    import importlib

    with needed(f"reading {file.name}", "excel"):
        library = importlib.import_module("python_calamine")
    locked = f"{file.name} has a password; open it, save a copy without one, and give that"
    if file.head.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in file.path.read_bytes():
        raise InputError(locked)
    try:
        with file.path.open("rb") as stream:
            yield _opened(library, stream, file)
    except library.PasswordError:
        raise InputError(locked) from None
    except library.CalamineError as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"{file.name} can't be read as a workbook: {reason}; open it and save it again") from None


def _opened(library: Any, stream: IO[bytes], file: InputFile) -> Any:
    """Return the workbook of whatever kind; where it is none, the error is that of the kind that its ending names."""
    try:
        return library.CalamineWorkbook.from_filelike(stream)
    except library.CalamineError:
        if file.path.suffix.lower() not in Excel.suffixes:
            raise
        return library.CalamineWorkbook.from_path(file.path)


def _has_sheets(file: InputFile) -> bool:
    try:
        with zipfile.ZipFile(file.path) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def _named(names: list[str], wanted: str | int, place: str) -> str:
    """Return the name of the sheet of that name or number."""
    if wanted in names:
        return str(wanted)
    text = str(wanted).strip()
    if text.isdecimal() and 1 <= int(text) <= len(names):
        return names[int(text) - 1]
    offered = ", ".join(f"{number} {name!r}" for number, name in enumerate(names, start=1))
    raise InputError(f"{place} has no sheet {wanted!r}; there are: {offered}")


def _holds_numbers(cells: list[list[Any]]) -> bool:
    """Whether a column has some numbers, be they numbers or text of digits."""
    found: dict[int, int] = {}
    for row in cells:
        for j, cell in enumerate(row):
            if _is_number(cell):
                found[j] = found.get(j, 0) + 1
                if found[j] >= _MIN_NUMBERS:
                    return True
    return False


def _is_number(cell: Any) -> bool:
    if isinstance(cell, str):
        return cell.strip().lstrip("+-").replace(".", "", 1).replace(",", "", 1).isdecimal()
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _rows(cells: list[list[Any]]) -> list[list[str]]:
    """Return the cells as text; the dates of a column have times where one of them has."""
    timed = {j for row in cells for j, cell in enumerate(row) if type(cell) is datetime}
    rows = []
    while cells:  # from the end, so that two copies never stand side by side
        row = cells.pop()
        rows.append([cell if type(cell) is str else _text(cell, j in timed) for j, cell in enumerate(row)])
    rows.reverse()
    return rows


def _text(cell: Any, timed: bool = False) -> str:
    """Return a cell as text.

    Examples
    --------
    >>> _text(3.0), _text(0.1), _text(True), _text(date(2024, 1, 8)), _text(date(2024, 1, 8), timed=True)
    ('3', '0.1', 'true', '2024-01-08', '2024-01-08 00:00:00')
    >>> _text(datetime(2024, 1, 8, 3)), _text(timedelta(hours=30))
    ('2024-01-08 03:00:00', '30:00:00')
    """
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE else repr(cell)
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(cell.total_seconds(), 60)
        return f"{int(minutes // 60):02d}:{int(minutes % 60):02d}:{seconds:02.0f}"
    if isinstance(cell, date) and not isinstance(cell, datetime) and timed:
        return f"{cell} 00:00:00"
    return str(cell)

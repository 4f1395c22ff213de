"""Weka's ARFF: attributes with names and types, then rows, dense or sparse."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from offbeat.core.errors import InputError
from offbeat.data.formats._text import head_text, opened
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile, Table

if TYPE_CHECKING:
    import pandas as pd

_START = re.compile(r"\ufeff?\s*(%[^\n]*\n\s*)*@(relation|attribute)\b", re.IGNORECASE)
_DATA = re.compile(r"^[ \t]*@data\b[^\n]*\n?", re.IGNORECASE | re.MULTILINE)
_ATTRIBUTE = re.compile(
    r"^[ \t]*@attribute\s+('(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|[^\s{]+)\s*([^\n]*)", re.IGNORECASE | re.MULTILINE
)
_NUMERIC = ("numeric", "real", "integer")
_JAVA = {
    "yyyy": "%Y",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
    ".SSS": ".%f",
    "'T'": "T",
    "'Z'": "Z",
}
"""Parts of Java's formats of dates, and what they are in Python."""
_LABELS = ({"0", "1"}, {"-1", "1"})


@dataclass(frozen=True)
class _Attribute:
    name: str
    kind: str
    choices: tuple[str, ...] = ()
    form: str = ""


class Arff(Format):
    """An ARFF file: a column for each attribute; ? is missing."""

    title = "an ARFF file"
    suffixes = (".arff",)

    def recognises(self, file: InputFile) -> bool:
        """Whether it begins with a relation or an attribute."""
        return _START.match(head_text(file)) is not None

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return the one table of a file, typed by its attributes."""
        with opened(file, options) as stream:
            top, *rest = _DATA.split(stream.read().replace("\r\n", "\n"), maxsplit=1)
        attributes = [_attribute(name, kind) for name, kind in _ATTRIBUTE.findall(top)]
        if any(attribute.kind == "relational" for attribute in attributes):
            raise InputError(
                f"{file.name} has relational attributes; give the .ts file of the same data, or one as CSV"
            )
        twice = next((name for name, count in Counter(a.name for a in attributes).items() if count > 1), None)
        if twice is not None:
            raise InputError(f"{file.name} has two attributes named {twice!r}; rename one of them")
        body = "".join(line for line in "".join(rest).splitlines(keepends=True) if line.strip() and line[0] != "%")
        if not attributes or not body:
            raise InputError(f"{file.name} has no rows after @data; give a file with some")
        frame = _frame(body, attributes, file.name)
        dates = [attribute.name for attribute in attributes if attribute.kind == "date"]
        counted = [
            a.name for a in attributes if a.choices and _are_numbers(a.choices) and set(a.choices) not in _LABELS
        ]
        dropped = tuple((name, "its numbers are names of classes") for name in counted)
        return [Table(frame=frame, time=(dates[0],) if len(dates) == 1 else None, dropped=dropped)]


def _attribute(name: str, rest: str) -> _Attribute:
    kind = rest.strip()
    name = _unquoted(name)
    if kind.startswith("{"):
        cells = next(csv.reader([kind.strip("{} ")], quotechar="'", escapechar="\\", skipinitialspace=True))
        return _Attribute(name, "nominal", tuple(cell.strip() for cell in cells))
    word, _, form = kind.partition(" ")
    return _Attribute(name, word.lower(), form=_unquoted(form.strip()))


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def _are_numbers(cells: Iterable[str]) -> bool:
    return all(re.fullmatch(r"[-+]?\d+(\.\d+)?", cell) for cell in cells)


def _frame(body: str, attributes: list[_Attribute], place: str) -> pd.DataFrame:
    import pandas as pd

    names = [attribute.name for attribute in attributes]
    rows = _sparse(body, attributes, place) if body.lstrip().startswith("{") else _dense(body, len(names), place)
    rows = rows.set_axis(names, axis="columns")
    return pd.DataFrame({a.name: _typed(rows[a.name], a, place) for a in attributes})


def _dense(body: str, width: int, place: str) -> pd.DataFrame:
    import pandas as pd

    first = body.partition("\n")[0]
    separator = "," if "," in first or "\t" not in first.strip() else "\t"
    quote = "'" if "'" in body or '"' not in body else '"'
    try:
        frame = pd.read_csv(
            io.StringIO(body), sep=separator, header=None, dtype=str, quotechar=quote, escapechar="\\",
            skipinitialspace=True, keep_default_na=False, na_values=["?"],
        )  # fmt: skip
    except ValueError as error:
        reason = str(error).strip().partition("\n")[0]
        raise InputError(f"the rows of {place} can't be read: {reason}; correct them") from None
    if frame.shape[1] != width:
        raise InputError(f"{place} has {width} attributes, and rows of {frame.shape[1]} cells; correct the file")
    return frame


def _sparse(body: str, attributes: list[_Attribute], place: str) -> pd.DataFrame:
    """Return rows that name the places of their cells; the others are 0, or the first of the choices."""
    import pandas as pd

    default: list[str | None] = [a.choices[0] if a.choices else "0" for a in attributes]
    rows = []
    for line in body.splitlines():
        row = default.copy()
        for cell in next(csv.reader([line.strip().strip("{}")], quotechar="'", escapechar="\\", skipinitialspace=True)):
            index, _, text = cell.strip().partition(" ")
            if not index.isdecimal() or int(index) >= len(row):
                raise InputError(f"{line[:40]!r} in {place} is no sparse row of {len(row)} attributes; correct it")
            row[int(index)] = None if text.strip() == "?" else _unquoted(text.strip())
        rows.append(row)
    return pd.DataFrame(rows, dtype=object)


def _typed(cells: pd.Series[Any], attribute: _Attribute, place: str) -> pd.Series[Any]:
    import pandas as pd

    if attribute.kind in _NUMERIC:
        made = pd.to_numeric(cells, errors="coerce")
        wrong = cells[made.isna() & cells.notna()]
        if len(wrong):
            raise InputError(f"{wrong.iloc[0]!r} in attribute {attribute.name} of {place} is not a number; correct it")
        return made
    if attribute.kind == "date":
        try:
            return pd.to_datetime(cells, format=_form(attribute.form))
        except ValueError:
            return cells
    return cells.str.strip() if cells.dtype == object and cells.notna().any() else cells


def _form(java: str) -> str:
    """Return Python's format of dates for one of Java's; ISO where there is none.

    Examples
    --------
    >>> _form("yyyy-MM-dd'T'HH:mm:ss"), _form("dd/MM/yyyy HH:mm"), _form("")
    ('%Y-%m-%dT%H:%M:%S', '%d/%m/%Y %H:%M', 'ISO8601')
    """
    for part, own in _JAVA.items():
        java = java.replace(part, own)
    return java or "ISO8601"

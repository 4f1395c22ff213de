"""The .ts files of sktime and aeon: each line is a case, and colons stand between its dimensions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from offbeat.core.errors import InputError
from offbeat.data.formats._text import head_text, opened
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile, Table

if TYPE_CHECKING:
    import pandas as pd

_MARKS = "problemname|timestamps|univariate|missing|dimensions?|equallength|serieslength|classlabel|targetlabel"
_START = re.compile(rf"\ufeff?\s*(#[^\n]*\n\s*)*@({_MARKS})\b", re.IGNORECASE)
_DATA = re.compile(r"^[ \t]*@data\b[^\n]*\n?", re.IGNORECASE | re.MULTILINE)
_LABELLED = re.compile(r"^[ \t]*@(class|target)label[ \t]+true\b", re.IGNORECASE | re.MULTILINE)
_OUTSIDE = re.compile(r":(?![^(]*\))")
_PAIR = re.compile(r"\(([^()]*),([^(),]*)\)")
_CASE, _TIME, _CLASS = "case", "time", "class"

Columns = tuple[dict[str, list[Any]], str]


class UcrTs(Format):
    """Cases of time series, as the archives of UCR and UEA have them; a case becomes a series."""

    title = "a .ts file of sktime"
    suffixes = (".ts",)

    def recognises(self, file: InputFile) -> bool:
        """Whether it begins with a mark of such files."""
        return _START.match(head_text(file)) is not None

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return all cases as one table, with an id where there are several."""
        with opened(file, options) as stream:
            text = stream.read()
        top, *rest = _DATA.split(text, maxsplit=1)
        lines = [(i, line) for i, line in enumerate("".join(rest).splitlines(), start=1) if line.strip(" \t#")]
        if not lines:
            raise InputError(f"{file.name} has no cases after @data; give a file with some")
        first = text.count("\n", 0, len(text) - len("".join(rest)))
        labelled = _LABELLED.search(top) is not None
        cases = [_case(line, labelled, f"line {first + i} of {file.name}") for i, line in lines]
        widths = {len(columns) - (_TIME in columns) for columns, _ in cases}
        if len(widths) > 1:
            few, many = min(widths), max(widths)
            raise InputError(
                f"{file.name} has cases of {few} and of {many} dimensions; give a file where all have as many"
            )
        return [_table(cases, labelled)]


def _case(line: str, labelled: bool, place: str) -> Columns:
    """Return the columns of a case, and its class."""
    parts = [part.strip() for part in _OUTSIDE.split(line)]
    label = parts.pop() if labelled else ""
    if not parts:
        raise InputError(f"{place} has a class and no values; correct or remove it")
    names = ["value"] if len(parts) == 1 else [f"dim_{i}" for i in range(len(parts))]
    columns: dict[str, list[Any]] = {}
    for name, part in zip(names, parts, strict=True):
        if part.startswith("("):
            pairs = _PAIR.findall(part)
            columns.setdefault(_TIME, [time.strip() for time, _ in pairs])
            if columns[_TIME] != [time.strip() for time, _ in pairs]:
                raise InputError(f"{place} has dimensions of different times; give one of them a file")
            columns[name] = _numbers([value for _, value in pairs], place)
        else:
            columns[name] = _numbers(part.split(","), place)
    return columns, label


def _numbers(cells: list[str], place: str) -> list[float]:
    try:
        return [float("nan" if cell.strip() == "?" else cell) for cell in cells]
    except ValueError:
        wrong = next(cell for cell in cells if not re.fullmatch(r"\s*([-+]?[\d.]+(e[-+]?\d+)?|nan|\?)\s*", cell, re.I))
        raise InputError(
            f"{wrong.strip()!r} in {place} is not a number; correct it, or write ? for a missing one"
        ) from None


def _table(cases: list[Columns], labelled: bool) -> Table:
    import pandas as pd

    frames = []
    for number, (columns, label) in enumerate(cases, start=1):
        frame = pd.DataFrame({name: pd.Series(cells) for name, cells in columns.items()})
        frames.append(frame.assign(**({_CLASS: label} if labelled else {}), **{_CASE: str(number)}))
    whole: pd.DataFrame = pd.concat(frames, ignore_index=True)
    several = len(cases) > 1
    return Table(
        frame=whole if several else whole.drop(columns=_CASE),
        time=(_TIME,) if _TIME in whole.columns else None,
        values=tuple(name for name in whole.columns if name not in (_TIME, _CLASS, _CASE)),
        id=(_CASE,) if several else None,
        dropped=((_CLASS, "the class of the case"),) if labelled else (),
    )

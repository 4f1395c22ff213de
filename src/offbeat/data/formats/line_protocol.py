"""InfluxDB's line protocol: a measurement with tags, fields, and a time as a number since 1970."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import IO, Any, Literal

from offbeat.core.errors import InputError
from offbeat.data.formats._json_series import free_name, tall
from offbeat.data.formats._text import first_lines, opened
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile, Table

_Unit = Literal["s", "ms", "us", "ns"]

_WORD = r"(?:\\.|[^,= \\\t\r\n\"])(?:\\.|[^,= \\\r\n])*"
_TAGS = rf"(?:,{_WORD}=(?:\\.|[^,= \\\r\n])*)*"
_VALUE = r"(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[iu]?|\"(?:\\.|[^\"\\])*\"|[tT](?:rue|RUE)?|[fF](?:alse|ALSE)?)"
_FIELDS = rf"{_WORD}={_VALUE}(?:,{_WORD}={_VALUE})*"
_LINE = re.compile(rf"(?P<key>{_WORD}{_TAGS}) +(?P<fields>{_FIELDS})(?: +(?P<time>-?\d+))?\s*", re.DOTALL)
_PAIR = re.compile(rf",?({_WORD})=({_VALUE})", re.DOTALL)
_TAG = re.compile(rf",({_WORD})=((?:\\.|[^,= \\\r\n])*)")
_MEASUREMENT = re.compile(_WORD)
_ESCAPED = re.compile(r"\\([,= ])")
_QUOTED = re.compile(r"\\([\"\\])")
_MARK = re.compile(r"(?<!\\)\"")
_BESIDE = re.compile(r"\s*(#|CREATE DATABASE\b|$)")
_LOOKED = 20
"""Lines that must be of the form, where the file has so many."""
_LONGEST = 1 << 20
"""Characters of the longest text that goes on over several lines."""
_UNITS: tuple[tuple[float, _Unit], ...] = ((1e17, "ns"), (1e14, "us"), (1e11, "ms"), (0, "s"))
"""The smallest numbers that are of a unit: as the next unit they would lie beyond the year 5000."""

Points = dict[int, dict[str, Any]]
"""The fields of a series by their time."""


class LineProtocol(Format):
    """The lines that InfluxDB, Telegraf and others write: cpu,host=a usage=0.5,idle=99i 1704672000000000000."""

    title = "a file of InfluxDB's line protocol"
    suffixes = (".lp", ".line")
    rank = 1

    def recognises(self, file: InputFile) -> bool:
        """Whether the first lines are of the form, with tags or a time."""
        if b"=" not in file.head:
            return False
        closed = takewhile(lambda line: len(_MARK.findall(line)) % 2 == 0, first_lines(file, 2 * _LOOKED))
        lines = [line for line in closed if not _BESIDE.match(line)]
        found = [_LINE.fullmatch(line) for line in lines[:_LOOKED]]
        return bool(found) and all(one is not None and ("," in one["key"] or one["time"]) for one in found)

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return a table for each measurement, with ids where it has several series."""
        series: dict[str, Points] = {}
        lines = untimed = again = 0
        with opened(file, options) as stream:
            for match in _matches(stream, file.name):
                lines, untimed = lines + 1, untimed + (match["time"] is None)
                points = series.setdefault(match["key"], {})
                point = points.setdefault(int(match["time"] or len(points)), {})  # several lines may add to one point
                fields = _fields(match["fields"])
                again += not point.keys().isdisjoint(fields)
                point.update(fields)
        if not lines:
            raise InputError(f"{file.name} holds no points; give a file with some")
        if 0 < untimed < lines:
            raise InputError(f"{untimed} of {lines} lines of {file.name} have no time; give each line one, or none any")
        try:
            made = _tables(series, None if untimed else _unit(series))
        except (ValueError, OverflowError):
            raise InputError(f"{file.name} has times beyond the years 1678 to 2261; correct or remove them") from None
        note = f"a field of a point is written again in {again} line{'s' * (again != 1)}; the last of each counts"
        return [replace(table, notes=(note,)) for table in made] if again else made


def _matches(stream: IO[str], place: str) -> Iterator[re.Match[str]]:
    """Yield the parts of each line; a text between quotation marks may go on over several lines."""
    begun, first = "", 1
    for number, line in enumerate(stream, start=1):
        if not begun and _BESIDE.match(line):
            continue
        first = first if begun else number
        whole = begun + line
        match = _LINE.fullmatch(whole)
        if match is not None:
            yield match
        elif len(_MARK.findall(whole)) % 2 == 0 or len(whole) > _LONGEST:
            raise _wrong(whole, first, place)
        begun = "" if match is not None else whole
    if begun:
        raise _wrong(begun, first, place)


def _wrong(line: str, row: int, place: str) -> InputError:
    return InputError(f"row {row} of {place} is not line protocol: {line.strip()[:60]!r}; correct or remove it")


def _fields(text: str) -> dict[str, Any]:
    return {_ESCAPED.sub(r"\1", name): _value(value) for name, value in _PAIR.findall(text)}


def _value(text: str) -> Any:
    """Return a number, true and false as 1 and 0, or the text between quotation marks."""
    if text[0] == '"':
        return _QUOTED.sub(r"\1", text[1:-1])
    if text[0] in "tTfF":
        return float(text[0] in "tT")
    return float(text.rstrip("iu"))


def _unit(series: dict[str, Points]) -> _Unit:
    """Return the unit in which times count."""
    largest = max(abs(time) for points in series.values() for time in points)
    return next(unit for least, unit in _UNITS if largest >= least)


def _tables(series: dict[str, Points], unit: _Unit | None) -> list[Table]:
    """Return the tables of all measurements; without a unit there is no time."""
    measurements: dict[str, list[tuple[dict[str, str], Points]]] = {}
    for key, points in series.items():
        name = _MEASUREMENT.match(key)
        tags = {_ESCAPED.sub(r"\1", tag): _ESCAPED.sub(r"\1", value) for tag, value in _TAG.findall(key)}
        measurements.setdefault(_ESCAPED.sub(r"\1", name.group() if name else key), []).append((tags, points))
    several = len(measurements) > 1
    return [replace(_table(found, unit), name=name if several else "") for name, found in measurements.items()]


def _table(series: Sequence[tuple[dict[str, str], Points]], unit: _Unit | None) -> Table:
    """Return the table of one measurement, with ids of the tags that differ."""
    import pandas as pd

    tags = [found for found, _ in series]
    frames = [pd.DataFrame.from_records(list(points.values())) for _, points in series]
    if unit is None:
        return tall(frames, tags)
    time = free_name("time", {str(name) for frame in frames for name in frame.columns})
    for frame, (_, points) in zip(frames, series, strict=True):
        frame.insert(0, time, pd.to_datetime(pd.Series(list(points), dtype="int64"), unit=unit, utc=True))
    return tall(frames, tags, time)

"""JSON: lines, records, columns, and what monitoring systems answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from offbeat.core.errors import InputError, OffbeatError
from offbeat.data.formats._json_monitoring import monitoring_tables
from offbeat.data.formats._json_records import table_of
from offbeat.data.formats._text import head_text, opened
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile, Table

_START = re.compile(r"\ufeff?\s*(\{\s*\"|\[\s*[\[{]\s*[\"\d\[{-]|\[\s*-?\d[\d.eE+-]*\s*,)")
_LINES = (".jsonl", ".ndjson")


class JsonText(Format):
    """JSON lines, an array of records or of pairs, an object of columns, and the answers of monitoring systems."""

    title = "a JSON file"
    suffixes = (".json", *_LINES)
    takes = frozenset(("sheet",))

    def recognises(self, file: InputFile) -> bool:
        """Whether the ending is one of JSON, or the first characters are."""
        return file.suffix in self.suffixes or _START.match(head_text(file)) is not None

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return the tables of a JSON file; one in nearly all cases."""
        with opened(file, options) as stream:
            text = stream.read().strip().removeprefix("\ufeff")
        if not text:
            raise InputError(f"{file.name} is empty; give a file with rows of numbers")
        value = _parsed(text, file)
        try:
            known = monitoring_tables(value, file.name)
            return [table_of(value, file.name, options.sheet)] if known is None else known
        except OffbeatError:
            raise
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            reason = (str(error) or type(error).__name__).partition("\n")[0]
            raise InputError(
                f"{file.name} has records of different forms: {reason}; give an array of records"
            ) from None


def _parsed(text: str, file: InputFile) -> Any:
    """Return the value of a text, or the list of the values of its lines."""
    try:
        return json.loads(text)
    except RecursionError:
        raise InputError(f"{file.name} is nested too deeply; give an array of records") from None
    except ValueError as error:
        problem = error
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if file.suffix in _LINES or any(_is_json(line) for _, line in lines[:2]):
        return _records(lines, file.name)
    reason, line, column = getattr(problem, "msg", str(problem)), *_place(text, getattr(problem, "pos", 0))
    raise InputError(
        f"{file.name} is not JSON, by line {line}, character {column}: {reason}; correct or export it again"
    )


def _place(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _records(lines: list[tuple[int, str]], place: str) -> list[Any]:
    """Return the values of all lines: at once, which is faster, or one by one where that fails."""
    try:
        values = json.loads(f"[{','.join(line for _, line in lines)}]")
    except (ValueError, RecursionError):
        values = []
    return values if len(values) == len(lines) else [_record(line, number, place) for number, line in lines]


def _record(line: str, row: int, place: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"row {row} of {place} is not JSON: {line.strip()[:40]!r}; correct or remove it") from None

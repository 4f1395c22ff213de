"""From a file to its series: the format that recognises it, its tables, and the series of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from offbeat.core.errors import InputError
from offbeat.core.registry import entries
from offbeat.core.series import Panel, Series
from offbeat.data.reading.build import build
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile
from offbeat.data.reading.unpacking import bare_name
from offbeat.data.reading.unreadable import refuse

Progress = Callable[[float], None]
PLAIN = (".txt", ".dat", ".rdb", ".log", ".asc", ".prn")
"""Endings of files that may hold a table or any other text."""


@cache
def formats() -> tuple[Format, ...]:
    """Return the formats of files, in the order in which they are asked whether a file is theirs."""
    made = [entry.load(Format)() for entry in entries("data/formats").values()]
    return tuple(sorted(made, key=lambda one: one.rank))


@cache
def endings() -> frozenset[str]:
    """Return the endings of all formats."""
    return frozenset(ending for one in formats() for ending in one.suffixes)


def format_of(file: InputFile) -> Format:
    """Return the format of a file."""
    return next(one for one in formats() if one.recognises(file))


def suffix_of(path: Path) -> str:
    """Return the ending of a file, of a packed one that of what is in it."""
    return Path(bare_name(path.name)).suffix.lower()


def stem_of(name: str) -> str:
    """Return the name of a series from that of its file.

    Examples
    --------
    >>> stem_of("pump.csv"), stem_of("pump.csv.gz"), stem_of("pump.7")
    ('pump', 'pump', 'pump.7')
    """
    bare = bare_name(name)
    return Path(bare).stem if Path(bare).suffix.lower() in (*endings(), *PLAIN) else bare


def series_of(
    files: Sequence[InputFile], name: str, options: Options, progress: Progress | None = None
) -> Series | Panel:
    """Return the series of a file, or of the files that an archive holds.

    Raises
    ------
    InputError
        For what can't be read, and for what can be read in two ways.
    """
    made: dict[str, Series | Panel] = {}
    for file in files:
        refuse(file)
        form = format_of(file)
        _refuse_options(form, file.name, options)
        for table in form.tables(file, options):
            parts = [stem_of(file.name)] if len(files) > 1 else []
            parts += [table.name] if table.name else []
            key = "/".join(parts)
            made[_free(key, made)] = build(table, f"{name}/{key}" if key else name, file.name, options, progress)
    if not made:
        raise InputError(f"{files[0].name if files else name} holds no table; give a file with rows of numbers")
    if len(made) == 1:
        return next(iter(made.values()))
    return joined(made, ())


def _refuse_options(form: Format, name: str, options: Options) -> None:
    purposes = {"sheet": "workbooks and other files of several tables", "sql": "databases"}
    for option, purpose in purposes.items():
        if getattr(options, option) is not None and option not in form.takes:
            raise InputError(f"{option} is for {purpose}, and {name} is {form.title}; leave out --{option}")


def _free(key: str, taken: dict[str, Series | Panel]) -> str:
    made, n = key, 2
    while made in taken:
        made, n = f"{key} ({n})", n + 1
    return made


def joined(made: dict[str, Series | Panel], notes: tuple[str, ...]) -> Panel:
    """Return one panel of several series and panels; the members of a panel get its name before theirs."""
    members: dict[str, Series] = {}
    for key, one in made.items():
        if isinstance(one, Series):
            members[key] = replace(one, name=key)
            continue
        for inner, member in one.items():
            name = inner if inner.startswith(key) else f"{key}/{inner}"
            source = member.source and replace(member.source, id=None)
            members[name] = replace(member, name=name, source=source)
    return Panel(members, notes=notes)

"""The options that say how data is read: those of `offbeat.read`, on every command that reads some."""

from __future__ import annotations

from functools import partial
from typing import Any

import click
from click.core import ParameterSource

from offbeat.cli._complete import column

SECTION = "Reading options"


class _ReadOption(click.Option):
    """An option of `offbeat.read`, of the same name; what can be given several times is one value or a list of them."""

    def of(self, ctx: click.Context) -> dict[str, Any]:
        """Return what was given as keyword argument, and take it out of the command's own options."""
        name = str(self.name)
        value = ctx.params.pop(name)
        if ctx.get_parameter_source(name) is ParameterSource.DEFAULT:
            return {}
        if self.multiple:
            return {name: value[0] if len(value) == 1 else list(value)}
        return {name: value}


def _sheet(text: str) -> str | int:
    """Return the number of a sheet, else its name."""
    return int(text) if text.isdecimal() else text


_columns = partial(_ReadOption, metavar="COLUMN", multiple=True, shell_complete=column)

OPTIONS = (
    _columns(["--time"], help="The time column; several that make up the time: --time date --time hour."),
    _columns(["--value", "values"], help="A value column; can be given several times."),
    _columns(["--id"], help="The column with the id of the series; can be given several times."),
    _ReadOption(["--label"], metavar="COLUMN", shell_complete=column, help="The column that marks known anomalies."),
    _ReadOption(["--day-first/--month-first"], default=None, help="Read 03/04/2013 as 3 April, or as 4 March."),
    _ReadOption(["--decimal"], metavar="MARK", help="The decimal mark, . or a comma."),
    _ReadOption(["--thousands"], metavar="MARK", help="The mark between thousands: , . ' a space, or none."),
    _ReadOption(["--delimiter"], metavar="MARK", help="What stands between cells: ; , tab, space, ..."),
    _ReadOption(["--encoding"], metavar="NAME", help="How characters are written: utf-8, latin-1, utf-16, ..."),
    _ReadOption(["--skip"], type=click.IntRange(min=0), metavar="LINES", help="Lines above the header."),
    _ReadOption(
        ["--header"], type=click.IntRange(min=0), metavar="ROWS", help="Lines of the header; 0: there is none."
    ),
    _ReadOption(
        ["--missing"],
        metavar="WORD",
        multiple=True,
        help="A word or number that stands for no value, such as -1; can be given several times.",
    ),
    _ReadOption(
        ["--keep"],
        type=float,
        metavar="NUMBER",
        multiple=True,
        help="A number that is a value, though it looks as if it stood for none; can be given several times.",
    ),
    _ReadOption(
        ["--shape"],
        type=click.Choice(["tall", "wide-rows", "wide-columns"]),
        help="A row is a time (tall) or a series (wide-rows); or months, hours or dates are columns (wide-columns).",
    ),
    _ReadOption(["--resample"], metavar="STEP", help="Average all channels to one step: 60s, 1h, ..."),
    _ReadOption(
        ["--sheet"], type=_sheet, metavar="NAME|NUMBER", help="The sheet of a workbook, or the table of a file."
    ),
    _ReadOption(["--sql"], metavar="QUERY", help="The query whose rows are read from a database."),
    _ReadOption(
        ["--repeats"],
        is_flag=True,
        default=None,
        help="Rows with one time are measurements of their own; keep them all.",
    ),
    _ReadOption(["--join"], is_flag=True, default=None, help="Read several files as one series, in the order of time."),
)
"""One for each option of `offbeat.read`."""


class ReadingCommand(click.Command):
    """A command that reads data: it has `OPTIONS`, and gets what was given of them as one argument, `reading`."""

    def __init__(self, *words: Any, **settings: Any) -> None:
        super().__init__(*words, **settings)
        self.params = [*self.params, *OPTIONS]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command with `reading`, the keyword arguments of `offbeat.read`."""
        reading: dict[str, Any] = {}
        for option in OPTIONS:
            reading |= option.of(ctx)
        ctx.params["reading"] = reading
        return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of reading below the command's own ones."""
        rows: dict[str, list[tuple[str, str]]] = {"Options": [], SECTION: []}
        for option in self.get_params(ctx):
            record = option.get_help_record(ctx) if isinstance(option, click.Option) else None
            if record is not None:
                rows[SECTION if isinstance(option, _ReadOption) else "Options"].append(record)
        for title, records in rows.items():
            with formatter.section(title):
                formatter.write_dl(records)


def source(paths: tuple[str, ...]) -> str | list[str]:
    """Return one path as it is, several as a list."""
    return paths[0] if len(paths) == 1 else list(paths)

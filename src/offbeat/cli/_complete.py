"""What the shell offers for a word that is half typed: names of detectors, thresholds, metrics and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import click

import offbeat as ob

Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def one_of(what: str, takes: str | None = None) -> Completer:
    """Offer the names of a list of `ob.catalogue`; of metrics, those that take scores or predictions."""

    def offer(_: click.Context, __: click.Parameter, typed: str) -> list[str]:
        frame = ob.catalogue(what)
        return _starting(typed, frame.index if takes is None else frame.index[frame["takes"] == takes])

    return offer


def several_of(what: str, *others: str) -> Completer:
    """Offer the names of a list after each comma, `others` among them."""

    def offer(_: click.Context, __: click.Parameter, typed: str) -> list[str]:
        before, comma, last = typed.rpartition(",")
        taken = before.split(",")
        found = _starting(last, [*ob.catalogue(what).index, *others])
        return [f"{before}{comma}{name}" for name in found if name not in taken]

    return offer


def anything(_: click.Context, __: click.Parameter, typed: str) -> list[str]:
    """Offer what `offbeat list` takes: its lists, and every name in one of them."""
    return _starting(typed, [*ob.LISTS, *dict.fromkeys(name for what in ob.LISTS for name in ob.catalogue(what).index)])


def column(ctx: click.Context, _: click.Parameter, typed: str) -> list[str]:
    """Offer the columns of the first file on the line; nothing where it can't be read."""
    try:
        return _starting(typed, ob.data.header.column_names(_paths(ctx)[0]))
    except (IndexError, ob.OffbeatError):
        return []


def _paths(ctx: click.Context) -> Sequence[str]:
    # an option without its word ends click's reading of the line, and leaves the paths among the rest
    return [*(ctx.params.get("paths") or ()), *ctx.args]


def _starting(typed: str, names: Iterable[str]) -> list[str]:
    return [str(name) for name in names if str(name).startswith(typed)]

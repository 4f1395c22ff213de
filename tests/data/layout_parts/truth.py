"""What a file says, and how a reading differs from it."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from layout_parts.plans import Plan
from offbeat.core.series import Panel, Series


@dataclass(frozen=True)
class One:
    """The truth about one series: times (datetime64[ns] in UTC, numbers or None), values by channel, labels."""

    times: np.ndarray | None
    channels: dict[str, np.ndarray]
    labels: np.ndarray | None = None


@dataclass(frozen=True)
class Written:
    """A file and the truth about it.

    Parameters
    ----------
    kind, description
        What the file is an example of, and the choices that are not the plainest.
    name, content
        The file's name and bytes.
    truth
        The series by id; a single series has the id "".
    naming
        How channels are found: "exact" by their names; "part" where the header has several lines, so that a name may
        hold more than the column's own; "order" where the file does not name them.
    zoned
        Whether the times in the file have a zone; None where both may be so (seconds since 1970).
    options
        What settles a question that is allowed; with these the file must be read.
    may_be_one
        Whether a panel of one series is as good as the series (a column holds one and the same name).
    trimmed
        Whether missing values at the end may be left out (tables of months, hours and ragged rows).
    plan, seed, place
        What the file was made from; None for what has no plan. What prints it again: an option of the benchmark.
    split
        Whether channels of different steps are to become series of their own, found by their channels.
    """

    kind: str
    name: str
    content: bytes
    truth: dict[str, One]
    description: str = ""
    naming: str = "exact"
    zoned: bool | None = None
    options: dict[str, Any] = field(default_factory=dict)
    may_be_one: bool = False
    trimmed: bool = False
    split: bool = False
    plan: Plan | None = None
    seed: int = 0
    place: str = ""

    @property
    def missing(self) -> dict[str, dict[str, np.ndarray]]:
        """The rows without a value by series and channel."""
        return {
            key: {name: np.flatnonzero(np.isnan(values)) for name, values in one.channels.items()}
            for key, one in self.truth.items()
        }

    @property
    def beginning(self) -> str:
        """The first lines of the file."""
        encoding = "utf-16" if self.content.startswith(codecs.BOM_UTF16_LE) else "utf-8"
        lines = self.content[:4000].decode(encoding, errors="replace").splitlines()
        return "\n".join(line[:200] for line in lines[:12])

    def __repr__(self) -> str:
        return f"{self.place or self.kind}: {self.description}\n{self.beginning}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Print shortly: hypothesis prints all fields of a dataclass that does not say otherwise."""
        printer.text(repr(self))


def difference(found: Series | Panel, written: Written) -> str | None:
    """Return how a reading differs from the truth, or None where it does not."""
    if written.split:
        return _difference_of_split(found, written)
    expected = written.truth
    if "" in expected:
        if written.may_be_one and isinstance(found, Panel) and len(found) == 1:
            found = next(iter(found.values()))
        if not isinstance(found, Series):
            return f"a panel of {sorted(found)[:8]} in place of one series"
        return difference_of_one(found, expected[""], written)
    if not isinstance(found, Panel):
        return f"one series of {found.channels} in place of {sorted(expected)[:8]}"
    if sorted(found) != sorted(expected):
        return f"series {sorted(found)[:8]} in place of {sorted(expected)[:8]}"
    each = ((key, difference_of_one(found[key], one, written)) for key, one in expected.items())
    return next((f"{key}: {what}" for key, what in each if what), None)


def difference_of_one(found: Series, one: One, written: Written) -> str | None:
    """Return how one series differs: its channels, its length, its times, its values, its labels, its zone."""
    matched = _matched(found.channels, tuple(one.channels), written.naming)
    if matched is None:
        return f"channels {found.channels} in place of {tuple(one.channels)}"
    values = found.values[:, matched]
    expected = np.column_stack(list(one.channels.values()))
    n, m = len(values), len(expected)
    if written.trimmed:
        n, m = _end(values), _end(expected)
    if n != m:
        return f"{n} rows in place of {m}"
    times = None if found.time is None else found.time[:n]
    of_times = difference_of_times(times, None if one.times is None else one.times[:m])
    if of_times:
        return of_times
    order, order_found = _order(one.times, m), _order(times, n)
    return (
        _difference_of_values(values[order_found], expected[order], tuple(one.channels))
        or _difference_of_labels(found.labels, one.labels, order_found, order)
        or _difference_of_zones(found, written)
    )


def _matched(found: tuple[str, ...], expected: tuple[str, ...], naming: str) -> list[int] | None:
    """Return the place of each expected channel among those found."""
    if len(found) != len(expected):
        return None
    if naming == "order":
        return list(range(len(found)))
    if naming == "part":
        fits = all(name.lower() in other.lower() for name, other in zip(expected, found, strict=True))
        return list(range(len(found))) if fits else None
    return [found.index(name) for name in expected] if set(found) == set(expected) else None


def _end(values: np.ndarray) -> int:
    filled = np.flatnonzero(~np.isnan(values).all(axis=1))
    return int(filled[-1]) + 1 if len(filled) else 0


def _order(times: np.ndarray | None, n: int) -> np.ndarray:
    """Rows by time: whether they keep the order of the file is no matter."""
    return np.arange(n) if times is None else np.argsort(times[:n], kind="stable")


def difference_of_times(found: np.ndarray | None, expected: np.ndarray | None) -> str | None:
    if found is None or expected is None:
        if found is expected:
            return None
        shown = "none" if found is None else f"{found[0]}, {found[1]}, ..."
        return f"times {shown} in place of {'none' if expected is None else f'{expected[0]}, {expected[1]}, ...'}"
    if (found.dtype.kind == "M") != (expected.dtype.kind == "M"):
        return f"times {found[0]}, {found[1]}, ... in place of {expected[0]}, {expected[1]}, ..."
    found, expected = found[_order(found, len(found))], expected[_order(expected, len(expected))]
    wrong = np.flatnonzero(found != expected)
    if not len(wrong):
        return None
    return (
        f"{len(wrong)} times differ, first (by time) row {wrong[0]}: {found[wrong[0]]} in place of {expected[wrong[0]]}"
    )


def _difference_of_values(found: np.ndarray, expected: np.ndarray, names: tuple[str, ...]) -> str | None:
    wrong = np.argwhere((found != expected) & ~(np.isnan(found) & np.isnan(expected)))
    if not len(wrong):
        return None
    row, column = wrong[0]
    pair = f"{float(found[row, column])!r} in place of {float(expected[row, column])!r}"
    return f"{len(wrong)} values differ, first row {row} of {names[column]}: {pair}"


def _difference_of_labels(
    found: np.ndarray | None, expected: np.ndarray | None, order_found: np.ndarray, order: np.ndarray
) -> str | None:
    if found is None or expected is None:
        return None if found is expected else f"labels {'missing' if found is None else 'where there are none'}"
    wrong = np.flatnonzero(found[order_found] != expected[order])
    return f"{len(wrong)} labels differ, first row {wrong[0]}" if len(wrong) else None


def _difference_of_zones(found: Series, written: Written) -> str | None:
    if written.zoned is None or (found.zone is not None) == written.zoned:
        return None
    return f"zone {found.zone} where the file {'has one' if written.zoned else 'has none'}"


def _difference_of_split(found: Series | Panel, written: Written) -> str | None:
    """Compare series by their channels, without rows that are empty."""
    if not isinstance(found, Panel):
        return f"one series of {found.channels} in place of a series a step"
    if len(found) != len(written.truth):
        return f"{len(found)} series in place of {len(written.truth)}"
    by_channels = {tuple(sorted(s.channels)): s for s in found.values()}
    for one in written.truth.values():
        names = tuple(sorted(one.channels))
        if names not in by_channels:
            return f"no series of {names}, but {sorted(by_channels)}"
        series = by_channels[names]
        filled = ~np.isnan(series.values).all(axis=1)
        kept = Series(series.values[filled], None if series.time is None else series.time[filled], series.channels)
        what = difference_of_one(kept, one, written)
        if what:
            return f"{names}: {what}"
    return None

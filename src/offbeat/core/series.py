"""The time series: values, times, channel names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError, unknown
from offbeat.core.source import Source

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Series:
    """One time series of one or many channels.

    Parameters
    ----------
    values
        float64 of shape (n, channels); NaN where a value is missing.
    time
        Shape (n,): datetime64[ns] in UTC, int64 or float64; None means the row numbers 0, 1, 2, ...
    channels
        One name a channel.
    name
        The name of the whole, e.g. the file's.
    labels
        bool of shape (n,), True where a person said "anomalous"; None where nobody said.
    zone
        The time zone in which times are shown, e.g. "America/New_York"; None means that they had none.
    index
        The index of the pandas object that the series came from, to be given back with results.
    source
        The table that the series came from, to be given back with results.
    notes
        What was guessed while reading, in words a user can check: "time=hour, values=departures, delay".
    decisions
        What was decided while reading, see `offbeat show --explain`: a `Decision` each.

    Raises
    ------
    InputError
        Where the parts are not of one length.

    Examples
    --------
    >>> s = Series(np.array([[1.0], [2.0], [4.0]]), channels=("load",))
    >>> s
    Series: 3 points, 1 channel (load)
    >>> s[1:].values.ravel()
    array([2., 4.])
    """

    values: Floats
    time: NDArray[Any] | None = None
    channels: tuple[str, ...] = ()
    name: str = "series"
    labels: NDArray[np.bool_] | None = None
    zone: str | None = None
    index: Any = None
    source: Source | None = None
    notes: tuple[str, ...] = field(default=())
    decisions: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        n, width = self.values.shape
        if not self.channels:
            object.__setattr__(self, "channels", ("value",) if width == 1 else tuple(f"c{i}" for i in range(width)))
        if len(self.channels) != width:
            raise InputError(f"{self.name}: {len(self.channels)} channel names for {width} columns of values")
        parts = {"times": self.time, "labels": self.labels, "index entries": self.index, "source rows": self.source}
        for word, part in parts.items():
            if part is not None and len(part) != n:
                raise InputError(f"{self.name}: {len(part)} {word} for {n} rows of values; they must be as many")

    def __len__(self) -> int:
        return int(self.values.shape[0])

    def __repr__(self) -> str:
        n, width = self.values.shape
        shown = ", ".join(self.channels[:4]) + (", ..." if width > 4 else "")
        span = f", {self.label(0)} to {self.label(n - 1)}" if self.time is not None and n else ""
        return f"Series: {n} point{'s' * (n != 1)}, {width} channel{'s' * (width != 1)} ({shown}){span}"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<p><b>Series</b> {escape(self.name)}: {escape(repr(self).removeprefix('Series: '))}</p>"

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> Series:
        return replace(
            self,
            values=self.values[rows],
            time=None if self.time is None else self.time[rows],
            labels=None if self.labels is None else self.labels[rows],
            index=None if self.index is None else self.index[rows],
            source=None if self.source is None else self.source[rows],
        )

    @property
    def is_dated(self) -> bool:
        """Whether the times are dates."""
        return self.time is not None and self.time.dtype.kind == "M"

    @property
    def usable_labels(self) -> NDArray[np.bool_] | None:
        """The labels, or None where they are all of one class."""
        return None if self.labels is None or self.labels.all() or not self.labels.any() else self.labels

    @property
    def stamps(self) -> NDArray[Any]:
        """The time of every row: `time`, or the row numbers where there is none."""
        return np.arange(len(self)) if self.time is None else self.time

    @property
    def step(self) -> float | None:
        """The median distance between rows: seconds for dates, None below two rows.

        Without dates, in the unit of `time`.
        """
        if len(self) < 2:
            return None
        gaps = np.diff(self.stamps)
        usual = float(np.median(gaps.astype(np.float64)))
        return usual / 1e9 if self.is_dated else usual

    def label(self, row: int) -> Any:
        """Return the time of one row: a pandas Timestamp in `zone`, or a number."""
        if not self.is_dated:
            return self.stamps[row].item()
        import pandas as pd

        stamp = pd.Timestamp(self.stamps[row])
        return stamp if self.zone is None else stamp.tz_localize("UTC").tz_convert(self.zone)

    def row_at(self, moment: Any) -> int:
        """Return the first row at or after that time, or the number of rows.

        Raises
        ------
        InputError
            For what is no time, or a series without dates.

        Examples
        --------
        >>> days = np.arange("2024-01-01", "2024-01-04", dtype="M8[D]").astype("M8[ns]")
        >>> Series(np.zeros((3, 1)), days).row_at("2024-01-02")
        1
        """
        import pandas as pd

        try:
            stamp = pd.Timestamp(moment)
        except ValueError:
            raise InputError(f"{moment!r} is neither a number of rows, a time nor a file") from None
        if not self.is_dated:
            raise InputError(f"{moment!r} is a time, and {self.name} has no dates; give a number of rows")
        if stamp.tzinfo is None and self.zone is not None:
            stamp = stamp.tz_localize(self.zone)
        if stamp.tzinfo is not None:
            stamp = stamp.tz_convert("UTC").tz_localize(None)
        return int(np.searchsorted(self.stamps, np.datetime64(stamp)))

    def to_index(self) -> Any:
        """Return the pandas index of the data, else its times, named as their column."""
        if self.index is not None:
            return self.index
        import pandas as pd

        name = None if self.time is None else (self.source and self.source.time) or "time"
        if not self.is_dated:
            return pd.Index(self.stamps, name=name)
        stamps = pd.DatetimeIndex(self.stamps, name=name)
        return stamps if self.zone is None else stamps.tz_localize("UTC").tz_convert(self.zone)

    def pick(self, *names: str) -> Self:
        """Return the series of the named channels only.

        Raises
        ------
        UnknownNameError
            For a channel that is not there, with the nearest ones offered.
        """
        for name in names:
            if name not in self.channels:
                raise unknown("channel", name, self.channels)
        columns = [self.channels.index(name) for name in names]
        return replace(self, values=self.values[:, columns], channels=names)


@dataclass(frozen=True, eq=False)
class Panel(Mapping[str, Series]):
    """Several series by name: one per file, or per value of an id column.

    Parameters
    ----------
    members
        The series, by name.
    notes
        What the user should know of how they were read.
    failures
        Why a file could not be read, by its name.

    Examples
    --------
    >>> panel = Panel({"a": Series(np.zeros((5, 1))), "b": Series(np.ones((3, 1)))})
    >>> panel
    Panel: 2 series, 8 points (a, b)
    """

    members: dict[str, Series]
    notes: tuple[str, ...] = ()
    failures: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Series:
        if name not in self.members:
            raise unknown("series", name, self.members)
        return self.members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def __contains__(self, name: object) -> bool:
        return name in self.members

    def __repr__(self) -> str:
        points = sum(len(s) for s in self.members.values())
        shown = ", ".join(list(self.members)[:4]) + (", ..." if len(self) > 4 else "")
        return f"Panel: {len(self)} series, {points} points ({shown})"


def as_values(data: Any) -> Floats:
    """Return numbers as float64 of shape (n, channels); infinities become NaN.

    The result may share memory with `data`, so it must not be written to.

    Raises
    ------
    InputError
        For anything that is not numbers in one or two dimensions.

    Examples
    --------
    >>> as_values([1, 2, None]).ravel()
    array([ 1.,  2., nan])
    """
    if isinstance(data, Series):
        return data.values
    raw = data.to_numpy() if hasattr(data, "to_numpy") else data
    try:
        values = np.asarray(raw, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"values must be numbers ({error}); offbeat.read takes columns of other kinds") from None
    if values.ndim not in (1, 2):
        raise InputError(f"values must have the shape (n,) or (n, channels), not {values.shape}")
    values = values[:, None] if values.ndim == 1 else values
    return np.where(np.isinf(values), np.nan, values) if np.isinf(values).any() else values


def as_flags(values: Any, name: str = "labels") -> NDArray[np.bool_]:
    """Return 0/1 values as bool of shape (n,).

    Raises
    ------
    InputError
        For another shape or no values, and for values that are neither 0 nor 1, with the first of them.

    Examples
    --------
    >>> as_flags([0, 1, 0])
    array([False,  True, False])
    """
    array = np.asarray(values)
    if array.ndim != 1 or not len(array):
        raise InputError(
            f"{name} must have the shape (n,) with n at least 1, not {array.shape}; pass one 0 or 1 a point"
        )
    if array.dtype == np.bool_:
        return array
    one = array == 1
    bad = np.flatnonzero(~(one | (array == 0)))
    if len(bad):
        raise InputError(
            f"{name} must be 0 or 1, and {name}[{bad[0]}] is {array[bad[0]]}; turn them into 0 and 1 first"
        )
    return np.asarray(one, dtype=np.bool_)

"""LabVIEW Measurement files (.lvm): headers with the start and the step of each channel, then rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from offbeat.core.errors import InputError
from offbeat.data.formats._json_series import free_name
from offbeat.data.formats._labview_segments import Segment, segments_of, values_of
from offbeat.data.formats._text import head_text, opened
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile, Table

if TYPE_CHECKING:
    import pandas as pd

_X, _COMMENT = "X_Value", "Comment"


class LabView(Format):
    """A LabVIEW Measurement file; its time is in seconds, as X0 and Delta_X have it where no X is written."""

    title = "a LabVIEW Measurement file"
    suffixes = (".lvm",)

    def recognises(self, file: InputFile) -> bool:
        """Whether the first line says so."""
        return head_text(file).lstrip("\ufeff").startswith("LabVIEW Measurement")

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return the channels, all segments joined: one table where their times are the same, else one a channel."""
        with opened(file, options) as stream:
            segments = list(segments_of(stream.read(), file.name))
        channels = _channels(segments)
        if not channels:
            raise InputError(f"{file.name} has a header and no rows; give a file with measured values")
        dimension = segments[0].first("X_Dimension") or "Time"
        start = segments[0].start
        notes = () if start is None else (f"{_X} is in seconds from {start}",)
        if dimension != "Time":
            notes = (f"{_X} is {dimension}, not time",)
        shared = all(np.array_equal(channels[0].x, channel.x, equal_nan=True) for channel in channels)
        made = []
        for part in [channels] if shared else [[channel] for channel in channels]:
            name = "" if shared else part[0].name
            time = (_X,) if dimension == "Time" else None
            made.append(Table(name=name, frame=_frame(part), time=time, notes=notes))
        return made


@dataclass
class _Channel:
    """A channel's times and values, of all segments."""

    name: str
    parts: list[tuple[Any, Any]] = field(default_factory=list)

    @property
    def x(self) -> Any:
        return np.concatenate([x for x, _ in self.parts])

    @property
    def y(self) -> Any:
        return np.concatenate([y for _, y in self.parts])


def _channels(segments: list[Segment]) -> list[_Channel]:
    """Return the channels by their place, the times of a later segment behind those of the earlier ones."""
    found: list[_Channel] = []
    for segment in segments:
        for i, (name, x, y) in enumerate(_columns(segment)):
            if i == len(found):
                found.append(_Channel(name))
            found[i].parts.append((_behind(found[i], x, segment, segments[0]), y))
    return found


def _behind(channel: _Channel, x: Any, segment: Segment, first: Segment) -> Any:
    """Return the times of a segment: where they start anew, from the clock's time on, else one step behind."""
    if not channel.parts or not x.size or x[0] > channel.parts[-1][0][-1]:
        return x
    last = channel.parts[-1][0][-1]
    if first.start is not None and segment.start is not None:
        later = x + (segment.start - first.start).total_seconds()
        if later[0] > last:
            return later
    step = x[1] - x[0] if x.size > 1 else segment.number("Delta_X", 0, 1.0)
    return x - x[0] + last + step


def _columns(segment: Segment) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, times and values of each channel of a segment."""
    cells = segment.cells
    several = segment.first("X_Columns").lower() == "multi"
    own = cells.shape[1] if len(segment.names) < 2 else min(cells.shape[1], len(segment.names))
    names = [*segment.names, *[""] * own]
    x_column = 0
    channel = 0
    for column in range(1, own):
        if several and column % 2 == 0 and names[column] in (_X, ""):
            x_column = column
            continue
        if names[column] == _COMMENT or (not names[column] and cells[column].isna().all()):
            continue
        y = values_of(cells[column])
        x = values_of(cells[x_column])
        if np.isnan(x).all():
            x = segment.number("X0", channel, 0.0) + segment.number("Delta_X", channel, 1.0) * np.arange(len(y))
        given = ~np.isnan(x)
        yield names[column].strip() or f"channel{channel + 1}", x[given], y[given]
        channel += 1


def _frame(channels: list[_Channel]) -> pd.DataFrame:
    import pandas as pd

    columns = {_X: channels[0].x}
    for channel in channels:
        columns[free_name(channel.name, columns)] = channel.y
    return pd.DataFrame(columns)

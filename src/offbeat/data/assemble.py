"""Build a `Series` or a `Panel` from frames, one chunk at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError
from offbeat.core.series import Floats, Panel, Series
from offbeat.core.source import Source
from offbeat.data.columns import Plan
from offbeat.data.dialect import MISSING
from offbeat.data.times import TimeCellError

if TYPE_CHECKING:
    import pandas as pd

_WORDS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}


class BadCellError(Exception):
    """A cell that can't be used: its row (from 0), its column and the reason."""

    def __init__(self, record: int, column: str, why: str, remedy: str) -> None:
        super().__init__(why)
        self.record = record
        self.column = column
        self.remedy = remedy

    def at(self, row: str) -> InputError:
        """Return the error to show, with the place in words."""
        return InputError(f"{row}: {self}; {self.remedy}")


class Assembly:
    """Collect frames chunk by chunk as numbers, then build the series.

    Parameters
    ----------
    plan
        What each column is.
    name
        The name of the series.
    notes
        What else was found while reading.
    """

    def __init__(self, plan: Plan, name: str, notes: tuple[str, ...] = ()) -> None:
        self.plan = plan
        self.name = name
        self.notes = notes
        self.rows = 0
        self.infinite = 0
        self._values: list[Floats] = []
        self._times: list[NDArray[Any]] = []
        self._labels: list[NDArray[np.bool_]] = []
        self._codes: list[NDArray[np.int64]] = []
        self._ids: dict[str, int] = {}

    def add(self, frame: pd.DataFrame) -> None:
        """Take the next rows.

        Raises
        ------
        BadCellError
            For a value that is no number, a time that is none, a label other than 0 and 1, a missing id.
        """
        plan = self.plan
        values = np.empty((len(frame), len(plan.values)))
        for j, name in enumerate(plan.values):
            values[:, j] = self._numbers(frame[name])
        infinite = np.isinf(values)
        if infinite.any():
            self.infinite += int(infinite.sum())
            values[infinite] = np.nan
        self._values.append(values)
        if plan.time:
            self._times.append(self._stamps(frame))
        if plan.label is not None:
            self._labels.append(self._marks(frame[plan.label]))
        if plan.id is not None:
            self._codes.append(self._keys(frame[plan.id]))
        self.rows += len(frame)

    def finish(self, trailing: int = 0, frame: Any = None, index: Any = None) -> Series | Panel:
        """Return what was taken, without the last `trailing` rows; `frame` and `index` are the user's own."""
        rows = self.rows - trailing
        values = _stacked(self._values)[:rows]
        channels = self.plan.values
        hollow = [j for j, name in enumerate(channels) if name in self.plan.spare and np.isnan(values[:, j]).all()]
        if hollow and len(hollow) < len(channels):
            values = np.delete(values, hollow, axis=1)
            channels = tuple(name for j, name in enumerate(channels) if j not in hollow)
        series = Series(
            values,
            time=_stacked(self._times)[:rows] if self._times else None,
            channels=channels,
            name=self.name,
            labels=_stacked(self._labels)[:rows] if self._labels else None,
            zone=self.plan.clock.zone,
            index=index,
            source=Source(
                range(rows) if self.plan.id is None else np.arange(rows),
                " ".join(self.plan.time) or None,
                self.plan.id,
                frame,
            ),
            notes=self._notes(channels),
        )
        return self._by_id(series) if self.plan.id is not None else series

    def _notes(self, channels: tuple[str, ...]) -> tuple[str, ...]:
        clock, notes = self.plan.clock, list(self.notes)
        if self.plan.time:
            notes.extend(clock.notes)
        if len(clock.offsets) > 1:
            notes.append(
                f"times are written in {len(clock.offsets)} zones ({', '.join(sorted(clock.offsets))}), shown in UTC"
            )
        if self.infinite:
            notes.append(f"{self.infinite} infinite value{'s are' if self.infinite > 1 else ' is'} taken as missing")
        return (*self.plan.notes(channels), *notes)

    def _by_id(self, whole: Series) -> Series | Panel:
        from dataclasses import replace

        codes = np.concatenate(self._codes) if self._codes else np.empty(0, dtype=np.int64)
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(len(self._ids) + 1))
        members = {}
        for key, code in self._ids.items():
            rows = order[bounds[code] : bounds[code + 1]]
            members[key] = replace(
                whole,
                values=whole.values[rows],
                time=None if whole.time is None else whole.time[rows],
                labels=None if whole.labels is None else whole.labels[rows],
                index=None if whole.index is None else whole.index[rows],
                source=None if whole.source is None else whole.source[rows],
                name=key,
            )
        if len(members) == 1 and self.plan.id_is_guess:
            return next(iter(members.values()))
        return Panel(members, notes=whole.notes)

    def _numbers(self, column: pd.Series[Any]) -> NDArray[np.float64]:
        import pandas as pd

        if column.dtype.kind in "iufb":
            return column.to_numpy(dtype=np.float64, na_value=np.nan)
        cells = column.astype(object)
        text = cells.map(lambda cell: cell.strip() if isinstance(cell, str) else cell)
        text = text.where(~text.isin(MISSING))
        if column.name in self.plan.flags:
            text = text.map(lambda cell: _WORDS.get(str(cell).lower(), cell))
        numbers = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        bad = np.isnan(numbers) & text.notna().to_numpy()
        if bad.any():
            first = int(bad.argmax())
            raise bad_number(self.rows + first, str(column.name), cells.iloc[first])
        return numbers

    def _stamps(self, frame: pd.DataFrame) -> NDArray[Any]:
        column = frame[self.plan.time[0]]
        if len(self.plan.time) == 2:
            column = column.astype(str).str.strip() + " " + frame[self.plan.time[1]].astype(str).str.strip()
        try:
            return self.plan.clock.convert(column)
        except TimeCellError as problem:
            remedy = "correct the row or name another column as time"
            why = f"column {' + '.join(self.plan.time)}: {problem}"
            raise BadCellError(self.rows + problem.position, self.plan.time[0], why, remedy) from None

    def _marks(self, column: pd.Series[Any]) -> NDArray[np.bool_]:
        marks = np.nan_to_num(self._numbers(column), nan=0.0)
        bad = (marks != 0) & (marks != 1)
        if bad.any():
            first = int(bad.argmax())
            why = f"{column.iloc[first]} in column {column.name} is no label; labels are 0 or 1"
            raise BadCellError(
                self.rows + first, str(column.name), why, "name another column as label, or this one as value"
            )
        anomalous: NDArray[np.bool_] = marks == 1
        return anomalous

    def _keys(self, column: pd.Series[Any]) -> NDArray[np.int64]:
        import pandas as pd

        codes, kinds = pd.factorize(column)
        if (codes < 0).any():
            first = int((codes < 0).argmax())
            why = f"no id is there in column {column.name}"
            raise BadCellError(self.rows + first, str(column.name), why, "fill it in or name another column as id")
        known = [self._ids.setdefault(str(kind).strip(), len(self._ids)) for kind in kinds]
        return np.array(known, dtype=np.int64)[codes]


def bad_number(record: int, column: str, value: Any) -> BadCellError:
    """Return the problem of a value that is no number."""
    shown = repr(value if len(str(value)) < 40 else str(value)[:37] + "...")
    remedy = "correct it, leave the cell empty where the value is missing, or name the value columns"
    return BadCellError(record, column, f"{shown} in column {column} is not a number", remedy)


def _stacked(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)

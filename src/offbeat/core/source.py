"""The table that a series came from: its columns, rows and names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Source:
    """Where the rows of a series stand in the table that was read.

    Parameters
    ----------
    rows
        int64 of shape (n,), or a range: the row of the table, from 0, of each row of the series.
    time, id
        The names of the columns of time and of ids; None where there is none.
    frame
        The user's pandas frame; None for a file, of which only times, ids and values are kept.
    whole
        Whether `frame` has all rows of the table, or only those of the series.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"id": ["a", "b", "a"], "load": [1, 2, 3]})
    >>> Source(np.array([0, 2]), id="id", frame=frame).table["load"].tolist()
    [1, 3]
    """

    rows: NDArray[np.int64] | range
    time: str | None = None
    id: str | None = None
    frame: Any = None
    whole: bool = True

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, rows: Any) -> Source:
        frame = self.frame if self.whole or self.frame is None else self.frame.iloc[rows]
        kept = self.rows[rows] if isinstance(rows, slice) else np.asarray(self.rows)[rows]
        return replace(self, rows=kept, frame=frame)

    def __reduce__(self) -> tuple[type[Source], tuple[Any, ...]]:
        return type(self), (self.rows, self.time, self.id, self.table, False)  # a process gets its own rows alone

    @property
    def table(self) -> Any:
        """The user's columns in the rows of the series; None for a file."""
        return self.frame.iloc[np.asarray(self.rows)] if self.whole and self.frame is not None else self.frame

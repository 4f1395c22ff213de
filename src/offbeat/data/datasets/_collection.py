"""Collections of labelled series, each read when it is accessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError, unknown
from offbeat.core.series import Floats, Panel, Series


@dataclass(frozen=True, eq=False)
class Labelled:
    """A labelled series, and the length of its training part.

    Parameters
    ----------
    series
        With labels where the data set has them.
    train_end
        The number of rows at the start that the data set sets aside for training; None where it doesn't say.

    Raises
    ------
    InputError
        Where there are fewer rows than that.
    """

    series: Series
    train_end: int | None = None

    def __post_init__(self) -> None:
        if self.train_end is not None and not 0 <= self.train_end <= len(self.series):
            raise InputError(
                f"{self.series.name}: {self.train_end} rows for training, of {len(self.series)}; the file is cut short"
            )

    @property
    def train(self) -> Series:
        """The rows for training: all of them where the data set doesn't say."""
        return self.series[: self.train_end]

    @property
    def test(self) -> Series:
        """The rows after those: all of them where the data set doesn't say."""
        return self.series[self.train_end or 0 :]

    def cropped(self, rows: int) -> Labelled:
        """Return `rows` rows with the first labelled one near their middle.

        All rows where there are fewer.

        Where the rows for training lie before what is kept, half of what is kept before the label takes their place.
        """
        labels = self.series.labels
        if labels is None or not labels.any() or len(self.series) <= rows:
            return self
        event = int(np.argmax(labels))
        first = min(max(event - rows // 2, 0), len(self.series) - rows)
        kept = self.series[first : first + rows]
        if self.train_end is None:
            return Labelled(kept)
        left = self.train_end - first
        return Labelled(kept, min(left, rows) if left > 0 else (event - first) // 2)


Reader = Callable[[], Labelled]


class Collection(Mapping[str, Labelled]):
    """The series of a data set by name, read on access and not kept.

    Examples
    --------
    >>> one = Collection("mine", {"a": lambda: Labelled(Series(np.zeros((5, 1))), train_end=2)})
    >>> one
    Collection mine: 1 series (a)
    >>> one["a"].test
    Series: 3 points, 1 channel (value)
    """

    def __init__(self, name: str, readers: Mapping[str, Reader]) -> None:
        self.name = name
        self._readers = dict(readers)

    def __getitem__(self, name: str) -> Labelled:
        return self.reader(name)()

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)

    def __contains__(self, name: object) -> bool:
        return name in self._readers

    def __repr__(self) -> str:
        shown = ", ".join(list(self)[:4]) + (", ..." if len(self) > 4 else "")
        return f"Collection {self.name}: {len(self)} series ({shown})"

    def reader(self, name: str) -> Reader:
        """Return the function that reads one series; it is small to pickle.

        Raises
        ------
        UnknownNameError
            For a series that is not there, with the nearest names offered.
        """
        if name not in self._readers:
            raise unknown(f"series in {self.name}", name, self._readers)
        return self._readers[name]

    def panel(self) -> Panel:
        """Read all series into one `Panel`; the lengths for training are left behind."""
        return Panel({name: labelled.series for name, labelled in self.items()})


def files(folder: Path, pattern: str, what: str) -> list[Path]:
    """Return the files of `folder` that match, sorted.

    Raises
    ------
    InputError
        Where there is no such folder or nothing in it matches, with `what` should be there.
    """
    if not folder.is_dir():
        raise InputError(f"no folder {folder}; give the folder that holds {what}")
    found = sorted(path for path in folder.glob(pattern) if path.is_file())
    if not found:
        raise InputError(f"{folder} holds no {pattern}; give the folder that holds {what}")
    return found


def frame(path: Path, **options: Any) -> Any:
    """Read a CSV file by pandas, with its `options`.

    Raises
    ------
    InputError
        For a file that can't be read so, naming it.
    """
    import pandas as pd

    try:
        return pd.read_csv(path, **options)
    except OSError as error:
        raise InputError(f"can't read {path}: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, TypeError) as error:
        # pandas' own errors are ValueErrors
        raise InputError(f"{path} is not laid out as this data set is: {error}") from error


def numbers(path: Path, table: Any) -> Floats:
    """Return the values of a frame as float64.

    Raises
    ------
    InputError
        For text among them, naming the file and the word.
    """
    try:
        values: Floats = table.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: {error}; its values must be numbers") from None
    return values


def column(path: Path, table: Any, *names: str) -> Any:
    """Return the first of the named columns that the frame has.

    Raises
    ------
    InputError
        Where it has none of them.
    """
    for name in names:
        if name in table.columns:
            return table[name]
    raise InputError(f"{path} has no column {' or '.join(names)}; it has {', '.join(map(str, table.columns[:20]))}")


def dates(path: Path, text: Any, **options: Any) -> NDArray[np.datetime64]:
    """Return a column as datetime64[ns], by the `options` of `pandas.to_datetime`.

    Raises
    ------
    InputError
        For something that is no date, naming the file.
    """
    import pandas as pd

    try:
        stamps: NDArray[np.datetime64] = pd.to_datetime(text, **options).to_numpy(dtype="datetime64[ns]")
    except (ValueError, TypeError) as error:
        raise InputError(f"{path}: {error}") from None
    return stamps

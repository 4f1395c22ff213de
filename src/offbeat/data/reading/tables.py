"""What a format makes of a file: tables of cells, with what the format itself says of their columns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import pandas as pd

    from offbeat.data.reading.options import Options


@dataclass(frozen=True)
class InputFile:
    """One file to read: unpacked, on a disk, so that it can be read twice.

    Parameters
    ----------
    path
        Where its bytes are; a temporary file where the source was packed or a stream.
    name
        The name to show, such as "pump.csv" (without the ending of a packed file).
    head
        Its first bytes, at most 1 MiB.
    """

    path: Path
    name: str
    head: bytes = field(repr=False)

    @property
    def suffix(self) -> str:
        """The ending of the name, lower case, with its dot."""
        return Path(self.name).suffix.lower()

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return Path(self.name).stem


@dataclass(frozen=True)
class Table:
    """One table of a file: exactly one of `frame`, `rows` and `text` is given.

    Parameters
    ----------
    name
        What tells it from the other tables of the file; empty where it is the only one.
    frame
        Columns with names; numbers, times, or text cells that are typed later.
    rows
        Rows of text cells as a person sees them, with titles and headers wherever they are (a sheet).
    text
        A file of delimited text with a layout to be found.
    time, values, id, label
        The columns that the format itself names for this; what is None is guessed as ever.
    dropped
        Columns that the format knows to be no values, each with the reason.
    notes
        What a user may want to know of how the table was made.
    """

    name: str = ""
    frame: pd.DataFrame | None = None
    rows: list[list[str]] | None = None
    text: Path | None = None
    time: tuple[str, ...] | None = None
    values: tuple[str, ...] | None = None
    id: tuple[str, ...] | None = None
    label: str | None = None
    dropped: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


class Format(ABC):
    """A format of files; each is one module of `offbeat.data.formats` with one public class.

    A file belongs to the first format, in the order of `rank` and then of names, that recognises it.
    """

    title: ClassVar[str]
    """What a person calls such a file: "an Excel workbook"."""
    suffixes: ClassVar[tuple[str, ...]]
    """The endings of its files, with dots; a folder's files with one of them are read."""
    extra: ClassVar[str] = ""
    """The extra that must be installed to read it; empty where there is none."""
    takes: ClassVar[frozenset[str]] = frozenset()
    """Of the options "sheet" and "sql", those that say what to take of its files; others are refused."""
    rank: ClassVar[int] = 0
    """Formats of a lower rank are asked first; delimited text, which takes what nobody else does, is last."""

    @abstractmethod
    def recognises(self, file: InputFile) -> bool:
        """Whether the file is of this format, by its first bytes or its ending."""

    @abstractmethod
    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return the tables of a file.

        Raises
        ------
        InputError
            Where it can't be read, with the place and the way out.
        MissingExtraError
            Where the extra is not installed.
        """

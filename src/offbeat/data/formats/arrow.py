"""Arrow's own files: Feather, the IPC file and the IPC stream."""

from __future__ import annotations

from collections.abc import Iterable

from offbeat.data.formats._arrow_tables import arrow_library, table_of
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile, Table

_FILE = b"ARROW1"
_OLD = b"FEA1"
_STREAM = b"\xff\xff\xff\xff"


class Arrow(Format):
    """A Feather file, or a file or stream of Arrow's IPC."""

    title = "an Arrow or Feather file"
    suffixes = (".arrow", ".feather", ".ftr", ".arrows", ".ipc")
    extra = "parquet"

    def recognises(self, file: InputFile) -> bool:
        """Whether it begins as such files do, or its ending says so."""
        return file.head.startswith((_FILE, _OLD)) or file.suffix in self.suffixes or _is_stream(file.head)

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return the one table of a file."""
        with arrow_library(file, "Arrow", "pyarrow.feather") as (pa, library), file.path.open("rb") as stream:
            if file.head.startswith((_FILE, _OLD)):
                return [table_of(pa, library.read_table(stream))]
            return [table_of(pa, pa.ipc.open_stream(stream).read_all())]


def _is_stream(head: bytes) -> bool:
    """Whether it begins with a message: a mark, the length of what describes it, and that it is a schema."""
    length = int.from_bytes(head[4:8], "little")
    return head.startswith(_STREAM) and 8 < length <= len(head) - 8 and length % 8 == 0

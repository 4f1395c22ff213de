"""InfluxDB's annotated CSV: several tables in a file, with the type and the meaning of each column."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from offbeat.core.errors import InputError
from offbeat.data.formats._json_series import telling
from offbeat.data.formats._text import head_text, opened
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import Format, InputFile, Table

if TYPE_CHECKING:
    import pandas as pd

_START = re.compile(r"\ufeff?\s*#(group|datatype|default|constant|timezone|concat)\b")
_HEADER = re.compile(r"\ufeff?\s*,?\"?result\"?,\"?table\"?,[^\r\n]*_time\b")
_BREAK = re.compile(r"\n(?:(?:[ \t]*\n)+|(?=#(?:group|datatype|default|constant)\b))")
_NO_VALUES = {
    "result": "the name of the query's result",
    "table": "the number of the table",
    "_start": "the start of the query's range of time",
    "_stop": "the end of the query's range of time",
}
_NUMBERS = ("double", "long", "unsignedLong", "float", "int", "integer")
_BOOLEANS = {"true": 1.0, "false": 0.0, "t": 1.0, "f": 0.0}


class Influx(Format):
    """The CSV that InfluxDB writes, with annotations or without."""

    title = "an InfluxDB annotated CSV"
    suffixes = (".csv",)

    def recognises(self, file: InputFile) -> bool:
        """Whether the first line is an annotation, or a header with result, table and _time."""
        head = head_text(file)
        return _START.match(head) is not None or _HEADER.match(head) is not None

    def tables(self, file: InputFile, options: Options) -> Iterable[Table]:
        """Return all tables of the file as one, with ids where there are several series."""
        with opened(file, options) as stream:
            text = stream.read()
        try:
            blocks = [block for block in _blocks(text, file.name) if block.body.strip()]
            if not blocks:
                raise InputError(f"{file.name} has annotations and no rows; check the query and its range of time")
            return [_joined(blocks, file.name)]
        except InputError:
            raise
        except (csv.Error, ValueError, LookupError) as error:
            reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
            raise InputError(f"{file.name} can't be read as annotated CSV: {reason}; query it again") from None


@dataclass
class _Block:
    """One table: its header, its rows as text, and its annotations by the name of the column."""

    names: list[str]
    body: str
    kinds: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)

    def is_time(self, name: str) -> bool:
        """Whether a column holds times."""
        if self.kinds:
            return self.kinds.get(name, "").startswith(("dateTime", "time"))
        return name in ("_time", "_start", "_stop")

    def tags(self, frame: pd.DataFrame) -> list[str]:
        """Return the columns that tell series from one another, be it with others."""
        if any(kind.startswith(("tag", "measurement")) for kind in self.kinds.values()):
            keys = [name for name in frame.columns if self.kinds.get(name, "").startswith(("tag", "measurement"))]
        elif self.groups:
            keys = [name for name in frame.columns if self.groups.get(name) == "true"]
        else:
            keys = [name for name in frame.columns if frame[name].dtype == object]
        return [name for name in keys if name not in _NO_VALUES and name != "_value" and not self.is_time(name)]


def _blocks(text: str, place: str) -> Iterator[_Block]:
    """Yield the tables of a text, which are parted by empty lines or by new annotations."""
    notes: dict[str, list[str]] = {}
    part = ""
    for piece in _BREAK.split(text.removeprefix("\ufeff").replace("\r\n", "\n").strip()):
        part = f"{part}\n\n{piece}" if part else piece
        if part.count('"') % 2:  # the empty line is within a text
            continue
        lines, part = part, ""
        fresh: dict[str, list[str]] = {}
        while lines.startswith("#"):
            line, _, lines = lines.partition("\n")
            cells = next(csv.reader([line.strip()]))
            fresh[cells[0].lstrip("#").split(" ")[0]] = cells
        notes = notes | fresh if not lines.strip() or fresh else notes
        if lines.strip():
            header, _, body = lines.partition("\n")
            yield _block(next(csv.reader([header.strip("\r\n")])), body, notes, place)
            notes = {} if fresh else notes


def _block(names: list[str], body: str, notes: dict[str, list[str]], place: str) -> _Block:
    if names[-2:] == ["error", "reference"]:
        raise InputError(
            f"{place} is an error, not data: {body.strip().strip(',')[:200]}; correct the query and ask again"
        )
    by_name = {}
    for note, cells in notes.items():
        cells = [cells[0].lstrip("#")[len(note) :].strip(), *cells[1:]]  # noqa: PLW2901 - "#datatype measurement,..."
        by_name[note] = dict(zip(names, cells, strict=False))
    kinds = {name: kind.partition("|")[0] for name, kind in by_name.get("datatype", {}).items()}
    return _Block(names, body, kinds, by_name.get("group", {}), by_name.get("default", {}))


def _joined(blocks: list[_Block], place: str) -> Table:
    """Return the table of all blocks, one under the other."""
    import pandas as pd

    numeric = [block for block in blocks if block.kinds.get("_value") != "string"] or blocks
    rows = sum(len(_frame(block, place)) for block in blocks if block not in numeric)
    frames = [_frame(block, place) for block in numeric]
    tagged = {name for block, frame in zip(numeric, frames, strict=True) for name in block.tags(frame)}
    frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    tags = [name for name in frame.columns if name in tagged]
    frame = frame.assign(**{name: frame[name].fillna("") for name in tags})
    dropped = {name: reason for name, reason in _NO_VALUES.items() if name in frame.columns}
    dropped |= {n: "marked as ignored" for b in numeric for n, kind in b.kinds.items() if kind.startswith("ignore")}
    times = [name for name in frame.columns if name not in dropped and any(block.is_time(name) for block in numeric)]
    return Table(
        frame=frame,
        time=("_time",) if "_time" in times else tuple(times[:1]) or None,
        values=("_value",) if "_value" in frame.columns else None,
        id=_ids(frame, tags),
        dropped=tuple(dropped.items()),
        notes=(f"{rows} rows whose _value is text are left out",) if rows else (),
    )


def _ids(frame: pd.DataFrame, tags: list[str]) -> tuple[str, ...] | None:
    """Return the tags that tell series from one another; of a single series the one tag that it has."""
    if not tags:
        return None
    found: Any = frame[tags].drop_duplicates().to_dict("records")
    own = [name for name in tags if not name.startswith("_")]
    return telling(found) or (tuple(own) if len(own) == 1 else None)


def _frame(block: _Block, place: str) -> pd.DataFrame:
    """Return the rows of a table, typed by its annotations; without them, what looks like numbers is numbers."""
    import pandas as pd

    names = [name or f"\0{i}" for i, name in enumerate(block.names)]
    texts = [n for n in names if block.is_time(n) or (block.kinds and block.kinds.get(n) not in _NUMBERS)]
    empty = {name: ["", "NaN"] for name in names if name not in texts}
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            frame = pd.read_csv(
                io.StringIO(block.body), header=None, names=names, dtype=dict.fromkeys(texts, "category"),
                keep_default_na=False, na_values=empty, index_col=False, low_memory=False,
            )  # fmt: skip
        except pd.errors.ParserWarning:
            raise InputError(f"{place} has rows with more cells than names; query it again") from None
    kept = [name for name in names if not name.startswith("\0")]
    return pd.DataFrame({name: _typed(frame[name], block, name, place) for name in kept})


def _typed(cells: pd.Series[Any], block: _Block, name: str, place: str) -> pd.Series[Any]:
    import pandas as pd

    kind, default = block.kinds.get(name, ""), block.defaults.get(name, "")
    if default:
        numeric = kind in _NUMBERS
        cells = cells.fillna(float(default)) if numeric else cells.astype(object).mask(cells == "", default)
    if kind in _NUMBERS and cells.dtype == object:
        wrong = next(cell for cell in cells if not isinstance(cell, float) and pd.isna(pd.to_numeric(cell, "coerce")))
        raise InputError(f"{wrong!r} in column {name} of {place} is not a number, as #datatype has it; correct it")
    if kind == "boolean":
        return cells.astype(object).map(_BOOLEANS).astype(float)
    if block.is_time(name):
        return _times(cells)
    return cells.astype(object) if cells.dtype == "category" else cells


def _times(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Return times from text, each different one read once; text that is no time stays text."""
    import pandas as pd

    cells = cells.astype("category")
    texts = cells.cat.categories.to_series().replace({"": None})
    try:
        stamps = pd.Series(pd.to_datetime(texts.to_numpy(), utc=True, format="ISO8601"))
    except ValueError:
        return cells.astype(object)
    return stamps.reindex(cells.cat.codes).reset_index(drop=True)

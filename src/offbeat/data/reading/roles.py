"""What each column is for: time, id, label, value, or nothing, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.errors import InputError, unknown
from offbeat.data.reading.again import repeats_time
from offbeat.data.reading.clocks import Clock
from offbeat.data.reading.columns import Column, is_whole
from offbeat.data.reading.decisions import Decision
from offbeat.data.reading.ids import Ids, find_ids, says_id
from offbeat.data.reading.options import Options
from offbeat.data.reading.timing import asked_timing, find_timing
from offbeat.data.reading.words import labels_of

_LABEL = frozenset((
    "label", "labels", "anomaly", "is_anomaly", "anomalous", "is_anomalous", "anomaly_label", "outlier", "is_outlier",
    "ground_truth", "attack", "normal_attack", "class", "target", "fault", "is_attack", "att_flag",
))  # fmt: skip
_SURE_LABEL = _LABEL - {"class", "target", "fault", "label", "labels"}
_RUNNING = frozenset((
    "no", "nr", "num", "number", "record", "rec", "recnum", "rownum", "row", "row_id", "id", "idx", "index",
    "entry_id", "seq", "sequence", "line", "unnamed_0", "column1", "order_no", "order_id", "order_number",
    "transaction_id", "observation", "obs", "rn", "counter", "sno", "s_no", "sl_no", "", "lfd_nr", "record_number",
    "sample_no", "reading_id", "measurement_id",
))  # fmt: skip
_CODED = frozenset(
    (
        "validity",
        "quality",
        "qc",
        "flag",
        "flags",
        "code",
        "cd",
        "status",
        "source",
        "qualifier",
        "qf",
        "qn",
        "qa",
        "qcflag",
    )
)
_PLACE = frozenset(("latitude", "longitude", "lat", "lon", "long", "lng", "elevation", "altitude", "elev"))
_MOST_CODES = 12
_MOSTLY = 0.99


@dataclass(frozen=True)
class Plan:
    """The role of each column.

    Parameters
    ----------
    values
        The columns of values.
    clock
        How the times are written; without parts where rows are counted.
    columns
        All columns of the sample by name, with how their cells are read.
    spare
        Value columns in which nothing was seen yet: left out where they turn out to hold nothing.
    id_is_guess
        Whether the id was not named by the user, so that one id is a series and not a panel.
    left
        The columns that are left out, each with the reason.
    candidates
        Columns that could be an id.
    counter
        A column of running numbers, so that each row is a record of its own.
    """

    values: tuple[str, ...]
    clock: Clock = field(default_factory=Clock)
    id: tuple[str, ...] = ()
    label: str | None = None
    columns: dict[str, Column] = field(default_factory=dict)
    spare: frozenset[str] = frozenset()
    id_is_guess: bool = True
    left: tuple[tuple[str, str], ...] = ()
    candidates: tuple[str, ...] = ()
    counter: str | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        """The names of all columns that are read, each once."""
        label = () if self.label is None else (self.label,)
        return tuple(dict.fromkeys((*self.clock.names, *self.values, *self.id, *label)))

    def notes(self, channels: Sequence[str]) -> tuple[str, ...]:
        """Return in words what was decided, `channels` being the values that were kept."""
        parts = [f"time={' + '.join(self.clock.names)}"] if self.clock.names else []
        parts.append(f"values={listed(channels)}")
        parts += [f"id={' + '.join(self.id)}"] if self.id else []
        parts += [f"label={self.label}"] if self.label is not None else []
        left = [f"{name} ({why})" for name, why in self.left]
        return (", ".join(parts), *((f"left out: {listed(left)}",) if left else ()), *self.clock.notes)


def _no_numbers(columns: Sequence[tuple[str, str]], options: Options, place: str) -> InputError:
    kinds = ", ".join(f"{name} ({kind})" for name, kind in columns[:8]) + (", ..." if len(columns) > 8 else "")
    left = " left" if options.names_columns else ""
    return InputError(f"{place} has no numeric column{left}; its columns are {kinds}; name one with --value")


def make_plan(columns: Sequence[Column], options: Options, place: str) -> Plan:
    """Decide what each column is for.

    Raises
    ------
    InputError
        Where no column holds numbers, or one that is named for time holds no times.
    UnknownNameError
        For a column of the options that is not there, with the nearest names offered.
    """
    names = [column.name for column in columns]
    asked = [
        *(options.time or ()),
        *(options.id or ()),
        *((options.label,) if options.label else ()),
        *(options.values or ()),
    ]
    for name in asked:
        if name not in names:
            raise unknown("column", name, names)
    free = [column for column in columns if column.name not in asked]
    if options.time is not None:
        timing = asked_timing(options.time, columns, options, place)
    else:
        timing = find_timing(columns, free, options, place)
    free = [column for column in free if column.name not in timing.clock.names]
    label = options.label or next((c.name for c in free if _is_label(c)), None)
    free = [column for column in free if column.name != label]
    times = _times(columns, timing.clock)
    ids = Ids(options.id, "asked for") if options.id else find_ids([c for c in free if not _runs(c)], times)
    left = _left_out([c for c in free if c.name not in ids.names], timing.clock, times)
    left |= _one_an_id(free, ids.names, left)
    values = options.values or _values([c for c in free if c.name not in ids.names], left)
    if not values:
        used = dict.fromkeys(timing.clock.names, "the time") | dict.fromkeys(ids.names, "the id")
        used |= {} if label is None else {label: "the label"}
        raise _no_numbers([(c.name, used.get(c.name, c.kind)) for c in columns], options, place)
    plan = Plan(
        values,
        timing.clock,
        ids.names,
        label,
        {column.name: _with_label_words(column, label) for column in columns},
        frozenset(c.name for c in columns if c.kind == "empty") - frozenset(options.values or ()),
        id_is_guess=options.id is None,
        left=tuple((n, why) for n, why in left.items() if n not in values) if options.values is None else (),
        candidates=ids.candidates,
        counter=next((c.name for c in free if _runs(c)), None),
    )
    return replace(plan, decisions=_decisions(plan, timing.why, timing.rejected, ids))


def _decisions(plan: Plan, why: str, rejected: tuple[str, ...], ids: Ids) -> tuple[Decision, ...]:
    named = ("time", plan.clock.names) if plan.clock.names else None
    made = [Decision("time", " + ".join(plan.clock.names) or "none", why, rejected, "--time", setting=named)]
    if plan.id or ids.candidates:
        made.append(Decision("id", " + ".join(plan.id) or "none", ids.why, ids.candidates, "--id"))
    if plan.label is not None:
        made.append(Decision("label", plan.label, "its name and its two values say so", option="--label"))
    made += [Decision("left out", name, reason, option=f"--value {name}") for name, reason in plan.left]
    return (*made, *(plan.columns[name].decision for name in plan.used), *_as_settings(plan))


def _as_settings(plan: Plan) -> tuple[Decision, ...]:
    """Return what a later file must be read with to be read alike, where other decisions say it already in words."""
    made = [Decision("values", listed(plan.values), option="--value", setting=("values", plan.values))]
    first = next((part.form.day_first for part in plan.clock.parts if part.form and part.form.is_ambiguous), None)
    if first is not None:
        order = "day first" if first else "month first"
        made.append(Decision("dates", order, option="--day-first or --month-first", setting=("day_first", first)))
    forms = [form for name in plan.values if (form := plan.columns[name].form) is not None]
    decimals, thousands = {form.decimal for form in forms}, {form.thousands for form in forms} - {""}
    if len(decimals) == 1 and len(thousands) < 2:
        made += [Decision("decimal mark", mark, option="--decimal", setting=("decimal", mark)) for mark in decimals]
        made += [
            Decision("thousands mark", mark, option="--thousands", setting=("thousands", mark)) for mark in thousands
        ]
    return tuple(made)


def _times(columns: Sequence[Column], clock: Clock) -> NDArray[Any] | None:
    """Return the times of the rows that were looked at as numbers; None where there are none."""
    if not clock.parts:
        return None
    cells: dict[str, Any] = {c.name: c.given if c.given is not None else (c.cells or c.numbers) for c in columns}
    times = clock.read(cells)
    return times.astype(np.int64) if times.dtype.kind == "M" else times


def _is_label(column: Column) -> bool:
    if column.kind == "state":
        words = labels_of(column.words)
        return column.word in _LABEL or (
            words is not None and bool({"attack", "anomaly", "outlier", "anomalous"} & set(words))
        )
    if column.kind == "text":
        return column.word in _LABEL and _label_words(column) is not None
    if column.kind != "number" or not len(column.known):
        return False
    if column.word not in _LABEL:
        return False
    # a single other number is a slip, which is refused with its row
    marked = np.isin(column.known, (0.0, 1.0))
    return bool(marked.mean() > _MOSTLY) or set(np.unique(column.known).tolist()) == {-1.0, 1.0}


def _label_words(column: Column) -> dict[str, float] | None:
    """Return 0 or 1 for each word of a column of labels: one word is normal, all others are anomalies."""
    found = {cell.strip().lower() for cell in column.cells if cell.strip()}
    known = labels_of(found)
    if known is not None and len(found) > 1:
        return known
    normal = [word for word in found if labels_of([word]) == {word: 0.0}]
    if len(normal) == 1 and 2 <= len(found) <= 20:
        return {word: float(word != normal[0]) for word in found}
    return None


def _with_label_words(column: Column, label: str | None) -> Column:
    """Return the column of labels with 0 or 1 for each of its words; of 1 and -1 the rarer is the anomaly."""
    if column.name != label:
        return column
    if column.kind == "text":
        return replace(column, words=_label_words(column) or {})
    if column.kind == "state" and column.words and labels_of(column.words):
        return replace(column, words=labels_of(column.words) or {})
    if column.kind == "number" and set(np.unique(column.known).tolist()) == {-1.0, 1.0}:
        odd = -1.0 if (column.known == -1).sum() <= (column.known == 1).sum() else 1.0
        return replace(column, words={"-1": float(odd == -1), "1": float(odd == 1)})
    return column


def _runs(column: Column) -> bool:
    """Whether a column numbers the rows: it rises by one, nearly always, and is named for it."""
    if column.kind != "number" or len(column.known) < 3 or not is_whole(column.known):
        return False
    words = column.words_of_name
    named = column.word in _RUNNING or words[-1] in ("no", "nr", "id", "index", "record", "seq")
    steps = np.diff(column.known)
    backward = bool((steps == -1).mean() > 0.98)
    return named and (bool((steps == 1).mean() > 0.98) or backward or bool((steps > 0).all() and says_id(column)))


def _left_out(free: Sequence[Column], clock: Clock, times: NDArray[Any] | None) -> dict[str, str]:
    """Return the columns that are no values, each with the reason."""
    stamps = times.astype("datetime64[ns]") if times is not None and not clock.counts and not clock.rolls else None
    made = {}
    for column in free:
        why = _why_left(column, stamps, times is not None)
        if why:
            made[column.name] = why
    return made


def _one_an_id(free: Sequence[Column], names: Sequence[str], left: dict[str, str]) -> dict[str, str]:
    """Return the columns of whole numbers that are another name of the id: one for each, and one each for all."""
    keys = [column.keys for column in free if column.name in names]
    if len(keys) != 1:
        return {}
    found = {}
    for column in free:
        coded = says_id(column) or column.word.endswith(("id", "code", "_no", "_nr", "number"))
        if column.name in names or column.name in left or not column.is_whole or not coded:
            continue
        kinds = len(np.unique(column.keys))
        if kinds > 2 and kinds == len(np.unique(keys[0])) == len(np.unique(column.keys * (kinds + 1) + keys[0])):
            found[column.name] = "another name of the id"
    return found


def _why_left(column: Column, stamps: NDArray[Any] | None, timed: bool) -> str:
    if column.kind in ("text", "time", "duration", "complex"):
        return {"time": "another time"}.get(column.kind, column.kind)
    if _runs(column) and (timed or column.word in ("id", "row", "rownum", "row_id")):
        return "running numbers"
    if stamps is not None and repeats_time(column, stamps):
        return "the time again"
    if column.kind == "state" and len(np.unique(column.known)) == 1 and set(column.words) <= {"true", "false"}:
        return "the same in all rows"
    return _why_number(column) if column.kind == "number" and len(column.known) else ""


def _why_number(column: Column) -> str:
    """Return why a column of numbers that are no time is no value: a place, codes, ids; empty where it is one."""
    if not _PLACE.isdisjoint(column.words_of_name) and len(np.unique(column.known)) == 1:
        return "the place, the same in all rows"
    coded = is_whole(column.known) and len(np.unique(column.known)) <= _MOST_CODES
    if coded and not _CODED.isdisjoint((column.words_of_name[0], column.words_of_name[-1])):
        return "codes"
    named = says_id(column) or column.word.endswith("id")
    if named and column.is_whole and len(column.known) > 2:
        if column.known.min() == column.known.max():
            return "one id in all rows"
        if coded and not set(np.unique(column.known).tolist()) <= {0.0, 1.0}:
            return "ids"
    return ""


def _values(free: Sequence[Column], left: dict[str, str]) -> tuple[str, ...]:
    """Return the columns of numbers that are not left out; where that leaves none, those that number or repeat."""
    numeric = [c for c in free if c.kind in ("number", "state", "empty")]
    kept = [c.name for c in numeric if c.name not in left]
    if all(c.kind == "empty" for c in numeric if c.name in kept):
        kept = [c.name for c in numeric if left.get(c.name, "") in ("", "running numbers", "codes")]
    return tuple(kept)


def listed(names: Sequence[str], most: int = 8) -> str:
    """Return the names with commas, the first few where there are many.

    Examples
    --------
    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")

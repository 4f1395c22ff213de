"""How many awkward text files are read as they were meant: python benchmarks/layouts.py [N] [--kind K] [--company C].

Writes N files of all kinds (tests/data/layouts.py), reads each and prints a row a kind: equal to the truth, asked
about, or wrong in silence; then each wrong one with its seed. The exit code is 1 where any is wrong. The first files
are plain, in the next a tenth of the other choices is awkward, then 3 of 10; `--seed S` begins at another seed, and
`--show KIND SEED COMPANY` prints one file, what came of it, and the plainest that is wrong.

With --mutate each rule of `MUTATIONS` is replaced in turn: a rule whose replacement changes no outcome of N files is
tested by none of them, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from offbeat.data.reading.clocks import Clock, Part

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "data"))

from layouts import KINDS, Written, outcome, simplest, write

_READING = "offbeat.data.reading."
MUTATIONS: tuple[tuple[str, object], ...] = (
    ("words.is_missing", lambda cell, _also=(): not cell.strip()),
    ("words.states_of", lambda _cells: None),
    ("words.labels_of", lambda _cells: None),
    ("splitting.find_delimiter", lambda _lines, _place: (",", ())),
    ("splitting.encoding_of", lambda _head, _place: "utf-8"),
    ("headers.is_units", lambda _cells: False),
    ("headers.is_counted", lambda _cells, **_options: False),
    ("headers.is_dated", lambda _cells: False),
    ("headers._is_index", lambda _cells: False),
    ("layout._is_footer", lambda _row, _before, _body: False),
    ("layout._commented", lambda _rows, _data, _body: []),
    ("numbers._open", lambda _name, _marks, _context: (".", "", "")),
    ("numbers.Marks.with_totals", lambda self, _cells: self),
    ("numbers.Marks.factors", lambda _self: False),
    ("times._ordered", lambda form, _cells, _asked, _tie: form),
    ("times._clock", lambda parts: timedelta(hours=int(parts.get("H") or 0))),
    ("ticks.family_of", lambda _numbers, **_options: None),
    ("ticks._counts_days", lambda _known: False),
    ("zones.offset_of", lambda _zone, _moment: timedelta(0)),
    ("timing._with_companion", lambda date, _free: Clock((Part(date.name, "time", date.time),))),
    ("timing._settled", lambda clock, _columns, _options: clock),
    ("timing._counts_time", lambda _column, _free, _options: False),
    ("calendars.calendar_of", lambda _free: None),
    ("calendars.nameless", lambda _free: None),
    ("again.repeats_time", lambda _column, _stamps: False),
    ("ids.says_id", lambda _column: False),
    ("ids._divides", lambda _keys, _times: False),
    ("roles._runs", lambda _column: False),
    ("roles._is_label", lambda _column: False),
    ("sentinels.find_sentinels", lambda _values, _keep=(): {}),
    ("sentinels._is_sure", lambda _x, _code: False),
    ("rates.split_by_step", lambda series: series),
    ("shapes._months", lambda _names, _rows: None),
    ("shapes._hours", lambda _names, _rows: None),
    ("shapes._dates", lambda _names, _rows: None),
    ("shapes._maybe_rows", lambda _names, _rows, _place: None),
    ("assemble.Assembly._without_sentinels", lambda _self, _values, _channels: ()),
    ("assemble.Assembly._channels", lambda self, _values: (self.plan.values, [])),
)
"""A rule's dotted name below `offbeat.data.reading`, and what takes its place: a function, a method, a class or a
constant, which must make at least one file that is read right be asked about or read wrong."""

COMPANY = (0.0, 0.1, 0.3)


def files(n: int, seed: int, kinds: list[str], company: float | None) -> Iterator[Written]:
    """Yield files, the kinds in turn."""
    for i in range(seed, seed + n):
        kind = kinds[i % len(kinds)]
        share = COMPANY[i // len(kinds) % len(COMPANY)] if company is None else company
        yield write(kind, i, share)


def count(n: int, seed: int, kinds: list[str], company: float | None, asked: bool) -> int:
    """Read n files, print a row a kind and each wrong one, and return how many are wrong."""
    rows: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
    wrong, questions = [], []
    for made in files(n, seed, kinds, company):
        found = outcome(made)
        rows[made.kind][found.result] += 1
        line = f"{made.place}: {made.description}\n    {found.what}"
        wrong += [line] if found.result == "wrong" else []
        questions += [line] if found.result == "asked" else []
    print(f"{'kind':38s}{'files':>7s}{'equal':>7s}{'asked':>7s}{'silently wrong':>16s}")
    for kind, row in [*rows.items(), ("all", sum(rows.values(), Counter()))]:
        if row.total():
            must = "" if kind == "all" or KINDS[kind].must else " (may ask)"
            print(f"{kind + must:38s}{row.total():7d}{row['equal']:7d}{row['asked']:7d}{row['wrong']:16d}")
    for line in wrong:
        print("wrong:", line)
    for line in questions if asked else ():
        print("asked:", line)
    return len(wrong)


def show(kind: str, seed: int, company: float) -> int:
    """Print one file and what came of it, and return 1 where it is wrong."""
    made = write(kind, seed, company)
    found = outcome(made)
    print(made, "", f"{found.result}: {found.what}", sep="\n")
    if found.result == "wrong":
        least = simplest(made)
        print("", "the plainest of this seed that is wrong too:", least, "", outcome(least).what, sep="\n")
    return int(found.result == "wrong")


@contextmanager
def replaced(name: str, replacement: object) -> Iterator[None]:
    """Replace what a dotted name means, in its module or class and wherever it was imported by that name."""
    owner, last = _owner(name)
    rule = vars(owner)[last]
    places = [owner]
    if owner is sys.modules.get(getattr(owner, "__name__", "")):
        loaded = [module for path, module in list(sys.modules.items()) if path.split(".")[0] == "offbeat"]
        places += [m for m in loaded if m is not owner and vars(m).get(last, places) is rule]
    for place in places:
        setattr(place, last, replacement)
    try:
        yield
    finally:
        for place in places:
            setattr(place, last, rule)


def _owner(name: str) -> tuple[object, str]:
    """Return the module or class that holds what a dotted name means, and its last part."""
    *parts, last = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            owner = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            owner = getattr(owner, part)
        if last not in vars(owner):
            break
        return owner, last
    raise SystemExit(f"{name} is no name of a module or class; correct it in MUTATIONS")


def mutate(n: int, seed: int, kinds: list[str], company: float | None) -> int:
    """Print what each mutation changes, and return how many change nothing."""
    made = list(files(n, seed, kinds, company))
    right = [file for file in made if outcome(file).result == "equal"]
    print(f"{len(right)} of {len(made)} files are read right; {len(MUTATIONS)} mutations")
    unnoticed = 0
    for name, replacement in MUTATIONS:
        with replaced(_READING + name, replacement):
            changed = next(((file, found) for file in right if (found := outcome(file)).result != "equal"), None)
        unnoticed += changed is None
        print(f"{name}: {'NO FILE NOTICES' if changed is None else f'{changed[1].result} in {changed[0].place}'}")
    return unnoticed


def main() -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("n", nargs="?", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", action="append", choices=list(KINDS), metavar="KIND")
    parser.add_argument("--company", type=float, help="the share of choices that are not plain, 0 to 1")
    parser.add_argument("--asked", action="store_true", help="print the questions too")
    parser.add_argument("--show", nargs=3, metavar=("KIND", "SEED", "COMPANY"))
    parser.add_argument("--mutate", action="store_true")
    given = parser.parse_args()
    if given.show:
        return show(given.show[0], int(given.show[1]), float(given.show[2]))
    kinds = given.kind or list(KINDS)
    if given.mutate:
        return int(mutate(given.n, given.seed, kinds, given.company) > 0)
    return int(count(given.n, given.seed, kinds, given.company, given.asked) > 0)


if __name__ == "__main__":
    sys.exit(main())

"""What a table is to be like, and what makes no sense because a person could not read it either."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from layout_parts.clocks import COLUMNS, NAMES_OF_CLOCKS, steps_of
from layout_parts.draws import Draw
from layout_parts.figures import CENSORED, SENTINELS, WORDS, Marks
from layout_parts.moments import FORMS

POINT = Marks()


@dataclass(frozen=True)
class Plan:
    """The choices of one table; the defaults are the plainest.

    Parameters
    ----------
    rows, step, clock, position, descending, early, gaps, uneven
        How many times there are (a series), at which step, how they are written, where their columns stand ("first",
        "last" or "shuffled" among the others), and whether the newest comes first; "early" is for
        times of which none is after the 12th of a month; "gaps" leaves out a row here and there;
        "uneven" makes each time a little later.
    bases, dress, marks
        The kinds of the channels' numbers; the signs of the first channel's ("percent"); the marks of all.
    delimiter, quoting, ending, encoding, closed, padded, trailing
        How the page is written: "quoting" is "few", "text" or "all"; "closed" is whether the last line has an end;
        "padded" puts a blank before each cell; "trailing" adds a delimiter to "all" lines or only to the "rows".
    titles, comments, header, footer, totals
        Lines above the header; lines with # above those; "plain", "group", "three", "units", "kinds" or "none"; a
        sentence below, with or without an empty line; a row of sums with a blank or a word for the time.
    missing, missing_too, garbage
        The word for a missing value, and a second one; whether a few cells are nonsense.
    extras
        Columns that are no measure, and the two-state column, which is one.
    ids, id_name, blocks
        Whether rows belong to several series, by "text", "number" or "count"; the column's name; whether each series
        stands in one block.
    """

    rows: int = 60
    step: str = "1 h"
    clock: str = "iso"
    position: str = "first"
    descending: bool = False
    early: bool = False
    gaps: bool = False
    uneven: bool = False
    bases: tuple[str, ...] = ("walk",)
    dress: str = "plain"
    marks: Marks = POINT
    delimiter: str = ","
    quoting: str = "few"
    ending: str = "\n"
    encoding: str = "utf-8"
    closed: bool = True
    padded: bool = False
    trailing: str = ""
    titles: int = 0
    comments: int = 0
    header: str = "plain"
    footer: str = ""
    totals: str | None = None
    missing: str | None = None
    missing_too: str | None = None
    garbage: bool = False
    extras: tuple[str, ...] = ()
    ids: str = ""
    id_name: str = "sensor"
    blocks: bool = False

    @property
    def words(self) -> list[str]:
        """The words for a missing value."""
        return [word for word in (self.missing, self.missing_too) if word is not None]

    def __str__(self) -> str:
        given = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return ", ".join(f"{name}={value!r}" for name, value in given.items())


CHOICES: dict[str, tuple[Any, ...]] = {
    "delimiter": (",", ";", "\t", "|", "aligned", "runs"),
    "clock": NAMES_OF_CLOCKS,
    "quoting": ("few", "text", "all"),
    "marks": (
        Marks(),
        Marks(","),
        Marks(".", ","),
        Marks(".", " "),
        Marks(".", "'"),
        Marks(",", "."),
        Marks(",", " "),
        Marks(".", "\u00a0"),
        Marks(",", "\u202f"),
        Marks(".", "\u2019"),
    ),
    "dress": ("plain", "percent", "percent after a blank", "dollar", "euro", "pound", "K and M", "exponent"),
    "ending": ("\n", "\r\n"),
    "encoding": ("utf-8", "utf-8-sig", "latin-1", "utf-16"),
    "closed": (True, False),
    "header": ("plain", "group", "three", "units", "kinds", "none"),
    "titles": tuple(range(9)),
    "comments": (0, 1, 2, 5, 8),
    "padded": (False, True),
    "trailing": ("", "all", "rows"),
    "missing": (None, *WORDS, *SENTINELS, CENSORED),
    "missing_too": (None, *WORDS),
    "garbage": (False, True),
    "ids": ("", "text", "number", "count"),
    "extras": (
        (),
        ("running",),
        ("calendar",),
        ("comment",),
        ("status",),
        ("constant",),
        ("state",),
        ("empty",),
        ("end",),
        ("flag",),
        ("word",),
        ("sign",),
        ("running", "empty", "comment"),
        ("constant", "flag"),
    ),
    "footer": ("", "close", "blank"),
    "totals": (None, "", "Total"),
    "position": ("first", "last", "shuffled"),
    "descending": (False, True),
    "gaps": (False, True),
    "uneven": (False, True),
}
"""The choices of each part of a plan, in the order in which they are made."""

IDS = ("sensor", "unit", "machine", "station", "meter", "zone", "store", "engine")
UNKNOWN_IDS = ("loc", "wo", "k2")
SPANNED = ("group", "three", "units", "kinds")
"""Headers of several lines."""


def drawn(draw: Draw, company: float, fixed: dict[str, Any]) -> Plan:
    """Return a plan with what is fixed; each other part is plain, or by the share of `company` another that fits."""
    plan = replace(Plan(**fixed), **_sizes(draw, fixed))
    if nonsense(plan) and "bases" not in fixed:
        plan = replace(plan, bases=("walk",) * len(plan.bases))
    reason = nonsense(plan)
    if reason:
        raise ValueError(f"{plan}: {reason}")
    for name, options in CHOICES.items():
        if name in fixed or not draw.chance(company):
            continue
        tried = replace(plan, **{name: draw.pick(options)})
        tried = _fitted(tried, draw, fixed)
        plan = tried if nonsense(tried) is None else plan
    return plan


BASES = (
    *("walk", "wave", "temperature", "count", "price", "large", "walk", "wave", "count", "price"),
    *("exact", "meter", "bit"),
)


def _sizes(draw: Draw, fixed: dict[str, Any]) -> dict[str, Any]:
    """Return rows, step, bases and the name of ids."""
    made: dict[str, Any] = {
        "rows": draw.pick([60, 30, 48, 36, 75, 100, 45, 150, 50, 120, 90, 40, 200, 240, 800]),
        "step": draw.pick(steps_of(fixed.get("clock", "iso"))),
        "bases": tuple(draw.pick(BASES) for _ in range(draw.pick([1, 2, 3, 4]))),
        "id_name": draw.pick(IDS),
        "blocks": draw.chance(0.5),
    }
    made = {name: value for name, value in made.items() if name not in fixed}
    step = made.get("step", fixed.get("step"))
    rows = made.get("rows", fixed.get("rows"))
    made["rows"] = min(rows, 240) if step == "1 month" else rows
    if fixed.get("garbage"):
        made["rows"] = draw.pick([240, 800])
    return made


def _fitted(plan: Plan, draw: Draw, fixed: dict[str, Any]) -> Plan:
    """Return a plan whose step the clock can be written with."""
    steps = steps_of(plan.clock)
    if plan.step in steps or "step" in fixed:
        return plan
    step = draw.pick(steps)
    return replace(plan, step=step, rows=min(plan.rows, 240) if step == "1 month" else plan.rows)


def nonsense(plan: Plan) -> str | None:
    """Return why a person could not read such a file either, or None where one could."""
    return next((reason for reason, holds in _rules(plan) if holds), None)


def _rules(plan: Plan) -> list[tuple[str, bool]]:
    return [*_rules_of_cells(plan), *_rules_of_numbers(plan), *_rules_of_missing(plan), *_rules_of_layout(plan)]


def spaced(plan: Plan) -> bool:
    return plan.delimiter in {"aligned", "runs"}


def _rules_of_cells(plan: Plan) -> list[tuple[str, bool]]:
    white = spaced(plan)
    blank = plan.clock in {"interval", "changing offset"} or (
        plan.clock in FORMS and any(" " in pattern for pattern in FORMS[plan.clock].patterns)
    )
    return [
        ("a time with a blank is two cells between blanks", white and blank),
        (
            "what is empty, or holds a blank, is no cell between blanks",
            white and bool(plan.extras) and plan.extras not in FLAGS,
        ),
        (
            "a word with a blank is two cells between blanks",
            white and any(not word or " " in word for word in plan.words),
        ),
        (
            "nobody quotes, pads or ends cells between blanks",
            white and (plan.quoting != "few" or plan.padded or bool(plan.trailing)),
        ),
        (
            "a row with empty cells has too few between blanks",
            white and plan.totals is not None and (plan.totals == "" or bool(plan.extras) or plan.clock in COLUMNS),
        ),
        (
            "a number with a blank is two cells between blanks",
            white
            and (plan.marks.thousands in {" ", "\u00a0", "\u202f"} or "after" in plan.dress or plan.dress == "euro"),
        ),
        ("units and groups leave cells empty, which is no cell between blanks", white and plan.header in SPANNED),
        ("whoever pads does not quote", plan.padded and (plan.quoting != "few" or " " in plan.words)),
        (
            "a padded comma within a number or a time would need quotes",
            plan.padded and plan.delimiter == "," and (_commas(plan) or plan.clock in COMMAS),
        ),
        (
            "this character is not in latin-1",
            plan.encoding == "latin-1" and (plan.marks.thousands in {"\u202f", "\u2019"} or plan.dress == "euro"),
        ),
    ]


FLAGS = (("flag",), ("sign",), ("running",), ("calendar",))
COMMAS = ("iso comma fraction", "named month date", "kibana", "mail")


def _commas(plan: Plan) -> bool:
    return plan.marks.decimal == "," or plan.marks.thousands == ","


def _rules_of_numbers(plan: Plan) -> list[tuple[str, bool]]:
    grouped = bool(plan.marks.thousands)
    return [
        ("seventeen digits are a program's, which marks no thousands", grouped and "exact" in plan.bases),
        (
            "three digits behind a point are decimals where no cell says otherwise and no semicolon makes it doubtful",
            plan.marks.decimal == ","
            and plan.marks.thousands == "."
            and plan.delimiter != ";"
            and "price" not in plan.bases,
        ),
        ("an exponent has no thousands", grouped and plan.dress == "exponent"),
        ("K and M stand for the thousands", plan.dress == "K and M" and grouped),
        (
            "times that are numbers with decimals would have the same comma",
            plan.marks.decimal == "," and plan.clock in {"epoch float", "excel", "number"},
        ),
    ]


def _rules_of_missing(plan: Plan) -> list[tuple[str, bool]]:
    sentinel = plan.missing in SENTINELS
    wide = any(base not in {"walk", "wave", "temperature"} for base in plan.bases)
    negative = any(base not in {"walk", "wave", "count", "price", "crossing", "meter", "bit"} for base in plan.bases)
    return [
        (
            "loggers that write -9999 write no signs, groups or commas",
            sentinel and (plan.dress != "plain" or plan.marks != POINT),
        ),
        ("9999 could be a value", plan.missing == "9999" and wide),
        ("-200 could be a value", plan.missing == "-200" and negative),
        ("-99.99 could be a value", plan.missing == "-99.99" and "exact" in plan.bases),
        (
            "below a limit of 0.5 there is nothing where values are larger or negative",
            plan.missing == CENSORED and plan.marks.decimal == ",",
        ),
        ("a row of sums of cells that are missing is empty", sentinel and plan.totals is not None),
        (
            "an empty cell alone in its row is an empty line",
            plan.clock == "none" and any(not word.strip() for word in plan.words),
        ),
        ("the second word needs a first", plan.missing_too is not None and plan.missing in {None, plan.missing_too}),
        ("half a percent of fewer than 200 rows is no cell", plan.garbage and plan.rows < 200),
    ]


def _rules_of_layout(plan: Plan) -> list[tuple[str, bool]]:
    bare = plan.header == "none"
    made = plan.clock in FORMS
    alone = plan.clock == "none" and len(plan.bases) == 1
    return [
        (
            "nothing says what the columns are",
            bare and (bool(plan.extras) or plan.ids in {"number", "count"} or plan.header in SPANNED),
        ),
        (
            "nothing says that these numbers are times",
            bare
            and (
                (plan.clock in COLUMNS and plan.clock != "calendar")
                or plan.clock in {"number", "excel", "epoch float", "none"}
            ),
        ),
        ("a title of two cells is the header of two columns", bare and plan.titles > 0),
        (
            "a column of numbers alone is read in many ways",
            plan.clock == "none"
            and (plan.ids != "" or bool(plan.extras) or plan.totals is not None or bool(plan.footer)),
        ),
        ("without a time, running numbers are the time", "running" in plan.extras and plan.clock in {"number", "none"}),
        ("nobody repeats a part of the time", "calendar" in plan.extras and (not made or plan.step == "1 month")),
        ("an end is written like the start", "end" in plan.extras and not made),
        ("a station is the series", "constant" in plan.extras and plan.ids != ""),
        ("sums of several series are no row", plan.totals is not None and (plan.ids != "" or plan.dress == "K and M")),
        ("sums come at the end", plan.totals is not None and (plan.position != "first" or plan.descending)),
        ("a count from the newest is no time", plan.descending and plan.clock in {"number", "none"}),
        ("parts of a time stand side by side", plan.position == "shuffled" and plan.clock in COLUMNS),
        ("names above columns of a name", plan.header in SPANNED and (plan.ids != "" or bool(plan.extras))),
        (
            "three header lines are for one time column that comes first",
            plan.header == "three" and (plan.position != "first" or not made),
        ),
        ("a column without names cannot be the last", bare and plan.position != "first"),
        ("blanks around a name need a name", plan.padded and bare),
        ("a delimiter more in the rows alone needs a header to compare with", plan.trailing == "rows" and bare),
        (
            "numbers from 0 have no gaps, and an end is where the next begins",
            plan.gaps and (plan.clock in {"number", "none"} or "end" in plan.extras),
        ),
        (
            "a whole number after day, hour or minute could be the next part of the time",
            bare and plan.clock == "calendar" and plan.bases[0] in {"bit", "count", "crossing", "large"},
        ),
        ("at uneven steps nobody could tell day from month", plan.uneven and made and FORMS[plan.clock].swaps),
        (
            "uneven steps need seconds",
            plan.uneven
            and (
                not made
                or FORMS[plan.clock].unit > 1
                or FORMS[plan.clock].named
                or plan.step == "1 s"
                or "end" in plan.extras
            ),
        ),
        ("nothing says that a row without a time is of sums", bare and plan.totals == ""),
        ("fewer periods than a day has may be of any length", plan.clock == "date, period" and plan.rows < 48),
        (
            "nothing shows where a cell of a single column ends",
            alone
            and (
                plan.marks != POINT
                or plan.trailing != ""
                or spaced(plan)
                or "after" in plan.dress
                or plan.dress == "euro"
            ),
        ),
        ("months are few", plan.step == "1 month" and plan.rows > 240),
        ("the step must be one that the clock can carry", plan.step not in steps_of(plan.clock)),
    ]

"""Numbers: series of plain decimal texts, the marks and signs they are written with, and the cells that are missing."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from layout_parts.draws import Draw

NBSP, NARROW = "\u00a0", "\u202f"


@dataclass(frozen=True)
class Marks:
    """The decimal mark, and the mark between thousands ("" for none)."""

    decimal: str = "."
    thousands: str = ""


def base(kind: str, n: int, draw: Draw) -> list[str]:
    """Return n numbers as plain texts with a decimal point: digits, perhaps a minus, perhaps decimals."""
    rng = draw.rng
    shapes = {
        "walk": lambda: 50 + np.cumsum(rng.normal(0, 0.4, n)),
        "wave": lambda: 20 + 9 * np.sin(np.arange(n) / rng.uniform(2, 20)) + rng.normal(0, 0.3, n),
        "temperature": lambda: -2 + 8 * np.sin(np.arange(n) / 12) + rng.normal(0, 1, n),
        "count": lambda: rng.poisson(rng.uniform(20, 90), n),
        "crossing": lambda: _crossing(rng, n),
        "large": lambda: rng.integers(1_000, 999_999, n),
        "three": lambda: rng.uniform(1, 999, n),
        "price": lambda: np.exp(rng.uniform(6, 11) + np.cumsum(rng.normal(0, 0.02, n))),
        "volume": lambda: np.exp(rng.uniform(np.log(2_000), np.log(9_000_000), n)),
        "exact": lambda: rng.normal(0, 30, n),
        "meter": lambda: rng.integers(1_000, 90_000) + np.cumsum(rng.exponential(0.8, n)),
        "bit": lambda: (np.arange(n) // rng.integers(3, 9)) % 2,
    }
    values = shapes[kind]()
    if kind in {"count", "crossing", "large", "bit"}:
        return [str(int(v)) for v in values]
    if kind == "exact":
        return [np.format_float_positional(v, unique=True) for v in values]
    decimals = {"temperature": 1, "price": 2, "volume": 1, "three": 3, "meter": 1}.get(kind) or draw.pick([2, 1, 3, 4])
    return [f"{v:.{decimals}f}" for v in values]


def _crossing(rng: np.random.Generator, n: int) -> np.ndarray:
    """Return counts of which many are below and many above 1,000."""
    return np.maximum(rng.normal(1_000, 350, n), 5) + 40_000 * (rng.random(n) < 0.05)


def marked(text: str, marks: Marks) -> str:
    """Return a plain text with other marks.

    >>> marked("-1234567.5", Marks(",", "."))
    '-1.234.567,5'
    """
    sign = "-" if text.startswith("-") else ""
    whole, point, rest = text.removeprefix("-").partition(".")
    if marks.thousands:
        whole = f"{int(whole):,}".replace(",", marks.thousands)
    return sign + whole + (marks.decimal if point else "") + rest


def dressed(texts: list[str], dress: str, marks: Marks) -> tuple[list[str], np.ndarray]:
    """Return how plain texts are written, and their values.

    >>> dressed(["63042.1"], "K and M", Marks())
    (['63.04K'], array([63040.]))
    """
    if dress == "K and M":
        pairs = [_shortened(float(text)) for text in texts]
        return [marked(t, marks) + s for t, s, _ in pairs], np.array([float(t) * factor for t, _, factor in pairs])
    if dress == "exponent":
        texts = [f"{float(text):.5e}" for text in texts]
        return [t.replace(".", marks.decimal) for t in texts], np.array([float(t) for t in texts])
    before, after = {
        "plain": ("", ""),
        "percent": ("", "%"),
        "percent after a blank": ("", " %"),
        "dollar": ("$", ""),
        "euro": ("", " €"),
        "pound": ("£", ""),
    }[dress]
    return [_signed(marked(t, marks), before) + after for t in texts], np.array([float(t) for t in texts])


def _signed(text: str, before: str) -> str:
    return f"-{before}{text[1:]}" if text.startswith("-") else before + text


def _shortened(value: float) -> tuple[str, str, float]:
    suffix, factor = ("M", 1e6) if value >= 1e6 else ("K", 1e3)
    return f"{value / factor:.2f}", suffix, factor


GROUP = {mark: re.compile(rf"\D*[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})\D*") for mark in ".,"}
"""A number that is thousands or three decimals."""


def settled(columns: list[list[str]], marks: Marks, delimiter: str, first: str = "") -> dict[str, str]:
    """Return the option that settles how numbers are written, where every number fits two readings; else nothing.

    Three digits after a point are decimals, unless semicolons stand between the cells or points in the `first` date, as
    where commas are decimal.
    """
    every = [cell for column in columns for cell in column]
    decimal, thousands = marks.decimal, marks.thousands
    if not thousands:
        marked = [cell for cell in every if decimal in cell]
        both = bool(marked) and (decimal == "," or delimiter == ";" or first.count(".") > 1)
        return {"decimal": decimal} if both and all(GROUP[decimal].fullmatch(cell) for cell in marked) else {}
    if thousands not in {",", "."} or not any(thousands in cell for cell in every):
        return {}
    if any(cell.count(thousands) > 1 or (decimal in cell and not GROUP[decimal].fullmatch(cell)) for cell in every):
        return {}
    mixed = any(0 < sum(thousands in cell for cell in column) < len(column) for column in columns)
    return {} if mixed and thousands == "," else {"thousands": thousands}


WORDS = (
    "",
    "NA",
    "NaN",
    "null",
    "-",
    "---",
    "unavailable",
    "unknown",
    "Bad",
    "No Data",
    "#DIV/0!",
    "ERR",
    "M",
    "N/A",
    "none",
    " ",
)
"""Words for a missing value; the blank is written between quotes."""

SENTINELS = ("-9999", "-999", "9999", "-200", "-9999.0", "-99.99")
CENSORED = "<0.5"
GARBAGE = ("x7", "12..5")


def holes(n: int, draw: Draw, words: list[str]) -> np.ndarray:
    """Return rows that are scattered over the table, 3 to 10 % of them.

    At least 2, and 4 a word where one is a number, since what stands in fewer cells may be a value.
    """
    least = 4 * len(words) if set(words) & set(SENTINELS) else 2
    count = max(least, round(n * draw.between(3, 10) / 100))
    return np.sort(draw.rng.choice(n, min(count, n // 4), replace=False))


def without(cells: list[str], values: np.ndarray, rows: np.ndarray, words: list[str]) -> tuple[list[str], np.ndarray]:
    """Return cells and values with one of the words in each of those rows, in turn, and no value there."""
    cells, values = list(cells), values.copy()
    for i, row in enumerate(rows):
        cells[row] = words[i % len(words)]
        values[row] = np.nan
    return cells, values

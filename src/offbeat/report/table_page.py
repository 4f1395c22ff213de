"""A page of tables that sort by a click, with words and pictures around them."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offbeat.core.output import replacing
from offbeat.report.frame import around

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLES = ("page.css", "table.css")
SCRIPTS = ("table.js",)


@dataclass(frozen=True, eq=False)
class Section:
    """One part of such a page, in the order in which it is read.

    Parameters
    ----------
    heading
        What it is about.
    paragraphs
        Plain text, one string a paragraph.
    rows
        The rows of a table, each a cell by the head of its column; the first row says which columns there are.
        Numbers are aligned and shown with four digits; None and NaN leave the cell empty and sort last.
    caption
        What the table shows, above it.
    figures
        Pictures by the words that say the same to who can't see them.
    """

    heading: str
    paragraphs: Sequence[str] = ()
    rows: Sequence[Mapping[str, Any]] = ()
    caption: str = ""
    figures: Mapping[str, Figure] | None = None


def table_page(title: str, sections: Sequence[Section], path: str | Path) -> None:
    """Write one self-contained HTML page of words, sortable tables and pictures; it needs no network.

    Parameters
    ----------
    title
        The heading of the page.
    sections
        Its parts.
    path
        Where to write it.

    Raises
    ------
    OutputError
        Where the page can't be written; then what stood there before still stands there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> rows = [{"detector": "knn", "mean": 0.41234}, {"detector": "mad", "mean": None}]
    >>> with TemporaryDirectory() as folder:
    ...     table_page("Two detectors", [Section("Results", ["knn is best."], rows)], Path(folder) / "two.html")
    ...     print("0.4123" in (Path(folder) / "two.html").read_text(encoding="utf-8"))
    True
    """
    head, foot = around(title, STYLES, SCRIPTS)
    # a file name that is no text reaches us as lone surrogates, which no page can hold
    with replacing(path) as part, part.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.write(f"{head}<h1>{escape(title)}</h1>\n")
        for section in sections:
            file.write(_section(section))
        file.write(foot)


def shown(cell: Any) -> str:
    """Return a cell of a table as text: numbers with four digits, whole numbers whole, nothing for None and NaN.

    Examples
    --------
    >>> [shown(cell) for cell in (0.123456, 1234567, 2.0, 1e-9, float("nan"), None, True, "knn")]
    ['0.1235', '1,234,567', '2.000', '1e-09', '', '', 'yes', 'knn']
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if not isinstance(cell, Real):
        return str(cell)
    value = float(cell)
    if math.isnan(value):
        return ""
    if hasattr(cell, "__index__"):
        return f"{int(cell):,}"
    if value != 0 and (abs(value) < 1e-3 or abs(value) >= 1e9):
        return f"{value:.4g}"
    return f"{value:,.{max(0, min(4, 4 - len(str(int(abs(value)))) + (abs(value) < 1)))}f}"


def _section(section: Section) -> str:
    words = "".join(f"<p>{escape(text)}</p>\n" for text in section.paragraphs)
    figures = "".join(_picture(figure, words) for words, figure in (section.figures or {}).items())
    table = _table(section.rows, section.caption) if section.rows else ""
    return f"<section>\n<h2>{escape(section.heading)}</h2>\n{words}{figures}{table}</section>\n"


def _table(rows: Sequence[Mapping[str, Any]], caption: str) -> str:
    numeric = {head: _is_numeric([row.get(head) for row in rows]) for head in rows[0]}
    heads = "".join(_head(head, is_number) for head, is_number in numeric.items())
    lines = "".join(
        f"<tr>{''.join(_cell(row.get(head), is_number) for head, is_number in numeric.items())}</tr>\n" for row in rows
    )
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="wide"><table class="sorts">{above}<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{lines}</tbody></table></div>\n"
    )


def _head(head: str, is_number: bool) -> str:
    kind = ' class="n"' if is_number else ""
    return f'<th scope="col"{kind}><button type="button">{escape(head)}</button></th>'


def _cell(cell: Any, is_number: bool) -> str:
    if not is_number:
        return f"<td>{escape(shown(cell))}</td>"
    # sorted by the number itself, not by the digits that are shown
    exact = "" if shown(cell) == "" else f' data-sort="{json.dumps(float(cell))}"'
    return f'<td class="n"{exact}>{escape(shown(cell))}</td>'


def _is_numeric(cells: Sequence[Any]) -> bool:
    there = [cell for cell in cells if cell is not None]
    return bool(there) and all(isinstance(cell, Real) and not isinstance(cell, bool) for cell in there)


def _picture(figure: Figure, words: str) -> str:
    """Return a figure as an image within the page: there it can't run or style anything outside itself."""
    drawn = BytesIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None}, bbox_inches="tight")
    data = base64.b64encode(drawn.getvalue()).decode("ascii")
    return f'<p><img class="drawn" alt="{escape(words)}" src="data:image/svg+xml;base64,{data}"></p>\n'

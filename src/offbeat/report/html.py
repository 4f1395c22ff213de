"""What a notebook shows of a result: its name, one sentence, a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from offbeat.report.table_page import shown

ROWS = 20
"""Rows that a notebook shows."""


def card(result: object, summary: str, rows: Sequence[Mapping[Any, Any]] = ()) -> str:
    """Return a result as HTML: the name of its class, its summary, and the first rows of a table.

    Parameters
    ----------
    result
        What is shown.
    summary
        One sentence.
    rows
        Each a cell by the head of its column; the first row says which columns there are. Numbers have four digits.

    Examples
    --------
    >>> card(0.0, "<2> rows", [{"kind": "dip", "score": 2.12345}])
    '<p><b>float</b>: &lt;2&gt; rows</p><table><thead><tr><th>kind</th><th>score</th></tr></thead><tbody><tr><td>dip</td><td>2.123</td></tr></tbody></table>'
    """  # noqa: E501 - one line of HTML
    words = f"<p><b>{type(result).__name__}</b>: {escape(summary)}</p>"
    if not rows:
        return words
    heads = list(rows[0])
    head = "".join(f"<th>{escape(word)}</th>" for word in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(shown(row.get(word)))}</td>' for word in heads)}</tr>" for row in rows[:ROWS]
    )
    return f"{words}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

"""The data block of one series on a page: everything that its chart needs, as JSON."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from offbeat.core.series import Floats
from offbeat.core.status import Status
from offbeat.report.sheet import Axis, Sheet
from offbeat.report.thin import columns, thin
from offbeat.report.view import FEW, View

EVENTS = 500
"""How many events of one series a page lists and shades."""
CHANNELS = 64
"""How many channels of one series a page can draw."""

_ESCAPES = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def payload(view: View, axis: Axis, share: float = 1.0) -> tuple[dict[str, Any], int]:
    """Return the data of one chart and how many rows it has.

    Parameters
    ----------
    view
        What to draw.
    axis
        Its times.
    share
        At most which share of the rows may be put in; below 1 they are thinned.

    Returns
    -------
    A dictionary of what JSON knows; arrays are those of `packed`.
    """
    shown = view.leading(CHANNELS)
    sheet = Sheet.of(view, axis)
    if share < 1:
        sheet = sheet.take(_rows(sheet, view, axis, share))
    carried = {view.series.channels[column]: place for place, column in enumerate(shown)}
    data = {
        "name": view.series.name,
        "dated": axis.dated,
        "origin": axis.origin,
        "step": axis.step,
        "digits": axis.digits,
        "shifts": [[float(axis.x[row]), int(shift)] for row, shift in axis.shifts if len(axis.x)],
        "x": _evenly(sheet.x) or packed(sheet.x, exact=True),
        "channels": [_channel(sheet, view, column) for column in shown],
        "few": [shown.index(column) for column in view.leading(FEW)],
        "severity": packed(sheet.severity),
        "status": None if sheet.status is None or not sheet.status.any() else packed(sheet.status),
        "statuses": [status.name.lower() for status in Status],
        "events": [_event(view, axis, rank, carried) for rank in range(1, min(len(view.events), EVENTS) + 1)],
    }
    return data, len(sheet.x)


def script(data: dict[str, Any]) -> str:
    r"""Return JSON that can stand in a script element: no character in it can end the element.

    Examples
    --------
    >>> print(script({"name": "</script>"}))
    {"name":"\u003c/script\u003e"}
    """
    return json.dumps(data, allow_nan=False, separators=(",", ":")).translate(_ESCAPES)


def packed(array: NDArray[Any], exact: bool = False) -> dict[str, Any]:
    """Return an array as little-endian bytes in base64, with its type: f4 where that loses nothing to see, else f8.

    Examples
    --------
    >>> packed(np.array([1.0, 2.0]))
    {'type': 'f4', 'data': 'AACAPwAAAEA='}
    """
    kind = "u1"
    if array.dtype.kind == "f":
        kind = "f4" if _single_precision_does(array) and not exact else "f8"
    raw = np.ascontiguousarray(array, dtype=f"<{kind}").tobytes()
    return {"type": kind, "data": base64.b64encode(raw).decode("ascii")}


def _single_precision_does(array: Floats) -> bool:
    """Whether single precision keeps a millionth of the range: a large offset would eat it up."""
    there = array[np.isfinite(array)]
    if not len(there):
        return True
    with np.errstate(over="ignore"):
        error = float(np.abs(there.astype(np.float32) - there).max())
    return error <= 1e-6 * (float(there.max()) - float(there.min()))


def _evenly(x: Floats) -> dict[str, float] | None:
    distances = np.diff(x)
    if len(x) > 1 and (distances == distances[0]).all():
        return {"step": float(distances[0]), "count": len(x)}
    return None


def _rows(sheet: Sheet, view: View, axis: Axis, share: float) -> NDArray[np.int64]:
    """Return the rows that draw the same lines, and those of the events."""
    lines = np.column_stack([sheet.values, sheet.severity])
    stretches = max(100, int(share * len(lines)) // (2 + 3 * lines.shape[1]))
    rows = thin(lines, columns(np.arange(len(lines), dtype=np.float64), stretches))
    of_events = axis.x[[row for event in view.events[:EVENTS] for row in event.rows]]
    return np.union1d(rows, np.searchsorted(sheet.x, of_events))


def _channel(sheet: Sheet, view: View, column: int) -> dict[str, Any]:
    lines = {name: packed(line) for name, line in sheet.lines(column).items()}
    return {"name": view.series.channels[column], **lines}


def _event(view: View, axis: Axis, rank: int, carried: dict[str, int]) -> dict[str, Any]:
    event = view.events[rank - 1]
    first, last = axis.span(*event.rows[:2])
    return {
        "from": first,
        "to": last,
        "channels": [carried[name] for name in event.channels if name in carried],
    }

"""Words in files that stand for something: no value, a state, a label."""

from __future__ import annotations

import re
from collections.abc import Iterable

MISSING = frozenset(
    (
        "", "na", "n/a", "n.a.", "n.a", "#n/a", "#na", "<na>", "nan", "-nan", "null", "none", "nil", "-", "--",
        "---", "----",
        "?", ".", "..", "...", "*", "**", "***", "m", "mm", "missing", "unavailable", "unknown", "not available",
        "undefined",
        "no data", "nodata", "no_data", "no value", "no sample", "no result", "bad", "bad input", "bad value",
        "invalid",
        "invalid data", "i/o timeout", "io timeout", "timeout", "time out", "comm fail", "comm. fail", "comm error",
        "not connect", "not connected", "disconnected", "offline", "pt created", "shutdown", "scan off",
        "scan timeout",
        "configure", "under range", "over range", "out of range", "calc failed", "error", "err", "err.",
        "fault", "failed",
        "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "#n/a n/a", "ice", "eqp", "eqp mal", "bkw",
        "mnt", "dis",
        "ssn", "rat", "fld", "tbd", "blank", "empty", "trace",
    )
)  # fmt: skip
"""The words that stand for "no value", in lower case."""

ORDINARY = frozenset(("", "na", "n/a", "nan", "null", "none", "-", "."))
"""Of these, the ones that need no note."""

CENSORED = re.compile(r"[<>≤≥]=?\s*\d[\d.,]*")
"""A value below or above what can be measured: "<0.5"."""

_STATES = (
    ("off", "on"), ("closed", "open"), ("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"),
    ("stopped", "running"), ("stop", "run"), ("idle", "busy"), ("idle", "active"), ("inactive", "active"),
    ("down", "up"), ("disabled", "enabled"), ("low", "high"), ("aus", "ein"), ("aus", "an"), ("zu", "auf"),
    ("nein", "ja"), ("standby", "running"), ("dry", "wet"), ("clear", "detected"), ("not_home", "home"),
    ("locked", "unlocked"), ("free", "occupied"), ("absent", "present"),
)  # fmt: skip

_NORMAL = (
    "normal",
    "ok",
    "good",
    "healthy",
    "benign",
    "pass",
    "nominal",
    "inlier",
    "regular",
    "no",
    "false",
    "none",
    "n",
)
_ANOMALOUS = (
    "anomaly", "anomalous", "abnormal", "attack", "a ttack", "outlier", "fault", "faulty", "failure", "fail",
    "failed", "bad", "error", "malicious", "alarm", "defect", "broken", "unhealthy", "yes", "true", "recovering",
    "y",
)  # fmt: skip


def is_missing(cell: str, also: Iterable[str] = ()) -> bool:
    """Whether a cell says that there is no value.

    Examples
    --------
    >>> is_missing(" No Data "), is_missing("<0.5"), is_missing("-200"), is_missing("-200", ["-200"])
    (True, True, False, True)
    """
    if not also and cell[:1].isdigit():
        return False
    text = cell.strip().strip('"').strip()
    return text.lower() in MISSING or CENSORED.fullmatch(text) is not None or text in also


def short(cell: str) -> str:
    """Return a cell as it is shown in a sentence, cut where it is long."""
    return cell if len(cell) < 40 else cell[:37] + "..."


def states_of(cells: Iterable[str]) -> dict[str, float] | None:
    """Return 0 or 1 for each of two words, where they are a known pair of states.

    Examples
    --------
    >>> states_of(["Open", "closed", "open"])
    {'closed': 0.0, 'open': 1.0}
    """
    found = {cell.strip().lower() for cell in cells}
    for low, high in _STATES:
        if found <= {low, high} and found:
            return {low: 0.0, high: 1.0}
    if len(found) == 2:
        return labels_of(found)
    return None


def labels_of(cells: Iterable[str]) -> dict[str, float] | None:
    """Return 0 for the word that says normal and 1 for the one that says anomalous, where that is what they say.

    Examples
    --------
    >>> labels_of(["Normal", "Attack"])
    {'normal': 0.0, 'attack': 1.0}
    """
    found = {cell.strip().lower() for cell in cells}
    normal = sorted(word for word in found if word in _NORMAL)
    odd = sorted(word for word in found if word in _ANOMALOUS)
    if len(normal) + len(odd) != len(found) or not found or len(normal) > 1 or len(odd) > 1:
        return None
    return {**dict.fromkeys(normal, 0.0), **dict.fromkeys(odd, 1.0)}

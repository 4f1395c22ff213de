"""What was decided while reading, and why: one list for a file, shown by `offbeat show FILE --explain`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Decision:
    """One guess about a file.

    Parameters
    ----------
    what
        What was decided, in a word or two: "delimiter", "time", "column load".
    choice
        What was chosen.
    why
        The reason, in words; empty where there is nothing to say.
    rejected
        The other readings that were looked at, each with its reason.
    option
        The option that overrules the guess, as typed at the command line; empty where there is none.
    note
        The sentence for everyone who reads the file; empty for what is ordinary.
    setting
        The option of `offbeat.read` that makes the same choice in another file like this one, and its value.
    """

    what: str
    choice: str
    why: str = ""
    rejected: tuple[str, ...] = ()
    option: str = ""
    note: str = ""
    setting: tuple[str, Any] | None = None

    def __str__(self) -> str:
        parts = [f"{self.what}: {self.choice}"]
        if self.why:
            parts.append(f"because {self.why}")
        if self.rejected:
            parts.append(f"not {'; not '.join(self.rejected)}")
        if self.option:
            parts.append(f"else {self.option}")
        return ", ".join(parts)


def settings_of(decisions: Iterable[Decision]) -> dict[str, Any]:
    """Return the options of `offbeat.read` with which another file is read as this one was.

    Examples
    --------
    >>> settings_of([Decision("dates", "day first", setting=("day_first", True)), Decision("delimiter", ",")])
    {'day_first': True}
    """
    made: dict[str, Any] = {}
    for decision in decisions:
        if decision.setting is not None:
            name, value = decision.setting
            made[name] = [*made.get(name, []), value] if name == "missing" else value
    return made

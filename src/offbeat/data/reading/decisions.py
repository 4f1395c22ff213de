"""What was decided while reading, and why: one list for a file, shown by `offbeat show FILE --explain`."""

from __future__ import annotations

from dataclasses import dataclass


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
    """

    what: str
    choice: str
    why: str = ""
    rejected: tuple[str, ...] = ()
    option: str = ""
    note: str = ""

    def __str__(self) -> str:
        parts = [f"{self.what}: {self.choice}"]
        if self.why:
            parts.append(f"because {self.why}")
        if self.rejected:
            parts.append(f"not {'; not '.join(self.rejected)}")
        if self.option:
            parts.append(f"else {self.option}")
        return ", ".join(parts)

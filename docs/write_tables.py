"""Write the generated tables of the README: python docs/write_tables.py."""

from __future__ import annotations

from pathlib import Path

import offbeat as ob

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- detectors:begin -->\n", "<!-- detectors:end -->"


def detectors() -> str:
    """Return the table of all detectors, in Markdown."""
    lines = ["| name | family | sees | causal | time | what it is |", "|---|---|---|---|---|---|"]
    for row in ob.catalogue().sort_values(["family", "name"]).reset_index().itertuples():
        what = str(row.what).replace("|", "\\|")
        lines.append(
            f"| `{row.name}` | {row.family} | {row.sees} | {'yes' if row.causal else ''} | {row.cost} | {what} |"
        )
    return "\n".join(lines) + "\n"


def with_tables(text: str) -> str:
    """Return the README's text with its tables written anew."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return before + BEGIN + detectors() + END + after


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")

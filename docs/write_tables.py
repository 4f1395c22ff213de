"""Write the generated tables of the README, docs/detectors.md and docs/reading.md: python docs/write_tables.py."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from reading_shown import shown

import offbeat as ob
from offbeat.data.reading.files import formats

HERE = Path(__file__).parent
README, PAGE, FIGURES = HERE.parent / "README.md", HERE / "detectors.md", HERE / "detectors.csv"
READING = HERE / "reading.md"

MEASURED = {"vus_pr_one": ".3f", "vus_pr_many": ".3f", "warm_s": ".2f", "first_s": ".2f", "memory_mb": ".0f"}
"""The columns of the figures, and how they are printed."""


def families() -> str:
    """Return the names of all detectors by family, in Markdown."""
    rows = ob.catalogue().reset_index()
    lines = ["| family | detectors |", "|---|---|"]
    for family, members in rows.groupby("family"):
        names = ", ".join(_named(row) for row in members.sort_values("name").itertuples())
        lines.append(f"| {family} | {names} |")
    return "\n".join(lines) + "\n"


def _named(row: object) -> str:
    extra = getattr(row, "extra", "")
    return f"`{getattr(row, 'name', '')}`" + (f" [{extra}]" if extra else "")


def detectors(figures: pd.DataFrame) -> str:
    """Return what there is to say of each detector, a table a family, in Markdown."""
    parts = []
    for family, members in ob.catalogue().reset_index().groupby("family"):
        heads = (
            "name",
            "sees",
            "causal",
            "time",
            "unsteady",
            "VUS-PR, one channel",
            "VUS-PR, several",
            "s / 100k",
            "first call, s",
            "MB",
        )
        lines = [
            f"### {family}",
            "",
            "| " + " | ".join(heads) + " |",
            "|---|---|---|---|---:|---:|---:|---:|---:|---:|",
        ]
        for row in members.sort_values("name").itertuples():
            cells = [_named(row), row.sees, "yes" if row.causal else "", row.cost, f"{row.unsteady:g}"]
            lines.append("| " + " | ".join([*map(str, cells), *_figures(str(row.name), figures)]) + " |")
        lines += ["", *(f"- `{row.name}`: {row.what}" for row in members.sort_values("name").itertuples()), ""]
        parts.append("\n".join(lines))
    return "\n".join(parts)


def _figures(name: str, figures: pd.DataFrame) -> list[str]:
    """Return the measured cells of one detector; a dash where nothing was measured."""
    row = figures.loc[name] if name in figures.index else pd.Series(dtype=float)
    values = {column: row.get(column, float("nan")) for column in MEASURED}
    return ["-" if pd.isna(value) else format(value, MEASURED[column]) for column, value in values.items()]


def files() -> str:
    """Return the formats of files with their endings and extras, in Markdown; delimited text first."""
    lines = ["| format | endings | extra | what is read |", "|---|---|---|---|"]
    for one in sorted(formats(), key=lambda one: (-one.rank, one.title.partition(" ")[2].lower())):
        title = one.title.partition(" ")[2]
        endings = " ".join(f"`{suffix}`" for suffix in one.suffixes)
        what = (type(one).__doc__ or "").partition("\n")[0]
        lines.append(
            f"| {title[0].upper()}{title[1:]} | {endings} | {f'[{one.extra}]' if one.extra else ''} | {what} |"
        )
    return "\n".join(lines) + "\n"


def with_table(text: str, name: str, table: str) -> str:
    """Return the text with the generated part of that name written anew."""
    begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
    before, rest = text.split(begin)
    return before + begin + table + end + rest.split(end)[1]


def pages() -> dict[Path, str]:
    """Return what each page should hold."""
    figures = pd.read_csv(FIGURES, index_col="name")
    tables = {
        README: ("detectors", families()),
        PAGE: ("detectors", detectors(figures)),
        READING: ("formats", files()),
    }
    made = {path: with_table(path.read_text(encoding="utf-8"), *table) for path, table in tables.items()}
    return {**made, READING: shown(made[READING])}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")

"""Write the generated tables of the README and of docs/detectors.md: python docs/write_tables.py."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import offbeat as ob

HERE = Path(__file__).parent
README, PAGE, FIGURES = HERE.parent / "README.md", HERE / "detectors.md", HERE / "detectors.csv"
BEGIN, END = "<!-- detectors:begin -->\n", "<!-- detectors:end -->"

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


def with_table(text: str, table: str) -> str:
    """Return the text with its generated part written anew."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + table + END + rest.split(END)[1]


def pages() -> dict[Path, str]:
    """Return what each page should hold."""
    figures = pd.read_csv(FIGURES, index_col="name")
    tables = {README: families(), PAGE: detectors(figures)}
    return {path: with_table(path.read_text(encoding="utf-8"), table) for path, table in tables.items()}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")

"""What was decided while reading is shown with its reasons, and with what to type to change it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

import offbeat as ob
from offbeat.cli import root
from offbeat.cli._explain import decided, explained
from offbeat.core.series import Panel, Series
from offbeat.data.reading.decisions import Decision

DECISIONS = (
    Decision("delimiter", "';'", "20 lines have 3 of them", ("',': lines differ", "tab: there is none"), "--delimiter"),
    Decision("column load", "a value", "all cells are numbers", option="--value"),
    Decision("column load", "-999 stands for no value", "it stands alone, far from the rest", option="--keep -999"),
    Decision("time", "row numbers"),
)  # fmt: skip


def series(name: str = "pump", decisions: tuple[Decision, ...] = DECISIONS) -> Series:
    return Series(np.arange(20.0)[:, None], name=name, decisions=decisions)


def test_each_decision_has_its_reason_what_was_rejected_and_the_option() -> None:
    assert decided(DECISIONS) == [
        "delimiter: ';'",
        "  because 20 lines have 3 of them",
        "  not ',': lines differ",
        "  not tab: there is none",
        "  to change it: --delimiter",
        "column load: a value",
        "  because all cells are numbers",
        "column load: -999 stands for no value",
        "  because it stands alone, far from the rest",
        "  to change it: --value or --keep -999",
        "time: row numbers",
    ]


def test_where_nothing_was_decided_it_says_so() -> None:
    assert explained([series(decisions=())]) == ["pump", "nothing had to be decided"]


def test_series_that_were_read_alike_are_shown_once() -> None:
    other = (Decision("time", "column hour"),)
    lines = explained([series("a"), series("b", other), *(series(name) for name in "cdefg")])
    assert lines[0] == "a, c, d, e and 2 more"
    assert lines[1:12] == decided(DECISIONS)
    assert lines[12:] == ["", "b", "time: column hour"]


def test_rows_and_channels_of_a_series_keep_its_decisions() -> None:
    whole = series()
    assert whole[5:].decisions == whole.pick("value").decisions == replace(whole, name="x").decisions == DECISIONS
    assert Series(whole.values).decisions == ()


def test_the_command_shows_them_instead_of_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ob, "read", lambda *_, **__: Panel({"pump": series(), "fan": series("fan")}))
    done = CliRunner().invoke(root, ["show", "pump.csv", "--explain"])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == ["pump, fan", *decided(DECISIONS)]
    plain = CliRunner().invoke(root, ["show", "pump.csv"]).output
    assert "20 points" in plain
    assert "because" not in plain

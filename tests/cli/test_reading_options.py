"""Every option of `offbeat.read` is an option of every command that reads data, under the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_type_hints

import click
import pytest
from click.testing import CliRunner

import offbeat as ob
from offbeat.cli import root
from offbeat.cli._reading import OPTIONS, SECTION, ReadingCommand
from offbeat.core.errors import ParameterError
from offbeat.data.reading.options import SHAPES, Options, ReadOptions

READING = ["compare", "detect", "learn", "show", "tune"]


def parsed(*words: str) -> Any:
    """Return what a command that reads data gets for these words."""
    command = ReadingCommand("any", callback=lambda reading: reading)
    return command.main(list(words), standalone_mode=False)


def commands() -> dict[str, click.Command]:
    context = click.Context(root)
    found = {name: root.get_command(context, name) for name in root.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


def test_every_option_of_read_has_a_flag_and_every_flag_is_an_option_of_read() -> None:
    assert sorted(str(option.name) for option in OPTIONS) == sorted(ReadOptions.__annotations__)
    flags = {str(option.name): option.opts for option in OPTIONS}
    assert flags.pop("values") == ["--value"]
    assert flags == {name: [f"--{name.replace('_', '-')}"] for name in flags}


def test_an_option_of_which_read_takes_several_can_be_given_several_times() -> None:
    several = {name for name, kind in get_type_hints(ReadOptions).items() if "Sequence" in str(kind)}
    assert {str(option.name) for option in OPTIONS if option.multiple} == several


def test_the_commands_that_read_data() -> None:
    assert [name for name, command in commands().items() if isinstance(command, ReadingCommand)] == READING


@pytest.mark.parametrize("name", READING)
def test_no_option_of_a_command_has_the_name_of_one_of_reading(name: str) -> None:
    words = [word for option in commands()[name].params for word in (*option.opts, *option.secondary_opts)]
    names = [option.name for option in commands()[name].params]
    assert len(set(words)) == len(words)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), {}),
        (("--time", "when"), {"time": "when"}),
        (("--time", "date", "--time", "hour"), {"time": ["date", "hour"]}),
        (("--value", "a", "--value", "b"), {"values": ["a", "b"]}),
        (("--id", "room", "--id", "sensor"), {"id": ["room", "sensor"]}),
        (("--label", "fault"), {"label": "fault"}),
        (("--day-first",), {"day_first": True}),
        (("--month-first",), {"day_first": False}),
        (("--decimal", ",", "--thousands", " "), {"decimal": ",", "thousands": " "}),
        (("--thousands", "none"), {"thousands": "none"}),
        (("--delimiter", "tab", "--encoding", "latin-1"), {"delimiter": "tab", "encoding": "latin-1"}),
        (("--skip", "0", "--header", "2"), {"skip": 0, "header": 2}),
        (("--missing", "-1", "--missing", "broken"), {"missing": ["-1", "broken"]}),
        (("--keep", "-200"), {"keep": -200.0}),
        (("--keep", "-200", "--keep=9999"), {"keep": [-200.0, 9999.0]}),
        (("--shape", "wide-rows"), {"shape": "wide-rows"}),
        (("--resample", "60s"), {"resample": "60s"}),
        (("--sheet", "March"), {"sheet": "March"}),
        (("--sheet", "2"), {"sheet": 2}),
        (("--sql", "select * from load"), {"sql": "select * from load"}),
        (("--join",), {"join": True}),
    ],
)
def test_what_is_given_is_an_argument_of_read_and_nothing_else_is(words: tuple[str, ...], expected: object) -> None:
    assert parsed(*words) == expected


def test_all_of_them_together_are_options_that_read_takes() -> None:
    of_kind = {
        "--skip": "2",
        "--header": "1",
        "--keep": "-200",
        "--shape": "tall",
        "--decimal": ",",
        "--thousands": ".",
    }
    words = [
        word
        for option in OPTIONS
        for word in ([option.opts[0]] if option.is_flag else [option.opts[0], of_kind.get(option.opts[0], "x")])
    ]
    given = parsed(*words)
    assert set(given) == set(ReadOptions.__annotations__)
    assert set(Options.of(given).given()) == set(given)


def test_every_shape_can_be_given() -> None:
    (option,) = (option for option in OPTIONS if option.name == "shape")
    assert isinstance(option.type, click.Choice)
    assert tuple(option.type.choices) == SHAPES


@pytest.mark.parametrize(("words", "message"), [(("--decimal", ";"), "decimal"), (("--thousands", "x"), "thousands")])
def test_a_mark_that_is_none_is_refused_by_read(words: tuple[str, ...], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Options.of(parsed(*words))


@pytest.mark.parametrize("words", [("--skip", "-1"), ("--keep", "many"), ("--shape", "round"), ("--header", "x")])
def test_what_is_no_such_value_is_refused_at_once(words: tuple[str, ...]) -> None:
    with pytest.raises(click.BadParameter):
        parsed(*words)


@pytest.mark.parametrize("name", READING)
def test_the_help_has_them_in_a_section_of_their_own(name: str) -> None:
    text = CliRunner().invoke(root, [name, "--help"], terminal_width=100).output
    own, title, shared = text.partition(f"{SECTION}:\n")
    assert title
    assert "--help" in own
    for option in OPTIONS:
        assert f"{option.opts[0]} " in shared
        assert f"  {option.opts[0]} " not in own


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("detect", ()),
        ("learn", ("--out", "a.monitor")),
        ("show", ()),
        ("compare", ("-d", "zscore")),
        ("tune", ("-d", "zscore", "--planted", "spike")),
    ],
)
def test_every_command_hands_them_on(
    name: str, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {}

    def stop(*_: object, **options: object) -> None:
        given.update(options)
        raise ob.OffbeatError("seen")

    monkeypatch.setattr(ob, "read" if name == "show" else name, stop)
    done = CliRunner().invoke(root, [name, "a.csv", *words, "--keep", "-200", "--join", "--value", "load"])
    assert done.exit_code == 2, done.output
    assert done.output == "Error: seen\n"
    assert (given["keep"], given["join"], given["values"]) == (-200.0, True, "load")
    assert "time" not in given

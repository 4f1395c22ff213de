"""What holds for all formats: a file each, found by its name, with its title, endings and extra."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from offbeat.core.registry import entries
from offbeat.data.reading.tables import Format

ROOT = Path(__file__).parents[3]
FORMATS = entries("data/formats")
SPECIAL = {
    "json_text",
    "excel",
    "parquet",
    "arrow",
    "numpy_arrays",
    "matlab",
    "labview",
    "influx",
    "ucr_ts",
    "arff",
    "sqlite",
    "line_protocol",
    "logfmt",
}


def test_every_file_is_found():
    assert set(FORMATS) >= SPECIAL


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_says_what_it_is(name):
    kind = FORMATS[name].load(Format)
    assert kind.title.startswith(("a ", "an "))
    assert kind.suffixes
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in kind.suffixes)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert kind.extra in ("", *project["optional-dependencies"])


@pytest.mark.parametrize("name", sorted(SPECIAL))
def test_plain_text_and_nothing_are_not_recognised(name, wrote):
    kind = FORMATS[name].load(Format)()
    for content in ("time,v\n2024-01-08,1.5\n", "1 2\n3 4\n", "", "# a comment\n1\n", "{not json}\n", "[x]\n1\n"):
        assert not kind.recognises(wrote(content, "data.csv"))

"""A file for a format to read."""

from __future__ import annotations

import pytest

from offbeat.data.reading.options import Options
from offbeat.data.reading.unpacking import input_file


@pytest.fixture
def wrote(tmp_path):
    """Return a function that writes text or bytes and returns the file as formats get it."""

    def write(content, name):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return input_file(path, name)

    return write


@pytest.fixture
def read(wrote):
    """Return a function that gives the tables that a format makes of a content."""

    def tables(kind, content, name, **options):
        file = wrote(content, name)
        assert kind().recognises(file)
        return list(kind().tables(file, Options.of(options)))

    return tables

"""The text of a file, whatever its encoding."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from offbeat.core.errors import InputError
from offbeat.data.reading.encodings import guessed, utf_of
from offbeat.data.reading.options import Options
from offbeat.data.reading.tables import InputFile


def encoding_of(file: InputFile, options: Options | None = None) -> str:
    """Return the encoding that is asked for, or that of the first bytes; see `encodings`.

    Examples
    --------
    >>> from pathlib import Path
    >>> encoding_of(InputFile(Path(), "a.json", "°C".encode("utf-16")))
    'utf-16'
    >>> encoding_of(InputFile(Path(), "a.lvm", "°C, 1, 2".encode("cp1252")))
    'cp1252'
    """
    if options is not None and options.encoding is not None:
        return options.encoding
    return utf_of(file.head) or guessed(file.head)


def head_text(file: InputFile) -> str:
    """Return the beginning of a file as text; what is no character is replaced."""
    return file.head.decode(encoding_of(file), errors="replace")


def first_lines(file: InputFile, count: int) -> list[str]:
    r"""Return the first lines of a file that are not blank, at most as many; without the last, which may be cut.

    Examples
    --------
    >>> from pathlib import Path
    >>> first_lines(InputFile(Path(), "a.log", b"x=1\n\nx=2\nx="), 20)
    ['x=1', 'x=2']
    """
    *lines, last = head_text(file).split("\n", 10 * count)
    return [line for line in lines or [last] if line.strip()][:count]


@contextmanager
def opened(file: InputFile, options: Options) -> Iterator[IO[str]]:
    """Open a file as text.

    Raises
    ------
    InputError
        For an encoding that is unknown, or not that of the file.
    """
    encoding = encoding_of(file, options)
    try:
        stream = file.path.open(encoding=encoding, errors="replace", newline="")
    except LookupError:
        raise InputError(f"encoding={encoding!r} is unknown; give one such as 'utf-8' or 'cp1252'") from None
    with stream:
        try:
            yield stream
        except UnicodeError:
            raise InputError(f"{file.name} is not written in {encoding}; give another --encoding, or none") from None

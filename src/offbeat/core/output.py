"""Write files that are complete or absent, never half-written."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from offbeat.core.errors import OutputError


@contextlib.contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path that replaces `path` at the end.

    On any failure it is deleted, and `path` stays as it was.

    Raises
    ------
    OutputError
        Where the folder is missing, not writable or full; what stood at `path` before still stands there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, replacing(Path(folder) / "out.txt") as part:
    ...     _ = part.write_text("done")
    """
    path = Path(path)
    part: Path | None = None
    try:
        if path.is_dir():
            raise OutputError(f"can't write {path}: it is a folder; give a file name")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=path.suffix)
        os.close(handle)
        part = Path(name)
        yield part
        _as_new_file(part)
        part.replace(path)
    except OutputError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"can't write {path}: {reason.lower()}; {_remedy(error.errno)}") from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def check(path: str | Path, endings: Sequence[str] = ()) -> None:
    """Refuse a file that could not be written, before the work for it is done.

    Raises
    ------
    OutputError
        Where its folder is missing, or its name has none of the endings.

    Examples
    --------
    >>> check("found.xlsx", (".csv", ".json"))
    Traceback (most recent call last):
    offbeat.core.errors.OutputError: can't write found.xlsx: its name must end in .csv or .json
    """
    path = Path(path)
    if endings and path.suffix.lower() not in endings:
        listed = " or ".join(filter(None, (", ".join(endings[:-1]), endings[-1])))
        raise OutputError(f"can't write {path}: its name must end in {listed}")
    if not path.parent.is_dir():
        raise OutputError(f"can't write {path}: there is no folder {path.parent}; make it first")


def _remedy(number: int | None) -> str:
    if number in (errno.ENOSPC, errno.EDQUOT):
        return "make room, or give a place on another disk"
    if number == errno.ENOENT:
        return "make its folder first"
    if number == errno.ENAMETOOLONG:
        return "give a shorter name"
    return "give a file in another folder"


def _as_new_file(part: Path) -> None:
    """Give the file the permissions of a new file; a temporary file is private."""
    mask = os.umask(0)
    os.umask(mask)
    part.chmod(0o666 & ~mask)

"""The names of a file's columns, from its first bytes."""

from __future__ import annotations

from pathlib import Path

from offbeat.core.errors import InputError
from offbeat.data.reading.files import format_of
from offbeat.data.reading.options import Options
from offbeat.data.reading.text import understand
from offbeat.data.reading.unpacking import unpacked


def column_names(path: str | Path) -> tuple[str, ...]:
    r"""Return the names of a file's columns, as `read` takes them; of a delimited text the rows are not read.

    Parameters
    ----------
    path
        A file of any format that is read; of a folder, its first file.

    Raises
    ------
    InputError
        For what is missing, or has no columns.
    MissingExtraError
        For a format whose extra is not installed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "pump.csv").write_text("time,pressure\n1,2.5\n2,2.6\n")
    ...     column_names(Path(folder) / "pump.csv")
    ('time', 'pressure')
    """
    path = Path(path)
    if path.is_dir():
        files = sorted(one for one in path.rglob("[!.]*") if one.is_file())
        path = files[0] if files else path
    try:
        return _names(path)
    except (OSError, EOFError) as error:
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} can't be read: {reason.lower()}; give another file") from None


def _names(path: Path) -> tuple[str, ...]:
    options = Options()
    with unpacked(path) as files:
        table = next(iter(format_of(files[0]).tables(files[0], options)))
        if table.text is not None:
            return understand(table.text, files[0].name, options).names
        if table.frame is not None:
            return tuple(str(name) for name in table.frame.columns)
        return tuple((table.rows or [[]])[0])

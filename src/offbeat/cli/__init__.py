"""The command line: the same words as the Python functions, and no algorithm. One file a command."""

from __future__ import annotations

import atexit
import gc
import signal
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import click

import offbeat as ob

EPILOG = """\b
Examples:
  offbeat detect pump.csv
  offbeat detect pump.csv --alarms 2/week --report pump.html --plot pump.png
  offbeat detect logs/ --json > events.json
  offbeat show logs/ --sample 5 --plot first-look.png
  offbeat synth sine.csv --anomalies spike:3,level_shift:1

\b
Shell completion, in bash (zsh and fish alike):
  eval "$(_OFFBEAT_COMPLETE=bash_source offbeat)"
"""


class _Commands(click.Group):
    """The commands are the files of this folder."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = import_module(f"offbeat.cli.{cmd_name}").command
        found.help = (found.help or "").replace("\\b\n", "\b\n")  # docstrings are raw; click wants the character
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ob.OffbeatError as error:
            raise _Refused(str(error)) from error


class _Refused(click.ClickException):
    """Bad input: one sentence and exit code 2."""

    exit_code = 2


@click.group(cls=_Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(ob.__version__, prog_name="offbeat")
def root() -> None:
    """Find what is off in a time series."""


def _say(message: Warning | str, *_: Any, **__: Any) -> None:
    """Show a warning as a sentence, not as a place in the code."""
    click.echo(f"Warning: {message}", err=True)


def _collect_rarely() -> None:
    """Let Python search for unreachable circles of objects rarely, and not once more at the end.

    A short command spends a fifth of its time on that, and finds nothing: most objects are modules and functions.
    """
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)


def _stop_cleanly() -> None:
    """Stop as with Ctrl-C where the system asks for it, so that temporary files are removed."""
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores one
            signal.signal(number, signal.default_int_handler)


def main() -> None:
    """Run the command line; exit code 0 done, 2 bad input or nothing ran, 3 an event with --fail-on-event."""
    warnings.showwarning = _say
    _collect_rarely()
    _stop_cleanly()
    try:
        sys.exit(root.main(prog_name="offbeat", standalone_mode=False))  # an asked-for exit comes back as its code
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("stopped; no file was left half-written", err=True)
        sys.exit(130)
    except MemoryError:
        click.echo("Error: not enough memory for this data; give fewer columns with --value, or fewer rows", err=True)
        sys.exit(2)

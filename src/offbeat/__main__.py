"""`python -m offbeat` is the command line."""

from __future__ import annotations

from offbeat.cli import main

if __name__ == "__main__":
    main()

"""Options that are written as NAME=VALUE."""

from __future__ import annotations

import click


def pairs(option: str, words: tuple[str, ...]) -> dict[str, str]:
    """Split each word at its first equals sign.

    Raises
    ------
    click.UsageError
        For a word without one, naming the option that it was given to.
    """
    found = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise click.UsageError(f"{option} {word}: write it as NAME=VALUE")
        found[name] = value
    return found

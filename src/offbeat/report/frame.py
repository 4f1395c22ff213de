"""What is around the body of every page: its head, its style and its scripts, and nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from importlib import resources
from string import Template

from offbeat import __version__
from offbeat.core.written import MARK


def around(title: str, styles: Sequence[str], scripts: Sequence[str]) -> tuple[str, str]:
    """Return what stands before the body of a page and what stands after it.

    Parameters
    ----------
    title
        The words in the browser's tab, as plain text.
    styles, scripts
        The names of files in this package's folder `web`, in the order in which they build on one another.
    """
    style = "".join(map(part, styles))
    # one block, so that no name reaches the browser's own
    code = "\n".join(['"use strict";', "{", *map(part, scripts), "}"])
    filled = {
        "title": f"{escape(title)} - offbeat",
        "generator": f"{MARK} {escape(__version__)}",
        "style": style,
        "style_hash": _hash(style),
        "script": code,
        "script_hash": _hash(code),
        "version": escape(__version__),
    }
    head, foot = (Template(half).substitute(filled) for half in part("page.html").split("$body"))
    return head, foot


def part(name: str) -> str:
    """Return the text of a file of the folder `web`."""
    return resources.files(__package__).joinpath("web", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return what a browser compares before it runs or applies `text`: nothing else on the page may run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")

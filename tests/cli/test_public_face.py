"""A command calls what a user may call: the names of `offbeat`, and of the modules that it names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import offbeat as ob
from offbeat import cli

FILES = sorted(Path(cli.__file__).parent.glob("*.py"))


def refused(source: str) -> list[str]:
    """Return what a command may not import or call."""
    tree = ast.parse(source)
    return [*_imports(tree), *_calls(tree)]


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            ours = ast.unparse(node).startswith("from .") or module.partition(".")[0] == "offbeat"
            if ours and not module.startswith("offbeat.cli"):
                yield f"from {module} import {', '.join(name.name for name in node.names)}"
        elif isinstance(node, ast.Import):
            for name in node.names:
                if name.name.partition(".")[0] == "offbeat" and (name.name, name.asname) != ("offbeat", "ob"):
                    yield f"import {name.name}"
        elif isinstance(node, ast.Call) and "import_module(" in (call := ast.unparse(node)) and ".cli." not in call:
            yield call


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        names = _chain(node)
        if names and names[0] == "ob" and not _is_public(names[1:]):
            yield ".".join(names)


def _chain(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    before = _chain(node.value) if isinstance(node, ast.Attribute) else []
    return [*before, node.attr] if before and isinstance(node, ast.Attribute) else []


def _is_public(names: list[str]) -> bool:
    place: object = ob
    for name in names:
        if not isinstance(place, ModuleType):
            return not name.startswith("_")
        things = [(word, getattr(thing, "__module__", None)) for word, thing in vars(place).items()]
        own = [word for word, module in things if module == place.__name__ and not word.startswith("_")]
        if name not in (*getattr(place, "__all__", own), "__version__"):
            return False
        place = getattr(place, name)
    return True


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_command_calls_the_public_face_only(path: Path) -> None:
    assert not refused(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "from offbeat.core.params import parse_options",
        "from offbeat import pipeline",
        "from ..core import spec",
        "import offbeat.pipeline",
        "import offbeat",
        "import_module('offbeat.core.spec')",
        "ob.pipeline.detect()",
        "ob.core.spec",
        "ob.data.delimited",
        "ob.data.synth._chance",
        "ob.data.synth.replacing",
        "ob.report.kinds",
    ],
)
def test_what_is_inside_is_refused(source: str) -> None:
    assert refused(source)


@pytest.mark.parametrize("name", ob.__all__)
def test_every_public_name_is_there(name: str) -> None:
    thing = getattr(ob, name)
    for inner in getattr(thing, "__all__", ()) if isinstance(thing, ModuleType) else ():
        assert hasattr(thing, inner), f"{name}.{inner}"

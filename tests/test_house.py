"""The house's own rules: lint, format, types and layers, by their tools; and the limits of size that no tool knows."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(path for folder in ("src", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
DETECTORS = sorted((ROOT / "src/offbeat/detectors").glob("*/[!_]*.py"))
LAYERS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
TOOLS = {
    "lint": ("ruff", "-m", "ruff", "check", "."),
    "format": ("ruff", "-m", "ruff", "format", "--check", "."),
    "types": ("mypy", "-m", "mypy"),
    "layers": ("importlinter", "-c", LAYERS),
}


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, *words]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("what", TOOLS)
def test_the_tool_has_nothing_to_say(what: str) -> None:
    tool, *words = TOOLS[what]
    if find_spec(tool) is None:
        pytest.skip(f"{tool} is not installed; the [test] extra has it")
    done = _run(*words)
    assert done.returncode == 0, f"{what}:\n{done.stdout}{done.stderr}"


def test_importing_takes_less_than_half_a_second() -> None:
    done = _run("-c", "import time; began = time.process_time(); import offbeat; print(time.process_time() - began)")
    assert float(done.stdout) < 0.5, done.stderr


def test_no_file_has_more_than_500_lines() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert len(lengths) > 300
    assert not {name: length for name, length in lengths.items() if length > 500}


def test_no_detector_has_more_than_150_lines_of_code() -> None:
    lengths = {path.stem: _lines_of_code(path) for path in DETECTORS}
    assert len(lengths) > 60
    assert not {name: length for name, length in lengths.items() if length > 150}


def _lines_of_code(path: Path) -> int:
    """Count the lines that hold neither a docstring nor a comment alone, nor nothing."""
    text = path.read_text(encoding="utf-8")
    words = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr)]
    docs = [node for node in words if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)]
    skipped = {line for node in docs for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    return sum(
        number not in skipped and line.strip() != "" and not line.lstrip().startswith("#")
        for number, line in enumerate(text.splitlines(), 1)
    )

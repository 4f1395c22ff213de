"""Old names and sentences that must not come back: plain words took their place.

`NAMES` are whole names: of functions, classes, arguments, attributes, variables, keys and columns. `STEMS` are refused
as a part of a name or of a file's name too. `SENTENCES` are refused in strings, pages and tables.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = ("src", "benchmarks", "docs", "examples", "tests")
"""Where Python is read."""

PENDING: frozenset[str] = frozenset()
"""Where old names are still being replaced; to be empty."""

NAMES = {
    "abroad": "transductive",
    "alike": "correlation, same_length",
    "apart": "min_gap, distance",
    "asks": "required",
    "by_chance": "stochastic",
    "calmed": "refit",
    "carried_out": "run_all",
    "Case": "Planted",
    "Evidence": "EventContext",
    "fit_judge": "fit_score",
    "Goal": "Metric",
    "goal": "metric",
    "judge": "score_result",
    "Judged": "ScoreResult",
    "lessons": "usable_labels",
    "Look": "ChannelView",
    "quieter_half": "parts_of",
    "reads_": "lookback_",
    "said": "message, notes",
    "separation": "min_gap",
    "_spoken": "member_scores",
    "Standing": "Rank",
    "Studied": "StudyResult",
    "studied": "result",
    "Target": "Objective",
    "_tell": "member_scores, report",
    "told": "member_scores, text",
    "Tuned": "TuneResult",
}
"""What stands alone, and what took its place; case counts, and only underscores at the ends don't."""

ORDINARY = {"alike", "apart", "said", "told"}
"""Plain words, free in tests."""

STEMS = {
    "voice": "MemberSpec",
    "gauge": "MemberCalibration",
    "contender": "DetectorSpec",
    "entrant": "DetectorSpec",
    "lineup": "DetectorSpec",
}
"""What is refused within a name as well, as in `read_contenders`."""

FILES = {**STEMS, "running": "runner", "evidence": "context", "standing": "rank", "case": "planted"}

CLASS_ATTRIBUTES = {"trial": "fast_params", "needs": "extra", "asks": "required", "reads_": "lookback_"}
"""What a class must not declare."""

LEVEL = {
    "src/offbeat/detectors/": "of exponential smoothing; `level=0.3`, the share of a window's mean that is kept",
    "src/offbeat/kernels/": "of exponential smoothing, and of a tree",
    "src/offbeat/testing/": "the mean of a stretch",
    "tests/detectors/": "the mean of a stretch, and the detectors' parameter",
    "tests/naive/": "of exponential smoothing, of a tree, and the mean of a window",
    "tests/metrics/": "a threshold of the naive twins",
}
"""Where `level` is the field's own, and is neither a severity nor a kind of event."""

SENTENCES = (
    "not foreseen from",
    "windows of another width",
    "windows with these values are rare",
    "stayed below the usual",
    "left its usual course",
    "ran through a pattern unlike the rest",
    "to the last digit in",
    "too few separate peaks",
    "there are only 1",
    "of everything random",
    "is made as good as it can be",
    "carry out the study",
    "nobody can say whether",
    "so nothing is measured on it",
    "foretell",
    "foretold",
    "held down",
    "networks and their elders",
    "by heart",
    "speaks so much against",
    "may compare a single channel with what is judged",
    "counts half where the data go on from it",
    "it takes a season for a shift",
)
"""Lower case; white space of any kind counts as one space."""


def pending(path: Path) -> bool:
    return any(path.relative_to(ROOT).as_posix().startswith(folder) for folder in PENDING)


def sources() -> list[Path]:
    found = [path for place in PLACES for path in sorted((ROOT / place).rglob("*.py"))]
    return [path for path in found if path != Path(__file__) and not pending(path)]


def identifiers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of what is defined, used, passed, imported, or written as a key or column."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Name):
            yield line, node.id
        elif isinstance(node, ast.Attribute):
            yield line, node.attr
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield line, node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield line, node.name
        elif isinstance(node, ast.alias):
            yield from ((line, name) for name in (*node.name.split("."), node.asname) if name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            yield line, node.value


def better(name: str) -> str | None:
    """Return what took the place of a name, or None where there is nothing against it."""
    bare = name.strip("_")
    if name in NAMES or bare in NAMES:
        return NAMES.get(name) or NAMES[bare]
    parts = [part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", bare)]
    return next((new for stem, new in STEMS.items() for part in parts if part.removesuffix("s") == stem), None)


def is_runs(node: ast.AST) -> bool:
    """Whether a function is called `runs`, or one is imported: that of the stretches of True is `true_runs`."""
    if isinstance(node, ast.FunctionDef):
        return node.name == "runs"
    return isinstance(node, ast.ImportFrom) and any(name.name == "runs" for name in node.names)


def places_of_level(tree: ast.AST) -> Iterator[int]:
    """Yield the lines where `level` is a variable, an argument, an attribute, a column or a key."""
    keywords = {id(node) for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    for node in ast.walk(tree):
        if id(node) in keywords:
            continue  # pandas' own `level=`
        named = isinstance(node, ast.Name) and node.id
        named = named or (isinstance(node, ast.Attribute) and node.attr)
        named = named or (isinstance(node, ast.arg) and node.arg)
        named = named or (isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value)
        if named == "level":
            yield node.lineno


def test_old_names_are_gone() -> None:
    found = []
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        where = path.relative_to(ROOT)
        free = ORDINARY if where.parts[0] == "tests" else set()
        named = [(line, name) for line, name in identifiers(tree) if name.strip("_") not in free]
        found += [f"{where}:{line}: {name}; say {new}" for line, name in named if (new := better(name))]
        found += [f"{where}:{node.lineno}: runs; say true_runs" for node in ast.walk(tree) if is_runs(node)]
    assert not found, "\n".join(found)


def test_level_is_neither_a_severity_nor_a_kind_of_event() -> None:
    found = []
    for path in sources():
        where = path.relative_to(ROOT).as_posix()
        if any(where.startswith(folder) for folder in LEVEL):
            continue
        lines = places_of_level(ast.parse(path.read_text(encoding="utf-8")))
        found += [f"{where}:{line}: level; say severity or level_shift" for line in lines]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("folder", LEVEL)
def test_every_allowance_is_still_needed(folder: str) -> None:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / folder).rglob("*.py")))
    assert any(list(places_of_level(tree)) for tree in trees), f"no level in {folder}: take the allowance out"


def test_no_class_declares_an_old_attribute() -> None:
    found = []
    for path in sources():
        for kind in (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.ClassDef)):
            for line in kind.body:
                targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
                named = {target.id for target in targets if isinstance(target, ast.Name)} & CLASS_ATTRIBUTES.keys()
                found += [f"{path}:{line.lineno}: {name}; say {CLASS_ATTRIBUTES[name]}" for name in named]
    assert not found, "\n".join(found)


def test_no_file_has_an_old_name() -> None:
    words = ((path, word) for path in sources() for word in re.split(r"[^a-z]+", path.stem.lower()))
    found = [
        f"{path.relative_to(ROOT)}: {word}; say {FILES[w]}"
        for path, word in words
        if (w := word.removesuffix("s")) in FILES
    ]
    assert not found, "\n".join(found)


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text: of Python its string constants, of the rest the whole."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield 1, text
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_old_sentences_are_gone() -> None:
    pages = [p for end in ("md", "toml", "js", "html", "css") for p in ROOT.rglob(f"*.{end}")]
    pages = [p for p in pages if not pending(p) and not any(part.startswith(".") for part in p.relative_to(ROOT).parts)]
    found = []
    for path in (*sources(), *sorted(pages)):
        for line, text in strings(path):
            plain = " ".join(text.lower().split())
            found += [f"{path.relative_to(ROOT)}:{line}: {old!r}" for old in SENTENCES if old in plain]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("name", "refused"),
    [("VOICES", True), ("read_contenders", True), ("_told", True), ("Case", True), ("case", False), ("oracles", False)],
)
def test_the_check_itself(name: str, refused: bool) -> None:
    assert (better(name) is not None) is refused
    tree = ast.parse("def level(level): return frame.groupby(level=0)['level'], x.level")
    assert len(list(places_of_level(tree))) == 3

"""What there is, by name: the listing of a folder is the registry, so adding a file is adding a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import getdoc
from itertools import chain
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from offbeat.core.detector import Detector
from offbeat.core.errors import OffbeatError, unknown, unknown_parameter
from offbeat.core.params import params_of

if TYPE_CHECKING:
    import pandas as pd

_ROOT = Path(__file__).parent.parent
_MARK = "_offbeat_listed"

Thing = TypeVar("Thing", bound=Callable[..., Any])


@dataclass(frozen=True)
class Entry:
    """Where a name leads: `module` holds the class, `family` is the folder."""

    name: str
    family: str
    module: str

    def load(self, base: type[Any] = object) -> type[Any]:
        """Import the module and return its one public subclass of `base`."""
        module = import_module(self.module)
        own = [
            kind
            for word, kind in vars(module).items()
            if isinstance(kind, type) and issubclass(kind, base) and kind.__module__ == self.module and word[0] != "_"
        ]
        if len(own) != 1:
            raise OffbeatError(f"{self.module} must define one {base.__name__}, and defines {len(own)}")
        return own[0]


@cache
def entries(*folders: str) -> Mapping[str, Entry]:
    """List the public modules of `folders`, relative to the package, without importing any; read once a process."""
    found: dict[str, Entry] = {}
    for folder in folders:
        for path in sorted((_ROOT / folder).rglob("[!_]*.py")):
            family = path.parent.relative_to(_ROOT)
            module = ".".join(("offbeat", *family.parts, path.stem))
            if path.stem in found:
                raise OffbeatError(f"two files claim the name {path.stem!r}: {found[path.stem].module} and {module}")
            found[path.stem] = Entry(path.stem, family.name, module)
    return MappingProxyType(found)


def modules(*folders: str) -> list[ModuleType]:
    """Import the public modules of `folders`: where a file may hold several things, each declares itself."""
    return [import_module(entry.module) for entry in entries(*folders).values()]


LISTS = {
    "detectors": ("detectors", "ensembles"),
    "thresholds": ("thresholds",),
    "metrics": ("metrics",),
    "layouts": ("data/datasets",),
    "kinds": ("data/anomalies",),
    "reports": ("report/kinds",),
    "scalers": ("preprocess",),
}
"""The folders of each kind of thing that can be listed."""

_SEVERAL = {"metrics", "kinds", "scalers"}
"""Lists whose files may hold several things each, every one of them marked by `listed`."""

_CLASSES = {"detectors": "--set ", "thresholds": "--threshold {}:"}
"""Lists whose files hold a class each, and how its parameters are typed."""


def listed(thing: Thing, **facts: object) -> Thing:
    """Mark a function or class as one of the things that its folder lists, with facts for its row."""
    setattr(thing, _MARK, facts)
    return thing


def things(what: str) -> dict[str, Any]:
    """Return every thing of one list by name: a class, a function, or the module that stands for it.

    Raises
    ------
    UnknownNameError
        For a list that is not there, with the nearest ones offered.

    Examples
    --------
    >>> sorted(things("reports"))
    ['html', 'pdf', 'png', 'svg']
    """
    if what not in LISTS:
        raise unknown("list", what, LISTS)
    if what in _SEVERAL:
        found = [thing for module in modules(*LISTS[what]) for thing in vars(module).values()]
        return {thing.__name__.lower(): thing for thing in found if _MARK in getattr(thing, "__dict__", ())}
    if what in _CLASSES:
        base = Detector if what == "detectors" else object
        return {name: entry.load(base) for name, entry in entries(*LISTS[what]).items()}
    return dict(zip(entries(*LISTS[what]), modules(*LISTS[what]), strict=True))


def find(what: str, name: str, known: Mapping[str, Entry]) -> Entry:
    """Return the entry of that name; `what` is the word for it in the error.

    Raises
    ------
    UnknownNameError
        Where there is no such name, with the nearest ones offered.
    """
    if name not in known:
        raise unknown(what, name, known)
    return known[name]


def detector_entries() -> Mapping[str, Entry]:
    """Return every detector's name and where it lives; imports nothing."""
    return entries("detectors", "ensembles")


def detector_class(name: str) -> type[Detector]:
    """Return the class of the named detector.

    Raises
    ------
    UnknownNameError
        Where there is no such detector, with the nearest names offered.
    """
    made: type[Detector] = find("detector", name, detector_entries()).load(Detector)
    return made


def detector(name: str, **params: Any) -> Detector:
    """Make the detector of that name.

    Parameters
    ----------
    name
        One of `catalogue()`.
    **params
        Its parameters; the others keep their defaults.

    Raises
    ------
    UnknownNameError
        For a name or parameter that is not there, with the nearest ones offered.
    ParameterError
        For a value outside its bounds.

    Examples
    --------
    >>> import offbeat as ob
    >>> ob.detector("zscore", window=30)
    ZScore(window=30)
    """
    kind = detector_class(name)
    declared = params_of(kind)
    for word in params:
        if word not in declared:
            raise unknown_parameter(name, word, declared)
    return kind(**params)


def catalogue(what: str = "detectors") -> pd.DataFrame:
    """Return a table of one list: a row a name, with one line on it and its parameters.

    Parameters
    ----------
    what
        "detectors", "thresholds", "metrics", "layouts", "kinds" (of anomaly), "reports" or "scalers".

    Returns
    -------
    A frame whose index is the name. Of a detector: family, what it is, what it sees, whether it is causal, its cost,
    the extra that it takes, how far a score moves at most where the first scored row is missing, as a share of the
    scores' range (`unsteady`), and its parameters with bounds.

    Raises
    ------
    UnknownNameError
        For a list that is not there, with the nearest ones offered.

    Examples
    --------
    >>> import offbeat as ob
    >>> "knn" in ob.catalogue().index
    True
    >>> ob.catalogue("thresholds").loc["percentile", "parameters"]
    'percent=95.0 (float, 0 to 100)'
    """
    import pandas as pd

    rows = [{"name": name, **_row(what, name, thing)} for name, thing in things(what).items()]
    return pd.DataFrame(rows).set_index("name")


def _row(what: str, name: str, thing: Any) -> dict[str, object]:
    row: dict[str, object] = {"what": summary(thing), **getattr(thing, _MARK, {})}
    if what == "detectors":
        family, sees = detector_entries()[name].family, ", ".join(sorted(thing.sees))
        row = {"family": family, **row, "sees": sees, "causal": thing.causal, "cost": thing.cost, "extra": thing.extra}
        row["unsteady"] = thing.unsteady
    if what in _CLASSES:
        row["parameters"] = "; ".join(f"{p.name}={p.default} ({p.bounds})" for p in params_of(thing).values())
    return row


def about(name: str) -> str:
    """Return all about one thing that is listed: its documentation and its parameters.

    Parameters
    ----------
    name
        Of a detector, threshold, metric, layout, kind of anomaly, report or scaler. What bears the same name in
        several lists is shown once for each.

    Raises
    ------
    UnknownNameError
        For a name that is in no list, with the nearest ones offered.

    Examples
    --------
    >>> print(about("percentile"))
    percentile, of `offbeat list thresholds`
    <BLANKLINE>
    The score that a stated share of the points stays below: 5 % of any data is flagged at the default.
    ...
    Parameters, as --threshold percentile:NAME=VALUE:
      percent=95.0  share of the points below the threshold, in percent (float, 0 to 100)
    """
    return "\n\n".join(_about(what, name, things(what)[name]) for what in lists_with(name))


def lists_with(name: str) -> list[str]:
    """Return the lists that hold something of that name.

    Raises
    ------
    UnknownNameError
        For a name that is in no list, with the nearest ones offered.

    Examples
    --------
    >>> lists_with("mad")
    ['detectors', 'thresholds']
    """
    every = {what: names(what) for what in LISTS}
    found = [what for what in LISTS if name in every[what]]
    if not found:
        raise unknown("detector or list", name, dict.fromkeys([*LISTS, *chain(*every.values())]))
    return found


def names(what: str) -> tuple[str, ...]:
    """Return the names of one list; imports no detector and no threshold.

    Raises
    ------
    UnknownNameError
        For a list that is not there, with the nearest ones offered.
    """
    if what in LISTS and what not in _SEVERAL:
        return tuple(entries(*LISTS[what]))
    return tuple(things(what))


def _about(what: str, name: str, thing: Any) -> str:
    of = getattr(thing, "find", thing)  # a layout is a module: its reader says what it takes
    lines = [f"{name}, of `offbeat list {what}`", "", getdoc(thing) or ""]
    lines += [] if of is thing else ["", getdoc(of) or ""]
    facts = getattr(thing, _MARK, {})
    lines += ["", *(f"{word}: {fact}" for word, fact in facts.items())] if facts else []
    if what in _CLASSES:
        lines += ["", f"Parameters, as {_CLASSES[what].format(name)}NAME=VALUE:"]
        lines += [f"  {p.name}={p.default}  {p.doc} ({p.bounds})" for p in params_of(thing).values()] or ["  none"]
    return "\n".join(lines)


def summary(thing: object) -> str:
    """Return the first line of a docstring."""
    return (thing.__doc__ or "").strip().partition("\n")[0]

"""What there is, by name: the listing of a folder is the registry, so adding a file is adding a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
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

    def load(self, base: type[Any]) -> type[Any]:
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


def listed(thing: Thing) -> Thing:
    """Mark a function or class as one of the things that its folder lists."""
    setattr(thing, _MARK, True)
    return thing


def listing(what: str) -> dict[str, str]:
    """Return every thing of one kind by name, with one line on it.

    Raises
    ------
    UnknownNameError
        For a kind of thing that is not there, with the nearest ones offered.

    Examples
    --------
    >>> listing("kinds")["spike"]
    'Raise by `size` usual deviations.'
    """
    if what not in LISTS:
        raise unknown("list", what, LISTS)
    found = zip(entries(*LISTS[what]), modules(*LISTS[what]), strict=True)
    if what not in _SEVERAL:
        return {name: summary(module) for name, module in found}
    things = [
        thing for _, module in found for thing in vars(module).values() if _MARK in getattr(thing, "__dict__", ())
    ]
    return {thing.__name__: summary(thing) for thing in things}


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
    found = detector_entries()
    if name not in found:
        raise unknown("detector", name, found)
    made: type[Detector] = found[name].load(Detector)
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


def catalogue() -> pd.DataFrame:
    """Return every detector: family, one line on it, what it sees, cost, causality and parameters with bounds.

    Examples
    --------
    >>> import offbeat as ob
    >>> "knn" in ob.catalogue().index
    True
    """
    import pandas as pd

    rows = []
    for entry in detector_entries().values():
        kind: type[Detector] = entry.load(Detector)
        rows.append(
            {
                "name": entry.name,
                "family": entry.family,
                "what": summary(kind),
                "sees": ", ".join(sorted(kind.sees)),
                "causal": kind.causal,
                "cost": kind.cost,
                "extra": kind.extra,
                "parameters": "; ".join(f"{p.name}={p.default} ({p.bounds})" for p in params_of(kind).values()),
            }
        )
    return pd.DataFrame(rows).set_index("name")


def summary(thing: object) -> str:
    """Return the first line of a docstring."""
    return (thing.__doc__ or "").strip().partition("\n")[0]

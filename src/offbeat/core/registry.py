"""What there is, by name: the listing of a folder is the registry, so adding a file is adding a name."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offbeat.core.detector import Detector
from offbeat.core.errors import OffbeatError, unknown, unknown_parameter
from offbeat.core.params import params_of

if TYPE_CHECKING:
    import pandas as pd

_ROOT = Path(__file__).parent.parent


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


def entries(*folders: str) -> dict[str, Entry]:
    """List the public modules of `folders`, relative to the package, without importing any of them."""
    found: dict[str, Entry] = {}
    for folder in folders:
        for path in sorted((_ROOT / folder).rglob("[!_]*.py")):
            family = path.parent.relative_to(_ROOT)
            module = ".".join(("offbeat", *family.parts, path.stem))
            if path.stem in found:
                raise OffbeatError(f"two files claim the name {path.stem!r}: {found[path.stem].module} and {module}")
            found[path.stem] = Entry(path.stem, family.name, module)
    return found


def detector_entries() -> dict[str, Entry]:
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


def summary(kind: type[Any]) -> str:
    """Return the first line of a class' docstring."""
    return (kind.__doc__ or "").strip().splitlines()[0] if kind.__doc__ else ""

"""Detectors as a user names them: "zscore,knn:window=64,k=1,scaler=robust" or "mymodule:MyDetector"."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any

from offbeat.core.detector import Detector
from offbeat.core.errors import ParameterError, UnknownNameError, unknown, unknown_parameter
from offbeat.core.extras import installed
from offbeat.core.naming import name_of
from offbeat.core.params import params_of, parse_options
from offbeat.core.registry import detector_class, detector_entries

ALL = "all"

SCALER = "scaler"
"""The option that names a scaler beside the detector's own parameters."""

_PATH = re.compile(r"(?P<module>[A-Za-z_][\w.]*):(?P<name>[A-Za-z_]\w*)(?::(?P<options>.*))?", re.DOTALL)


@dataclass(frozen=True, eq=False)
class DetectorSpec:
    """A detector to be made: its class, parameters and scaler, as a user named them.

    The seed follows one rule, wherever a function has a `seed`: it goes to every detector that has a parameter `seed`
    which the user did not set. In a spec, `seed=0` is set. A `Detector` object can't tell whether its seed was typed,
    so its seed counts as set where it is not the default; use the spec "knn:seed=0" to hold the default itself.

    Parameters
    ----------
    name
        As typed; of a `Detector` object its name and changed parameters.
    kind
        The detector's class.
    params
        All its parameters.
    given
        The names of the parameters that the user set.
    scaler
        The name of the scaler of its data; None leaves them as they are.

    Examples
    --------
    >>> DetectorSpec.parse("knn:window=64,k=1").new()
    KNN(window=64, k=1, ...)
    """

    name: str
    kind: type[Detector]
    params: dict[str, Any] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    scaler: str | None = None

    def __repr__(self) -> str:
        return f"DetectorSpec({self.name})"

    @classmethod
    def parse(cls, text: str, scalers: Collection[str] = ()) -> DetectorSpec:
        """Read one spec; `scaler=` is taken where there are scalers to name.

        Raises
        ------
        UnknownNameError
            For a detector or parameter that is not there, with the nearest names offered.
        ParameterError
            For an option without a value, a value outside its bounds, or an import path without a detector.
        """
        where, options = read(text)
        kind = class_of(where)
        if not scalers and SCALER in options and SCALER not in params_of(kind):
            raise ParameterError(
                f"{text!r}: only compare takes {SCALER}=; leave it out, and scale the values x before, as with "
                "offbeat.preprocess.scale.Robust().fit(x).transform(x)"
            )
        scaler = options.pop(SCALER, None) if scalers else None
        if scaler is not None and scaler not in scalers:
            raise unknown("scaler", scaler, scalers)
        return cls.make(where, parse_options(kind, options), text, scaler)

    @classmethod
    def make(
        cls, where: str, params: dict[str, Any], name: str | None = None, scaler: str | None = None
    ) -> DetectorSpec:
        """Return the spec of a detector by its name or import path, with values for some parameters."""
        kind = class_of(where)
        return cls(name or where, kind, scaler=scaler).with_params(**params)

    @classmethod
    def of(cls, one: object, scalers: Collection[str] = ()) -> DetectorSpec:
        """Return the spec of a text, of a class with its defaults, or of an object, which is copied and never fitted.

        Raises
        ------
        UnknownNameError
            As `parse` does.
        ParameterError
            As `parse` does; for what is no detector, or a class that can't be made of defaults.
        """
        if isinstance(one, str):
            return cls.parse(one, scalers)
        if isinstance(one, type) and issubclass(one, Detector) and one is not Detector:
            return cls(name_of(one), one).with_params()
        if not isinstance(one, Detector):
            raise ParameterError(
                f"{one!r} is no detector; give a name such as 'knn:window=64', or a class derived from offbeat.Detector"
            )
        changed = _changed(one)
        words = ",".join(f"{name}={value}" for name, value in changed.items())
        name = f"{one.name}:{words}" if words else one.name
        return cls(name, type(one), one.get_params(), frozenset(changed))

    @property
    def stochastic(self) -> bool:
        """Whether it takes a seed that the user did not set."""
        return "seed" in params_of(self.kind) and "seed" not in self.given

    @property
    def where(self) -> str:
        """The detector's name, or the import path of a class of the user's own."""
        kind = self.kind
        return name_of(kind) if _is_ours(kind) else f"{kind.__module__}:{kind.__qualname__}"

    @property
    def held(self) -> dict[str, Any]:
        """The parameters that the user set."""
        return {name: value for name, value in self.params.items() if name in self.given}

    @cached_property
    def identity(self) -> str:
        """Where the class is, with a version or a hash of its code: two classes of one name differ in it."""
        kinds = [self.kind, *(type(value) for value in self.params.values() if type(value).__module__ != "builtins")]
        return " ".join(map(_identity, kinds))

    def new(self, seed: int = 0) -> Detector:
        """Return an unfitted detector; the seed goes in where the user set none."""
        return self.kind(**{**self.params, **({"seed": seed} if self.stochastic else {})})

    def typed(self, options: Mapping[str, str]) -> dict[str, Any]:
        """Return parameters that a user typed, as values of the declared types.

        Raises
        ------
        UnknownNameError
            For a parameter that is not there, with the nearest one offered.
        ParameterError
            For a text that is not of the declared type.

        Examples
        --------
        >>> DetectorSpec.parse("knn").typed({"window": "64"})
        {'window': 64}
        """
        return parse_options(self.kind, options)

    def with_params(self, **params: Any) -> DetectorSpec:
        """Return a spec with some parameters set anew; a wrong value is refused here."""
        declared = params_of(self.kind)
        for name in params:
            if name not in declared:
                raise unknown_parameter(name_of(self.kind), name, declared)
        made = self.kind(**{**self.params, **params})
        return replace(self, params=made.get_params(), given=self.given | frozenset(params))


Named = str | Detector | type[Detector]
"""What names a detector: a spec, a class, which stands for its defaults, or an object."""


def specs(named: Named | Sequence[Named], scalers: Collection[str] = ()) -> list[DetectorSpec]:
    """Return one spec for each detector that is named.

    Parameters
    ----------
    named
        Specs, several in one text behind commas, or detectors, or their classes. "all" is every detector whose extra
        is installed and that has no required parameter. Classes that differ and have one name are called by where
        they come from, "mymodule:MyDetector".
    scalers
        The names that `scaler=` takes; none, where data are never scaled.

    Raises
    ------
    UnknownNameError
        For a detector, parameter or scaler that is not there, with the nearest names offered.
    ParameterError
        For none, the same one twice, a value outside its bounds, or what is no detector.

    Examples
    --------
    >>> specs("zscore,knn:window=64,k=1")
    [DetectorSpec(zscore), DetectorSpec(knn:window=64,k=1)]
    """
    words = [one for word in _listed(named) for one in (_parts(word) if isinstance(word, str) else [word])]
    found = _told_apart([DetectorSpec.of(one, scalers) for one in words])
    if not found:
        raise ParameterError("no detector is named; give at least one, such as 'zscore,knn'")
    refuse_twice([one.name for one in found])
    return found


def _listed(named: object) -> Iterable[object]:
    if isinstance(named, Iterable) and not isinstance(named, str | Detector | type | Mapping):
        return named
    return [named]


def _told_apart(found: Sequence[DetectorSpec]) -> list[DetectorSpec]:
    """Call specs of one name and different classes by where the classes come from."""
    kinds: dict[str, set[type[Detector]]] = {}
    for spec in found:
        kinds.setdefault(spec.name, set()).add(spec.kind)
    return [
        replace(spec, name=spec.where + spec.name.removeprefix(name_of(spec.kind)))
        if len(kinds[spec.name]) > 1
        else spec
        for spec in found
    ]


def refuse_twice(names: Sequence[str]) -> None:
    """Refuse a name that occurs twice."""
    for name in names:
        if names.count(name) > 1:
            raise ParameterError(f"{name} is named twice; name each detector and set of parameters once")


def read(text: str) -> tuple[str, dict[str, str]]:
    """Return the name or import path of one spec, and its options as text.

    Raises
    ------
    ParameterError
        For an option without a value.

    Examples
    --------
    >>> read("knn:window=64,k=1")
    ('knn', {'window': '64', 'k': '1'})
    >>> read("mymodule:MyDetector:window=64")
    ('mymodule:MyDetector', {'window': '64'})
    """
    name, _, rest = text.partition(":")
    path = _PATH.fullmatch(text)
    if path is not None and name not in detector_entries():
        name, rest = f"{path['module']}:{path['name']}", path["options"] or ""
    options: dict[str, str] = {}
    for option in filter(None, (option.strip() for option in rest.split(","))):
        key, equals, value = option.partition("=")
        if not equals:
            raise ParameterError(f"{text!r}: {option!r} is no parameter; write it as {name}:NAME=VALUE")
        options[key.strip()] = value.strip()
    return name, options


def class_of(where: str) -> type[Detector]:
    """Return a detector's class by its name, or by its import path as "mymodule:MyDetector".

    A module is looked for in the current directory, too.

    Raises
    ------
    UnknownNameError
        For a name that is not there, with the nearest ones offered.
    ParameterError
        For an import path that leads to no detector class.
    """
    module, colon, name = where.partition(":")
    if not colon:
        return detector_class(where)
    here = str(Path.cwd())
    if not {here, ""} & set(sys.path):
        sys.path.append(here)
    try:
        found = getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise ParameterError(f"{where}: {module} can't be imported: {error}; install what it needs") from error
        raise UnknownNameError(
            f"{where}: there is no module {module}; run this in the folder of {module}.py, or use a name of "
            "`offbeat list`"
        ) from None
    except AttributeError:
        raise UnknownNameError(f"{where}: {module} has no {name}; write it as MODULE:CLASS") from None
    if not (isinstance(found, type) and issubclass(found, Detector)):
        raise ParameterError(f"{where} is no detector; derive the class {name} from offbeat.Detector")
    return found


def _changed(one: Detector) -> dict[str, object]:
    """Return those of a detector's parameters that are not the default."""
    usual = {param.name: param.default for param in params_of(one).values()}
    return {name: value for name, value in one.get_params().items() if name in usual and value != usual[name]}


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    for piece in filter(None, (piece.strip() for piece in text.split(","))):
        # a comma stands between detectors and between parameters; a parameter has a sign of equality first
        if parts and "=" in piece.partition(":")[0]:
            parts[-1] += f",{piece}"
        else:
            parts.append(piece)
    return [name for part in parts for name in (_all() if part == ALL else [part])]


def _all() -> list[str]:
    """Return every detector whose extra is installed and that has no required parameter."""
    kinds = {name: detector_class(name) for name in detector_entries()}
    return [name for name, kind in kinds.items() if installed(kind.extra) and not kind.required]


def _is_ours(kind: type[Any]) -> bool:
    return kind.__module__.partition(".")[0] == "offbeat"


def _identity(kind: type[Any]) -> str:
    path = f"{kind.__module__}:{kind.__qualname__}"
    if _is_ours(kind):
        from offbeat import __version__

        return f"{path}@{__version__}"
    own = (base for base in kind.__mro__ if base.__module__.partition(".")[0] not in ("offbeat", "builtins"))
    facts = [fact for base in own for name, value in sorted(vars(base).items()) for fact in (name, *_facts(value))]
    return f"{path}@{blake2b(repr(facts).encode(), digest_size=8).hexdigest()}"


def _facts(value: Any) -> Iterator[str]:
    """Yield what is the same in every process of a class attribute: plain values, and the code of functions."""
    value = getattr(value, "fget", getattr(value, "__func__", value))
    if isinstance(value, (bool, int, float, str, bytes, type(None))):
        yield repr(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from _facts(one)
    elif isinstance(value, (set, frozenset)):
        yield from sorted(map(repr, value))
    elif isinstance(value, CodeType):
        yield from (value.co_code.hex(), repr(value.co_names))
        yield from _facts(value.co_consts)
    elif hasattr(value, "__code__"):
        yield from _facts(value.__code__)
        yield from _facts(value.__defaults__)
        yield from _facts(tuple(cell.cell_contents for cell in value.__closure__ or ()))

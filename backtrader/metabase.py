"""Parameters and the construction of components: the only metaclass of the package.

A class declares ``params`` as a tuple of pairs or a dict; inheritance merges them. When it is
called, the keyword
arguments that name parameters are taken off, ``self.params`` (``self.p``) is ready before
``__init__`` runs, and
what is left goes to ``__init__``.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from ._core import owner as _owner
from .errors import MissingDependencyError, ParameterError, complaint_of

__all__ = ["AutoInfoClass", "ItemCollection", "MetaParams", "ParamsBase", "findbases"]
__all__ += ["findowner"]


def findbases(kls: type, topclass: type) -> list[type]:
    """Return the bases of `kls` that descend from `topclass`, ancestors before descendants."""
    found: list[type] = []
    for base in kls.__bases__:
        if issubclass(base, topclass):
            found.extend(findbases(base, topclass))
            found.append(base)
    return found


def findowner(owned: Any, cls: type, startlevel: int = 2, skip: Any = None) -> Any:
    """Return the component that is building `owned`, the nearest that is a `cls`, or None.

    Parameters
    ----------
    owned
        The component that looks for its owner; it is never its own owner.
    cls
        What the owner has to be an instance of.
    startlevel
        Accepted for compatibility: owners are not looked for in call frames.
    skip
        A component that is passed over.
    """
    return _owner.nearest(cls, excluding=(owned, skip))


class AutoInfoClass:
    """Named values with defaults: the type of ``params``, ``plotinfo`` and ``plotlines``.

    The class holds the defaults as attributes, an instance the values. Read ``obj.params.period``
    or, on the
    class, ``Cls.params.period`` for the default.
    """

    _defaults: ClassVar[dict[str, Any]] = {}
    _own: ClassVar[dict[str, Any]] = {}
    _inherited: ClassVar[dict[str, Any]] = {}
    _recurse: ClassVar[bool] = False
    # where the class is found again when an instance is unpickled: (component class, attribute)
    _home: ClassVar[tuple[type, str] | None] = None

    def __new__(cls, *args: Any, **kwargs: Any) -> AutoInfoClass:
        obj = super().__new__(cls)
        if cls._recurse:
            for name, default in cls._defaults.items():
                if isinstance(default, dict):
                    setattr(obj, name, getattr(cls, name)())
        return obj

    def __reduce__(self) -> tuple[Any, ...]:
        cls = type(self)
        if cls._home is None:
            return (_info_from_pairs, (tuple(cls._defaults.items()), dict(self.__dict__)))
        return (_info_from_home, (*cls._home, dict(self.__dict__)))

    @classmethod
    def _derive(
        cls,
        name: str,
        info: Mapping[str, Any] | Iterable[tuple[str, Any]],
        otherbases: Iterable[Any],
        recurse: bool = False,
    ) -> type[AutoInfoClass]:
        """Return a subclass with the defaults of `otherbases` and then those of `info` merged
        in.
        """
        added: dict[str, Any] = {}
        for other in otherbases:
            added.update(other._getpairs() if hasattr(other, "_getpairs") else dict(other))
        own = dict(info)
        inherited = {**cls._defaults, **added}
        body: dict[str, Any] = {
            "_defaults": {**inherited, **own},
            "_own": own,
            "_inherited": inherited,
            "_recurse": recurse,
            "__module__": cls.__module__,
        }
        # what it extends has the others as attributes already
        for key, value in {**added, **own}.items():
            if recurse and isinstance(value, dict):
                previous: Any = getattr(cls, key, None)
                if key in own or previous is None:
                    parent = previous if isinstance(previous, type) else AutoInfoClass
                    previous = parent._derive(f"{name}_{key}", value, ())  # type: ignore[attr-defined]
                body[key] = previous
            else:
                body[key] = value
        return type(f"{cls.__name__}_{name}", (cls,), body)

    def isdefault(self, pname: str) -> bool:
        """Whether the value of `pname` is that of the declaration."""
        return bool(self._get(pname) == self._defaults[pname])

    def notdefault(self, pname: str) -> bool:
        """Whether the value of `pname` differs from that of the declaration."""
        return bool(self._get(pname) != self._defaults[pname])

    def _get(self, name: str, default: Any = None) -> Any:
        return getattr(self, name, default)

    @classmethod
    def _getpairs(cls) -> OrderedDict[str, Any]:
        return OrderedDict(cls._defaults)

    @classmethod
    def _getpairsbase(cls) -> OrderedDict[str, Any]:
        return OrderedDict(cls._inherited)

    @classmethod
    def _getrecurse(cls) -> bool:
        return cls._recurse

    @classmethod
    def _getdefaults(cls) -> list[Any]:
        return list(cls._defaults.values())

    @classmethod
    def _getitems(cls) -> Any:
        return cls._getpairs().items()

    @classmethod
    def _getkeys(cls) -> Any:
        return cls._getpairs().keys()

    @classmethod
    def _gettuple(cls) -> tuple[tuple[str, Any], ...]:
        return tuple(cls._defaults.items())

    @classmethod
    def _getkwargsdefault(cls) -> OrderedDict[str, Any]:
        return cls._getpairs()

    def _getkwargs(self, skip_: bool = False) -> OrderedDict[str, Any]:
        return OrderedDict(
            (name, getattr(self, name))
            for name in self._defaults
            if not (skip_ and name.startswith("_"))
        )

    def _getvalues(self) -> list[Any]:
        return [getattr(self, name) for name in self._defaults]


def _info_from_home(home: type, attribute: str, values: dict[str, Any]) -> AutoInfoClass:
    info: AutoInfoClass = getattr(home, attribute)()
    info.__dict__.update(values)
    return info


def _info_from_pairs(pairs: tuple[tuple[str, Any], ...], values: dict[str, Any]) -> AutoInfoClass:
    info = AutoInfoClass._derive("unpickled", pairs, ())()
    info.__dict__.update(values)
    return info


def declared_by_bases(cls: type, attribute: str) -> tuple[Any, list[Any]]:
    """Return what the first component among the bases of `cls` declares, or None, and what the
    others do.

    A base that is no component, a mixin, has its declaration as it was written.
    """
    first: Any = None
    others = []
    for base in cls.__bases__:
        found = getattr(base, attribute, None)
        if first is None and isinstance(found, type):
            first = found
        elif isinstance(found, (type, tuple, list, dict, str)):
            others.append(found)
    return first, others


def derive_info(
    cls: type, attribute: str, own: Any, root: type[AutoInfoClass], *, recurse: bool = False
) -> type[AutoInfoClass]:
    """Return the info class of `cls.attribute`: merged from all its bases, then from `own`.

    The first base gives what is extended, the other bases follow from left to right (later wins)
    and the
    class's own declaration comes last: tests/unit/test_metabase.py pins it.
    """
    first, others = declared_by_bases(cls, attribute)
    derived = (first or root)._derive(cls.__name__, own or (), others, recurse=recurse)
    derived._home = (cls, attribute)
    return derived


_PLAIN_NEW: Any = object.__new__  # takes no arguments but the class


class MetaParams(type):
    """Build objects whose parameters precede ``__init__``.

    Extensions subclass it (singletons, registries), so it stays small: everything that a family of
    components adds is in the class methods `_prepare` and `_complete` of that family.
    """

    params: Any
    _prepare: Any
    _complete: Any

    def __new__(
        meta: type[MetaParams],
        name: str,
        bases: tuple[type, ...],
        body: dict[str, Any],
        **kwargs: Any,
    ) -> MetaParams:
        if (
            not any(isinstance(base, MetaParams) for base in bases)
            and "_component_root" not in body
        ):
            bases = (*(base for base in bases if base is not object), ParamsBase)
        return super().__new__(meta, name, bases, body, **kwargs)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        make: Any = cls.__new__
        obj: Any = make(cls) if make is _PLAIN_NEW else make(cls, *args, **kwargs)
        args, kwargs = cls._prepare(obj, args, kwargs)
        if kwargs:
            _refuse_unknown(cls, kwargs)
        token = _owner.push(obj)
        try:
            obj.__init__(*args, **kwargs)
        finally:
            _owner.pop(token)
        cls._complete(obj)
        return obj


class ParamsBase(metaclass=MetaParams):
    """Base of all components: an object with parameters."""

    _component_root = True
    _imports: ClassVar[tuple[tuple[str, Any, Any], ...]] = ()

    params: Any
    p: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # here rather than once the class is there: on the way families make aliases: subclasses
        body = cls.__dict__
        cls.params = derive_info(cls, "params", body.get("params", ()), AutoInfoClass)
        packages = body.get("packages", ()), body.get("frompackages", ())
        if any(packages):
            cls._imports = (*cls._imports, (cls.__module__, *packages))

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Make what `obj` must have before its ``__init__``; return the arguments that are left."""
        if cls._imports:
            _import_declared(cls)
        declared = cls.params
        params = declared()
        values = params.__dict__
        for name, default in declared._defaults.items():
            values[name] = kwargs.pop(name, default)
        obj.params = obj.p = params
        return args, kwargs

    @classmethod
    def _complete(cls, obj: Any) -> None:
        """Finish `obj` after its ``__init__``."""


def _accepted_keywords(cls: type) -> set[str] | None:
    """Names of the keywords that ``cls.__init__`` takes; None where it takes any."""
    init = cls.__init__  # type: ignore[misc]
    if getattr(init, "_takes_no_keywords", False) or init is object.__init__:
        return set()
    names = set()
    for parameter in inspect.signature(init).parameters.values():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            return None
        names.add(parameter.name)
    return names


def _refuse_unknown(cls: Any, kwargs: dict[str, Any]) -> None:
    accepted = _accepted_keywords(cls)
    if accepted is None:
        return
    allowed = [*cls.params._getkeys(), *sorted(accepted - {"self"})]
    complaint = complaint_of(cls.__name__, kwargs, allowed)
    if complaint:
        raise ParameterError(complaint)


def takes_no_keywords(init: Any) -> Any:
    """Mark an ``__init__`` whose ``**kwargs`` is there for cooperation alone: a keyword that
    reaches it is unknown.
    """
    init._takes_no_keywords = True
    return init


def _import_declared(cls: Any) -> None:
    """Bring the names of ``packages`` and ``frompackages`` into the modules whose classes declare
    them.
    """
    for module_name, packages, frompackages in cls._imports:
        namespace = sys.modules[module_name].__dict__
        for entry in packages:
            name, alias = (entry, None) if isinstance(entry, str) else entry
            module = _imported(cls, name)
            if alias is None:
                namespace.setdefault(name.split(".")[0], sys.modules[name.split(".")[0]])
            else:
                namespace[alias] = module
        for name, wanted in frompackages:
            module = _imported(cls, name)
            for entry in [wanted] if isinstance(wanted, str) else wanted:
                attribute, alias = (entry, entry) if isinstance(entry, str) else entry
                namespace[alias] = getattr(module, attribute)


def _imported(cls: type, name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingDependencyError(cls.__name__, name.split(".")[0]) from error


ParamsBase.params = derive_info(ParamsBase, "params", (), AutoInfoClass)


class ItemCollection:
    """A sequence whose items can also be had by name, as an attribute or with `getbyname`."""

    def __init__(self) -> None:
        self._items: list[Any] = []
        self._names: list[str | None] = []

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, key: Any) -> Any:
        return self._items[key]

    def append(self, item: Any, name: str | None = None) -> None:
        """Add `item`; where a `name` is given it becomes an attribute."""
        self._items.append(item)
        self._names.append(name)
        if name:
            setattr(self, name, item)

    def getnames(self) -> list[str | None]:
        """Return the names in the order of the items."""
        return self._names

    def getitems(self) -> Iterable[tuple[str | None, Any]]:
        """Return the (name, item) pairs."""
        return zip(self._names, self._items, strict=True)

    def getbyname(self, name: str) -> Any:
        """Return the item called `name`; ValueError where there is none."""
        return self._items[self._names.index(name)]

"""Frozen, slotted, keyword-only records: what a dataclass of that kind is, at a twentieth of its start-up cost.

``dataclasses`` imports ``inspect`` (15 ms) and compiles six functions for each class (0.7 ms): with a hundred classes a
guard would spend longer on defining its words than on its answer. Type checkers see a dataclass all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: object) -> Callable[[T], T]:
        """``typing.dataclass_transform`` is only there from Python 3.11 on, and does nothing at run time."""
        return lambda decorator: decorator


T = TypeVar("T")


@overload
def record(cls: type[T], /) -> type[T]: ...


@overload
def record(*, kw_only: bool = True) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(kw_only_default=True, frozen_default=True)
def record(cls: type[T] | None = None, /, *, kw_only: bool = True) -> Any:
    """Make a class of annotated names a record: immutable, compared and hashed by value, without a ``__dict__``.

    Defaults must be immutable. ``kw_only=False`` lets fields be given by position too. There is no inheritance of
    fields, and no ``__post_init__``.
    """
    if cls is None:
        return lambda one: _made(one, kw_only=kw_only)
    return _made(cls, kw_only=kw_only)


def replace(one: T, /, **changes: Any) -> T:
    """A copy of a record with some fields changed. Raises ``TypeError`` for a field that it does not have."""
    cls = type(one)
    values = dict(zip(cls.__match_args__, _values_of(cls)(one), strict=True))  # type: ignore[attr-defined]
    values.update(changes)
    return cls(**values)


def _made(cls: type[T], *, kw_only: bool) -> type[T]:
    fields = tuple(name for name, kind in cls.__annotations__.items() if not str(kind).startswith("ClassVar"))
    body = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    defaults = {name: body.pop(name) for name in fields if name in body}
    body["__slots__"] = fields
    body["__match_args__"] = fields
    metaclass: Any = type(cls)
    made: type[T] = metaclass(cls.__name__, cls.__bases__, body)
    values_of = _getter(fields)
    own = {
        "__init__": _initialiser(made, fields, defaults, kw_only=kw_only),
        "__eq__": lambda one, other: values_of(one) == values_of(other) if type(one) is type(other) else NotImplemented,
        "__hash__": lambda one: hash(values_of(one)),
        "__repr__": lambda one: f"{made.__name__}({', '.join(f'{name}={getattr(one, name)!r}' for name in fields)})",
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__replace__": replace,
        "__record_values__": staticmethod(values_of),
    }
    for name, value in own.items():
        if name not in body:
            setattr(made, name, value)
    return made


def _getter(fields: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if len(fields) > 1:
        return attrgetter(*fields)
    return lambda one: tuple(getattr(one, name) for name in fields)


def _values_of(cls: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    values: Callable[[Any], tuple[Any, ...]] = cls.__record_values__
    return values


def _initialiser(
    cls: type[Any], fields: tuple[str, ...], defaults: dict[str, Any], *, kw_only: bool
) -> Callable[..., None]:
    setters = tuple((name, vars(cls)[name].__set__) for name in fields)
    count = len(fields)
    label = cls.__name__

    def initialise(self: Any, /, **given: Any) -> None:
        values = {**defaults, **given}
        if len(values) != count:
            raise _mistaken(label, fields, values)
        try:
            for name, put in setters:
                put(self, values[name])
        except KeyError:
            raise _mistaken(label, fields, values) from None

    def initialise_by_position(self: Any, /, *words: Any, **given: Any) -> None:
        if len(words) > count or any(name in given for name in fields[: len(words)]):
            raise TypeError(f"{label} got too many values")
        initialise(self, **dict(zip(fields, words, strict=False)), **given)

    return initialise if kw_only else initialise_by_position


def _mistaken(label: str, fields: tuple[str, ...], values: dict[str, Any]) -> TypeError:
    unknown = [name for name in values if name not in fields]
    missing = [name for name in fields if name not in values]
    return TypeError(f"{label}: unknown {', '.join(unknown) or 'none'}; missing {', '.join(missing) or 'none'}")


def _refuse(one: Any, name: str, *_value: Any) -> None:
    raise AttributeError(f"{type(one).__name__} is a record; {name} cannot be changed")

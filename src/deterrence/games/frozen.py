"""Immutable objects and mappings, so that games can be hashed, compared and pickled."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Protocol, TypeVar

__all__ = ["Entries", "Frozen", "FrozenMap"]

K = TypeVar("K")
V = TypeVar("V")
Key = TypeVar("Key", covariant=True)
Value = TypeVar("Value", covariant=True)


class Entries(Protocol[Key, Value]):
    """A mapping that is only read through: unlike `Mapping`, its keys may be of a narrower type than asked for."""

    def __iter__(self) -> Iterator[Key]: ...

    def items(self) -> ItemsView[Key, Value]: ...


class Frozen:
    """An object that nobody changes after it was made; its `__init__` writes fields with `_set`."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def _set(self, **fields: object) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)


class FrozenMap(Mapping[K, V]):
    """A mapping that keeps the order it was given for display and ignores it for equality.

    >>> FrozenMap({"a": 1, "b": 2}) == FrozenMap({"b": 2, "a": 1})
    True
    """

    __slots__ = ("_hash", "_items")

    def __init__(self, items: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        self._items: dict[K, V] = dict(items)
        self._hash: int | None = None

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    # The inherited views look up every key again; games are walked often enough for that to show.

    def keys(self) -> KeysView[K]:
        return self._items.keys()

    def values(self) -> ValuesView[V]:
        return self._items.values()

    def items(self) -> ItemsView[K, V]:
        return self._items.items()

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._items.items()))
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self._items == other._items if isinstance(other, FrozenMap) else NotImplemented

    def __repr__(self) -> str:
        return f"FrozenMap({self._items!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return (FrozenMap, (self._items,))

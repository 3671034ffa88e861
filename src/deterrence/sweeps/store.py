"""Sweeps kept on disk while they run: zarr arrays written block by block, continued after any end.

Every block is one chunk of each variable, written whole before the block is marked as done. A sweep that is run again
computes what is not marked, and the numbers are those of an uninterrupted run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from deterrence.errors import DeterrenceError
from deterrence.sweeps.design import Block
from deterrence.sweeps.plan import Plan

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["Store", "StoreError"]

DONE: Final = "block_done"
PLAN: Final = "plan"


class StoreError(DeterrenceError):
    """A folder holds something else than this sweep."""


class Store:
    """The folder of one sweep.

    Raises `StoreError` when the folder holds another sweep (a changed game, other points or metrics), or no sweep at
    all: nothing in it is touched.
    """

    def __init__(self, path: str | os.PathLike[str], plan: Plan) -> None:
        self.path, self.plan = Path(path), plan
        self.blocks = list(plan.design.blocks(plan.chunk))
        self._positions = {_corner(block): i for i, block in enumerate(self.blocks)}
        self.group = self._opened()

    def _opened(self) -> Any:
        fingerprint = _fingerprint(self.plan)
        if self.path.is_file():
            raise StoreError("a file, not a folder", where=str(self.path), remedy="name a folder")
        if not self.path.exists() or not any(self.path.iterdir()):
            self._create(fingerprint)
        for torn in self.path.glob("*/*.partial"):
            torn.unlink()
        group, known = self._kept()
        if PLAN not in known:
            raise StoreError("no sweep is kept there", where=str(self.path), remedy="name a new folder")
        if known[PLAN] != fingerprint:
            raise StoreError(
                f"another sweep is kept there ({_difference(known[PLAN], fingerprint)})",
                where=str(self.path),
                remedy="name a new folder, or remove this one",
            )
        return group

    def _kept(self) -> tuple[Any, dict[str, Any]]:
        """Return what is in the folder with its attributes, nothing where it is no zarr group."""
        import zarr
        from zarr.errors import BaseZarrError

        try:
            group = zarr.open_group(self.path, mode="r+")
            return group, dict(group.attrs)
        except (OSError, ValueError, KeyError, BaseZarrError):
            return None, {}

    def _create(self, fingerprint: Mapping[str, str]) -> None:
        """Make the folder elsewhere and move it to its place when it is complete."""
        import zarr

        begun = self.path.with_name(f"{self.path.name}.begun-{os.getpid()}")
        group = zarr.open_group(begun, mode="w", zarr_format=2)
        plan = self.plan
        for name, (dims, values, attributes) in plan.coordinates().items():
            labels = np.asarray(values)
            array = group.create_array(name, data=labels, chunks=labels.shape, fill_value=None)
            array.attrs.update({"_ARRAY_DIMENSIONS": list(dims), **attributes})
        for name, (shape, dtype) in plan.layout().items():
            leading = shape[: len(shape) - len(plan.chunk)]
            filler = np.nan if np.issubdtype(dtype, np.floating) else None  # a number would be read as missing
            array = group.create_array(
                name, shape=shape, dtype=dtype, chunks=(*leading, *plan.chunk), fill_value=filler
            )
            array.attrs.update({"_ARRAY_DIMENSIONS": list(plan.dims(name)), **plan.meaning(name)})
        done = group.create_array(DONE, shape=(len(self.blocks),), dtype=np.uint8, chunks=(4096,), fill_value=0)
        done.attrs["_ARRAY_DIMENSIONS"] = ["block"]
        extra = [n for n in plan.coordinates() if n not in (*plan.design.dims, "equilibrium")]
        group.attrs.update({**plan.attributes(), **({"coordinates": " ".join(extra)} if extra else {})})
        group.attrs[PLAN] = dict(fingerprint)
        begun.replace(self.path)

    def left(self) -> tuple[list[Block], int]:
        """Return the blocks that are still to be computed, and the number of points that are done."""
        done = np.asarray(self.group[DONE][:], dtype=np.bool_)
        left = [block for block, finished in zip(self.blocks, done, strict=True) if not finished]
        return left, self.plan.design.size - sum(map(self.plan.points_in, left))

    def write(self, block: Block, values: Mapping[str, Any]) -> None:
        """Write all variables of a block, then mark it."""
        for name, value in values.items():
            self.group[name][..., *block] = value
        self.group[DONE][self._positions[_corner(block)]] = 1

    def dataset(self) -> Dataset:
        """Return what is kept as a dataset that reads from disk when it is looked at."""
        from xarray import open_zarr

        kept: Dataset = open_zarr(self.path, chunks=None, consolidated=False, zarr_format=2).drop_vars(DONE)
        kept.attrs = {name: value for name, value in kept.attrs.items() if name != PLAN}
        return kept[list(self.plan.layout())]


def _corner(block: Block) -> tuple[int, ...]:
    return tuple(part.start for part in block)


def _fingerprint(plan: Plan) -> dict[str, str]:
    """Return what must agree for blocks of two runs to belong together."""
    return {
        **plan.attributes(),
        "metrics": json.dumps([metric.name for metric in plan.metrics]),
        "variables": json.dumps(sorted(plan.layout())),
        "equilibria": _hashed([plan.source.labels]),
        "points": _hashed(_numbers(plan)),
        "chunk": json.dumps(plan.chunk),
    }


def _numbers(plan: Plan) -> Iterator[Any]:
    for name, labels in plan.design.coordinates.items():
        yield name
        yield labels
    for name, column in plan.design.columns.items():
        yield name
        yield column.values


def _hashed(parts: Any) -> str:
    digest = sha256()
    for part in parts:
        digest.update(np.asarray(part).tobytes() + b"\0")
    return digest.hexdigest()


def _difference(known: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    words = {"sha256": "the game", "points": "the points", "chunk": "the size of blocks"}
    differ = [words.get(key, key) for key in wanted if known.get(key) != wanted[key]]
    return "other: " + ", ".join(differ or ["unknown"])

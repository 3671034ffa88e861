"""A map of two parameters in words and numbers: how large its regions are, what the reference case is in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from deterrence.compiled.points import FloatArray
from deterrence.figures import ParameterMap
from deterrence.games import Game
from deterrence.json_text import Json
from deterrence.report.blocks import Block, Heading, Lines, Tabular
from deterrence.report.game_documents import model_document
from deterrence.report.numbers import decimal_text

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["map_blocks", "map_dataset", "map_document"]


def map_blocks(found: ParameterMap) -> Iterator[Block]:
    """Yield what `map` prints: every region with its share of the map, and where the reference case lies."""
    yield Heading(found.title, level=1)
    spans = [f"{label}, from {decimal_text(a)} to {decimal_text(b)}" for label, (a, b) in _axes(found)]
    yield Lines((found.note, *spans))
    rows = tuple((_one_line(label), f"{100 * mask.mean():.1f} %") for label, mask in found.regions.items())
    yield Tabular(("equilibria", "share of the map"), rows)
    said = [f"equilibria differ in outcome on {100 * found.several.mean():.1f} % of the map"]
    if found.outside.any():
        said.append(f"outside the model's assumptions: {100 * found.outside.mean():.1f} % of the map")
    if found.reference is not None:
        said.append(f"the reference case lies in: {_one_line(_region_at(found, found.reference))}")
    if found.low is not None and found.high is not None:
        ends = [decimal_text(float(x)) for x in (np.nanmin(found.low), np.nanmax(found.high))]
        said.append(f"{found.of} lies between {ends[0]} and {ends[1]} over all equilibria of the map")
    yield Lines(tuple(said))


def _axes(found: ParameterMap) -> Iterator[tuple[str, tuple[float, float]]]:
    yield from zip(found.labels, found.spans, strict=True)


def _one_line(label: str) -> str:
    return " | ".join(label.split("\n"))


def _region_at(found: ParameterMap, place: tuple[float, float]) -> str:
    row, column = int(np.abs(found.y - place[1]).argmin()), int(np.abs(found.x - place[0]).argmin())
    return next((label for label, mask in found.regions.items() if mask[row, column]), "no region")


def map_dataset(found: ParameterMap, x: str, y: str) -> Dataset:
    """Return a map as a dataset over its cells: the region by name, whether equilibria differ, the quantity's ends."""
    from xarray import Dataset

    names = np.full(found.several.shape, "", dtype=object)
    for label, mask in found.regions.items():
        names[mask] = _one_line(label)
    variables = {
        "region": ((y, x), names.astype(np.str_)),
        "several": ((y, x), found.several),
        "outside": ((y, x), found.outside),
    }
    if found.low is not None and found.high is not None:
        variables |= {f"{found.of}.min": ((y, x), found.low), f"{found.of}.max": ((y, x), found.high)}
    return Dataset(variables, coords={x: found.x, y: found.y}, attrs={"model": found.title, "note": found.note})


def map_document(game: Game, found: ParameterMap, x: str, y: str) -> Json:
    """Return the body of a `map` document."""
    code = np.full(found.several.shape, -1)
    for k, mask in enumerate(found.regions.values()):
        code[mask] = k
    return {
        "model": model_document(game),
        "note": found.note,
        "axes": {name: {"from": a, "to": b} for name, (a, b) in zip((x, y), found.spans, strict=True)},
        "coordinates": {x: found.x.tolist(), y: found.y.tolist()},
        "reference": list(found.reference) if found.reference is not None else None,
        "regions": [
            {"equilibria": label.split("\n"), "share": float(mask.mean())} for label, mask in found.regions.items()
        ],
        "boundaries": list(found.curves),
        "cells": [[None if k < 0 else k for k in row] for row in code.tolist()],
        "several": found.several.tolist(),
        "of": found.of or None,
        "smallest": _listed(found.low),
        "largest": _listed(found.high),
    }


def _listed(values: FloatArray | None) -> object:
    """Return numbers as nested lists, null where there is none."""
    if values is None:
        return None
    return [[None if value != value else value for value in row] for row in values.tolist()]

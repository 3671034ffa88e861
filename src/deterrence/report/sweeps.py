"""A sweep for reading: how much of what was looked at each equilibrium covers, and how its numbers range."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.json_text import Json
from deterrence.report.blocks import Block, Heading, Lines, Tabular
from deterrence.report.numbers import decimal_text
from deterrence.solution import Status

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["sweep_blocks", "sweep_document"]


def sweep_blocks(result: Dataset) -> Iterator[Block]:
    """Yield what `sweep` prints: the layout, the status of the points, shares of equilibria, ranges of metrics."""
    facts = result.attrs
    yield Heading(f"Sweep of {facts['model']}", level=1)
    axes = ", ".join(f"{dim} ({size})" for dim, size in result.sizes.items() if dim != "equilibrium")
    yield Lines(
        (
            f"points: {result['status'].size:,}, {axes}",
            f"design: {facts['design']}" + (f", seed {facts['seed']}" if facts["seed"] else ""),
            f"fixed: {facts['fixed']}",
            f"concept: {facts['concept']}; refinement: {facts['refinement']}; {facts['method']}",
            *([f"completeness: {facts['completeness']}"] if "completeness" in facts else []),
            *_status(result),
        )
    )
    if "exists" in result and result["equilibrium"].dtype.kind in "UO":
        yield Heading("Equilibria")
        yield Tabular(("class", "share of the solved points"), tuple(_shares(result)))
    yield Heading("Over all equilibria and points")
    yield Tabular(("number", "smallest", "largest", "depends on the equilibrium at"), tuple(_ranges(result)))


def _status(result: Dataset) -> Iterator[str]:
    for status, name in _counted(result):
        yield f"{name.lower().replace('_', ' ')}: {status:,} points"


def _counted(result: Dataset) -> Iterator[tuple[int, str]]:
    for status in Status:
        count = int((result["status"] == int(status)).sum())
        if count:
            yield count, status.name


def _shares(result: Dataset) -> Iterator[tuple[str, str]]:
    solved = max(1, int((result["status"] == int(Status.SOLVED)).sum()))
    sums = result["exists"].sum([dim for dim in result["exists"].dims if dim != "equilibrium"])
    for name, count in sorted(zip(result["equilibrium"].values, sums.values, strict=True), key=lambda pair: -pair[1]):
        yield str(name), f"{100 * int(count) / solved:.1f} %"


def _ranges(result: Dataset) -> Iterator[tuple[str, ...]]:
    for name in _metrics(result):
        low, high = _ends(result, name)
        if name in result and f"{name}.min" not in result:
            yield name, decimal_text(low), decimal_text(high), ""
            continue
        gap = result[f"{name}.max"] - result[f"{name}.min"]
        several = int((gap > 1e-9).sum())
        yield name, decimal_text(low), decimal_text(high), f"{100 * several / gap.size:.1f} % of the points"


def _metrics(result: Dataset) -> list[str]:
    names = [str(name) for name in result.data_vars if name not in ("status", "count", "exists")]
    return list(dict.fromkeys(n.removesuffix(".largest").removesuffix(".min").removesuffix(".max") for n in names))


def _ends(result: Dataset, name: str) -> tuple[float, float]:
    low = result[f"{name}.min"] if f"{name}.min" in result else result[name]
    high = result[f"{name}.max"] if f"{name}.max" in result else result[name]
    return _least(low.values), -_least(-high.values)


def _least(values: Any) -> float:
    known = values[~np.isnan(values)]
    return float(known.min()) if known.size else float("nan")


def sweep_document(result: Dataset) -> Json:
    """Return the body of a `sweep` document: all arrays as nested lists, null where there is no number."""
    return {
        "attributes": dict(result.attrs),
        "coordinates": {str(n): {"dims": list(v.dims), "values": _listed(v.values)} for n, v in result.coords.items()},
        "variables": {
            str(n): {"dims": list(v.dims), "about": str(v.attrs.get("long_name", "")), "values": _listed(v.values)}
            for n, v in result.data_vars.items()
        },
    }


def _listed(values: Any) -> Any:
    if values.dtype.kind == "f":
        cells: Any = np.where(np.isnan(values), None, values.astype(object))
        return cells.tolist()
    return values.tolist()

"""Scenario discovery: boxes of uncertain parameters in which failures lie, each as a sentence (PRIM)."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from deterrence.compiled.points import BoolArray
from deterrence.scenarios.laboratory import Laboratory

__all__ = ["Box", "discover"]

PURE: Final = 0.8
MOST: Final = 3  # boxes
POINTS: Final = 20_000  # peeling more of them changes little and takes long


@dataclass(frozen=True)
class Box:
    """Limits of some parameters within which points fail.

    `coverage` is the share of all failures that lie inside, `density` the share of points inside that fail.
    """

    limits: Mapping[str, tuple[float | None, float | None]]
    coverage: float
    density: float
    failing: str

    @property
    def sentence(self) -> str:
        """The box in words."""
        parts = [_limit(name, *ends) for name, ends in self.limits.items()]
        where = " and ".join(parts) or "anywhere"
        return (
            f"{self.failing} when {where}: {100 * self.coverage:.0f} % of such points, {100 * self.density:.0f} % pure"
        )


def _limit(name: str, low: float | None, high: float | None) -> str:
    if low is None:
        return f"{name} < {high:.3g}"
    return f"{name} > {low:.3g}" if high is None else f"{low:.3g} < {name} < {high:.3g}"


def discover(
    laboratory: Laboratory, columns: Mapping[str, Any], failing: BoolArray, *, what: str = "fails", pure: float = PURE
) -> tuple[Box, ...]:
    """Return at most three boxes that hold failures, found one after the other by the patient rule induction method.

    PRIM (Friedman and Fisher 1999; for scenario discovery Bryant and Lempert 2010) as the package ema_workbench has it.
    A box is the largest on its peeling trajectory that is at least `pure`; limits that PRIM's own test finds to be
    chance (p >= 0.05) are left out.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks of optional packages that are not there
        import pandas as pd
        from ema_workbench.analysis import prim

        names = list(laboratory.case.uncertain)
        size = min(POINTS, len(failing))
        if not names or not failing[:size].any() or failing[:size].all():
            return ()
        inputs = pd.DataFrame({name: np.asarray(columns[name])[:size] for name in names})
        search = prim.Prim(inputs, failing[:size], threshold=pure)
        found = [_box(search.find_box(), inputs, failing[:size], what, pure) for _ in range(MOST)]
    return tuple(box for box in found if box is not None)


def _box(peeled: Any, inputs: Any, failing: BoolArray, what: str, pure: float) -> Box | None:
    if peeled is None:
        return None
    trajectory = peeled.peeling_trajectory
    pure_ones = trajectory[trajectory["density"] >= pure]
    if pure_ones.empty:
        return None
    step = int(pure_ones["id"].iloc[0])
    peeled.select(step)  # what is inside it is not looked at again
    chance = peeled.qp[step] if step < len(peeled.qp) else {}
    limits = {}
    inside = np.ones(len(failing), dtype=np.bool_)
    for name in inputs:
        low, high = (float(end) for end in peeled.box_lims[step][name])
        ends = [
            None if end == edge or (probability >= 0 and probability >= 0.05) else end
            for end, edge, probability in zip(
                (low, high), (inputs[name].min(), inputs[name].max()), chance.get(name, (-1.0, -1.0)), strict=True
            )
        ]
        if ends != [None, None]:
            limits[str(name)] = (ends[0], ends[1])
            inside &= (inputs[name] >= (ends[0] if ends[0] is not None else low)).to_numpy()
            inside &= (inputs[name] <= (ends[1] if ends[1] is not None else high)).to_numpy()
    if not limits or not inside.any():
        return None
    return Box(limits, float(failing[inside].sum() / failing.sum()), float(failing[inside].mean()), what)

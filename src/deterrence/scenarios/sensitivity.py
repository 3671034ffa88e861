"""Which uncertainty matters: Sobol' indices of a metric over the box, with confidence intervals."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Final

import numpy as np

from deterrence.scenarios.laboratory import Laboratory

__all__ = ["Sensitivity", "sensitivity"]

CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class Sensitivity:
    """Shares of the variance of a metric (in its worst equilibrium).

    By parameter the first-order share and the total one with interactions, by pair the second-order share; each is
    (estimate, half-width of its 95 % interval). `constant` says that the metric does not vary, so there are none.
    """

    metric: str
    first: dict[str, tuple[float, float]]
    total: dict[str, tuple[float, float]]
    second: dict[tuple[str, str], tuple[float, float]]
    constant: bool


def sensitivity(laboratory: Laboratory, *, size: int = 4096, seed: int = 0) -> Sensitivity:
    """Return Sobol' indices (Saltelli 2010 estimators, as in SALib) of the case's loss.

    `size` is the base sample, a power of two; the model is asked `size * (2 k + 2)` times for k parameters.
    """
    name = laboratory.case.loss
    names = list(laboratory.case.uncertain)
    if len(names) < 2:
        return Sensitivity(name, {}, {}, {}, True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from SALib.analyze import sobol as analyse
        from SALib.sample import sobol as draw

        bounds = [[float(u.low), float(u.high)] for u in laboratory.case.uncertain.values()]
        problem = {"num_vars": len(names), "names": names, "bounds": bounds}
        points = draw.sample(problem, size, calc_second_order=True, seed=seed)
        values = laboratory.losses(laboratory.ask(laboratory.at(dict(zip(names, points.T, strict=True)))))
        values = np.where(np.isfinite(values), values, np.nanmean(values))  # outside the model: neither here nor there
        if np.ptp(values) < 1e-12:
            return Sensitivity(name, {}, {}, {}, True)
        # SALib takes seed 0 for none
        found = analyse.analyze(problem, values, calc_second_order=True, conf_level=CONFIDENCE, seed=seed + 1)
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    return Sensitivity(
        name,
        {n: (float(a), float(c)) for n, a, c in zip(names, found["S1"], found["S1_conf"], strict=True)},
        {n: (float(a), float(c)) for n, a, c in zip(names, found["ST"], found["ST_conf"], strict=True)},
        {(names[i], names[j]): (float(found["S2"][i, j]), float(found["S2_conf"][i, j])) for i, j in pairs},
        False,
    )

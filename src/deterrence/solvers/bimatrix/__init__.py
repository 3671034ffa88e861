"""Numeric kernels for two-player games in strategic form, on plain arrays."""

from __future__ import annotations

from deterrence.solvers.bimatrix.equilibria import BimatrixEquilibria
from deterrence.solvers.bimatrix.exact import exact_extreme_equilibria
from deterrence.solvers.bimatrix.lemke_howson import lemke_howson
from deterrence.solvers.bimatrix.nash_subsets import maximal_nash_subsets
from deterrence.solvers.bimatrix.supports import Supports, enumerate_supports, find_all_supports
from deterrence.solvers.bimatrix.vertices import enumerate_vertices

__all__ = [
    "BimatrixEquilibria",
    "Supports",
    "enumerate_supports",
    "enumerate_vertices",
    "exact_extreme_equilibria",
    "find_all_supports",
    "lemke_howson",
    "maximal_nash_subsets",
]

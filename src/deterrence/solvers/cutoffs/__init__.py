"""Threshold games: best replies in cutoffs, their fixed points, iterated dominance, global games."""

from deterrence.solvers.cutoffs.dominance import Surviving, surviving
from deterrence.solvers.cutoffs.equilibria import CutoffEquilibria

__all__ = ["CutoffEquilibria", "Surviving", "surviving"]

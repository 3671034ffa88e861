"""The theory engine: every equilibrium of an extensive game in closed form, with the exact region where it exists."""

from deterrence.theory.classes import EquilibriumClass, Interval, Theory
from deterrence.theory.derive import derive

__all__ = ["EquilibriumClass", "Interval", "Theory", "derive"]

"""What solvers share: settings are fields of frozen dataclasses, the answer is a `Found`."""

from __future__ import annotations

from abc import ABC, abstractmethod

from deterrence.compiled import CompiledTable, CompiledTree
from deterrence.profiles import Assessment, Found, MixedProfile

__all__ = ["TableSolver", "TreeSolver"]


class TreeSolver(ABC):
    """Solves extensive games."""

    @property
    @abstractmethod
    def concept(self) -> str:
        """The solution concept, by its name in model files."""

    @abstractmethod
    def solve(self, game: CompiledTree) -> Found[Assessment]:
        """Return the equilibria at every point of the batch."""


class TableSolver(ABC):
    """Solves strategic games."""

    @property
    @abstractmethod
    def concept(self) -> str:
        """The solution concept, by its name in model files."""

    @abstractmethod
    def solve(self, game: CompiledTable) -> Found[MixedProfile]:
        """Return the equilibria at every point of the batch."""

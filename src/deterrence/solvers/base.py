"""What solvers share: settings are fields of frozen dataclasses, the answer is a `Found`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from deterrence.compiled import CompiledTable, CompiledThresholds, CompiledTree
from deterrence.compiled.attrition import CompiledAttrition
from deterrence.compiled.coalitions import CompiledCoalitions
from deterrence.compiled.commitment import CompiledCommitment
from deterrence.compiled.continuous import CompiledContinuous
from deterrence.compiled.formation import CompiledFormation
from deterrence.compiled.stochastic import CompiledStates
from deterrence.compiled.timing import CompiledTiming
from deterrence.profiles import (
    ActionProfile,
    Assessment,
    Commitment,
    CutoffProfile,
    Found,
    MarkovStrategy,
    MixedProfile,
    ProfileT,
    QuitTimes,
    Structure,
)

__all__ = [
    "AttritionSolver",
    "CoalitionSolver",
    "CommitmentSolver",
    "ContinuousSolver",
    "FormationSolver",
    "Solver",
    "StateSolver",
    "TableSolver",
    "ThresholdSolver",
    "TimingSolver",
    "TreeSolver",
]


CompiledT = TypeVar("CompiledT", contravariant=True)


class Solver(ABC, Generic[CompiledT, ProfileT]):
    """Solves games of one form, given as arrays, at every point of a batch."""

    @property
    @abstractmethod
    def concept(self) -> str:
        """The solution concept, by its name in model files."""

    @property
    def refinement(self) -> str:
        """The refinement of the concept, by its name in model files."""
        return "none"

    @abstractmethod
    def solve(self, game: CompiledT) -> Found[ProfileT]:
        """Return the equilibria at every point of the batch."""


class TreeSolver(Solver[CompiledTree, Assessment], ABC):
    """Solves extensive games."""


class TableSolver(Solver[CompiledTable, MixedProfile], ABC):
    """Solves strategic games."""


class ContinuousSolver(Solver[CompiledContinuous, ActionProfile], ABC):
    """Solves continuous games."""


class CommitmentSolver(Solver[CompiledCommitment, Commitment], ABC):
    """Solves commitment games."""


class ThresholdSolver(Solver[CompiledThresholds, CutoffProfile], ABC):
    """Solves threshold games."""


class StateSolver(Solver[CompiledStates, MarkovStrategy], ABC):
    """Solves stochastic games."""


class AttritionSolver(Solver[CompiledAttrition, QuitTimes], ABC):
    """Solves symmetric wars of attrition."""


class TimingSolver(Solver[CompiledTiming, QuitTimes], ABC):
    """Solves timing games."""


class CoalitionSolver(Solver[CompiledCoalitions, ProfileT], ABC):
    """Solves coalitional games."""


class FormationSolver(Solver[CompiledFormation, Structure], ABC):
    """Solves formation games."""

"""Solvers: frozen settings, batched over parameter points, one file for each method.

The solvers that use nashpy are imported from `deterrence.solvers.nashpy_solvers` (or from `deterrence`), so that
the others stay light.
"""

from deterrence.solvers.aggregative import AggregateRoot
from deterrence.solvers.attrition import Attrition
from deterrence.solvers.backward import BackwardInduction
from deterrence.solvers.base import (
    AttritionSolver,
    CoalitionSolver,
    CommitmentSolver,
    ContinuousSolver,
    FormationSolver,
    Solver,
    StateSolver,
    TableSolver,
    ThresholdSolver,
    TimingSolver,
    TreeSolver,
)
from deterrence.solvers.best_replies import BestReplies, JointOptimum
from deterrence.solvers.commitment import Candidates
from deterrence.solvers.core import Core
from deterrence.solvers.cutoffs import CutoffEquilibria
from deterrence.solvers.extremes import BestShot, WeakestLink
from deterrence.solvers.formation import CoalitionProof, Efficient, PairwiseStable, WarStable
from deterrence.solvers.leadership import Leadership
from deterrence.solvers.lindahl import Lindahl
from deterrence.solvers.markov import MarkovPerfect
from deterrence.solvers.nucleolus import Nucleolus
from deterrence.solvers.power import Banzhaf, MinimalWinning, NashBargaining, Shapley
from deterrence.solvers.pure import PureNash
from deterrence.solvers.quantal import AgentQuantalResponse, LogitQuantalResponse
from deterrence.solvers.reduced import ReducedStrategicForm
from deterrence.solvers.stackelberg import StrongStackelberg
from deterrence.solvers.symmetric_attrition import SymmetricAttrition
from deterrence.solvers.two_player import LemkeHowson, SupportEnumeration, VertexEnumeration
from deterrence.solvers.zero_sum import ZeroSum

__all__ = [
    "AgentQuantalResponse",
    "AggregateRoot",
    "Attrition",
    "AttritionSolver",
    "BackwardInduction",
    "Banzhaf",
    "BestReplies",
    "BestShot",
    "Candidates",
    "CoalitionProof",
    "CoalitionSolver",
    "CommitmentSolver",
    "ContinuousSolver",
    "Core",
    "CutoffEquilibria",
    "Efficient",
    "FormationSolver",
    "JointOptimum",
    "Leadership",
    "LemkeHowson",
    "Lindahl",
    "LogitQuantalResponse",
    "MarkovPerfect",
    "MinimalWinning",
    "NashBargaining",
    "Nucleolus",
    "PairwiseStable",
    "PureNash",
    "ReducedStrategicForm",
    "Shapley",
    "Solver",
    "StateSolver",
    "StrongStackelberg",
    "SupportEnumeration",
    "SymmetricAttrition",
    "TableSolver",
    "ThresholdSolver",
    "TimingSolver",
    "TreeSolver",
    "VertexEnumeration",
    "WarStable",
    "WeakestLink",
    "ZeroSum",
]

"""What a game is: typed, symbolic, immutable definitions; nothing numeric."""

from deterrence.games.agreement import Agreement
from deterrence.games.attrition import AttritionGame
from deterrence.games.base import Game
from deterrence.games.coalitional import CoalitionalGame, Gathered
from deterrence.games.commitment import CommitmentGame, Response
from deterrence.games.continuous import Aggregate, ContinuousGame, Interval, indexed
from deterrence.games.extensive import ExtensiveGame
from deterrence.games.formation import FormationGame
from deterrence.games.frozen import FrozenMap
from deterrence.games.laws import Law
from deterrence.games.nodes import Chance, Decision, Node, Outcome, Player
from deterrence.games.parameters import Parameter, parameter, parameters
from deterrence.games.repeated import RepeatedGame
from deterrence.games.statements import (
    About,
    EquilibriumResult,
    Instance,
    Prescription,
    Quantity,
    SignResult,
)
from deterrence.games.stochastic import Stage, StochasticGame, Transition
from deterrence.games.strategic import StrategicGame
from deterrence.games.threshold import Threshold, ThresholdGame
from deterrence.games.timing import Clock, TimingGame
from deterrence.games.unfold import InformationSet, Tree, TreeNode

__all__ = [
    "About",
    "Aggregate",
    "Agreement",
    "AttritionGame",
    "Chance",
    "Clock",
    "CoalitionalGame",
    "CommitmentGame",
    "ContinuousGame",
    "Decision",
    "EquilibriumResult",
    "ExtensiveGame",
    "FormationGame",
    "FrozenMap",
    "Game",
    "Gathered",
    "InformationSet",
    "Instance",
    "Interval",
    "Law",
    "Node",
    "Outcome",
    "Parameter",
    "Player",
    "Prescription",
    "Quantity",
    "RepeatedGame",
    "Response",
    "SignResult",
    "Stage",
    "StochasticGame",
    "StrategicGame",
    "Threshold",
    "ThresholdGame",
    "TimingGame",
    "Transition",
    "Tree",
    "TreeNode",
    "indexed",
    "parameter",
    "parameters",
]

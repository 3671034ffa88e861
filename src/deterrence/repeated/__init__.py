"""Repeated games: agreements that punish their breach, and the patience that they take."""

from deterrence.games.agreement import Agreement
from deterrence.repeated.automaton import repeated_game
from deterrence.repeated.incentives import Incentive
from deterrence.repeated.patience import Patience, critical_discount

__all__ = ["Agreement", "Incentive", "Patience", "critical_discount", "repeated_game"]

"""What else can be said of a strategic game: correlated play, dominance, potentials, security, ordinal structure."""

from deterrence.tables.correlated import CorrelatedEquilibrium, correlated_equilibrium
from deterrence.tables.dominance import Elimination, eliminate
from deterrence.tables.ordinal import OrdinalGame, ordinal_game, ordinal_games
from deterrence.tables.potential import exact_potential, risk_dominance
from deterrence.tables.zero_sum import ZeroSumValue, zero_sum_value

__all__ = [
    "CorrelatedEquilibrium",
    "Elimination",
    "OrdinalGame",
    "ZeroSumValue",
    "correlated_equilibrium",
    "eliminate",
    "exact_potential",
    "ordinal_game",
    "ordinal_games",
    "risk_dominance",
    "zero_sum_value",
]

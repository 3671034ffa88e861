"""What else can be said of a strategic game: correlated play, dominance, potentials, security, ordinal structure."""

from deterrence.tables.blotto import BlottoSolution, colonel_blotto
from deterrence.tables.correlated import CorrelatedEquilibrium, correlated_equilibrium
from deterrence.tables.cover import SecurityCover, security_cover
from deterrence.tables.dominance import Elimination, eliminate
from deterrence.tables.improvement import OrdinalPotential, ordinal_potential
from deterrence.tables.ordinal import OrdinalGame, ordinal_game, ordinal_games
from deterrence.tables.potential import exact_potential, risk_dominance
from deterrence.tables.zero_sum import ZeroSumValue, zero_sum_value

__all__ = [
    "BlottoSolution",
    "CorrelatedEquilibrium",
    "Elimination",
    "OrdinalGame",
    "OrdinalPotential",
    "SecurityCover",
    "ZeroSumValue",
    "colonel_blotto",
    "correlated_equilibrium",
    "eliminate",
    "exact_potential",
    "ordinal_game",
    "ordinal_games",
    "ordinal_potential",
    "risk_dominance",
    "security_cover",
    "zero_sum_value",
]

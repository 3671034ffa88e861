"""How strategic games are solved."""

from __future__ import annotations

from typing import Final

from deterrence.certify import Certificate, certify_logit, certify_nash, certify_stackelberg
from deterrence.compiled import CompiledTable, compile_table
from deterrence.expressions.identity import identically
from deterrence.forms.form import Form
from deterrence.games import StrategicGame
from deterrence.outcomes import table_outcomes
from deterrence.profiles import Found, MixedProfile
from deterrence.solvers import (
    LemkeHowson,
    PureNash,
    StrongStackelberg,
    SupportEnumeration,
    TableSolver,
    VertexEnumeration,
    ZeroSum,
)

__all__ = ["FORM"]

COMMITTED: Final = "strong-stackelberg"  # the concept, where another leads than the first player with its name
PAYOFFS: Final = 1 << 22  # payoffs of tables solved together: the solvers have blocks of their own that fit a cache


def _table_solver(game: StrategicGame) -> TableSolver:
    """Return the solver that fits the number of players and actions."""
    if len(game.players) != 2:
        return PureNash()
    if max(game.shape) <= 6:
        return SupportEnumeration()
    if sum(game.shape) <= 16:
        return VertexEnumeration()
    return ZeroSum() if _sums_to_zero(game) else LemkeHowson()


def _sums_to_zero(game: StrategicGame) -> bool:
    pairs = {tuple(row.values()) for row in game.table.values()}
    return all(identically(a, -b) is True for a, b in pairs)


def _certify_table(game: CompiledTable, found: Found[MixedProfile], concept: str) -> Certificate:
    if concept == "logit-qre":
        return certify_logit(game, found.profiles, found.exists, found.precision)
    if concept.startswith(COMMITTED):
        leader = concept.removeprefix(COMMITTED).removeprefix(" of ")
        return certify_stackelberg(game, found.profiles, found.exists, leader)
    return certify_nash(game, found.profiles, found.exists)


FORM: Final = Form(
    game=StrategicGame,
    solver=TableSolver,
    default=_table_solver,
    arrays=compile_table,
    certify=_certify_table,
    outcomes=table_outcomes,
    advice="use a table solver such as SupportEnumeration()",
    block=lambda game: max(1, PAYOFFS // (len(game.players) * len(game.table))),
    concepts={COMMITTED: StrongStackelberg},
)

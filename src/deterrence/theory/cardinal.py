"""Whether a statement reads payoffs as numbers: whether it changes when one player's payoffs are rescaled.

Equilibria do not change when all payoffs of one player are multiplied by a positive number; a statement that does
change with them, such as a comparison of two players' payoffs, has no meaning beyond the units that were chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deterrence.errors import SolverError
from deterrence.expressions import (
    Comparison,
    Condition,
    Expr,
    Symbol,
    substitute,
    substitute_condition,
    symbols_of,
)
from deterrence.games import FrozenMap
from deterrence.theory.algebra import Algebra
from deterrence.theory.cases import Cases, UnsettledError
from deterrence.theory.classes import EquilibriumClass, Theory
from deterrence.theory.logic import negation
from deterrence.theory.prover import Prover, read_statement
from deterrence.theory.smt import ORDINARY_LIMIT, Answer
from deterrence.theory.statements import Statement
from deterrence.theory.unknowns import ZERO

__all__ = ["reads_cardinal_payoffs"]


def reads_cardinal_payoffs(
    theory: Theory,
    statement: str | Statement,
    *,
    given: Iterable[Condition] = (),
    classes: tuple[EquilibriumClass, ...] | None = None,
) -> FrozenMap[str, bool | None]:
    """Say for each player whether rescaling its payoffs can change the truth of a statement in some class.

    Rescaling begins where the conditions given, free of definitions, hold.

    True and False are proved. None where the solver does not decide, and where rescaling is no change of parameters: it
    is one when the player's payoffs are homogeneous of degree one in parameters that occur nowhere else.
    """
    cases = Cases(theory)
    try:
        premises = tuple(cases.cleared(c) for c in given)
    except UnsettledError:
        return FrozenMap({p.name: None for p in theory.game.players})
    prover = Prover(cases, read_statement(theory, statement), premises, classes, "every")
    return FrozenMap({p.name: _reads(prover, p.name) for p in theory.game.players})


def _reads(prover: Prover, player: str) -> bool | None:
    cases = prover.cases
    scale = "scale"
    while scale in cases.algebra.names:
        scale += "e"
    rescaled = _rescaled(cases, player, scale)
    if rescaled is None:
        return None
    try:
        answers = [_changes(prover, found, rescaled, scale) for found in prover.classes]
    except UnsettledError:
        return None
    if Answer.YES in answers:
        return True
    return None if Answer.UNKNOWN in answers else False


def _changes(prover: Prover, found: EquilibriumClass | None, rescaled: Mapping[str, Expr], scale: str) -> Answer:
    """Say whether at some point the statement holds before a rescaling and fails after it."""
    claim = prover.claim(found)
    conditions: list[Condition] = [*prover.cases.assumed, *prover.cases.conditions(found)]
    after = [substitute_condition(c, rescaled) for c in (*conditions, negation(claim))]
    grown = Comparison((Symbol(scale), ZERO), (">",))
    return prover.ask((*conditions, *prover.given, claim, *after, grown), limit=ORDINARY_LIMIT)


def _rescaled(cases: Cases, player: str, scale: str) -> Mapping[str, Expr] | None:
    """Return the parameters whose rescaling rescales a player's payoffs and nothing else, None when there are none."""
    tree = cases.game.tree
    own, others = set[Expr](), set[Expr]()
    place = tree.players.index(player)
    for node in tree.nodes:
        others |= set(node.probabilities)
        for row in (node.payoffs, *node.payments):
            own |= set(row[place : place + 1])
            others |= {f for i, f in enumerate(row) if i != place}
    taken = {s.name for s in symbols_of(*others)}
    values = {s.name: Symbol(scale) * s for s in symbols_of(*own) if s.name not in taken}
    algebra = Algebra((*cases.algebra.names, scale))
    try:
        fits = all(algebra.value(substitute(f, values)) == algebra.value(Symbol(scale) * f) for f in own)
    except SolverError:
        return None
    return values if fits else None

"""The theory of one written profile: where it is a Nash equilibrium, from every pure deviation of every type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Final

from deterrence.compiled.prescribed import prescribes
from deterrence.errors import SolverError
from deterrence.expressions import Comparison, Condition, Expr, Number, substitute
from deterrence.games import EquilibriumResult, ExtensiveGame, FrozenMap, InformationSet
from deterrence.theory.algebra import Algebra, Fractional
from deterrence.theory.classes import EquilibriumClass, Theory
from deterrence.theory.conditions import at_least
from deterrence.theory.plays import event_functions, payoff_functions
from deterrence.theory.smt import trusted_programs
from deterrence.theory.unknowns import ONE, ZERO, sum_of

__all__ = ["bare_theory", "nash_theory"]

MAX_DEVIATIONS: Final = 2048  # pure strategies of one type


def bare_theory(game: ExtensiveGame) -> Theory:
    """Return a theory that lists no equilibrium: for questions about parameters alone."""
    return Theory(game, "none", "none", (), True, "it lists no equilibrium", FrozenMap(), trusted_programs())


def nash_theory(game: ExtensiveGame, result: EquilibriumResult) -> Theory:
    """Return the theory whose only class is a published profile, with the exact region where it is a Nash equilibrium.

    No pure strategy of any type gains against the others' strategies; by linearity then no strategy does (Nash 1951).
    Raises `SolverError` where the profile leaves an information set open, for too many pure strategies, and for
    formulas that are no rational functions.
    """
    algebra = Algebra([p.name for p in game.parameters])
    written = [_strategy(game, h, result) for h in game.tree.information_sets]
    strategies = [[algebra.value(q) for q in row] for row in written]
    payoffs = payoff_functions(game.tree, algebra, strategies)
    gains = dict.fromkeys(_gains(game, algebra, strategies, payoffs))
    region = (*_proper(written), *(at_least(algebra.formula(g)) for g in gains if g))
    found = EquilibriumClass(
        result.id,
        result.id,
        tuple(tuple(a for a, q in enumerate(row) if q != ZERO) for row in written),
        tuple(map(tuple, written)),
        beliefs=FrozenMap(),
        free=FrozenMap(),
        meaning=FrozenMap(),
        region=region,
        events=FrozenMap({e: algebra.formula(f) for e, f in event_functions(game.tree, algebra, strategies).items()}),
        payoffs=FrozenMap({key: algebra.formula(f) for key, f in payoffs.items()}),
        generic=True,
    )
    argument = "it is about the written profile alone"
    return Theory(game, "nash", "none", (found,), True, argument, FrozenMap(), trusted_programs())


def _strategy(game: ExtensiveGame, h: InformationSet, result: EquilibriumResult) -> list[Expr]:
    """Return the written probabilities of all actions; a single action that is not named takes the rest."""
    given: dict[str, Expr] = {}
    for prescription in result.profile:
        if prescribes(prescription, game.tree, h):
            given = {a: substitute(q, game.resolved_definitions) for a, q in prescription.probabilities.items()}
    if not given:
        where = game.tree.set_name(h)
        raise SolverError("the profile leaves an information set open", where=where, remedy="prescribe for every set")
    unnamed = [a for a in h.actions if a not in given]
    rest = sum_of(ONE, *(-q for q in given.values())) if len(unnamed) == 1 else ZERO
    return [given.get(a, rest) for a in h.actions]


def _proper(strategies: Sequence[Sequence[Expr]]) -> Iterator[Condition]:
    """Yield that all probabilities are."""
    for q in dict.fromkeys(q for row in strategies for q in row if not isinstance(q, Number)):
        yield Comparison((ZERO, q, ONE), ("<=", "<="))


def _gains(
    game: ExtensiveGame,
    algebra: Algebra,
    strategies: list[list[Fractional]],
    payoffs: dict[tuple[str, str], Fractional],
) -> Iterator[Fractional]:
    """Yield what each type has with its strategy beyond each of its pure ones."""
    tree = game.tree
    for (who, t), worth in payoffs.items():
        own = [
            i
            for i, h in enumerate(tree.information_sets)
            if tree.players[h.player] == who and (not t or (who, t) in h.known)
        ]
        choices = [range(len(tree.information_sets[i].actions)) for i in own]
        if prod(map(len, choices)) > MAX_DEVIATIONS:
            raise SolverError(f"{who} has too many pure strategies", remedy="ask for another concept")
        for plan in product(*choices):
            other = list(strategies)
            for i, taken in zip(own, plan, strict=True):
                other[i] = [algebra.one if a == taken else algebra.zero for a in range(len(other[i]))]
            yield worth - payoff_functions(tree, algebra, other)[who, t]

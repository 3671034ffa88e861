"""Proofs and counterexamples of statements about the equilibria of a game."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from deterrence.errors import SolverError
from deterrence.expressions import Condition
from deterrence.games import ExtensiveGame
from deterrence.theory.cardinal import reads_cardinal_payoffs
from deterrence.theory.cases import Cases, conditions_of
from deterrence.theory.classes import Theory
from deterrence.theory.derive import derive
from deterrence.theory.movements import decide_movement, movement
from deterrence.theory.prover import decide, read_statement
from deterrence.theory.statements import Statement
from deterrence.theory.verdicts import Counterexample, Proof, Quantifier, Verdict

__all__ = ["prove"]


def prove(
    subject: Theory | ExtensiveGame,
    statement: str | Statement,
    *,
    given: str | Condition | Iterable[str | Condition] = (),
    within: str | None = None,
    quantifier: Quantifier | None = None,
) -> Verdict:
    """Decide a statement for all admissible interior parameter points that satisfy `given`.

    The statement compares parameters, definitions, event probabilities `P(event)` and payoffs `U(player)` or
    `U(player.type)`; `exists(class)` and `unique(class)` speak of classes by name; `and`, `or` and one `=>` join these.
    It may begin with `in every equilibrium` or `in some equilibrium`, which `quantifier` overrides. Or it is a
    movement, `P(war) falls in p` (or `rises`, `never rises`, `never falls`, `is constant`), of any two equilibria at
    points that differ in p alone; two such points refute it (`Reversed`).

    With `every`, it must hold in every equilibrium of the theory; with `some`, at every point in at least one. `within`
    restricts the equilibria to the class (or classes) of that name. A statement about parameters, definitions and
    existence alone, without `within`, is about points, whether or not an equilibrium exists there. Returns a `Proof`, a
    `Counterexample` with an exact rational point, `Vacuous` when no equilibrium satisfies the premises, or `Undecided`
    with the reason. Proofs and counterexamples name the players whose payoffs the statement reads as numbers: rescaling
    them, which changes no equilibrium, can change its truth. Raises `ExpressionError` for a statement outside the
    language and `SolverError` for an unknown class.

    >>> from deterrence.library import load
    >>> print(prove(load("alliance-commitment/rudimentary-deterrence"), "p > t => P(war) == 0").word)
    proved
    """
    theory = subject if isinstance(subject, Theory) else derive(subject)
    moved = movement(statement)
    if moved is not None and isinstance(statement, str):
        if given or quantifier == "some":
            raise SolverError("a movement takes no premise and is about all equilibria", remedy="name a class: within")
        classes = theory.classes if within is None else theory.all_named(within)
        return decide_movement(replace(theory, classes=classes), statement, moved)
    read = read_statement(theory, statement)
    found = None if within is None else theory.all_named(within)
    cases = Cases(theory)
    asked = quantifier or read.quantifier
    premises = conditions_of(given, theory.game)
    verdict = decide(cases, read, given=premises, classes=found, quantifier=asked)
    if isinstance(verdict, Proof | Counterexample):
        reads = reads_cardinal_payoffs(theory, read, given=premises, classes=found)
        return replace(verdict, cardinal=tuple(who for who, is_read in reads.items() if is_read))
    return verdict

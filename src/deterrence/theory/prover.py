"""How a statement is decided: whether it holds in every, or some, equilibrium at every point.

A statement is refuted in a class when some point of its region, with open beliefs and mixing probabilities anywhere in
their intervals, satisfies the premises and the statement's negation; it is proved when the solver shows that no class
has such a point. Nothing counts as a counterexample before it is recomputed in exact arithmetic and, where it names an
equilibrium, that equilibrium is confirmed by the independent checker.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final

from deterrence.errors import ExpressionError
from deterrence.expressions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Expr,
    Number,
    Symbol,
    UndefinedError,
    evaluate_exact,
    holds_exactly,
    substitute,
    substitute_condition,
    symbols_of_condition,
    to_text,
)
from deterrence.games import FrozenMap
from deterrence.theory.cases import Cases, UnsettledError, uncertified
from deterrence.theory.classes import EquilibriumClass, Theory
from deterrence.theory.elimination import eliminated
from deterrence.theory.logic import TRUE, comparisons, implication, join, mapped, negation
from deterrence.theory.smt import Answer
from deterrence.theory.statements import Existence, Statement, parse_statement
from deterrence.theory.verdicts import Counterexample, Evaluated, Proof, Quantifier, Undecided, Vacuous, Verdict

__all__ = ["AT_POINTS", "Prover", "decide", "read_statement"]

AT_POINTS: Final = "at every admissible point"


def decide(
    cases: Cases,
    statement: Statement,
    *,
    given: Iterable[Condition] = (),
    classes: tuple[EquilibriumClass, ...] | None = None,
    quantifier: Quantifier = "every",
) -> Verdict:
    """Decide a statement, in some classes or (None) all; the conditions given are free of definitions."""
    try:
        return Prover(cases, statement, tuple(cases.cleared(c) for c in given), classes, quantifier).run()
    except UnsettledError as reason:
        return Undecided(statement=statement, why=str(reason))


def read_statement(theory: Theory, statement: str | Statement) -> Statement:
    """Return a statement about a theory; text is parsed."""
    if isinstance(statement, Statement):
        return statement
    return parse_statement(statement, theory.game, theory.names)


class Prover:
    """One statement, its premises and the classes it is about; no class (None) stands for the bare point."""

    def __init__(
        self,
        cases: Cases,
        statement: Statement,
        given: tuple[Condition, ...],
        classes: tuple[EquilibriumClass, ...] | None,
        quantifier: Quantifier,
    ) -> None:
        self.cases, self.statement, self.given = cases, statement, given
        self.quantifier: Quantifier = quantifier
        self.theory, self.ask = cases.theory, cases.decider.satisfiable
        about_points = classes is None and not statement.quantities and quantifier == "every"
        self.whole = classes is None
        self.classes: tuple[EquilibriumClass | None, ...] = (None,) if about_points else classes or self.theory.classes
        self.needs_all = (self.whole and not about_points) or bool(statement.existences)

    def run(self) -> Verdict:
        """Check that there is something to speak of, then decide."""
        if self.ask(()) is Answer.NO:
            return self._vacuous("no parameter point satisfies the assumptions of the game")
        if self.ask(self.given) is Answer.NO:
            return self._vacuous("no admissible point satisfies what is given")
        return self._some() if self.quantifier == "some" else self._every()

    def _vacuous(self, why: str) -> Vacuous:
        return Vacuous(statement=self.statement, why=why)

    def _undecided(self, why: str) -> Undecided:
        return Undecided(statement=self.statement, why=why)

    def put(self, condition: Condition, found: EquilibriumClass | None) -> Condition:
        """Return a part of the statement in the parameters and open unknowns of a class."""
        values = self.cases.quantities(self.statement.quantities, found)

        def change(left: Expr, operator: str, right: Expr) -> Condition:
            known = self.statement.existences.get(left.key)
            if known is not None:
                return self._existence(known)
            changed = Comparison((left, right), (operator,)).map(lambda formula: substitute(formula, values))
            return substitute_condition(changed, self.cases.definitions)

        try:
            return mapped(condition, change)
        except ExpressionError as error:  # a quantity that is zero in this class, in a denominator
            raise UnsettledError(error.problem) from None

    def _existence(self, existence: Existence) -> Condition:
        own = self.theory.all_named(existence.name)
        parts = [join(AnyOf, *(self._where(c) for c in own))]
        if existence.kind == "unique":
            parts += [negation(self._where(c)) for c in self.theory.classes if c not in own]
        return join(AllOf, *parts)

    def _where(self, found: EquilibriumClass) -> Condition:
        return join(AllOf, *self.cases.region(found))

    def claim(self, found: EquilibriumClass | None) -> Condition:
        """Return the statement for a class as a condition on polynomials."""
        context = (*self.given, *self.cases.conditions(found))
        premise = self.cases.cleared(self.put(self.statement.premise, found), context)
        conclusion = self.put(self.statement.conclusion, found)
        return implication(premise, self.cases.cleared(conclusion, (*context, premise)))

    def _every(self) -> Verdict:
        present: list[str] = []
        reasons: list[str] = []
        exist = False
        for found in self.classes:
            context = (*self.given, *self.cases.conditions(found))
            if self.ask(context) is Answer.NO:
                continue
            exist = True
            answer = self._refuted(found, context)
            if isinstance(answer, Counterexample):
                return answer
            reasons += [answer] if answer else []
            if not answer and self._premise_holds(found):
                present.append(AT_POINTS if found is None else found.family)
        if reasons:
            return self._undecided("; ".join(dict.fromkeys(reasons)))
        if not exist:
            return self._vacuous("no equilibrium of the class exists where the premises hold")
        return self._proved(present)

    def _refuted(self, found: EquilibriumClass | None, context: tuple[Condition, ...]) -> Counterexample | str:
        """Return a counterexample in a class, or why the class is not settled; empty when the statement holds there."""
        try:
            conditions = (*context, negation(self.claim(found)))
        except UnsettledError as reason:
            return f"{_name(found)}: {reason}"
        answer = self.ask(conditions)
        if answer is Answer.NO:
            return ""
        if answer is Answer.UNKNOWN:
            return f"{_name(found)}: the solver reached its limit"
        return self._shown(found, conditions)

    def _shown(self, found: EquilibriumClass | None, conditions: tuple[Condition, ...]) -> Counterexample | str:
        point = self.cases.point(conditions)
        if point is None:
            return f"{_name(found)}: the statement fails at a real point, but no rational one was found"
        whole = implication(self.put(self.statement.premise, found), self.put(self.statement.conclusion, found))
        if holds_exactly(whole, point):
            return f"{_name(found)}: the solver's point did not survive exact arithmetic"
        failure = uncertified(self.theory, found, point) if found is not None else ""
        if failure:
            return f"{_name(found)}: the checker does not confirm the equilibrium at the point found ({failure})"
        return self._counterexample(point, found, tuple(self._sides(found, point)))

    def _counterexample(
        self, point: Mapping[str, Fraction], found: EquilibriumClass | None, sides: tuple[Evaluated, ...]
    ) -> Counterexample:
        names = [p.name for p in self.theory.game.parameters]
        own = self.cases.unknowns(found) if found is not None else ()
        return Counterexample(
            statement=self.statement,
            quantifier=self.quantifier,
            point=FrozenMap({name: point[name] for name in names}),
            sides=sides,
            found=found,
            unknowns=FrozenMap({name: point[name] for name in own}),
            present=tuple(dict.fromkeys(c.family for c in self.theory.classes if self._exists_at(c, point))),
        )

    def _exists_at(self, found: EquilibriumClass, point: Mapping[str, Fraction]) -> bool:
        """Say whether a class exists at a point, with some open unknowns where its region is not in closed form."""
        if found.closed_form:
            try:
                return holds_exactly(self._where(found), point)
            except UnsettledError:  # whether its strategies are defined depends on what it leaves open
                pass
        here = (Comparison((Symbol(p.name), Number(point[p.name])), ("==",)) for p in self.theory.game.parameters)
        return self.ask((*self.cases.conditions(found), *here)) is Answer.YES

    def _is_settled(self, found: EquilibriumClass) -> bool:
        """Say whether the statement reads no open unknown of a class."""
        used = symbols_of_condition(self.claim(found))
        return not {s.name for s in used} & set(self.cases.unknowns(found))

    def _sides(self, found: EquilibriumClass | None, point: Mapping[str, Fraction]) -> Iterator[Evaluated]:
        premise = self.statement.premise
        for chain in (*(comparisons(premise) if premise != TRUE else ()), *comparisons(self.statement.conclusion)):
            shown = self.statement.existences.get(chain.operands[0].key)
            here = self.put(chain, found)
            text = f"{shown.kind}({shown.name})" if shown else self.statement.written(to_text(chain))
            values = self.cases.quantities(self.statement.quantities, found)
            closed = [substitute(substitute(f, values), self.cases.definitions) for f in chain.operands]
            sides = () if shown else tuple(_value(f, point) for f in closed)
            yield Evaluated(
                text, sides, holds_exactly(here, point), found.name if found and self.quantifier == "some" else ""
            )

    def _proved(self, present: list[str]) -> Verdict:
        if self.needs_all and not self.theory.complete:
            return self._undecided(f"it holds in the known classes, but {self.theory.argument}")
        if self.statement.premise != TRUE and not any(map(self._premise_holds, self.classes)):
            return self._vacuous("the premise never holds")
        return Proof(
            statement=self.statement,
            quantifier=self.quantifier,
            classes=tuple(dict.fromkeys(present)),
            trusted=self.theory.trusted,
            notes=tuple(self._notes()),
        )

    def _premise_holds(self, found: EquilibriumClass | None) -> bool:
        """Say whether the premise may hold somewhere in a class."""
        context = (*self.given, *self.cases.conditions(found))
        premise = self.cases.cleared(self.put(self.statement.premise, found), context)
        return premise == TRUE or self.ask((*context, premise)) is not Answer.NO

    def _notes(self) -> Iterator[str]:
        """Yield which premises can be dropped."""
        if self.given and self._holds((), self.statement):
            yield "what is given is not needed"
        bare = Statement(
            self.statement.text, TRUE, self.statement.conclusion, self.statement.quantities, self.statement.existences
        )
        if self.statement.premise != TRUE and self._holds(self.given, bare):
            yield "the premise is not needed"

    def _holds(self, given: tuple[Condition, ...], statement: Statement) -> bool:
        """Say whether a statement with fewer premises is proved too."""
        other = Prover(self.cases, statement, given, None, self.quantifier)
        other.classes = self.classes
        try:
            if self.quantifier == "some":
                return other.ask((*given, *other.failing())) is Answer.NO
            contexts = [(found, (*given, *self.cases.conditions(found))) for found in self.classes]
            return all(self.ask((*c, negation(other.claim(found)))) is Answer.NO for found, c in contexts)
        except UnsettledError:
            return False

    def _good(self, found: EquilibriumClass) -> Condition:
        """Return where some equilibrium of a class satisfies the statement, in the parameters alone."""
        region = self.cases.region(found)
        claim = self.claim(found)
        if self.cases.decider.implied(claim, (*self.given, *self.cases.conditions(found))):
            return join(AllOf, *region)
        return join(AllOf, *region, eliminated(self.cases, claim, found, some=True))

    def failing(self) -> tuple[Condition, ...]:
        """Return where no equilibrium satisfies the statement."""
        return tuple(negation(self._good(found)) for found in self.classes if found is not None)

    def _is_possible(self, found: EquilibriumClass) -> bool:
        return self.ask((*self.given, self._good(found))) is not Answer.NO

    def _some(self) -> Verdict:
        conditions = (*self.given, *self.failing())
        answer = self.ask(conditions)
        if answer is Answer.NO:
            present = [c.family for c in self.classes if c is not None and self._is_possible(c)]
            return self._proved(present)
        if answer is Answer.UNKNOWN:
            return self._undecided("the solver reached its limit")
        if self.whole and not self.theory.complete:
            return self._undecided("an equilibrium that is not listed may satisfy it")
        point = self.cases.point(conditions)
        if point is None:
            return self._undecided("it fails at a real point, but no rational one was found")
        here = [c for c in self.classes if c is not None and self._exists_at(c, point)]
        sides = [s for c in here if self._is_settled(c) for s in self._sides(c, point)]
        return self._counterexample(point, None, tuple(sides))


def _name(found: EquilibriumClass | None) -> str:
    return AT_POINTS if found is None else found.name


def _value(formula: Expr, point: Mapping[str, Fraction]) -> Fraction | None:
    try:
        return evaluate_exact(formula, point)
    except UndefinedError:
        return None

"""Questions about polynomial conditions, put to an SMT solver: whether a point exists, and which.

Every query gets a fresh solver: the incremental one is slow and often undecided. It is put to cylindrical decomposition
(z3's nlsat) first, which decides nearly everything within a few milliseconds, and then to z3's whole strategy for
nonlinear real arithmetic. Limits count the solver's own resource units, not seconds, so that answers do not depend on
the load of the machine. Hard questions share a budget: once it is spent, further ones are given up soon. `unknown` is
reported as unknown, never as no.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Final

from deterrence.expressions import AllOf, AnyOf, Comparison, Condition, Expr, Number, Power, Product, Sum, Symbol

__all__ = ["ORDINARY_LIMIT", "RESOURCE_LIMIT", "Answer", "Decider", "trusted_programs"]

RESOURCE_LIMIT: Final = 20_000_000  # for one question
ORDINARY_LIMIT: Final = 200_000  # ten to a hundred times what an ordinary question takes; more makes it hard

MOST_SIZE: Final = 10_000  # of a polynomial that is put to the solver: the number of its terms times their degree

_DECOMPOSITION: Final = ("simplify", "purify-arith", "qfnra-nlsat")

_COMPARE: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq}


class Answer(Enum):
    """Whether a point exists."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def trusted_programs() -> tuple[str, ...]:
    """Return the programs that a proof relies on, with their versions."""
    return (f"sympy {version('sympy')}", f"z3 {version('z3-solver')}")


def _engine() -> Any:
    """Return z3, which takes long to import: theories that were derived before are read without it."""
    import z3

    return z3


@dataclass
class Decider:
    """Decides conditions over the reals; `given` holds in every query. Counts what it was asked.

    `budget` is what hard questions may take together, `limit` what one may take.
    """

    given: tuple[Condition, ...] = ()
    limit: int = RESOURCE_LIMIT
    budget: int = 5 * RESOURCE_LIMIT
    queries: int = 0
    unknowns: int = 0
    _z3: Any = field(default_factory=_engine, repr=False)
    _terms: dict[Expr, Any] = field(default_factory=dict)
    _formulas: dict[Condition, Any] = field(default_factory=dict)
    _known: dict[tuple[frozenset[Condition], Condition | None], Answer] = field(default_factory=dict, repr=False)
    _taken: int = field(default=0, repr=False)
    _context: Any = field(init=False, repr=False)
    _tactic: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Give every decider its own solver context: the common one is not made for several threads."""
        self._context = self._z3.Context()
        self._tactic = self._z3.Then(*_DECOMPOSITION, ctx=self._context)

    def satisfiable(self, conditions: Iterable[Condition], *, limit: int = 0) -> Answer:
        """Say whether some point satisfies all conditions and everything given; `limit` as for `implied`."""
        return self._settled(tuple(conditions), limit=limit)

    def witness(self, conditions: Iterable[Condition]) -> Mapping[str, Fraction] | None:
        """Return a rational point that satisfies all conditions, None where none is found or it is irrational."""
        answer, model = self._ask(conditions)
        return _rational(model) if answer is Answer.YES else None

    def implied(self, condition: Condition, by: Iterable[Condition] = (), *, limit: int = 0) -> bool:
        """Say whether a condition is proved to hold wherever everything given and `by` does.

        A `limit` is for questions that only make an answer shorter: they are given up soon.
        """
        return self._settled(tuple(by), condition, limit) is Answer.NO

    def _settled(self, holding: tuple[Condition, ...], failing: Condition | None = None, limit: int = 0) -> Answer:
        """Say whether there is a point where some conditions hold and one fails; no answer is sought twice."""
        question = (frozenset(holding), failing)
        if question in self._known:
            return self._known[question]
        answer, _ = self._ask(holding, failing, limit)
        if answer is not Answer.UNKNOWN:
            self._known[question] = answer
        return answer

    def _ask(
        self, holding: Iterable[Condition], failing: Condition | None = None, limit: int = 0
    ) -> tuple[Answer, Any]:
        """Return the first answer that a solver gives, with its model where a point exists."""
        holding = tuple(holding)
        self.queries += 1
        if any(map(_is_too_large, (*holding, *([failing] if failing is not None else [])))):
            self.unknowns += not limit
            return Answer.UNKNOWN, None  # resources are not counted while polynomials of this size are read
        formulas = [self._formula(c) for c in (*self.given, *holding)]
        formulas += [self._z3.Not(self._formula(failing))] if failing is not None else []
        whole = ((self._decomposition, self.limit // 10), (self._strategy, self.limit))
        for make, most in ((self._decomposition, limit),) if limit else whole:
            solver = make()
            solver.set("rlimit", min(most, max(self.budget, ORDINARY_LIMIT // 4)))
            solver.set("ctrl_c", False)  # else an interrupt would end this one query as undecided, and nothing more
            solver.add(formulas)
            answer = solver.check()
            self._charge(solver)
            if answer == self._z3.sat:
                return Answer.YES, solver.model()
            if answer == self._z3.unsat:
                return Answer.NO, None
        self.unknowns += not limit
        return Answer.UNKNOWN, None

    def _charge(self, solver: Any) -> None:
        """Take what a hard question took off the budget; the solver counts for all questions together."""
        taken = solver.statistics().get_key_value("rlimit count")
        if taken - self._taken > ORDINARY_LIMIT:
            self.budget -= taken - self._taken
        self._taken = taken

    def _decomposition(self) -> Any:
        return self._tactic.solver()

    def _strategy(self) -> Any:
        return self._z3.SolverFor("QF_NRA", ctx=self._context)

    def _formula(self, condition: Condition) -> Any:
        if condition not in self._formulas:
            self._formulas[condition] = self._translated(condition)
        return self._formulas[condition]

    def _translated(self, condition: Condition) -> Any:
        if isinstance(condition, AllOf):
            return self._z3.And([self._formula(part) for part in condition.parts])
        if isinstance(condition, AnyOf):
            return self._z3.Or([self._formula(part) for part in condition.parts])
        assert isinstance(condition, Comparison)
        pairs = [_COMPARE[op](self._term(a), self._term(b)) for a, op, b in condition.pairs()]
        return pairs[0] if len(pairs) == 1 else self._z3.And(pairs)

    def _term(self, formula: Expr) -> Any:
        for node in formula.walk():
            if node not in self._terms:
                self._terms[node] = self._build(node)
        return self._terms[formula]

    def _build(self, node: Expr) -> Any:
        if isinstance(node, Number):
            return self._z3.RealVal(str(node.value), self._context)
        if isinstance(node, Symbol):
            return self._z3.Real(node.name, self._context)
        below = [self._terms[child] for child in node.children]
        if isinstance(node, Sum):
            return self._z3.Sum(below)
        if isinstance(node, Product):
            return self._z3.Product(below)
        if isinstance(node, Power) and isinstance(node.exponent, Number) and node.exponent.value.denominator == 1:
            count = abs(int(node.exponent.value))
            power: Any = self._z3.Product([below[0]] * count) if count > 1 else below[0]
            return power if node.exponent.value > 0 else 1 / power
        raise ValueError(f"{node!r} is not a rational function")


@lru_cache(maxsize=4096)
def _is_too_large(condition: Condition) -> bool:
    """Say whether a condition has a polynomial, worked out as a sum of monomials, beyond `MOST_SIZE`."""
    sums = (f for f in condition.formulas if isinstance(f, Sum))
    return any(len(f.children) * max(map(_degree, f.children)) > MOST_SIZE for f in sums)


def _degree(monomial: Expr) -> int:
    parts = monomial.children if isinstance(monomial, Product) else (monomial,)
    powers = (p.exponent for p in parts if isinstance(p, Power))
    return len(parts) + sum(int(k.value) for k in powers if isinstance(k, Number) and k.value > 0)


def _rational(model: Any) -> Mapping[str, Fraction] | None:
    z3 = _engine()
    point: dict[str, Fraction] = {}
    for declaration in model.decls():
        value = model[declaration]
        if not z3.is_rational_value(value):
            return None
        point[declaration.name()] = Fraction(value.numerator_as_long(), value.denominator_as_long())
    return point

"""Published equilibria against derived ones: which agree, what print misses, what it claims too much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from deterrence.expressions import (
    AllOf,
    Comparison,
    Condition,
    Expr,
    Number,
    Symbol,
    substitute,
    substitute_condition,
    to_text,
)
from deterrence.games import EquilibriumResult, FrozenMap, Quantity, SignResult
from deterrence.games.statements import Result
from deterrence.theory.cases import Cases, UnsettledError, uncertified
from deterrence.theory.classes import EquilibriumClass, Theory
from deterrence.theory.logic import TRUE, join, negation
from deterrence.theory.matching import Match, matches
from deterrence.theory.prover import decide
from deterrence.theory.signs import OPERATORS
from deterrence.theory.slopes import rate
from deterrence.theory.smt import Answer
from deterrence.theory.statements import Statement
from deterrence.theory.verdicts import Counterexample, Undecided, Verdict

__all__ = ["Catalogue", "Matching", "Published", "ResultVerdict", "check_results", "compare"]

Matching: TypeAlias = Literal["matched", "too wide", "too narrow", "differs", "extra in print", "undecided"]
Point: TypeAlias = "FrozenMap[str, Fraction]"

_WORDS: Final[dict[Matching, str]] = {
    "matched": "matched",
    "too wide": "needs a stronger assumption",
    "too narrow": "claims too little",
    "differs": "differs",
    "extra in print": "extra in print",
    "undecided": "undecided",
}


@dataclass(frozen=True, kw_only=True)
class Published:
    """A published equilibrium against the derived classes with its profile.

    "matched": the regions are proved equal. "too wide": print needs a stronger assumption, `claimed` is a point where
    it sees the equilibrium and there is none. "too narrow": `missed` is a point where the equilibrium exists and print
    says no. "differs": both. "extra in print": no derived class has this profile. `why` says what was left undecided.
    `classes` play the profile for all parameter values, `matches` are all that do somewhere.
    """

    result: EquilibriumResult
    classes: tuple[EquilibriumClass, ...]
    matching: Matching
    claimed: Point | None = None
    missed: Point | None = None
    why: str = ""
    matches: tuple[Match, ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """A published list against a theory, result by result, and the derived classes that no result describes."""

    published: tuple[Published, ...]
    missing: tuple[EquilibriumClass, ...]

    @property
    def agrees(self) -> bool:
        """Whether every result is matched and no generic class is missing from print."""
        return all(p.matching == "matched" for p in self.published) and not any(c.generic for c in self.missing)

    def __str__(self) -> str:
        """Return the comparison as a table: print against theory, then what print misses."""
        rows = [(p.result.id, _WORDS[p.matching], _remark(p)) for p in self.published]
        rows += [(c.name, "missing from print", "" if c.generic else "on a knife edge") for c in self.missing]
        widths = [max((len(row[i]) for row in rows), default=0) for i in range(2)]
        return "\n".join("  ".join((a.ljust(widths[0]), b.ljust(widths[1]), c)).rstrip() for a, b, c in rows)


def _remark(found: Published) -> str:
    points = ((found.claimed, "no such equilibrium"), (found.missed, "such an equilibrium outside the printed region"))
    shown = [f"{what} at {', '.join(f'{n} = {v}' for n, v in point.items())}" for point, what in points if point]
    return "; ".join(shown) or found.why


def compare(theory: Theory, published: Iterable[Result] | None = None) -> Catalogue:
    """Return how published equilibria (by default those of the model file) agree with the derived ones.

    A class has a published profile where its strategies are what the profile names; several classes may share one
    profile, and then the published region must be the union of theirs. Regions are compared in
    both directions by proof; where they differ a rational point in the difference is given.
    """
    results = theory.game.about.results if published is None else tuple(published)
    cases = Cases(theory)
    found = tuple(_compared(cases, r) for r in results if isinstance(r, EquilibriumResult))
    described = {id(c) for one in found for c in one.classes}
    return Catalogue(published=found, missing=tuple(c for c in theory.classes if id(c) not in described))


def _compared(cases: Cases, result: EquilibriumResult) -> Published:
    reason = _incomparable(cases.theory, result)
    if reason:
        return Published(result=result, classes=(), matching="undecided", why=reason)
    try:
        found = matches(cases, result)
        if not found and cases.theory.complete:
            claimed = _witness(cases, (_printed(cases, result),))
            return Published(result=result, classes=(), matching="extra in print", claimed=claimed)
        claimed, missed = _differences(cases, result, found)
    except UnsettledError as unsettled:
        return Published(result=result, classes=(), matching="undecided", why=str(unsettled))
    if missed is None and not cases.theory.complete:
        return Published(result=result, classes=(), matching="undecided", why=cases.theory.argument)
    words: dict[tuple[bool, bool], Matching] = {
        (False, False): "matched",
        (True, False): "too wide",
        (False, True): "too narrow",
        (True, True): "differs",
    }
    matching = words[claimed is not None, missed is not None]
    whole = tuple(m.found for m in found if not m.also)
    return Published(result=result, classes=whole, matching=matching, claimed=claimed, missed=missed, matches=found)


def _incomparable(theory: Theory, result: EquilibriumResult) -> str:
    if (result.concept, result.refinement) != (theory.concept, theory.refinement):
        wanted = f"{result.concept} with refinement {result.refinement}"
        return f"the result is about {wanted}, the theory about {theory.concept} with {theory.refinement}"
    if result.integers and dict(result.integers) != dict(theory.game.about.integers):
        return "the result is about another size of the family"
    return "" if result.profile else "the result names no profile"


def _differences(cases: Cases, result: EquilibriumResult, found: Sequence[Match]) -> tuple[Point | None, Point | None]:
    """Return a point where print alone sees the equilibrium, and one where the theory alone does."""
    printed = _printed(cases, result)
    missed = (_witness(cases, (*m.conditions(cases), negation(printed)), m.found) for m in found)
    return _claimed_only(cases, printed, found), next((point for point in missed if point), None)


def _printed(cases: Cases, result: EquilibriumResult) -> Condition:
    parts: tuple[Condition, ...] = ()
    for condition in result.iff:
        parts = (*parts, cases.cleared(condition, parts))
    return join(AllOf, *parts)


def _claimed_only(cases: Cases, printed: Condition, found: Sequence[Match]) -> Point | None:
    """Return a point in print where no class has the profile: first by regions, then class by class at the point."""
    regions, others = list[Condition](), list[Match]()
    for match in found:
        try:
            regions.append(match.region(cases))
        except UnsettledError:
            others.append(match)
    point = _witness(cases, (printed, *map(negation, regions)))
    if point is None:
        return None
    here = [Comparison((Symbol(name), Number(value)), ("==",)) for name, value in point.items()]
    if any(cases.decider.satisfiable((*here, *m.conditions(cases))) is not Answer.NO for m in others):
        raise UnsettledError("it is not known in closed form where an equilibrium has this profile")
    return point


def _witness(cases: Cases, conditions: tuple[Condition, ...], found: EquilibriumClass | None = None) -> Point | None:
    """Return a parameter point that satisfies all conditions, None when there is proved to be none.

    With a class, its equilibrium there is confirmed by the independent checker.
    """
    answer = cases.decider.satisfiable(conditions)
    if answer is Answer.NO:
        return None
    point = cases.point(conditions) if answer is Answer.YES else None
    if point is None:
        raise UnsettledError("the solver found no rational point of the difference and no proof that it is empty")
    failure = uncertified(cases.theory, found, point) if found is not None else ""
    if failure:
        raise UnsettledError(f"the checker does not confirm {found.name if found else ''!r} at a point: {failure}")
    return FrozenMap({p.name: point[p.name] for p in cases.game.parameters})


@dataclass(frozen=True, kw_only=True)
class ResultVerdict:
    """What became of one published result; `detail` says it in words, `point` refutes it."""

    result: Result
    verdict: Literal["proved", "refuted", "tested", "undecided"]
    detail: str
    point: Point | None = None


def check_results(theory: Theory, published: Iterable[Result] | None = None) -> tuple[ResultVerdict, ...]:
    """Return a verdict on every published result: regions, values on the regions, and signs.

    A region is proved when it equals that of the derived classes with the profile; values must hold on it for every
    open belief and probability. A sign is claimed on the interior of the region that it names, or at every admissible
    interior point; for a quantity without region, in every generic class.
    """
    results = theory.game.about.results if published is None else tuple(published)
    cases = Cases(theory)
    equilibria = {r.id: _compared(cases, r) for r in results if isinstance(r, EquilibriumResult)}
    return tuple(_verdict(cases, r, equilibria) for r in results)


def _verdict(cases: Cases, result: Result, equilibria: dict[str, Published]) -> ResultVerdict:
    try:
        if isinstance(result, SignResult):
            return _Signs(cases, result, equilibria).run()
        return _equilibrium(cases, equilibria[result.id])
    except UnsettledError as unsettled:
        return ResultVerdict(result=result, verdict="undecided", detail=str(unsettled))


def _equilibrium(cases: Cases, found: Published) -> ResultVerdict:
    result = found.result
    if found.matching == "undecided":
        return ResultVerdict(result=result, verdict="undecided", detail=found.why)
    if found.matching == "extra in print":
        detail = "no parameter point makes it an equilibrium"
        return ResultVerdict(result=result, verdict="refuted", detail=detail, point=found.claimed)
    if found.matching != "matched":
        where = found.claimed or found.missed
        detail = (
            "it is no equilibrium at a point of the region" if found.claimed else "it is one outside the region too"
        )
        return ResultVerdict(result=result, verdict="refuted", detail=detail, point=where)
    for quantity, value in result.values.items():
        for match in found.matches:
            answer = _value(cases, match, quantity, value)
            if isinstance(answer, Counterexample):
                return ResultVerdict(result=result, verdict="refuted", detail=str(answer), point=answer.point)
            if isinstance(answer, Undecided):
                return ResultVerdict(result=result, verdict="undecided", detail=str(answer))
    what = f"region and {len(result.values)} values" if result.values else "region"
    return ResultVerdict(result=result, verdict="proved", detail=f"{what} (trusting {', '.join(cases.theory.trusted)})")


def _value(cases: Cases, match: Match, quantity: Quantity, value: Expr) -> Verdict:
    taken = {p.name for p in cases.game.parameters} | set(cases.game.definitions)
    name = next(n for n in ("value", *(f"value{k}" for k in range(len(taken) + 1))) if n not in taken)
    claim = Comparison((Symbol(name), value), ("==",))
    statement = Statement(f"{quantity} == {to_text(value)}", TRUE, claim, FrozenMap({name: quantity}))
    return decide(cases, statement, given=match.also, classes=(match.found,))


class _Signs:
    """One claim about the sign of a derivative or of a quantity itself."""

    def __init__(self, cases: Cases, result: SignResult, equilibria: dict[str, Published]) -> None:
        self.cases, self.result, self.equilibria = cases, result, equilibria
        given = (substitute_condition(c, cases.definitions) for c in result.given)
        self.given = tuple(cases.cleared(c) for c in given)

    @property
    def _what(self) -> str:
        return "the derivative" if self.result.wrt else "the value"

    def run(self) -> ResultVerdict:
        """Prove the sign in every place where it is claimed, or refute it at a point."""
        if self.result.integers and dict(self.result.integers) != dict(self.cases.game.about.integers):
            return self._answer("undecided", "the result is about another size of the family")
        places = list(self._places())
        if not places:
            return self._answer("undecided", "no derived class has the profile of the region it is claimed on")
        if self.result.sign == "?":
            return self._ambiguous(places)
        inhabited = False
        for found, context in places:
            if self.cases.decider.satisfiable(context) is Answer.NO:
                continue
            inhabited = True
            point = self._witness(found, context, OPERATORS[self.result.sign], negated=True)
            if point is not None:
                return self._answer("refuted", f"{self._what} is not {self.result.sign} there", point)
        if not inhabited:
            return self._answer("undecided", "no admissible point satisfies its premises")
        return self._answer("proved", f"trusting {', '.join(self.cases.theory.trusted)}")

    def _ambiguous(self, places: Sequence[tuple[EquilibriumClass | None, tuple[Condition, ...]]]) -> ResultVerdict:
        """Prove that both signs occur."""
        for operator in (">", "<"):
            points = (self._witness(found, context, operator) for found, context in places)
            if not any(point is not None for point in points):
                return self._answer("refuted", f"{self._what} is nowhere {operator} 0")
        return self._answer("proved", "both signs occur")

    def _answer(
        self, verdict: Literal["proved", "refuted", "undecided"], detail: str, point: Point | None = None
    ) -> ResultVerdict:
        return ResultVerdict(result=self.result, verdict=verdict, detail=detail, point=point)

    def _places(self) -> Iterator[tuple[EquilibriumClass | None, tuple[Condition, ...]]]:
        """Yield the classes (None for bare points) in which the sign is claimed, with the conditions there."""
        within = self.equilibria[self.result.within] if self.result.within else None
        if within is not None:
            classes: Sequence[EquilibriumClass] = within.classes
        else:
            classes = self.cases.theory.generic
        if isinstance(self.result.of, Quantity):
            yield from ((c, (*self.given, *self.cases.inside(c))) for c in classes if c.generic)
        elif within is None:
            yield None, self.given
        else:
            yield from ((None, (*self.given, *self.cases.inside(c))) for c in classes if c.generic)

    def _witness(
        self, found: EquilibriumClass | None, context: tuple[Condition, ...], operator: str, *, negated: bool = False
    ) -> Point | None:
        """Return a point of a place where the derivative or the value has (or has not) the sign."""
        of = self.result.of
        formula = self.cases.quantity(of, found) if isinstance(of, Quantity) and found is not None else of
        assert isinstance(formula, Expr)
        value = self.cases.function(substitute(formula, self.cases.definitions), context)
        names = self.cases.algebra.names_in(value.numer) | self.cases.algebra.names_in(value.denom)
        is_open = found is not None and bool(names & set(self.cases.unknowns(found)))
        if self.result.wrt:
            slope = rate(self.cases, value, self.result.wrt, found)
            value, context, is_open = slope.function, (*context, *slope.context), slope.is_open
        if found is not None and is_open:
            raise UnsettledError(f"the quantity depends on what {found.name!r} leaves open")
        leaf = self.cases.leaf(value, operator, context)
        return _witness(self.cases, (*context, negation(leaf) if negated else leaf))

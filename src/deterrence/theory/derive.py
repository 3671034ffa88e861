"""From a game to its theory: every equilibrium class of a solution concept with its exact region."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from deterrence.compiled.prescribed import prescribes
from deterrence.errors import SolverError
from deterrence.expressions import Comparison, Condition, Number, substitute, symbols_of_condition
from deterrence.games import EquilibriumResult, ExtensiveGame, FrozenMap, Prescription, StrategicGame
from deterrence.games.simultaneous import simultaneous_tree
from deterrence.theory.algebra import Algebra, Fractional, Polynomial
from deterrence.theory.classes import EquilibriumClass, Interval, Theory
from deterrence.theory.closed_form import CASE_LIMIT, ClosedForm, solve_conditions, solve_further
from deterrence.theory.concepts import default_concept, system_of
from deterrence.theory.interior import interior
from deterrence.theory.naming import named, published_name
from deterrence.theory.plays import event_functions, payoff_functions
from deterrence.theory.present import Presenter
from deterrence.theory.refine import check_refinement, refine, refined
from deterrence.theory.regions import Bounds, Reducer, Region
from deterrence.theory.relevance import relevant_beliefs
from deterrence.theory.smt import RESOURCE_LIMIT, Answer, Decider, trusted_programs
from deterrence.theory.supports import Feasible, feasible_supports
from deterrence.theory.systems import BeliefSystem
from deterrence.theory.tiling import with_tiling
from deterrence.theory.unknowns import ZERO

__all__ = ["derive", "derive_profile", "table_tree"]


def derive(
    game: ExtensiveGame | StrategicGame,
    *,
    concept: str | None = None,
    refinement: str = "none",
    progress: Callable[[str], None] | None = None,
) -> Theory:
    """Return every equilibrium class of the game, with closed forms and the exact region where each exists.

    `concept` is one of `CONCEPTS`, each defined by its class: `subgame-perfect`, `weak-pbe`, `pbe` (perfect Bayesian
    equilibrium of multistage games with observed actions and independent types, the default where it is defined) and
    `sequential` (the default elsewhere). Priors and nature's odds are interior: every type and every branch has
    positive probability. Points at which a payoff divides by zero are left out. A refinement (`intuitive`, `D1`,
    `undefeated`; of `pbe`) takes classes away, and says in `removed` where and why. `progress` is told in words how far
    it is. Of a strategic game the Nash equilibria are derived, as of the tree in which nobody sees what the others do.
    Raises `SolverError` where concept or refinement is not defined for the game.
    """
    if isinstance(game, StrategicGame):
        return replace(derive(table_tree(game, concept, refinement), progress=progress), concept="nash")
    check_refinement(refinement)
    theory = _Derivation(game, system_of(game, concept or default_concept(game)), progress).run()
    return with_tiling(theory) if refinement == "none" else refine(theory, refinement, progress)


def table_tree(game: StrategicGame, concept: str | None, refinement: str) -> ExtensiveGame:
    """Return the tree whose theory is that of a strategic game; raise `SolverError` for another concept than Nash."""
    if concept not in (None, "nash") or refinement != "none":
        raise SolverError("a strategic game has Nash equilibria, without refinement", remedy="leave the concept out")
    return simultaneous_tree(game)


def derive_profile(game: ExtensiveGame, result: EquilibriumResult) -> Theory:
    """Return the classes that somewhere play a published profile, under its concept and refinement, and few others.

    Every support that agrees with the profile is followed, so it is known exactly where the profile is an equilibrium,
    though the whole theory may take much longer. Nothing is said of other profiles. Raises `SolverError` where concept
    or refinement is not defined, and for `undefeated`, which compares with all other equilibria.
    """
    if result.refinement == "undefeated":
        raise SolverError("undefeated compares a class with all others", remedy="derive the whole theory")
    theory = _Derivation(game, system_of(game, result.concept), None, result.profile).run()
    return theory if result.refinement == "none" else refined(theory, result.refinement)


@dataclass
class _Derivation:
    game: ExtensiveGame
    system: BeliefSystem
    progress: Callable[[str], None] | None
    profile: tuple[Prescription, ...] = ()

    def run(self) -> Theory:
        """Enumerate supports, solve each, reduce its region, name what was found."""
        names = [p.name for p in self.game.parameters]
        self.algebra = Algebra((*names, *self.system.slots, *self.system.moves))
        self.decider = Decider(interior(self.game))
        self.reducer = Reducer(self.algebra, self.decider)
        self.presenter = Presenter(self.game, self.algebra, self.reducer)
        relevant = relevant_beliefs(self.system, self.algebra)
        supports = feasible_supports(self.system, self.decider, relevant, self.progress, allowed=self._agrees)
        self.open = (*sorted(relevant), *self.system.moves)
        classes = [c for support in self._counted(supports) for c in self._classes(support)]
        undecided = sum(not c.proved for c in classes)
        return Theory(
            self.game,
            self.system.concept,
            "none",
            named(self.game.tree, sorted(classes, key=lambda c: not c.generic)),
            complete=True,
            argument=f"every choice of supports{' that agrees with the profile' if self.profile else ''} was followed "
            "until the solver proved that no parameter point allows it",
            counts=FrozenMap({"supports": len(supports), "queries": self.decider.queries, "undecided": undecided}),
            trusted=trusted_programs(),
        )

    def _agrees(self, h: int, support: tuple[int, ...]) -> bool:
        """Say whether a support is that of the profile for some parameter values, where the profile names actions."""
        info, definitions = self.game.tree.information_sets[h], self.game.resolved_definitions
        played = [info.actions[a] for a in support]
        written = (p.probabilities for p in self.profile if prescribes(p, self.game.tree, info))
        given = {a: substitute(q, definitions) for probabilities in written for a, q in probabilities.items()}
        certain = {a: q.value for a, q in given.items() if isinstance(q, Number)}
        whole = sum(certain.values()) == 1
        return all((a in played) == (q > 0) for a, q in certain.items()) and not (whole and set(played) - set(certain))

    def _counted(self, supports: Sequence[Feasible]) -> Iterator[Feasible]:
        for k, support in enumerate(supports):
            if self.progress is not None:
                self.progress(f"{k} of {len(supports)} supports solved")
            yield support

    def _classes(self, feasible: Feasible) -> list[EquilibriumClass]:
        cases = solve_conditions(feasible, self.open, self.reducer)
        return [found for case in cases for found in self._of_case(feasible, case)]

    def _of_case(
        self, feasible: Feasible, case: ClosedForm, done: tuple[Polynomial, ...] = ()
    ) -> Iterator[EquilibriumClass]:
        """Yield the classes of one solution; where a region fixes an open unknown, it is solved for after all.

        Unknowns of equations that could not be solved stay, with all that is said of them.
        """
        unsolved = self._in_unknowns(case.equalities)
        edges = [p for p in case.equalities if p not in unsolved]
        held = [n for n in case.free if any(n in self.algebra.names_in(p) for p in unsolved)]
        free = [n for n in case.free if n not in held]
        known, strict = self._mixing(feasible, case)
        for region in self.reducer.regions(case.inequalities, edges, free, known, strict, held):
            if fixed := [p for p in self._in_unknowns(region.zero) if p not in done]:
                for further in solve_further(case, fixed, self.open, self.reducer):
                    yield from self._of_case(feasible, further, (*done, *fixed))
            elif not unsolved or self._allows(region, unsolved, ">="):
                yield self._class(feasible, case, region, unsolved)

    def _in_unknowns(self, polynomials: Iterable[Polynomial]) -> list[Polynomial]:
        return [p for p in polynomials if self.algebra.names_in(p) & set(self.open)]

    def _mixing(self, feasible: Feasible, case: ClosedForm) -> tuple[list[Condition], list[Condition]]:
        """Return that free mixing probabilities are positive, and the same of those that were solved for."""
        known: list[Condition] = []
        strict: list[Condition] = []
        for condition in feasible.conditions:
            if isinstance(condition, Comparison) and condition.operators == (">",):
                value = self._solved(self.algebra.value(condition.operands[0]), case)
                product = value.numer * value.denom
                shown = Comparison((self.algebra.polynomial_formula(product), ZERO), (">",))
                names = {s.name for s in symbols_of_condition(condition)}
                (known if names <= set(case.free) else strict).append(shown)
        return known, strict

    def _class(
        self, feasible: Feasible, case: ClosedForm, region: Region, unsolved: list[Polynomial]
    ) -> EquilibriumClass:
        tree = self.game.tree
        strategies = [[self._solved(self.algebra.value(q), case) for q in row] for row in feasible.strategies]
        shown = tuple(tuple(self.presenter.formula(q) for q in row) for row in strategies)
        family = published_name(self.game, self.algebra, strategies, self.system.concept)
        beliefs = {
            slot: self.presenter.formula(case.solved[b]) for b, slot in self.system.slots.items() if b in case.solved
        }
        events = event_functions(tree, self.algebra, strategies)
        payoffs = payoff_functions(tree, self.algebra, strategies)
        unclear = (*self.presenter.conditions(unsolved, "=="), *self.presenter.conditions(region.entangled))
        where = self.presenter.region(region)
        mixed = [c for c in where if {s.name for s in symbols_of_condition(c)} & set(case.free)]
        return EquilibriumClass(
            "",
            family,
            feasible.support,
            shown,
            FrozenMap(beliefs),
            FrozenMap({n: self._interval(b) for n, b in region.bounds.items()}),
            FrozenMap({n: self._meaning(n) for n in case.free}),
            tuple(c for c in where if c not in mixed),
            FrozenMap({e: self.presenter.formula(f) for e, f in events.items()}),
            FrozenMap({key: self.algebra.formula(f) for key, f in payoffs.items()}),
            generic=not region.zero and self._allows(region, unsolved, ">"),
            closed_form=not (unclear or mixed),
            proved=feasible.proved,
            open_conditions=(*unclear, *mixed),
            defined=self.presenter.conditions(region.defined, ">"),
        )

    def _solved(self, function: Fractional, case: ClosedForm) -> Fractional:
        for name, value in case.solved.items():
            function = self.algebra.substitute(function, name, value)
        return function

    def _interval(self, bounds: Bounds) -> Interval:
        show = self.presenter.formula
        return Interval(tuple(map(show, bounds.lower)), tuple(map(show, bounds.upper)))

    def _meaning(self, name: str) -> str:
        tree = self.game.tree
        if name in self.system.slots:
            return self.system.slots[name].words
        h, action = self.system.moves[name]
        return f"probability of {tree.information_sets[h].actions[action]} at {tree.set_name(tree.information_sets[h])}"

    def _allows(self, region: Region, unsolved: Sequence[Polynomial], operator: str) -> bool:
        """Say whether some point of a region may solve what is unsolved; with `>`, a point of its interior."""
        inside = [*region.nonnegative, *region.positive, *(region.entangled if unsolved else ())]
        conditions = [Comparison((self.algebra.polynomial_formula(p), ZERO), (operator,)) for p in inside]
        conditions += [Comparison((self.algebra.polynomial_formula(p), ZERO), ("==",)) for p in unsolved]
        limit = CASE_LIMIT if unsolved else RESOURCE_LIMIT
        return self.decider.satisfiable(conditions, limit=limit) is not Answer.NO

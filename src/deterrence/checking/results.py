"""What became of the published results of a model: proved, refuted, tested or undecided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Final, TypeAlias

from deterrence.checking.report import CheckLine
from deterrence.checking.samples import tested
from deterrence.checking.values import MismatchError, tested_values
from deterrence.errors import DeterrenceError, SolverError
from deterrence.families import resized
from deterrence.forms import form_of
from deterrence.games import EquilibriumResult, ExtensiveGame, FrozenMap, Quantity, SignResult, StrategicGame
from deterrence.games.simultaneous import simultaneous_tree
from deterrence.games.statements import Prescription, Result
from deterrence.theory import Theory
from deterrence.theory.cache import profile_theory_of, theory_of
from deterrence.theory.compare import ResultVerdict, check_results
from deterrence.theory.logic import strictly
from deterrence.theory.written import bare_theory, nash_theory

__all__ = ["result_lines", "result_verdicts"]

Subject: TypeAlias = tuple[FrozenMap[str, int], str, str, str]  # a family's size, concept, refinement, whose profile

MOST_SUPPORTS: Final = 10**6  # games with more choices of supports are not derived whole for the sake of a few results


def result_lines(game: ExtensiveGame | StrategicGame) -> Iterator[CheckLine]:
    """Yield what became of every published result."""
    for found in result_verdicts(game):
        where = f" at {', '.join(f'{n} = {v}' for n, v in found.point.items())}" if found.point else ""
        yield CheckLine(f"result {found.result.id}", found.verdict, f"{found.detail}{where}")


def result_verdicts(game: ExtensiveGame | StrategicGame) -> Iterator[ResultVerdict]:
    """Yield a verdict on every published result of a game.

    Equilibria are compared with the derived theory of their concept, those of a strategic game with that of the tree
    in which nobody sees what the others do; a Nash equilibrium of a tree with the exact conditions of its profile.
    Of a very large game only the classes are derived that play the profile.
    Where no theory can be derived the result is tested at exact points, and the verdict says why.
    """
    checker = _Checker(game)
    yield from (checker.verdict(result) for result in game.about.results)


@dataclass(frozen=True)
class _Checker:
    game: ExtensiveGame | StrategicGame

    @cached_property
    def _theories(self) -> dict[Subject, Theory | SolverError]:
        return {}

    @cached_property
    def _compared(self) -> dict[Subject, Mapping[str, ResultVerdict]]:
        return {}

    @cached_property
    def _equilibria(self) -> Mapping[str, EquilibriumResult]:
        return {r.id: r for r in self.game.about.results if isinstance(r, EquilibriumResult)}

    @cached_property
    def _first(self) -> dict[tuple[tuple[Prescription, ...], str, str], str]:
        """The first result with each profile, concept and refinement, whose theory the others share."""
        return {_solved_by(r): r.id for r in reversed(list(self._equilibria.values()))}

    def verdict(self, result: Result) -> ResultVerdict:
        """Return what became of one result."""
        try:
            return replace(self._verdict(result), result=result)
        except DeterrenceError as error:
            return ResultVerdict(result=result, verdict="undecided", detail=str(error))

    def _verdict(self, result: Result) -> ResultVerdict:
        subject = self._subject(result)
        theory = self._theory(subject)
        if isinstance(result, EquilibriumResult) and form_of(self.game).solver_for(result.concept):
            return _by_solver(self.game, result)
        if isinstance(result, SignResult):
            return self._by(subject, theory)[result.id] if isinstance(theory, Theory) else self._in_print(result)
        if not isinstance(theory, Theory):
            return tested(self._sized(result), result, theory.problem)
        found = self._by(subject, theory)[result.id]
        return found if found.verdict != "undecided" else tested(self._sized(result), result, found.detail)

    def _by(self, subject: Subject, theory: Theory) -> Mapping[str, ResultVerdict]:
        """Return the verdicts of a theory on all results that are about it."""
        if subject not in self._compared:
            mine = {r.id for r in self.game.about.results if self._subject(r) == subject}
            own = [r for r in theory.game.about.results if r.id in mine]  # with the names that the tree has
            self._compared[subject] = {v.result.id: v for v in check_results(theory, own)}
        return self._compared[subject]

    def _in_print(self, result: SignResult) -> ResultVerdict:
        """Return the verdict on a sign without a theory: that of the closed form which the file itself gives."""
        region = self._equilibria.get(result.within)
        formula = region.values.get(result.of) if region and isinstance(result.of, Quantity) else result.of
        if formula is None:
            return ResultVerdict(result=result, verdict="undecided", detail="no closed form of the quantity is known")
        given = (*(strictly(c) for c in region.iff), *result.given) if region else result.given
        plain = replace(result, of=formula, within="", given=given)
        (found,) = check_results(bare_theory(self._tree(result.integers)), [plain])
        return replace(found, result=result, detail=f"of the published closed form: {found.detail}")

    def _subject(self, result: Result) -> Subject:
        """Return whose theory a result is about; a sign without region is about the first equilibrium's."""
        if isinstance(result, SignResult):
            region = self._equilibria.get(result.within) or next(iter(self._equilibria.values()), None)
            if region is None:
                return result.integers, "none", "none", ""
            concept, refinement, written = self._subject(region)[1:]
            return result.integers or region.integers, concept, refinement, written
        alone = isinstance(self.game, ExtensiveGame) and ("nash" in result.concept or self._is_large(result))
        return result.integers, result.concept, result.refinement, self._first[_solved_by(result)] if alone else ""

    def _is_large(self, result: EquilibriumResult) -> bool:
        """Say whether the whole theory would take long; `undefeated` needs it all the same."""
        sets = self._tree(result.integers).tree.information_sets
        return result.refinement != "undefeated" and prod(2 ** len(h.actions) - 1 for h in sets) > MOST_SUPPORTS

    def _theory(self, subject: Subject) -> Theory | SolverError:
        if subject not in self._theories:
            try:
                self._theories[subject] = self._derived(*subject)
            except SolverError as error:
                self._theories[subject] = error
        return self._theories[subject]

    def _derived(self, integers: FrozenMap[str, int], concept: str, refinement: str, written: str) -> Theory:
        tree = self._tree(integers)
        if concept == "none":
            return bare_theory(tree)
        if form_of(self.game).solver_for(concept):
            raise SolverError(f"{concept} is left to a solver", remedy="name the result that has the closed form")
        if written and "nash" in concept:
            return replace(nash_theory(tree, self._equilibria[written]), concept=concept)
        if written:
            return profile_theory_of(tree, self._equilibria[written])
        if isinstance(self.game, StrategicGame):
            return replace(theory_of(tree), concept=concept)
        return theory_of(tree, concept=concept, refinement=refinement)

    def _tree(self, integers: FrozenMap[str, int]) -> ExtensiveGame:
        game = resized(self.game, integers)
        assert isinstance(game, ExtensiveGame | StrategicGame)
        return simultaneous_tree(game) if isinstance(game, StrategicGame) else game

    def _sized(self, result: Result) -> ExtensiveGame | StrategicGame:
        game = resized(self.game, result.integers)
        assert isinstance(game, ExtensiveGame | StrategicGame)
        return game


def _solved_by(result: EquilibriumResult) -> tuple[tuple[Prescription, ...], str, str]:
    return result.profile, result.concept, result.refinement


def _by_solver(game: ExtensiveGame | StrategicGame, result: EquilibriumResult) -> ResultVerdict:
    """Return the verdict on a claim about what the solver of a concept finds, tested at random points."""
    try:
        return ResultVerdict(result=result, verdict="tested", detail=tested_values(game, result))
    except MismatchError as difference:
        point = FrozenMap({name: Fraction(x) for name, x in difference.point.items()})
        return ResultVerdict(
            result=result, verdict="refuted" if point else "undecided", detail=difference.what, point=point or None
        )

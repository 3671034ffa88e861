"""Exercises whose answers are computed, not written down: a region is checked by proof, a number by the engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from deterrence.errors import DeterrenceError, SolverError
from deterrence.escape import for_html
from deterrence.expressions import Condition, exact_number, to_text
from deterrence.games import ExtensiveGame
from deterrence.ledger.extents import point_text
from deterrence.theory import Theory
from deterrence.theory.cache import theory_of
from deterrence.theory.cases import Cases, conditions_of
from deterrence.theory.logic import negation
from deterrence.theory.smt import Answer
from deterrence.theory.weakest import Extent, weakest_condition

__all__ = ["Exercise", "Reply", "number_exercise", "region_exercise"]

CLOSE = Fraction(1, 1000)  # how far a number may be off


@dataclass(frozen=True, repr=False)
class Reply:
    """Whether an answer is right, and why or why not."""

    right: bool
    why: str

    def __str__(self) -> str:
        """Return the reply in a sentence."""
        return f"{'Right' if self.right else 'Not yet'}: {self.why}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        colour, word = ("#0b6e4f", "Right") if self.right else ("#a33b00", "Not yet")
        return f'<p style="color:{colour}"><strong>{word}.</strong> {for_html(self.why)}</p>'


class Exercise(ABC):
    """A question with an automatic check; the solution is computed when it is asked for."""

    question: str

    @abstractmethod
    def check(self, answer: str | float | Fraction) -> Reply:
        """Return whether an answer is right."""

    @abstractmethod
    def answer(self) -> str:
        """Return the solution as text."""

    def solution(self) -> Solution:
        """Return the solution, folded away in a notebook until it is opened."""
        return Solution(self.answer())

    def __repr__(self) -> str:
        """Return the question."""
        return self.question

    def _repr_html_(self) -> str:
        return f"<p><strong>Exercise.</strong> {for_html(self.question)}</p>"


@dataclass(frozen=True)
class Solution:
    """A solution that a notebook shows on request."""

    text: str

    def __str__(self) -> str:
        """Return that it is folded: the text is in `text`."""
        return "(the solution is folded; its text is .text)"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<details><summary>Solution</summary><p>{for_html(self.text)}</p></details>"


@dataclass(frozen=True, repr=False)
class _Region(Exercise):
    theory: Theory
    statement: str
    question: str

    def answer(self) -> str:
        return to_text(self._condition())

    def _condition(self) -> Condition:
        found = weakest_condition(self.theory, self.statement)
        if not isinstance(found, Extent):
            raise SolverError("where the statement holds is not known in closed form", remedy="ask for something else")
        return found.condition

    def check(self, answer: str | float | Fraction) -> Reply:
        """Return whether the condition holds exactly where the statement does, or a point where they differ."""
        cases = Cases(self.theory)
        try:
            (mine,) = (cases.cleared(c) for c in conditions_of(str(answer), self.theory.game))
        except DeterrenceError as error:
            return Reply(False, str(error))
        right = cases.cleared(self._condition())
        for context, said in (((mine, negation(right)), "too much"), ((right, negation(mine)), "too little")):
            point = cases.point(context)
            if point is not None:
                return Reply(False, f"it claims {said}, for instance at {point_text(self.theory.game, point)}")
            if cases.decider.satisfiable(context) is not Answer.NO:
                return Reply(False, "the solver cannot compare it with the solution; write it in another way")
        return Reply(True, "exactly there, and nowhere else (proved)")


@dataclass(frozen=True, repr=False)
class _Number(Exercise):
    question: str
    compute: Callable[[], Fraction | float]

    def answer(self) -> str:
        return str(self.compute())

    def check(self, answer: str | float | Fraction) -> Reply:
        """Return whether a number is right to within a thousandth."""
        try:
            gap = abs(Fraction(exact_number(answer)) - Fraction(self.compute()))
        except (DeterrenceError, ValueError):
            return Reply(False, "that is no number; write 0.25 or 1/4")
        return Reply(gap <= CLOSE, "the engine finds the same" if gap <= CLOSE else "the engine finds another number")


def region_exercise(game: ExtensiveGame | Theory, statement: str, question: str = "") -> Exercise:
    """Return the exercise to say exactly where a statement holds, as a condition on parameters and definitions.

    A wrong answer is met with an exact point at which it fails, a right one with a proof.

    >>> from deterrence.library import load
    >>> exercise = region_exercise(load("alliance-commitment/rudimentary-deterrence"), "P(war) == 0")
    >>> print(str(exercise.check("p > 1/2"))[:48])
    Not yet: it claims too much, for instance at c_D
    >>> print(exercise.check("p > t"))
    Right: exactly there, and nowhere else (proved)
    """
    theory = game if isinstance(game, Theory) else theory_of(game)
    return _Region(theory, statement, question or f"Exactly where does this hold: {statement}?")


def number_exercise(question: str, compute: Callable[[], Fraction | float]) -> Exercise:
    """Return the exercise to find a number, which `compute` computes.

    >>> print(number_exercise("What is a half of a half?", lambda: Fraction(1, 4)).check("1/4"))
    Right: the engine finds the same
    """
    return _Number(question, compute)

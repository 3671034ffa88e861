"""Equilibria side by side: one column each, one row for every choice, event, payoff and verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from deterrence.report.answers import Answer, Choice, Equilibrium
from deterrence.report.blocks import Block, Tabular
from deterrence.report.numbers import Scalar, decimal_text, is_open

__all__ = ["comparison_blocks"]

PER_TABLE: Final = 4

Numbered = Sequence[tuple[int, Equilibrium]]


def comparison_blocks(answer: Answer) -> Iterator[Block]:
    """Yield tables of all equilibria, those that the checker found sequentially rational first.

    The numbers in the head are those of the answer.
    """
    listed = sorted(enumerate(answer.equilibria, start=1), key=lambda pair: not _is_rational(pair[1]))
    for start in range(0, len(listed), PER_TABLE):
        yield _table(listed[start : start + PER_TABLE])


def _is_rational(equilibrium: Equilibrium) -> bool:
    found = equilibrium.rationality
    return found is not None and found.sequentially_rational == "yes"


def _table(listed: Numbered) -> Tabular:
    columns = ("", *(f"equilibrium {i}" for i, _ in listed))
    rows = zip(*(_column(equilibrium) for _, equilibrium in listed), strict=True)
    names = _names(listed[0][1])
    return Tabular(columns, tuple((name, *row) for name, row in zip(names, rows, strict=True)))


def _names(equilibrium: Equilibrium) -> list[str]:
    choices = [" ".join((c.player, *c.types, c.information_set)).strip() for c in equilibrium.choices]
    events = [f"P({name})" for name, _ in equilibrium.events]
    payoffs = [f"U({name})" for name, _ in equilibrium.payoffs]
    verdicts = ["subgame perfect", "sequentially rational"] if equilibrium.rationality else []
    return [*choices, *events, *payoffs, "certificate", "largest gain", *verdicts]


def _column(equilibrium: Equilibrium) -> list[str]:
    choices = [_choice(choice) for choice in equilibrium.choices]
    events = [_short(q) for _, q in equilibrium.events]
    payoffs = [_short(u) for _, u in equilibrium.payoffs]
    certificate = ["passed" if equilibrium.passed else "FAILED", _short(equilibrium.gain)]
    found = equilibrium.rationality
    verdicts = [found.subgame_perfect, found.sequentially_rational] if found else []
    return [*choices, *events, *payoffs, *certificate, *verdicts]


def _choice(choice: Choice) -> str:
    if choice.number is not None:
        return _short(choice.number)
    if not choice.probabilities:
        return "open"
    played = [(action, q) for action, q in choice.probabilities if q != 0]
    return played[0][0] if len(played) == 1 else ", ".join(f"{action} {_short(q)}" for action, q in played)


def _short(value: Scalar) -> str:
    return "–" if is_open(value) else str(value) if isinstance(value, Fraction) else decimal_text(value)

"""Every question that a derivation put to z3, put again to cvc5."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from deterrence.expressions import Condition
from deterrence.games import ExtensiveGame
from deterrence.library import load
from deterrence.theory import derive
from deterrence.theory.smt import Answer, Decider

cvc5 = pytest.importorskip("cvc5", reason="cvc5, the second engine, is not installed: pip install '.[second-engine]'")

SLUGS = ["alliance-commitment/unilateral-deterrence", "escalation/massive-retaliation"]


def _recorded(slug: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Answer]]:
    """Return the questions of a derivation in the language of SMT-LIB, each with z3's answer."""
    asked: list[tuple[str, Answer]] = []
    ask = Decider._ask

    def record(
        decider: Decider, holding: Iterable[Condition], failing: Condition | None = None, limit: int = 0
    ) -> tuple[Answer, Any]:
        conditions = list(holding)
        answer = ask(decider, conditions, failing, limit)
        solver = decider._z3.Solver(ctx=decider._context)
        solver.add([decider._formula(c) for c in (*decider.given, *conditions)])
        if failing is not None:
            solver.add(decider._z3.Not(decider._formula(failing)))
        asked.append((solver.to_smt2(), answer[0]))
        return answer

    monkeypatch.setattr(Decider, "_ask", record)
    game = load(slug)
    assert isinstance(game, ExtensiveGame)
    derive(game, concept="pbe")
    return asked


def _second(question: str) -> str:
    """Return what cvc5 says: sat, unsat or unknown."""
    solver = cvc5.Solver()
    solver.setOption("rlimit-per", "2000000")
    parser = cvc5.InputParser(solver)
    text = question.replace("(check-sat)", "")
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, f"(set-logic QF_NRA)\n{text}", "question")
    manager = parser.getSymbolManager()
    while not (command := parser.nextCommand()).isNull():
        command.invoke(solver, manager)
    result = solver.checkSat()
    return "sat" if result.isSat() else "unsat" if result.isUnsat() else "unknown"


@pytest.mark.exhaustive
@pytest.mark.parametrize("slug", SLUGS)
def test_a_second_engine_agrees(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _recorded(slug, monkeypatch)
    assert len(asked) > 100
    opposite = {Answer.YES: "unsat", Answer.NO: "sat"}
    answers = [(_second(question), answer) for question, answer in asked]
    assert all(answer is not Answer.UNKNOWN for _, answer in answers)
    assert not [pair for pair in answers if pair[0] == opposite[pair[1]]]
    assert not [pair for pair in answers if pair[0] == "unknown"]

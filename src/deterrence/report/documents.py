"""Answers and check reports as the bodies of JSON documents; docs/json.md describes them."""

from __future__ import annotations

from collections.abc import Iterable

from deterrence.certify import Rationality, Witness
from deterrence.checking import CheckReport
from deterrence.json_text import Json, json_number, json_numbers
from deterrence.report.answers import Answer, Choice, Equilibrium
from deterrence.report.game_documents import model_document

__all__ = ["check_document", "solve_document"]


def solve_document(answer: Answer) -> Json:
    """Return the body of a `solve` document."""
    return {
        "model": model_document(answer.game),
        "at": json_numbers(answer.point),
        "exact": answer.exact,
        "solver": answer.solver,
        "concept": answer.concept,
        "refinement": answer.refinement,
        "status": answer.status.name.lower(),
        "violated": list(answer.violated),
        "completeness": answer.completeness.name.lower(),
        "argument": answer.argument,
        "flagged": answer.flagged,
        "certified": answer.certified,
        "method": answer.method,
        "tolerance": answer.tolerance,
        **({"missed": json_numbers(answer.missed)} if answer.missed else {}),
        "equilibria": [_equilibrium(equilibrium) for equilibrium in answer.equilibria],
    }


def _equilibrium(equilibrium: Equilibrium) -> Json:
    return {
        "strategy": [_choice(choice) for choice in equilibrium.choices],
        "events": json_numbers(equilibrium.events),
        "payoffs": json_numbers(equilibrium.payoffs),
        "payoffs_by_type": json_numbers(equilibrium.type_payoffs),
        **({"quantities": json_numbers(equilibrium.others)} if equilibrium.others else {}),
        "certificate": {"passed": equilibrium.passed, "gain": json_number(equilibrium.gain)},
        "rationality": _rationality(equilibrium.rationality),
    }


def _choice(choice: Choice) -> Json:
    return {
        "player": choice.player,
        "types": list(choice.types),
        "information_set": choice.information_set,
        "probabilities": json_numbers(choice.probabilities) if choice.probabilities else None,
        **({"number": json_number(choice.number)} if choice.number is not None else {}),
    }


def _rationality(found: Rationality | None) -> Json | None:
    if found is None:
        return None
    return {
        "subgame_perfect": found.subgame_perfect,
        "sequentially_rational": found.sequentially_rational,
        "nash": found.nash,
        "witnesses": [_witness(witness) for witness in found.witnesses],
    }


def _witness(witness: Witness) -> Json:
    return {
        "against": witness.concept,
        "player": witness.player,
        "where": witness.where,
        "moves": list(witness.moves),
        "gain": json_number(witness.gain),
    }


def check_document(reports: Iterable[CheckReport]) -> Json:
    """Return the body of a `check` document."""
    listed = list(reports)
    return {
        "ok": all(report.ok for report in listed),
        "decided": all(report.decided for report in listed),
        "models": [
            {
                "model": report.model,
                "ok": report.ok,
                "decided": report.decided,
                "checks": [{"what": c.what, "verdict": c.verdict, "detail": c.detail} for c in report.lines],
            }
            for report in listed
        ],
    }

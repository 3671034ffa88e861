"""Models as the bodies of JSON documents; docs/json.md describes them."""

from __future__ import annotations

from deterrence.expressions import to_text
from deterrence.games import EquilibriumResult, Game, Instance, Prescription, Quantity, SignResult
from deterrence.games.statements import Result
from deterrence.json_text import Json, json_number, json_numbers

__all__ = ["game_document", "model_document"]


def model_document(game: Game) -> Json:
    """Return which model a document is about; `sha256` is that of the canonical text."""
    about = game.about
    return {
        "slug": about.slug,
        "title": about.title,
        "form": game.form,
        "family": about.family,
        "integers": dict(about.integers),
        "sha256": about.sha256,
    }


def game_document(game: Game, reference: str = "") -> Json:
    """Return the body of a `show` document; formulas are text in the formula language of model files."""
    about = game.about
    return {
        "model": model_document(game),
        "theme": about.theme,
        "summary": about.summary,
        "source": about.source,
        "reference": reference,
        "fidelity": about.fidelity,
        "claims": list(about.claims),
        "catalogue": list(about.catalogue),
        "players": [{"name": p.name, "types": list(p.types)} for p in game.players],
        "events": list(game.events()),
        "structure": game.outline(),
        "outcomes": [
            {"name": name, "payoffs": {p.name: to_text(f) for p, f in zip(game.players, payoffs, strict=True)}}
            for name, payoffs in game.outcome_rows()
        ],
        "parameters": [
            {"name": p.name, "default": json_number(p.default), "domain": p.domain, "meaning": p.meaning}
            for p in game.parameters
        ],
        "assumptions": [to_text(condition) for condition in game.assume],
        "definitions": {name: to_text(formula) for name, formula in game.definitions.items()},
        "results": [_result(result) for result in about.results],
        "instances": [_instance(instance) for instance in about.instances],
    }


def _result(result: Result) -> Json:
    if isinstance(result, SignResult):
        return {
            "id": result.id,
            "kind": "sign",
            "of": to_text(result.of) if not isinstance(result.of, Quantity) else str(result.of),
            "wrt": result.wrt,
            "sign": result.sign,
            "within": result.within,
            "given": [to_text(condition) for condition in result.given],
            "note": result.note,
        }
    assert isinstance(result, EquilibriumResult)
    return {
        "id": result.id,
        "kind": "equilibrium",
        "concept": result.concept,
        "refinement": result.refinement,
        "profile": [_prescription(prescription) for prescription in result.profile],
        "beliefs": [_prescription(prescription) for prescription in result.beliefs],
        "iff": [to_text(condition) for condition in result.iff],
        "values": {str(quantity): to_text(formula) for quantity, formula in result.values.items()},
        "note": result.note,
    }


def _prescription(prescription: Prescription) -> Json:
    return {
        "player": prescription.player,
        "types": list(prescription.types),
        "information_set": prescription.information_set,
        "probabilities": {action: to_text(formula) for action, formula in prescription.probabilities.items()},
    }


def _instance(instance: Instance) -> Json:
    return {
        "at": json_numbers(instance.at.items()),
        "integers": dict(instance.integers),
        "result": instance.result,
        "count": instance.count,
        "quantifier": instance.quantifier,
        "values": json_numbers((str(quantity), value) for quantity, value in instance.values.items()),
        "definitions": json_numbers(instance.definitions.items()),
        "profile": [_prescription(prescription) for prescription in instance.profile],
        "note": instance.note,
    }

"""The ledger file to claims: data like model files, read with the same bounds and the same kind of errors."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Final

from deterrence.expressions import did_you_mean
from deterrence.games.statements import CONCEPTS, REFINEMENTS
from deterrence.ledger.claims import Claim, Proposition, Sign
from deterrence.library import entries, models_folder
from deterrence.library.places import MAX_PROSE, Table
from deterrence.library.safety import parse_document, read_text, shown_path

__all__ = ["claims", "read_claims"]

FORMAT: Final = 1
_TEXTS: Final = ("text", "critics", "proponents", "empirical", "missing", "lesson")
_WAYS: Final = ("statement", "sign", "result", "instance")
_KEYS: Final = (
    "id",
    "says",
    "model",
    "side",
    "against",
    *_WAYS,
    "within",
    "given",
    "concept",
    "refinement",
    "closed_form",
    "note",
)
_SIGNS: Final = ("+", "-", "0", "+0", "-0")


@lru_cache(maxsize=1)
def claims() -> tuple[Claim, ...]:
    """Return the claims of the library's ledger, in the order of their ids.

    >>> [claim.id for claim in claims()][:3]
    ['A1', 'A2', 'A3']
    """
    return read_claims(models_folder() / "claims.toml")


def read_claims(path: str | os.PathLike[str]) -> tuple[Claim, ...]:
    """Return the claims of a ledger file.

    Raises `ModelFileError`, whose `where` is `file: key.path`, for anything that the format does not allow and for
    models that are not in the library.
    """
    root = parse_document(read_text(path), shown_path(path)).only("format", "claims")
    version = root.needed("format", "the first line of a ledger is: format = 1")
    if version is True or version != FORMAT:
        raise (root.place / "format").error(f"unknown format {version!r:.20}", f"this version reads {FORMAT}")
    table = root.table("claims")
    known = tuple(entry.slug for entry in entries())
    return tuple(_claim(key, table.table(key), known) for key in table)


def _claim(key: str, table: Table, known: tuple[str, ...]) -> Claim:
    table.only(*_TEXTS, "propositions")
    found = Claim(
        id=key,
        text=table.text("text", MAX_PROSE),
        critics=table.text("critics", MAX_PROSE),
        proponents=table.text("proponents", MAX_PROSE),
        empirical=table.text("empirical", MAX_PROSE),
        missing=table.text("missing", MAX_PROSE),
        lesson=table.text("lesson", MAX_PROSE),
        propositions=tuple(_proposition(t, known) for t in table.tables("propositions")),
    )
    if not (found.propositions or found.empirical or found.missing):
        raise table.place.error(
            "no proposition", "or say in 'missing' what a model would need, in 'empirical' which data"
        )
    names = [proposition.id for proposition in found.propositions]
    if len(names) != len(set(names)):
        raise table.place.error("two propositions have the same id", "give each its own")
    return found


def _proposition(table: Table, known: tuple[str, ...]) -> Proposition:
    table.only(*_KEYS)
    for key in ("id", "says", "model"):
        table.needed(key, f'{key} = "..."')
    ways = [way for way in _WAYS if way in table]
    if len(ways) != 1:
        raise table.place.error(f"{len(ways)} of {', '.join(_WAYS)} are given", "give exactly one")
    model = table.text("model")
    if model not in known:
        raise (table.place / "model").error(f"no model {model[:64]!r} in the library", did_you_mean(model, known))
    return Proposition(
        id=table.text("id"),
        says=table.text("says", MAX_PROSE),
        model=model,
        side=table.choice("side", ("", "critics", "proponents"), ""),
        against=table.get("against", bool, "true or false") or False,
        statement=table.text("statement", MAX_PROSE),
        sign=_sign(table.table("sign")) if "sign" in table else None,
        result=table.text("result"),
        instance=table.integer("instance", least=1) or 0,
        within=table.texts("within"),
        given=table.texts("given"),
        concept=table.choice("concept", CONCEPTS, ""),
        refinement=table.choice("refinement", REFINEMENTS, "none"),
        closed_form=table.get("closed_form", bool, "true or false") or False,
        note=table.text("note", MAX_PROSE),
        place=str(table.place),
    )


def _sign(table: Table) -> Sign:
    table.only("of", "wrt", "is")
    for key in ("of", "wrt", "is"):
        table.needed(key, 'write sign = { of = "formula", wrt = "parameter", is = "+" }')
    return Sign(table.text("of"), table.text("wrt"), table.choice("is", _SIGNS, "+"))

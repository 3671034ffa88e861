"""Laws of private types in model files, read and written."""

from __future__ import annotations

from collections.abc import Iterable

from deterrence.expressions import did_you_mean
from deterrence.games import Law
from deterrence.games.laws import LAWS
from deterrence.library.places import Place, Table, kind_of
from deterrence.library.scope import Scope
from deterrence.library.toml_text import formula, inline

__all__ = ["law_text", "read_law"]


def law_text(law: Law) -> str:
    """Return a law as files write it."""
    return inline({law.kind: f"[{', '.join(map(formula, law.arguments))}]"})


def read_law(table: Table, scope: Scope) -> Law:
    """Return the law under the key `law`."""
    table.needed("law", "how the type is drawn, such as { uniform = [0, 1] }")
    law, place = table.table("law"), table.place / "law"
    if len(law.data) != 1:
        raise place.error(f"{len(law.data)} laws", "one of " + ", ".join(LAWS))
    kind, arguments = next(iter(law.data.items()))
    if kind not in LAWS:
        raise (place / kind).error(f"no law {kind[:64]!r}", did_you_mean(kind, LAWS))
    if not isinstance(arguments, list):
        raise (place / kind).error(f"{kind_of(arguments)} where a list is needed", f"[{', '.join(LAWS[kind])}]")
    with place.holding():
        return Law(kind, *(scope.formula(a, place / kind / i) for i, a in _bounded(arguments, place / kind)))


def _bounded(arguments: list[object], place: Place) -> Iterable[tuple[int, object]]:
    if len(arguments) > 3:
        raise place.error(f"{len(arguments)} arguments", "at most three")
    return enumerate(arguments)

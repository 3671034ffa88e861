"""Names for classes: those of the model file where a published profile fits, else systematic ones."""

from __future__ import annotations

from collections.abc import Sequence

from deterrence.compiled.prescribed import prescribes
from deterrence.expressions import Expr, substitute
from deterrence.games import EquilibriumResult, ExtensiveGame, InformationSet, Tree
from deterrence.theory.algebra import Algebra, Fractional
from deterrence.theory.unknowns import Support

__all__ = ["published_name", "systematic_name"]


def published_name(
    game: ExtensiveGame, algebra: Algebra, strategies: Sequence[Sequence[Fractional]], concept: str
) -> str:
    """Return the id of the first published result whose profile these strategies are, or an empty text.

    Results about the concept come before others. Every information set that the result names must be played as it says,
    for all parameter values.
    """
    for result in sorted(game.about.results, key=lambda r: getattr(r, "concept", "") != concept):
        if isinstance(result, EquilibriumResult) and result.profile and _fits(game, algebra, result, strategies):
            return result.id
    return ""


def _fits(
    game: ExtensiveGame, algebra: Algebra, result: EquilibriumResult, strategies: Sequence[Sequence[Fractional]]
) -> bool:
    tree = game.tree
    for prescription in result.profile:
        for i, h in enumerate(tree.information_sets):
            if prescribes(prescription, tree, h) and not _plays(
                game, algebra, h, dict(prescription.probabilities), strategies[i]
            ):
                return False
    return True


def _plays(
    game: ExtensiveGame,
    algebra: Algebra,
    h: InformationSet,
    prescribed: dict[str, Expr],
    strategy: Sequence[Fractional],
) -> bool:
    definitions = game.resolved_definitions
    return all(
        strategy[h.actions.index(action)] == algebra.value(substitute(formula, definitions))
        for action, formula in prescribed.items()
    )


def systematic_name(tree: Tree, support: Support) -> str:
    """Return a name that says, for every player, what the types do at each label: pool, separate or mix."""
    parts: list[str] = []
    labels = dict.fromkeys((h.player, h.label) for h in tree.information_sets)
    for player, label in labels:
        sets = [(i, h) for i, h in enumerate(tree.information_sets) if (h.player, h.label) == (player, label)]
        plays = {tuple(h.actions[a] for a in support[i]) for i, h in sets}
        if len(plays) == 1:
            text = " or ".join(plays.pop())
        else:
            text = ", ".join(
                " ".join((*h.selectors(tree.players), " or ".join(h.actions[a] for a in support[i]))) for i, h in sets
            )
        parts.append(f"{tree.players[player]} {label}: {text}")
    return "; ".join(parts)

"""Names for classes: those of the model file where a published profile fits, else by what no other class does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from deterrence.compiled.prescribed import prescribes
from deterrence.expressions import Expr, substitute
from deterrence.games import EquilibriumResult, ExtensiveGame, InformationSet, Tree
from deterrence.theory.algebra import Algebra, Fractional
from deterrence.theory.classes import EquilibriumClass
from deterrence.theory.unknowns import Support

__all__ = ["named", "numbered", "published_name"]


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


def named(tree: Tree, classes: Sequence[EquilibriumClass]) -> tuple[EquilibriumClass, ...]:
    """Return the classes of one theory, each with a name of its own.

    A class whose family is the id of a published result keeps it; if it shares it, it also says in brackets what sets
    it apart from the others that do. Every other class is called by what no other class does: as few phrases as will
    do, each on what a player does at one label (separating, pooling on an action, semi-separating) or at one
    information set. Classes that differ in no support are numbered as cases.
    """
    phrases = [list(_phrases(tree, found.support)) for found in classes]
    holders: dict[str, set[int]] = {}
    for k, own in enumerate(phrases):
        for phrase in own:
            holders.setdefault(phrase, set()).add(k)
    families: list[str] = []
    names: list[str] = []
    for k, found in enumerate(classes):
        rivals = {
            j
            for j, other in enumerate(classes)
            if other.support != found.support and found.family in ("", other.family)
        }
        told = "; ".join(_telling(phrases[k], holders, rivals))
        families.append(found.family or told or phrases[k][0])
        names.append(f"{found.family} ({told})" if found.family and told else families[k])
    return tuple(
        replace(found, name=name, family=family)
        for found, name, family in zip(classes, numbered(names, "case"), families, strict=True)
    )


def numbered(names: Sequence[str], word: str) -> Iterator[str]:
    """Yield names, those that occur several times with a word and a number."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if names.count(name) == 1 else f"{name}, {word} {seen[name]}"


def _telling(own: Sequence[str], holders: Mapping[str, set[int]], rivals: set[int]) -> list[str]:
    """Return a few of a class's phrases that no rival shares all of, none of them needless.

    They are found greedily, by how many rivals a phrase rules out and by how many for its length; the shorter wins.
    """
    by_number = _greedy(own, holders, rivals, lambda phrase, out: (-out, len(phrase)))
    by_length = _greedy(own, holders, rivals, lambda phrase, out: (len(phrase) / out, 0))
    return min(by_number, by_length, key=lambda chosen: len("; ".join(chosen)))


def _greedy(
    own: Sequence[str],
    holders: Mapping[str, set[int]],
    rivals: set[int],
    cost: Callable[[str, int], tuple[float, int]],
) -> list[str]:
    chosen: list[str] = []
    left = rivals
    while left:
        ruled_out = {phrase: len(left - holders[phrase]) for phrase in own}
        best = min((phrase for phrase in own if ruled_out[phrase]), key=lambda phrase: cost(phrase, ruled_out[phrase]))
        chosen.append(best)
        left = left & holders[best]
    for phrase in sorted(chosen, key=len, reverse=True):
        others = [holders[other] for other in chosen if other != phrase]
        if others and not rivals.intersection(*others):
            chosen.remove(phrase)
    return sorted(chosen, key=own.index)


def _phrases(tree: Tree, support: Support) -> Iterator[str]:
    """Yield what can be said of a support: of every player at each label, then of each type there, in tree order."""
    at_label: dict[tuple[int, str], list[int]] = {}
    for i, h in enumerate(tree.information_sets):
        at_label.setdefault((h.player, h.label), []).append(i)
    typed = {player for (player, _), sets in at_label.items() if len(sets) > 1}
    for (player, label), sets in at_label.items():
        who = tree.players[player]
        at = f" at {label}" if sum(other == player for other, _ in at_label) > 1 else ""
        if len(sets) > 1:
            yield from _patterns(tree, support, sets, "" if len(typed) == 1 else f"{who} ", at)
        for i in sets:
            h = tree.information_sets[i]
            types = "".join(f" {t}" for t in h.selectors(tree.players) if len(sets) > 1)
            text = _done(h, support[i])
            yield f"{who}{types} {text}{at}" if len(support[i]) > 1 else f"{who}{types}{at}: {text}"


def _patterns(tree: Tree, support: Support, sets: Sequence[int], who: str, at: str) -> Iterator[str]:
    """Yield what the types do together at a label, in short and in full."""
    infos = [tree.information_sets[i] for i in sets]
    types = [" ".join(h.selectors(tree.players)) for h in infos]
    done = [_done(h, support[i]) for i, h in zip(sets, infos, strict=True)]
    mixers = [t for t, i in zip(types, sets, strict=True) if len(support[i]) > 1]
    alike = {text: [t for t, other in zip(types, done, strict=True) if other == text] for text in done}
    detail = ", ".join(f"{' and '.join(them)} {_several(text, them)}" for text, them in alike.items())
    if len(alike) == 1:
        yield f"{who}pooling{at}, all {_several(done[0], types)}" if mixers else f"{who}pooling on {done[0]}{at}"
    elif mixers:
        yield f"{who}semi-separating{at} ({', '.join(mixers)} {'mixes' if len(mixers) == 1 else 'mix'})"
        yield f"{who}semi-separating{at} ({detail})"
    else:
        yield f"{who}separating{at}"
        yield f"{who}separating{at} ({detail})"


def _several(text: str, types: Sequence[str]) -> str:
    """Return what types do, the verb for as many as they are."""
    return text.replace("mixes", "mix", 1) if len(types) > 1 else text


def _done(h: InformationSet, support: Sequence[int]) -> str:
    played = [h.actions[a] for a in support]
    if len(played) == 1:
        return played[0]
    return "mixes" if len(played) == len(h.actions) else f"mixes {' and '.join(played)}"

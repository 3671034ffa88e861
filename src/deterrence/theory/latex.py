r"""A theory as LaTeX: a proposition that lists classes and regions, and a sketch of its proof.

The environments `proposition` and `proof` are those of amsthm; the list uses enumerate. Text from model files is
escaped, formulas are typeset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from deterrence.escape import for_latex
from deterrence.expressions import AnyOf, Condition, Expr, Number, Symbol, symbols_of, symbols_of_condition, to_latex
from deterrence.games import InformationSet, Tree
from deterrence.theory.overview import MANY, Group, groups
from deterrence.theory.removal import Argument
from deterrence.theory.sketch import Incentive, sketch
from deterrence.theory.table import CONCEPT_NAMES

if TYPE_CHECKING:
    from deterrence.theory.classes import EquilibriumClass, Interval, Theory

__all__ = ["theory_latex"]


def theory_latex(theory: Theory, classes: Sequence[EquilibriumClass]) -> str:
    """Return a proposition with a list of classes, and a proof sketch; many classes are split by what may happen."""
    title = theory.game.about.title or theory.game.about.slug or "Equilibria"
    parts = groups(classes) if len(classes) > MANY else ()
    whole = _grouped_list(parts) if parts else _list(theory, classes)
    lines = [
        *_proposition(
            title,
            (*_opening(theory, classes), *whole, *_tiled(theory), *_removed(theory)),
            (*_completeness(theory), *(() if parts else _proofs(theory, classes))),
        )
    ]
    for k, part in enumerate(parts, start=1):
        named = f"{title}, part {k}: {part.words}"
        lines += _proposition(named, _list(theory, part.classes), _proofs(theory, part.classes))
    return "\n".join(lines) + "\n"


def _proposition(title: str, claim: Iterable[str], proof: Iterable[str]) -> Iterator[str]:
    yield rf"\begin{{proposition}}[{{{for_latex(title)}}}]"
    yield from claim
    yield r"\end{proposition}"
    yield r"\begin{proof}[Sketch of proof]"
    yield from proof
    yield r"\end{proof}"


def _list(theory: Theory, classes: Sequence[EquilibriumClass]) -> Iterator[str]:
    yield r"\begin{enumerate}"
    yield from (line for found in classes for line in _item(theory, found))
    yield r"\end{enumerate}"


def _grouped_list(parts: Sequence[Group]) -> Iterator[str]:
    """Yield how many classes there are for each combination of events; propositions that follow list them."""
    yield "By the events that may happen, they are:"
    yield r"\begin{enumerate}"
    for k, part in enumerate(parts, start=1):
        edges = len(part.classes) - part.generic
        numbers = f"{part.generic} on a region with interior, {edges} where an equation holds"
        yield rf"\item {for_latex(part.words)}: {numbers} (part {k})."
    yield r"\end{enumerate}"


def _opening(theory: Theory, classes: Sequence[EquilibriumClass]) -> Iterator[str]:
    assumed = _conditions(theory.game.assume)
    if assumed:
        yield f"Let {assumed}, and let every type have positive probability."
    definitions = [f"${to_latex(Symbol(n))} = {to_latex(f)}$" for n, f in theory.game.definitions.items()]
    used = {s.name for found in classes for s in _symbols(found)}
    shown = [text for name, text in zip(theory.game.definitions, definitions, strict=True) if name in used]
    if shown:
        yield f"Write {_listed(shown)}."
    concept = CONCEPT_NAMES.get(theory.concept, theory.concept).replace("equilibrium", "equilibria")
    refined = "without refinement" if theory.refinement == "none" else f"refined by {for_latex(theory.refinement)}"
    yield f"The {for_latex(concept)} ({refined}) {_claim(theory, classes)}."


def _claim(theory: Theory, classes: Sequence[EquilibriumClass]) -> str:
    """Return in which sense the classes listed are all, and how many others there are."""
    hidden = [found for found in theory.classes if found not in classes]
    if any(found.generic for found in hidden):
        return f"include the following, beside {len(hidden)} that are not listed"
    beside = f", beside {len(hidden)} that exist only where parameters satisfy an equation" if hidden else ""
    return f"{'are exactly' if theory.complete else 'include'} the following{beside}"


def _symbols(found: EquilibriumClass) -> tuple[Symbol, ...]:
    bounds = [f for i in found.free.values() for f in (*i.lower, *i.upper)]
    formulas = [*found.events.values(), *found.beliefs.values(), *bounds, *(q for row in found.strategies for q in row)]
    return (*symbols_of(*formulas), *symbols_of_condition(*found.region))


def _item(theory: Theory, found: EquilibriumClass) -> Iterator[str]:
    tree = theory.game.tree
    kind = "" if found.generic else " (knife edge)"
    yield rf"\item \emph{{{for_latex(found.name)}}}{kind}."
    plays = [_play(tree, h, row) for h, row in zip(tree.information_sets, found.strategies, strict=True)]
    yield f"{'; '.join(plays)}."
    yield _existence(found)
    events = [rf"$\Pr({_words(event)}) = {to_latex(f)}$" for event, f in found.events.items()]
    yield f"Then {_listed(events)}."
    beliefs = [
        f"the belief that {for_latex(who)} is {for_latex(t)} after {for_latex(', '.join(after))} is ${to_latex(f)}$"
        for (who, after, t), f in found.beliefs.items()
    ]
    if beliefs:
        yield f"{_sentence(_listed(beliefs))}."
    for name, interval in found.free.items():
        words = for_latex(found.meaning.get(name, name))
        yield rf"Open: ${to_latex(Symbol(name))} \in {_interval(interval)}$, the {words}."
    for name in found.implicit:
        yield rf"Without closed form: ${to_latex(Symbol(name))}$, the {for_latex(found.meaning[name])}."


def _existence(found: EquilibriumClass) -> str:
    region = _conditions(found.region)
    if found.closed_form:
        return f"It exists if and only if {region}." if region else "It exists everywhere."
    unknowns = _listed([f"${to_latex(Symbol(name))}$" for name in found.implicit])
    solved = f"It exists if and only if {_conditions(found.open_conditions)} for some {unknowns} between 0 and 1"
    return f"{solved}, and {region}." if region else f"{solved}."


def _tiled(theory: Theory) -> Iterator[str]:
    """Yield what is proved of how the regions lie."""
    tiling = theory.tiling
    if tiling is None:
        yield from (f"How the regions lie is not said: {for_latex(theory.untiled)}.",) if theory.untiled else ()
        return
    if tiling.covered == "yes":
        yield "Some class exists at every admissible point."
    if tiling.unique == "yes":
        yield "Off the boundaries of regions all equilibria have the same distribution of outcomes."
    for overlap in tiling.overlaps:
        first, second = (" or ".join(tiling.outcomes[i].classes) for i in (overlap.first, overlap.second))
        where = f"where {_conditions(overlap.where)}" if overlap.where else "everywhere"
        yield rf"\emph{{{for_latex(first)}}} and \emph{{{for_latex(second)}}} coexist {where}."
    if theory.untiled:
        yield _sentence(f"{for_latex(theory.untiled)}.")


def _removed(theory: Theory) -> Iterator[str]:
    """Yield what the refinement took away, where, and why."""
    groups: dict[str, tuple[Argument, ...]] = {}
    for removal in theory.removed:
        where = f"where {_conditions(removal.where)}" if removal.where else "everywhere"
        verb = {"falls": "falls", "shrinks": "is narrowed", "undecided": "is kept without a decision"}[removal.effect]
        groups.setdefault(rf"\emph{{{for_latex(removal.name)}}} {verb} {where}", removal.arguments)
    if groups:
        yield f"By {for_latex(theory.refinement)},"
        yield r"\begin{itemize}"
        for sentence, arguments in groups.items():
            reasons = "; ".join(for_latex(_reason(argument)) for argument in arguments)
            yield rf"\item {sentence}: {reasons}."
        yield r"\end{itemize}"


def _reason(argument: Argument) -> str:
    return f"after {', '.join(argument.after)}, {argument.reason}" if argument.after else argument.reason


def _play(tree: Tree, h: InformationSet, row: Sequence[Expr]) -> str:
    played = [(a, q) for a, q in zip(h.actions, row, strict=True) if q != Number(0)]
    parts = [for_latex(a) if q == Number(1) else f"{for_latex(a)} with probability ${to_latex(q)}$" for a, q in played]
    return f"{for_latex(tree.set_name(h))}: {_listed(parts)}"


def _interval(interval: Interval) -> str:
    low, high = _end(r"\max", interval.lower), _end(r"\min", interval.upper)
    return rf"\left[{low}, {high}\right]"


def _end(function: str, bounds: Sequence[Expr]) -> str:
    texts = [to_latex(f) for f in bounds]
    return texts[0] if len(texts) == 1 else rf"{function}\left\{{{', '.join(texts)}\right\}}"


def _completeness(theory: Theory) -> Iterator[str]:
    yield f"Completeness: {for_latex(theory.argument)} (trusting {for_latex(', '.join(theory.trusted))})."


def _proofs(theory: Theory, classes: Sequence[EquilibriumClass]) -> Iterator[str]:
    yield "For each class:"
    yield r"\begin{enumerate}"
    for found in classes:
        parts = sketch(theory, found)
        sentences = [_indifference(i) for i in parts.indifferent]
        sentences += [f"At ${_edge(c)}$, {_listed([_bound(i) for i in who])}" for c, who in parts.binding]
        rest = "All other incentive constraints follow, and probabilities lie between 0 and 1 in the region."
        if not found.closed_form:
            rest = "That probabilities lie between 0 and 1 and all other incentive constraints are stated above."
        yield rf"\item {' '.join(f'{s}.' for s in sentences)} {rest}"
    yield r"\end{enumerate}"


def _indifference(incentive: Incentive) -> str:
    where = for_latex(incentive.information_set)
    return f"{where} is indifferent between {for_latex(incentive.action)} and {for_latex(incentive.other)}"


def _bound(incentive: Incentive) -> str:
    where = for_latex(incentive.information_set)
    return f"{where} would as soon play {for_latex(incentive.other)} as {for_latex(incentive.action)}"


def _edge(condition: Condition) -> str:
    """Return a boundary as an equation."""
    left, right = condition.formulas
    return f"{to_latex(left)} = {to_latex(right)}"


def _conditions(conditions: Iterable[Condition]) -> str:
    shown = list(conditions)
    several = len(shown) > 1
    return _listed([f"${_grouped(c) if several else to_latex(c)}$" for c in shown])


def _grouped(condition: Condition) -> str:
    """Return one of several conditions, alternatives in brackets."""
    text = to_latex(condition)
    return rf"\left({text}\right)" if isinstance(condition, AnyOf) else text


def _words(text: str) -> str:
    return rf"\text{{{for_latex(text)}}}"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]

"""A theory as the data and functions of a page: one JavaScript object, made from closed forms and escaped text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from deterrence.classroom.javascript import Script
from deterrence.errors import DeterrenceError
from deterrence.escape import for_javascript
from deterrence.expressions import Comparison, Condition, Expr, Number, to_text
from deterrence.figures.maps import natural_range
from deterrence.figures.plays import layout
from deterrence.games import InformationSet, Tree
from deterrence.games.unfold import TreeNode
from deterrence.theory import Theory
from deterrence.theory.classes import EquilibriumClass
from deterrence.theory.ranges import free_order

__all__ = ["MAX_ENDS", "model_script"]

MAX_ENDS: Final = 48  # of a tree that a page can show


def model_script(theory: Theory) -> str:
    """Return the object that a lesson is about, as JavaScript.

    Raises `DeterrenceError` for a theory that is not complete or has classes without closed form, and for a tree that
    is too large to show.
    """
    game = theory.game
    ends = sum(1 for _ in game.tree.ends())
    if ends > MAX_ENDS or game.tree.shared:
        raise DeterrenceError(
            f"the tree has {ends} ends, too many to show", remedy=f"at most {MAX_ENDS}, none met twice"
        )
    if not theory.complete or any(not c.closed_form for c in theory.classes):
        raise DeterrenceError("the theory is not complete in closed form", remedy="a lesson must not leave cases out")
    return _Writer(theory).model()


def _text(value: str) -> str:
    return for_javascript(value)


def _list(items: Sequence[str] | Iterator[str]) -> str:
    return f"[{','.join(items)}]"


def _object(**entries: str) -> str:
    return "{" + ",".join(f"{key}:{value}" for key, value in entries.items()) + "}"


class _Writer:
    """Writes one theory; names of formulas are places in the arrays of parameters, definitions and unknowns."""

    def __init__(self, theory: Theory) -> None:
        self.theory, self.game = theory, theory.game
        self.places = {p.name: f"p[{i}]" for i, p in enumerate(self.game.parameters)}
        self.places |= {name: f"d[{i}]" for i, name in enumerate(self.game.definitions)}
        self.script = Script(self.places)

    def model(self) -> str:
        game = self.game
        return _object(
            title=_text(game.about.title or game.about.slug),
            summary=_text(" ".join(game.about.summary.split())),
            concept=_text(self.theory.concept),
            refinement=_text(self.theory.refinement),
            players=_list(_text(p.name) for p in game.players),
            parameters=_list(self._parameter(i) for i in range(len(game.parameters))),
            assume=_list(self._condition(c, self.script) for c in game.admissible),
            definitions=_list(
                _object(name=_text(name), text=_text(to_text(game.definitions[name])), f=self.script.function(formula))
                for name, formula in game.resolved_definitions.items()
            ),
            events=_list(_text(event) for event in game.tree.events),
            tree=self._tree(game.tree),
            classes=_list(self._class(c) for c in self.theory.classes),
        )

    def _parameter(self, i: int) -> str:
        parameter = self.game.parameters[i]
        low, high = natural_range(self.game, parameter.name)
        value = float(parameter.default) if parameter.default is not None else (low + high) / 2
        return _object(
            name=_text(parameter.name),
            meaning=_text(parameter.meaning),
            chance="true" if "probability" in parameter.domain else "false",
            low=repr(float(low)),
            high=repr(float(high)),
            value=repr(value),
        )

    def _condition(self, condition: Condition, script: Script) -> str:
        sides: tuple[Expr, ...] = condition.operands if isinstance(condition, Comparison) else ()
        return _object(
            text=_text(to_text(condition)),
            f=script.test(condition),
            sides=_list(script.function(side) for side in sides if not isinstance(side, Number)),
            names=_list(_text(to_text(side)) for side in sides if not isinstance(side, Number)),
        )

    def _tree(self, tree: Tree) -> str:
        place = layout(tree)
        return _object(
            nodes=_list(self._node(node, place[i]) for i, node in enumerate(tree.nodes)),
            sets=_list(self._set(tree, h) for h in tree.information_sets),
        )

    def _node(self, node: TreeNode, place: tuple[float, float]) -> str:
        nothing: tuple[Expr, ...] = ()
        return _object(
            kind=_text(node.kind),
            name=_text(node.name),
            x=repr(place[0]),
            y=repr(-place[1]),
            labels=_list(map(_text, node.labels)),
            children=_list(map(str, node.children)),
            set=str(node.information_set),
            odds=_list(map(self.script.function, node.probabilities)),
            pays=_list(_list(map(self.script.function, row or nothing)) for row in node.payments),
            payoffs=_list(map(self.script.function, node.payoffs)),
            event=_text(node.event),
        )

    def _set(self, tree: Tree, h: InformationSet) -> str:
        return _object(
            player=str(h.player),
            name=_text(tree.set_name(h)),
            types=_text(" ".join(h.selectors(tree.players))),
            label=_text(h.label),
            actions=_list(map(_text, h.actions)),
            members=_list(map(str, h.members)),
            nodes=_list(_text(tree.node_name(h, m) or tree.nodes[m].name) for m in h.members),
        )

    def _class(self, found: EquilibriumClass) -> str:
        order = free_order(found)
        script = Script({**self.places, **{name: f"u[{i}]" for i, name in enumerate(order)}})
        return _object(
            name=_text(found.name),
            family=_text(found.family),
            generic="true" if found.generic else "false",
            region=_list(self._condition(c, script) for c in found.region),
            free=_list(
                _object(
                    meaning=_text(found.meaning.get(name, name)),
                    low=_list(map(script.function, found.free[name].lower)),
                    high=_list(map(script.function, found.free[name].upper)),
                )
                for name in order
            ),
            strategies=_list(_list(map(script.function, row)) for row in found.strategies),
            events=_list(script.function(found.events[event]) for event in self.game.tree.events),
            payoffs=_list(
                _object(who=_text(f"{who} {t}".strip()), f=script.function(formula))
                for (who, t), formula in found.payoffs.items()
            ),
            beliefs=_list(
                _object(words=_text(slot.words), f=script.function(formula)) for slot, formula in found.beliefs.items()
            ),
        )

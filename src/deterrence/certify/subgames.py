"""The subgames of a tree, found from its information sets."""

from __future__ import annotations

from deterrence.games import Tree

__all__ = ["subgame_roots"]


def subgame_roots(tree: Tree) -> list[int]:
    """Return the nodes that begin a subgame (the whole game's root among them), in the order of the tree.

    A decision or chance node begins a subgame when every information set that has a node at or below it lies
    there entirely (Selten 1965).
    """
    parent = {child: i for i, node in enumerate(tree.nodes) for child in node.children}
    cut: set[int] = set()
    for h in tree.information_sets:
        if len(h.members) > 1:  # then no histories share nodes, and parents are unique
            above: dict[int, int] = {}
            for member in h.members:
                node: int | None = member
                while node is not None:
                    above[node] = above.get(node, 0) + 1
                    node = parent.get(node)
            cut.update(i for i, count in above.items() if count < len(h.members))
    return [i for i, node in enumerate(tree.nodes) if node.kind != "end" and i not in cut]

"""All equilibria of a bimatrix game, described exactly by its extreme equilibria.

The set of equilibria is the union of the products conv(X) x conv(Y) over the maximal sets X, Y of vertices of which
every pair is an extreme equilibrium: the maximal complete bipartite subgraphs of the graph that joins x and y when
(x, y) is an extreme equilibrium (Winkels 1979; Avis, Rosenberg, Savani and von Stengel 2010, "Enumeration of Nash
equilibria for two-player games", Economic Theory 42).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

from deterrence.errors import SolverError

__all__ = ["MOST_SUBSETS", "maximal_nash_subsets"]

MOST_SUBSETS = 10_000

X = TypeVar("X", bound=Hashable)
Y = TypeVar("Y", bound=Hashable)


def maximal_nash_subsets(extreme: Iterable[tuple[X, Y]]) -> list[tuple[tuple[X, ...], tuple[Y, ...]]]:
    """Return the maximal (X, Y) with every (x, y) in X x Y among the extreme equilibria, in order of appearance.

    Given all extreme equilibria, all equilibria are the union of the products of the convex hulls of X and Y.
    Raises SolverError beyond `MOST_SUBSETS` subsets.

    >>> maximal_nash_subsets([("a", "c"), ("a", "d"), ("b", "d")])
    [(('a',), ('c', 'd')), (('a', 'b'), ('d',))]
    """
    edges = list(dict.fromkeys(extreme))
    partners = {x: frozenset(y for left, y in edges if left == x) for x, _ in edges}
    order = list(dict.fromkeys(y for _, y in edges))
    return [
        (tuple(x for x in partners if ys <= partners[x]), tuple(y for y in order if y in ys))
        for ys in _intersections(list(partners.values()))
    ]


def _intersections(sets: list[frozenset[Y]]) -> list[frozenset[Y]]:
    """Return all nonempty intersections of the sets: the closed sets of partners, one for each maximal subgraph."""
    closed: dict[frozenset[Y], None] = {}
    for new in sets:
        closed.update(dict.fromkeys([new, *(new & old for old in closed if new & old)]))
        if len(closed) > MOST_SUBSETS:
            raise SolverError(f"more than {MOST_SUBSETS} maximal Nash subsets", remedy="use the extreme equilibria")
    return list(closed)

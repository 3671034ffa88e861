"""Networks and partitions checked one after the other: every link toggled, every group that could leave."""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.certify.certificate import Certificate
from deterrence.compiled.formation import CompiledFormation
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.profiles import Structure

__all__ = ["certify_structures"]

TOLERANCE: Final = 1e-9  # of the largest payoff

_METHODS: Final = {
    "pairwise-stable": "every link cut and added: what one gains, and the other of a new link does not lose",
    "war-stable": "every attack by a country and allies of its choice, in the network and with each link cut or added",
    "efficient": "no other structure has a larger sum of payoffs",
    "delta-stable": "every group leaving while the rest stays together: what its worst-off member gains",
    "gamma-stable": "every group leaving while coalitions that lose members dissolve: what its worst-off member gains",
}


def certify_structures(game: CompiledFormation, profile: Structure, exists: BoolArray, concept: str) -> Certificate:
    """Check each listed structure by trying out what could upset it.

    `gain` is the most that those who upset it would gain, the gainer of a new link or the worst-off member of a group;
    in war stability the superiority of the attackers over the defenders in strength, or one for a needless link.
    """
    check = {"pairwise-stable": _links, "war-stable": _wars, "efficient": _better}.get(concept, _leaving)
    gain = np.full(exists.shape, np.nan)
    for k in range(exists.shape[1]):
        for row in np.unique(profile.joined[exists[:, k], k], axis=0):
            here = np.flatnonzero(exists[:, k] & (profile.joined[:, k] == row).all(axis=1))
            gain[here, k] = check(game, row, here, concept)
    size = np.abs(game.payoffs).max(axis=(1, 2))
    if concept == "war-stable":
        size = game.strengths.sum(axis=1) * np.maximum(1, np.abs(game.advantage))
    with np.errstate(invalid="ignore"):
        passed = exists & (gain <= TOLERANCE * size[:, None])
    method = _METHODS[concept]
    return Certificate(gain=gain, passed=passed, exists=exists, tolerance=TOLERANCE, method=method, exact=False)


def _place(game: CompiledFormation, row: BoolArray) -> int:
    """Return where a structure stands among all."""
    return int(np.flatnonzero((game.structures.joined == row).all(axis=1))[0])


def _links(game: CompiledFormation, row: BoolArray, here: NDArray[np.intp], concept: str) -> FloatArray:
    """Return the most that a toggled link yields to those who may toggle it."""
    now = game.payoffs[here, _place(game, row)]
    most = np.zeros(here.size)
    tie = TOLERANCE * np.abs(game.payoffs[here]).max(axis=(1, 2))
    for k, pair in enumerate(combinations(range(len(game.players)), 2)):
        other = row.copy()
        other[k] = not row[k]
        change = (game.payoffs[here, _place(game, other)] - now)[:, pair]
        agreed = np.ones(here.size, dtype=np.bool_) if row[k] else change.min(axis=1) >= -tie
        most = np.maximum(most, np.where(agreed, change.max(axis=1), 0))
    return most


def _better(game: CompiledFormation, row: BoolArray, here: NDArray[np.intp], concept: str) -> FloatArray:
    total = game.payoffs[here].sum(axis=2)
    return np.asarray(total.max(axis=1) - total[:, _place(game, row)])


def _leaving(game: CompiledFormation, row: BoolArray, here: NDArray[np.intp], concept: str) -> FloatArray:
    """Return the most that the worst-off member of some group gains by leaving with it."""
    players = range(len(game.players))
    places = list(combinations(players, 2))
    now = game.payoffs[here, _place(game, row)]
    blocks = {frozenset([i, *(j for j in players if (min(i, j), max(i, j)) in _joined(places, row))]) for i in players}
    most = np.zeros(here.size)
    for size in range(1, len(players) + 1):
        for group in map(frozenset, combinations(players, size)):
            after = {group}
            for block in blocks:
                rest = block - group
                dissolved = concept == "gamma-stable" and rest != block
                after |= {frozenset([i]) for i in rest} if dissolved else {rest} if rest else set()
            other = np.array([any(i in block and j in block for block in after) for i, j in places])
            change = game.payoffs[here, _place(game, other)] - now
            most = np.maximum(most, change[:, sorted(group)].min(axis=1))
    return most


def _joined(places: list[tuple[int, int]], row: BoolArray) -> set[tuple[int, int]]:
    return {pair for pair, held in zip(places, row, strict=True) if held}


def _wars(game: CompiledFormation, row: BoolArray, here: NDArray[np.intp], concept: str) -> FloatArray:
    """Return by how much some attack is superior, or one where a link is not needed."""
    places = list(combinations(range(len(game.players)), 2))
    most: FloatArray = np.maximum(_attack(game, _joined(places, row), here).max(axis=1), 0)
    tie = TOLERANCE * game.strengths[here].sum(axis=1) * np.maximum(1, np.abs(game.advantage[here]))
    for pair, held in zip(places, row, strict=True):
        changed = _attack(game, _joined(places, row) ^ {pair}, here)
        if held:
            most = np.where(changed[:, pair].max(axis=1) <= tie, np.maximum(most, 1.0), most)
        else:
            most = np.maximum(most, changed.max(axis=1))
    return most


def _attack(game: CompiledFormation, links: set[tuple[int, int]], here: NDArray[np.intp]) -> FloatArray:
    """Return the largest superiority of an attack on each country (points, players), minus infinity for none."""
    players = range(len(game.players))
    friends = {i: {j for j in players if (i, j) in links or (j, i) in links} for i in players}
    most = np.full((here.size, len(players)), -np.inf)
    strengths, advantage = game.strengths[here], game.advantage[here]
    for victim in players:
        for leader in players:
            allies = sorted(friends[leader] - {victim})
            if leader == victim:
                continue
            for size in range(len(allies) + 1):
                for chosen in combinations(allies, size):
                    attackers = [leader, *chosen]
                    defenders = sorted({victim, *friends[victim]} - set(attackers))
                    force = strengths[:, attackers].sum(axis=1) - advantage * strengths[:, defenders].sum(axis=1)
                    most[:, victim] = np.maximum(most[:, victim], force)
    return most

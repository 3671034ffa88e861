"""Formation games: stable networks and partitions against definitions written out, files, faults."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import chain, combinations
from typing import Any

import numpy as np
import pytest

import deterrence as dt
from deterrence.certify import certify_structures
from deterrence.checking import check
from deterrence.compiled import compile_formation, parameter_points
from deterrence.compiled.formation import structures
from deterrence.errors import GameError, ModelFileError, SolverError
from deterrence.expressions import parse_condition, parse_expression
from deterrence.library import load, parse_game, write_game
from deterrence.solution import Status

Links = frozenset[tuple[int, int]]
CONNECTIONS = "d*dist_1 + d**2*dist_2 + d**3*dist_3 - c*degree"


def connections() -> dt.FormationGame:
    """Return the connections model of four players."""
    return dt.FormationGame("ABCD", "network", parse_expression(CONNECTIONS))


def distance(links: Links, i: int, j: int) -> int | None:
    """Return the number of steps from i to j by search, None without a way."""
    seen, front, step = {i}, {i}, 0
    while front and j not in seen:
        step += 1
        front = {b for a, b in chain(links, ((b, a) for a, b in links)) if a in front} - seen
        seen |= front
    return step if j in seen else None


def payoff(links: Links, i: int, d: float, c: float) -> float:
    """Return what a player gets in the connections model."""
    ways = [distance(links, i, j) for j in range(4) if j != i]
    return sum(d**t for t in ways if t is not None) - c * sum(i in pair for pair in links)


def stable_networks(d: float, c: float) -> set[Links]:
    """Return pairwise stable networks of four players by definition."""
    pairs = list(combinations(range(4), 2))
    found = set()
    for bits in range(64):
        links = frozenset(p for k, p in enumerate(pairs) if bits >> k & 1)
        fine = True
        for pair in pairs:
            i, j = pair
            gain = [payoff(links ^ {pair}, k, d, c) - payoff(links, k, d, c) for k in (i, j)]
            if pair in links:
                fine &= max(gain) <= 1e-12
            else:
                fine &= not (max(gain) > 1e-12 and min(gain) >= -1e-12)
        if fine:
            found.add(links)
    return found


def listed(solution: Any, point: int = 0) -> set[Links]:
    """Return the networks that a solution lists at a point."""
    pairs = list(combinations(range(len(solution.found.profiles.players)), 2))
    rows = solution.found.profiles.joined[point][solution.found.exists[point]]
    return {frozenset(p for p, held in zip(pairs, row, strict=True) if held) for row in rows}


def test_pairwise_stable_networks_are_those_of_the_definition() -> None:
    rng = np.random.default_rng(0)
    d, c = rng.uniform(0.1, 0.95, 25), rng.uniform(0.01, 1.2, 25)
    d[:3], c[:3] = 0.5, (0.25, 0.5, 0.375)  # where links are worth exactly what they cost
    solution = dt.solve(connections(), dt.PairwiseStable(), at={"d": d, "c": c})
    for p in range(25):
        assert listed(solution, p) == stable_networks(d[p], c[p])
    assert solution.certified.all()


def vulnerable(links: Links, strength: list[int], advantage: float) -> set[int]:
    """Return countries that some country with allies of its choice can defeat."""
    n = len(strength)
    friends = [{j for j in range(n) if (i, j) in links or (j, i) in links} for i in range(n)]
    found = set()
    for j in range(n):
        for chosen in chain.from_iterable(combinations(sorted(friends[j]), k) for k in range(n)):
            attackers = {j, *chosen}
            for i in set(range(n)) - attackers:
                defenders = ({i} | friends[i]) - attackers
                if sum(strength[k] for k in attackers) > advantage * sum(strength[k] for k in defenders):
                    found.add(i)
    return found


@pytest.mark.parametrize("n", [2, 3, 4])
def test_war_stable_networks_are_those_of_the_definition(n: int) -> None:
    rng = np.random.default_rng(n)
    names = "ABCD"[:n]
    game = dt.FormationGame(names, "network", strengths={who: f"M_{who}" for who in names}, advantage="gamma")
    strength, advantage = rng.integers(1, 5, (n, 12)), rng.integers(1, 7, 12)
    at: dict[str, Any] = {f"M_{who}": row for who, row in zip(names, strength, strict=True)} | {"gamma": advantage}
    solution = dt.solve(game, at=at)
    pairs = list(combinations(range(n), 2))
    for p in range(12):
        power, edge = strength[:, p].tolist(), int(advantage[p])
        right = set()
        for bits in range(1 << len(pairs)):
            links = frozenset(pair for k, pair in enumerate(pairs) if bits >> k & 1)
            added = all(not vulnerable(links | {pair}, power, edge) for pair in pairs)
            needed = all(vulnerable(links - {pair}, power, edge) & set(pair) for pair in links)
            if added and needed:
                right.add(links)
        assert listed(solution, p) == right
    assert solution.certified.all()


def test_there_are_as_many_structures_as_there_should_be() -> None:
    assert [len(structures("partition", n).joined) for n in range(2, 8)] == [2, 5, 15, 52, 203, 877]
    assert [len(structures("network", n).joined) for n in range(2, 6)] == [2, 8, 64, 1024]
    for kind, n in (("partition", 5), ("network", 4)):
        every = structures(kind, n)
        assert (np.diff(every.codes) > 0).all()
        assert every.groups.min() == 1
        assert every.groups.max() == n


@pytest.mark.parametrize("dissolve", [False, True])
def test_stable_partitions_are_those_of_the_definition(dissolve: bool) -> None:
    """Random payoffs by own coalition and number of coalitions; departures written out on sets."""
    rng = np.random.default_rng(7)
    n = 4
    own = {who: int(rng.integers(1, 9)) for who in "ABCD"}
    game = dt.FormationGame(
        "ABCD",
        "partition",
        parse_expression("w*(a + size*b + W*e) + f*groups - W"),
        own={"w": own},
        gathered={"W": dt.Gathered.over("sum", own)},
    )
    at = {name: rng.normal(size=15) for name in "abef"}
    solution = dt.solve(game, dt.CoalitionProof(dissolve=dissolve), at=at)
    weights = list(own.values())

    def utility(blocks: frozenset[frozenset[int]], i: int, p: int) -> float:
        block = next(b for b in blocks if i in b)
        w, total = weights[i], sum(weights[k] for k in block)
        return float(w * (at["a"][p] + len(block) * at["b"][p] + total * at["e"][p]) + at["f"][p] * len(blocks) - total)

    def partitions(rest: list[int]) -> list[list[frozenset[int]]]:
        if not rest:
            return [[]]
        first, others = rest[0], rest[1:]
        groups = [frozenset({first, *g}) for k in range(len(rest)) for g in combinations(others, k)]
        return [[g, *more] for g in groups for more in partitions([i for i in others if i not in g])]

    every = [frozenset(blocks) for blocks in partitions(list(range(n)))]
    for p in range(15):
        right = set()
        for blocks in every:
            fine = True
            for size in range(1, n + 1):
                for group in map(frozenset, combinations(range(n), size)):
                    after = {group}
                    for block in blocks:
                        left = block - group
                        apart = dissolve and left != block
                        after |= {frozenset({i}) for i in left} if apart else {left} if left else set()
                    fine &= not all(utility(frozenset(after), i, p) > utility(blocks, i, p) + 1e-12 for i in group)
            if fine:
                right.add(frozenset(pair for b in blocks for pair in combinations(sorted(b), 2)))
        assert listed(solution, p) == right
    assert solution.certified.all()


def test_the_lightest_winning_coalition_is_stable() -> None:
    """Gamson's shares: the winning coalition of least weight, the others apart, is a stable partition."""
    rng = np.random.default_rng(5)
    for _ in range(20):
        weights = dict(zip("ABCDE", rng.integers(1, 12, 5).tolist(), strict=True))
        total = sum(weights.values())
        game = dt.FormationGame(
            "ABCDE",
            "partition",
            parse_expression("w/W"),
            own={"w": weights},
            gathered={"W": dt.Gathered.over("sum", weights)},
            when=parse_condition(f"2*W > {total}"),
        )
        heavy = list(weights.values())
        groups = chain.from_iterable(combinations(range(5), k) for k in range(1, 6))
        winning = [g for g in groups if 2 * sum(heavy[i] for i in g) > total]
        lightest = min(winning, key=lambda g: sum(heavy[i] for i in g))
        assert frozenset(combinations(lightest, 2)) in listed(dt.solve(game, dt.CoalitionProof()))


def test_cyclic_wishes_leave_no_stable_partition() -> None:
    """A would rather be with B, B with C, C with A; nobody likes all three together."""
    tags = {"A": 1, "B": 3, "C": 9}  # their sums tell the pairs apart: 4, 10 and 12
    game = dt.FormationGame(
        "ABC",
        "partition",
        parse_expression("max(0, 1 - abs(size - 2))*(1 + max(0, 1 - abs(W - best)))"),
        own={"best": {"A": 4, "B": 12, "C": 10}},
        gathered={"W": dt.Gathered.over("sum", tags)},
    )
    for solver in (dt.CoalitionProof(), dt.CoalitionProof(dissolve=True)):
        solution = dt.solve(game, solver)
        assert solution.status == Status.NONE_EXISTS


SOLVERS: dict[str, Any] = {
    "pairwise-stable": dt.PairwiseStable(),
    "efficient": dt.Efficient(),
    "war-stable": dt.WarStable(),
    "delta-stable": dt.CoalitionProof(),
    "gamma-stable": dt.CoalitionProof(dissolve=True),
}


@pytest.mark.parametrize("concept", SOLVERS)
def test_certificates_refuse_every_structure_that_is_not_listed(concept: str) -> None:
    kind: Any = "partition" if concept.endswith(("delta-stable", "gamma-stable")) else "network"
    text = "b*size - size**2" if kind == "partition" else "b*dist_1 + b**2*dist_2 - c*degree"
    strengths = {"A": 3, "B": 2, "C": 2}
    game = dt.FormationGame("ABC", kind, parse_expression(text), strengths=strengths, advantage="b")
    at: dict[str, Any] = {"b": 3.7} | ({"c": 2.1} if kind == "network" else {})
    compiled = compile_formation(game, parameter_points(game, at))
    found = SOLVERS[concept].solve(compiled)
    assert certify_structures(compiled, found.profiles, found.exists, concept).holds
    held = {tuple(row) for row in found.profiles.joined[0][found.exists[0]]}
    others = [row for row in compiled.structures.joined if tuple(row) not in held]
    assert others
    for row in others:
        forged = replace(found.profiles, joined=row[None, None])
        assert not certify_structures(compiled, forged, np.ones((1, 1), dtype=np.bool_), concept).holds


@pytest.mark.parametrize("concept", SOLVERS)
def test_faults_are_marked_and_nothing_hangs(concept: str) -> None:
    kind: Any = "partition" if concept.endswith(("delta-stable", "gamma-stable")) else "network"
    names = {who: f"M_{who}" for who in "ABC"}
    game = dt.FormationGame("ABC", kind, parse_expression("b*size/e"), strengths=names, advantage="gamma")
    bad = np.array([np.nan, np.inf, -np.inf, 1e120, 0.0, 1.0])
    for name in ("b", "M_A", "gamma"):
        at: dict[str, Any] = {"b": 1, "e": 1, "gamma": 1, "M_A": 1, "M_B": 1, "M_C": 1}
        at[name] = bad
        solution = dt.solve(game, SOLVERS[concept], at=at)
        assert (solution.status[:4] == Status.UNDEFINED).all()
        assert (solution.status[4:] != Status.UNDEFINED).all()
        assert solution.certified.all()
    at["b"], at["e"] = 1, 0
    assert (dt.solve(game, SOLVERS[concept], at=at).status == Status.UNDEFINED).all()


def test_near_ties_are_flagged_and_ties_are_not() -> None:
    at: dict[str, Any] = {"d": 0.5, "c": np.array([0.25, 0.25 + 1e-8, 0.3])}
    solution = dt.solve(connections(), dt.PairwiseStable(), at=at)
    assert solution.flagged.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: dt.FormationGame("ABCDEF", "network", 1), "6 players form a network"),
        (lambda: dt.FormationGame("A", "partition", 1), "1 players"),
        (lambda: dt.FormationGame("AB", "tree", 1), "no structure"),  # type: ignore[arg-type]
        (lambda: dt.FormationGame("AA", "network", 1), "two players"),
        (lambda: dt.FormationGame("AB", "network", 1, own={"size": {"A": 1, "B": 1}}), "two numbers"),
        (lambda: dt.FormationGame("AB", "network", "w", own={"w": {"A": 1}}), "nothing for player"),
        (lambda: dt.FormationGame("AB", "network", "w", own={"w": {"A": "size", "B": 1}}), "belongs to the structure"),
        (lambda: dt.FormationGame("AB", "network", 1, strengths={"A": 1, "C": 1}), "unknown player"),
    ],
)
def test_games_that_make_no_sense_are_refused(make: Any, problem: str) -> None:
    with pytest.raises(GameError, match=problem):
        make()


def test_solvers_say_what_they_cannot_do() -> None:
    with pytest.raises(SolverError, match="about a partition"):
        dt.solve(connections(), dt.CoalitionProof(), at={"d": 0.5, "c": 1})
    with pytest.raises(SolverError, match="floats"):
        dt.solve(connections(), at={"d": "1/2", "c": 1}, exact=True)


FILE = """format = 1
[model]
title = "t"
form = "formation"
[parameters]
a = {}
[players]
One = { x = "a", y = 1, M = 3 }
Two = { x = 2, y = 2, M = "a" }
[structure]
kind = "network"
Y = { max = "y" }
payoff = "x*Y - degree*dist_1"
when = "Y > 1 or x > 0"
[attack]
strength = "M"
advantage = 2
"""


def test_files_give_back_the_same_game() -> None:
    for game in (parse_game(FILE), connections(), load("alliance-commitment/winning-coalition")):
        assert parse_game(write_game(game)) == game
        assert pickle.loads(pickle.dumps(game)) == game


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('kind = "network"', 'kind = "tree"', "tree"),
        ("Y = { max", "Y = { most", "unknown key 'most'"),
        ('strength = "M"', 'strength = "N"', "has no number 'N'"),
        ("x*Y", "x*Z", "Z"),
        ('"x*Y - degree*dist_1"', '"Y"', "nothing uses the number 'x'"),
        ("M = 3", "K = 3", "M"),
    ],
)
def test_files_that_make_no_sense_are_refused_with_their_place(old: str, new: str, problem: str) -> None:
    assert old in FILE
    when = "" if "nothing uses" in problem else 'when = "Y > 1"\n'
    text = FILE.replace(old, new).replace('when = "Y > 1 or x > 0"\n', when)
    with pytest.raises(ModelFileError, match=problem):
        parse_game(text)


def test_wrong_claims_are_refuted() -> None:
    text = write_game(load("alliance-commitment/hub-and-spoke"))
    assert check(parse_game(text)).ok
    assert not check(parse_game(text.replace('"d - d**2"', '"1.01*(d - d**2)"'))).ok
    wars = write_game(load("alliance-commitment/war-stable-alliances"))
    assert not check(parse_game(wars.replace("gamma*M_4 >= M_1 + M_2", "gamma*M_4 >= 1.01*(M_1 + M_2)"))).ok

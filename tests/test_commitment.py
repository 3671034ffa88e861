"""Commitment games: definition, the best commitment against brute force, the checker, bad numbers."""

from __future__ import annotations

import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from deterrence.certify import certify_commitment
from deterrence.compiled import compile_commitment, parameter_points
from deterrence.errors import GameError, ModelFileError, SolverError
from deterrence.expressions import parse_expression as formula
from deterrence.games import CommitmentGame, Response
from deterrence.library import load, write_game
from deterrence.library.reader import parse_game
from deterrence.profiles import Commitment, Completeness
from deterrence.solution import Status
from deterrence.solving import solve

SLUGS = [
    "alliance-commitment/moral-hazard",
    "alliance-commitment/tripwire",
    "crisis-management/threats-and-assurances",
    "crisis-management/ultimatum-bargaining",
    "entanglement/commitment-dilemma",
    "governance/selectorate",
    "procurement/hold-up",
    "procurement/incentive-menu",
]

TEXT = """
format = 1
[model]
form = "commitment"
[parameters]
g = { default = 0.5 }
k = { default = 0.25 }
[leader]
player = "Patron"
s = { low = 0, high = 1 }
[responses]
attack = { player = "Challenger", gain = "g - s" }
[payoffs]
Patron = "-attack - k*s"
"""


def game(gain: str = "g - s", payoff: str = "-attack - k*s", high: Any = 1) -> CommitmentGame:
    return CommitmentGame(
        "Patron",
        {"s": (0, high)},
        {"attack": Response(player="Challenger", gain=formula(gain))},
        {"Patron": formula(payoff)},
    )


def test_equality_copies_and_files() -> None:
    assert parse_game(TEXT) == game()
    assert game() != game("g - 2*s")
    assert pickle.loads(pickle.dumps(game())) == game()
    assert parse_game(write_game(game())) == game()
    assert {p.name for p in game().parameters} == {"g", "k"}


def test_types_and_numbers_round_trip() -> None:
    for slug in SLUGS:
        model = load(slug)
        assert parse_game(write_game(model)) == model


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: CommitmentGame("A", {}, {}, {"A": 0}), "0 numbers"),
        (lambda: CommitmentGame("A", {"x": (0, 1), "y": (0, 1), "z": (0, 1)}, {}, {"A": 0}), "3 numbers"),
        (lambda: CommitmentGame("A", {"x": (0, 1)}, {}, {}), "no payoff"),
        (lambda: CommitmentGame("A", {"x": (0, 1)}, {}, {"A": 0, "B": 0}), "neither leads"),
        (lambda: CommitmentGame("A", {"x": (0, 1)}, {"r": Response(player="B")}, {"A": 0}), "neither gain nor payoff"),
        (lambda: game("later - s") and game("attack - s"), "not known"),
        (lambda: game(high=formula("s")), "not known"),
        (
            lambda: CommitmentGame(
                "A", {"x": (0, 1)}, {"r": Response(player="B", gain=formula("b**2 - x"), type="b")}, {"A": 0}
            ),
            "low or high",
        ),
        (
            lambda: CommitmentGame(
                "A",
                {"x": (0, 1)},
                {"r": Response(player="B", gain=formula("b**2 - x"), type="b", low=formula("0"), high=formula("1"))},
                {"A": 0},
            ),
            "not linear",
        ),
    ],
)
def test_bad_games_are_refused(make: Any, problem: str) -> None:
    with pytest.raises(GameError, match=problem):
        make()


@pytest.mark.parametrize(
    ("old", "new", "where", "problem"),
    [
        ('player = "Patron"\ns', "s", "leader", "'player' is missing"),
        ("{ low = 0, high = 1 }", "{ low = 0 }", "leader.s", "'high' is missing"),
        ('"g - s"', '"h - s"', "responses.attack.gain", "unknown name 'h'"),
        ('"g - s"', '"attack - s"', "responses.attack", "not known here"),
        ('gain = "g - s"', 'gein = "g - s"', "responses.attack.gein", "did you mean"),
        ('Patron = "-attack', 'Pat = "-attack', "payoffs", "no payoff for 'Patron'"),
        ("s = {", "g = {", "leader", "parameter or definition"),
    ],
)
def test_errors_name_the_place(old: str, new: str, where: str, problem: str) -> None:
    assert old in TEXT
    with pytest.raises(ModelFileError) as caught:
        parse_game(TEXT.replace(old, new, 1), file="mine.toml")
    assert where in caught.value.where
    assert problem in str(caught.value)


def test_the_optimum_is_at_the_threshold_or_at_the_end() -> None:
    g = np.linspace(0, 1.2, 121)
    solution = solve(game(), at={"g": g, "k": 0.5})
    chosen = solution.quantity("choice(s)")[:, 0]
    # Deterrence costs k*g and saves 1: worth it while the threshold can be reached.
    assert chosen == pytest.approx(np.where(g <= 1, g, 0))
    assert solution.certified.all()
    assert (solution.completeness == Completeness.ALL).all()
    dear = solve(game(), at={"g": g, "k": 2.0}).quantity("choice(s)")[:, 0]
    assert dear == pytest.approx(np.where(g < 0.5, g, 0))


def test_two_numbers_may_be_best_together_on_an_edge() -> None:
    # The cheapest x and y that a follower accepts: neither is at an end, at a threshold or stationary for itself.
    offer = CommitmentGame(
        "Patron",
        {"x": (0, 9), "y": (0, 9)},
        {"accept": Response(player="Client", gain=formula("x + 2*y - g"))},
        {"Patron": formula("accept*99 - x**2 - y**2")},
    )
    g = np.linspace(1, 5, 9)
    solution = solve(offer, at={"g": g})
    assert solution.certified.all()
    np.testing.assert_allclose(solution.quantity("choice(x)")[:, 0], g / 5, rtol=1e-12)
    np.testing.assert_allclose(solution.quantity("choice(y)")[:, 0], 2 * g / 5, rtol=1e-12)


def test_exact_commitments_are_rational() -> None:
    solution = solve(load("alliance-commitment/tripwire"), exact=True)
    assert solution.outcomes.payoff("Defender")[0, 0] == Fraction(9, 10)
    solution = solve(load("entanglement/commitment-dilemma"), exact=True)
    assert solution.found.profiles.values[0, 0, 0] == Fraction(2, 3)
    assert solution.outcomes.payoff("Patron")[0, 0] == Fraction(-49, 27)


def brute_force(model: CommitmentGame, values: dict[str, float]) -> float:
    """The leader's best payoff over a fine mesh, responses computed one by one, ties in its favour."""
    compiled = compile_commitment(model, parameter_points(model, values))
    count = 4001 if len(model.controls) == 1 else 121
    axes = [np.linspace(low[0], high[0], count) for low, high in zip(compiled.low, compiled.high, strict=True)]
    given = {n: x.reshape(-1, 1) for n, x in zip(model.controls, np.meshgrid(*axes), strict=True)}
    shape = next(iter(given.values())).shape
    ways = [given]
    for name, response in model.responses.items():
        ways = [way for before in ways for way in _answers(compiled, name, response, before, shape)]
    worth = [compiled.evaluate(model.payoffs[model.leader], way, shape) for way in ways]
    return float(np.max(worth))


def _answers(compiled: Any, name: str, response: Response, given: Any, shape: tuple[int, ...]) -> list[dict[str, Any]]:
    if response.is_decision:
        gain = compiled.evaluate(response.gain, given, shape)
        return [{**given, name: (gain > 0).astype(float)}, {**given, name: (gain >= 0).astype(float)}]
    low, high = (float(compiled.evaluate(b, {}, (1,))[0]) for b in response.bounds)
    if response.type:
        types = low + (high - low) * (np.arange(2000) + 0.5) / 2000
        spread = {n: v[..., None] for n, v in given.items()} | {response.type: types[None, None]}
        values = {n: np.asarray(v)[..., None] for n, v in compiled.points.values.items()}
        from deterrence.compiled.continuous import program_of

        gain = program_of(response.gain).run({**values, **spread}, (*shape, 2000))[0]
        return [{**given, name: (gain > 0).mean(axis=-1)}]
    mesh = np.linspace(low, high, 2001)[:, None, None]
    value = compiled.evaluate(response.payoff, {**given, name: mesh}, (2001, *shape))
    return [{**given, name: mesh[value.argmax(axis=0), 0, 0]}]


@pytest.mark.parametrize("slug", SLUGS)
def test_best_commitments_against_brute_force(slug: str) -> None:
    from deterrence.compiled.samples import sample_points

    model = load(slug)
    assert isinstance(model, CommitmentGame)
    at = sample_points(model, 8, seed=3)
    solution = solve(model, at=at)
    assert solution.certified.all()
    best = solution.payoff(model.leader)[:, 0]
    for i, value in enumerate(best):
        rough = brute_force(model, {name: float(column[i]) for name, column in at.items()})
        scale = max(1.0, abs(value))
        assert rough <= value + 2e-3 * scale
        assert rough >= value - 0.15 * scale  # a mesh misses thresholds, so only from below


def test_the_checker_refuses_wrong_commitments() -> None:
    model = game()
    compiled = compile_commitment(model, parameter_points(model, {"g": 0.5, "k": 0.25}))

    def passes(s: float, attack: float) -> bool:
        profile = Commitment(("Patron", "Challenger"), ("s", "attack"), np.array([[[s, attack]]]))
        return bool(certify_commitment(compiled, profile, np.ones((1, 1), dtype=np.bool_)).holds)

    assert passes(0.5, 0)
    assert not passes(0.5, 1)  # a follower who is indifferent may attack, but then the leader does better elsewhere
    assert not passes(0.6, 0)
    assert not passes(0.4, 0)  # no best reply
    assert not passes(0.0, 1)
    assert not passes(1.5, 0)
    assert not passes(float("nan"), 0)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e308, -1e308, 0.0])
def test_bad_numbers_are_flagged(slug: str, bad: float) -> None:
    model = load(slug)
    for p in model.parameters:
        assert p.default is not None
        solution = solve(model, at={p.name: np.array([bad, float(p.default)])})
        assert solution.status[1] == Status.SOLVED
        assert solution.certified[1]
        values = solution.found.profiles.values[solution.found.exists]
        assert np.isfinite(values).all()
        if not np.isfinite(bad):
            assert solution.status[0] == Status.UNDEFINED


def test_responses_that_grow_out_of_bounds_are_refused() -> None:
    often = " + ".join(["r{}*s"] * 60)
    responses = {"r0": Response(player="B", gain=formula("b - s"), type="b", low=formula("0"), high=formula("1"))}
    for i in range(1, 5):
        gain = formula(f"{often.format(*[i - 1] * 60)} + b{i} - s")
        responses[f"r{i}"] = Response(player="B", gain=gain, type=f"b{i}", low=formula("0"), high=formula("1"))
    deep = CommitmentGame("A", {"s": (0, 1)}, responses, {"A": formula("r4 - s")})
    with pytest.raises(SolverError, match="too long"):
        solve(deep)


def test_a_response_without_formula_is_refused() -> None:
    odd = CommitmentGame(
        "A",
        {"x": (0, 1)},
        {"y": Response(player="B", payoff=formula("exp(y)*x - y**3 + y**2"), low=formula("0"), high=formula("1"))},
        {"A": formula("y - x")},
    )
    with pytest.raises(SolverError, match="no formula"):
        solve(odd)

"""Agreements in repeated games: critical discount factors, against closed forms and an automaton of the tests' own."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

import deterrence as dt
from command_line import CommandLine
from deterrence.certify import certify_markov
from deterrence.compiled import compile_states, parameter_points
from deterrence.errors import DeterrenceError, GameError, SolverError
from deterrence.expressions import evaluate_exact
from deterrence.library import parse_game, write_game
from deterrence.profiles import DiscountRange, MarkovStrategy
from deterrence.repeated import Agreement, critical_discount, repeated_game
from deterrence.repeated.ranges import certify_ranges, compile_repeated
from deterrence.repeated.roots import ranges_of, roots_within

PAY, SHIRK = "pay", "shirk"


def pledge(allies: int) -> dt.StrategicGame:
    """Return the stage game of a spending pledge: paying costs c and gives b to everybody."""
    b, c = dt.parameters("b c", domain="positive")
    names = [f"Ally {i + 1}" for i in range(allies)]
    table = {
        played: {who: b * played.count(PAY) - (c if a == PAY else 0) for who, a in zip(names, played, strict=True)}
        for played in product([PAY, SHIRK], repeat=allies)
    }
    return dt.StrategicGame({key: [PAY, SHIRK] for key in names}, table)


def prisoners() -> dt.StrategicGame:
    """Return the prisoner's dilemma with temptation T, reward R, punishment P and sucker's payoff S."""
    t, r, p, s = dt.parameters("T R P S")
    table = {("c", "c"): (r, r), ("c", "d"): (s, t), ("d", "c"): (t, s), ("d", "d"): (p, p)}
    rows: dict[tuple[str, ...], dict[str, Any]] = {p: dict(zip("AB", u, strict=True)) for p, u in table.items()}
    return dt.StrategicGame({"A": ["c", "d"], "B": ["c", "d"]}, rows)


def penance(allies: int, victims: int) -> Agreement:
    """Return the norm that the culprit pays for a period while the next `victims` allies shirk."""
    after = {}
    for i in range(allies):
        taking = {(i + k) % allies for k in range(1, victims + 1)}
        after[f"Ally {i + 1}"] = [SHIRK if j in taking else PAY for j in range(allies)]
    return Agreement([PAY] * allies, after, periods=1)


def grim(allies: int, **more: Any) -> Agreement:
    """Return the norm that all pay, and all shirk after a breach."""
    return Agreement([PAY] * allies, [SHIRK] * allies, **more)


def test_numbers_of_the_catalogue_of_pledges() -> None:
    """The critical discount factors of every kind of punishment come out as their closed forms say."""
    six: dict[str, Any] = {"b": 1, "c": 3.5}
    three: dict[str, Any] = {"b": 1, "c": 2}
    cases = [
        (6, grim(6), six, 1 / 2),
        (6, penance(6, 3), six, 5 / 6),
        (6, penance(6, 5), six, 1 / 2),
        (6, grim(6, lag=1), six, math.sqrt(1 / 2)),
        (6, grim(6, lag=3), six, (1 / 2) ** (1 / 4)),
        (3, grim(3, periods=2), three, (math.sqrt(5) - 1) / 2),
        (3, grim(3, false_alarm="1/10", detection="3/5"), three, 5 / 7),
    ]
    for allies, agreement, at, wanted in cases:
        found = critical_discount(pledge(allies), agreement, at=at)
        assert found.least == pytest.approx(wanted, abs=1e-12), (agreement, wanted)
        assert found.upwards
        assert found.certified


def test_the_models_of_the_library_agree() -> None:
    """The definitions that the pledge models derive by hand are found from the stage game alone."""
    rng = np.random.default_rng(7)
    b, c = rng.uniform(0.5, 1.5, 40), rng.uniform(1.5, 3.0, 40)
    grim_formula = dt.load("free-riding/pledge-grim").resolved_definitions["d_star"]
    found = critical_discount(pledge(4), grim(4), at={"b": b, "c": c})
    noisy_formula = dt.load("free-riding/pledge-noisy-monitoring").resolved_definitions["d_star"]
    noisy = critical_discount(
        pledge(4), grim(4, false_alarm="p_0", detection="p_1"), at={"b": b, "c": c, "p_0": 0.05, "p_1": 0.8}
    )
    for answer, formula in ((found, grim_formula), (noisy, noisy_formula)):
        for k in range(40):
            values = {"n": 4, "b": b[k], "c": c[k], "P": 0, "q": 1, "p_0": "0.05", "p_1": "0.8"}
            point = {name: Fraction(value) for name, value in values.items()}
            wanted = float(evaluate_exact(formula, point))
            kept = b[k] < c[k] < 4 * b[k] and 0 < wanted < 1
            if kept:
                assert answer.least[k] == pytest.approx(wanted, abs=1e-9)
            assert answer.certified[k]


def test_closed_forms() -> None:
    """Where one incentive binds there is a formula, whatever the punishment; and none where the root has none."""

    def text(allies: int, agreement: Agreement, **at: Any) -> str:
        found = critical_discount(pledge(allies), agreement, at=at)
        return dt.to_text(found.formula) if found.formula is not None else "none"

    assert text(6, grim(6), b=1, c=3.5) == "(c - b)/(5*b)"
    assert text(6, penance(6, 3), b=1, c=3.5) == "(c - b)/(3*b)"
    assert text(3, grim(3, lag=1), b=1, c=2) == "((c - b)/(2*b))**(1/2)"
    assert text(3, grim(3, periods=1), b=1, c=1.5) == "(c - b)/(3*b - c)"
    two = critical_discount(pledge(3), grim(3, periods=2), at={"b": 1, "c": 2}).formula
    assert two is not None
    assert float(np.sqrt(5) - 1) / 2 == pytest.approx(_value(two, b=1.0, c=2.0))
    assert text(3, grim(3, periods=3), b=1, c=2) == "none"


def _value(formula: Any, **values: float) -> float:
    from deterrence.expressions.numpy_eval import compile_formulas

    return float(compile_formulas([formula]).run({k: np.asarray(v) for k, v in values.items()}, ())[0])


def test_grim_trigger_on_any_stage_game() -> None:
    """On the prisoner's dilemma the threshold is (T - R)/(T - P); the better reward lowers it, temptation raises it."""
    found = critical_discount(prisoners(), Agreement("cc", "dd"), at={"T": [5, 4, 6], "R": 3, "P": [1, 1, 2], "S": 0})
    assert found.least.tolist() == pytest.approx([1 / 2, 1 / 3, 3 / 4])
    assert dt.to_text(found.formula or dt.parameter("x")) == "(T - R)/(T - P)"


# --- an automaton of our own: values by summing discounted payoffs period by period --------------------------------


def _value_of_play(game: Any, agreement: Agreement, state: Any, who: int, delta: float) -> float:
    """Return the expected discounted payoff of keeping to the agreement from a state on, by iterated expectation."""
    weight: dict[Any, float] = {state: 1.0}
    total, horizon = 0.0, int(math.log(1e-13) / math.log(delta)) + 2
    for t in range(horizon):
        ahead: dict[Any, float] = {}
        for here, chance in weight.items():
            profile = _prescribed(agreement, game, here)
            total += chance * delta**t * game[profile][who]
            for there, q in _moves(agreement, game, here, profile).items():
                ahead[there] = ahead.get(there, 0.0) + chance * q
        weight = ahead
    return total


def _prescribed(agreement: Agreement, game: Any, state: Any) -> tuple[str, ...]:
    if state == "norm":
        return agreement.norm
    culprit = state[0]
    after = agreement.punishment
    names = sorted(after) if not isinstance(after, tuple) else []
    return after if isinstance(after, tuple) else after[names[culprit]]


def _moves(agreement: Agreement, game: Any, state: Any, played: tuple[str, ...]) -> dict[Any, float]:
    wanted = _prescribed(agreement, game, state)
    off = [i for i, (a, b) in enumerate(zip(played, wanted, strict=True)) if a != b]
    false, seen = (float(evaluate_exact(f, {})) for f in (agreement.false_alarm, agreement.detection))
    long = agreement.periods or 10**6
    if state == "norm":
        rings, calm = (seen if off else false), state
    else:
        left = state[1] - 1 if agreement.periods else long
        rings, calm = (seen if off else 0.0), ("norm" if left == 0 else (state[0], left))
    culprit = off[0] if off and not isinstance(agreement.punishment, tuple) else 0
    moves: dict[Any, float] = {calm: 1 - rings}
    moves[culprit, long] = moves.get((culprit, long), 0.0) + rings
    return {s: q for s, q in moves.items() if q > 0}


def _is_kept(game: Any, players: int, actions: list[str], agreement: Agreement, delta: float) -> bool:
    long = agreement.periods or 10**6
    lasts = range(1, long + 1) if agreement.periods else [long]
    states: list[Any] = ["norm", *((i, k) for i in range(players) for k in lasts)]
    value = {(s, i): _value_of_play(game, agreement, s, i, delta) for s in states for i in range(players)}
    for state in states:
        wanted = _prescribed(agreement, game, state)
        for i in range(players):
            for action in actions:
                played = (*wanted[:i], action, *wanted[i + 1 :])
                there = _moves(agreement, game, state, played)
                gain = game[played][i] + delta * sum(q * value[s, i] for s, q in there.items()) - value[state, i]
                if gain > 1e-9:
                    return False
    return True


@pytest.mark.parametrize("seed", range(6))
def test_against_the_automaton_of_the_tests(seed: int) -> None:
    """Random 2 x 2 and 2 x 2 x 2 games and agreements: the ranges are where a brute-force check accepts."""
    rng = np.random.default_rng(seed)
    met = 0
    for _ in range(8):
        players = int(rng.integers(2, 4))
        profiles = list(product("cd", repeat=players))
        game = {p: [int(x) for x in rng.integers(-6, 7, players)] for p in profiles}
        for i in range(players):  # half of them with a reason to cooperate
            game[("c",) * players][i] = int(rng.integers(4, 9))
            if rng.random() < 0.5:
                game[("d",) * players][i] = int(rng.integers(-4, 2))
        names = [f"{i}" for i in range(players)]
        stage = dt.StrategicGame(
            {key: ["c", "d"] for key in names}, {p: dict(zip(names, u, strict=True)) for p, u in game.items()}
        )
        kind = rng.integers(0, 4)
        periods = None if rng.random() < 0.4 else int(rng.integers(1, 4))
        norm, harsh = ("c",) * players, ("d",) * players
        after = {n: profiles[int(rng.integers(0, len(profiles)))] for n in names}
        agreement = (
            Agreement(norm, harsh, periods=periods)
            if kind == 0
            else Agreement(norm, after, periods=periods)
            if kind == 1
            else Agreement(norm, harsh, periods=periods, false_alarm="1/8", detection="3/4")
            if kind == 2
            else Agreement(norm, after, periods=periods, detection="2/3")
        )
        found = critical_discount(stage, agreement)
        assert found.certified
        for delta in (0.07, 0.31, 0.52, 0.74, 0.9):
            if np.nanmin(np.abs(found.ranges - delta), initial=1.0) < 1e-6:
                continue
            inside = bool(((found.ranges[:, 0] <= delta) & (delta <= found.ranges[:, 1])).any())
            assert inside == _is_kept(game, players, ["c", "d"], agreement, delta), (stage.table, agreement, delta)
            met += inside
    assert met


def test_lag_against_plays_of_the_culprit() -> None:
    """With a lag, the best of all plans of the unseen culprit gains exactly below the critical discount factor."""
    rng = np.random.default_rng(3)
    for lag, periods in ((1, None), (2, None), (2, 3), (1, 2)):
        u = rng.uniform(-1, 1, (3, 3))
        u[0, 0], u[1, 0], u[2, 0] = 2.0, 3.0, 2.5  # the row player may break the norm in two ways
        actions = ["a", "b", "c"]
        table = {(x, y): {"R": float(u[i, j]), "C": 0.0} for i, x in enumerate(actions) for j, y in enumerate(actions)}
        for x in actions:  # the column player never gains
            table[x, "a"]["C"] = 1.0
            table[x, "c"]["C"] = 1.0 if x == "c" else 0.0
        table["c", "a"]["C"] = 0.5
        stage = dt.StrategicGame(
            {"R": actions, "C": actions},
            {k: {w: Fraction(v).limit_denominator(10**6) for w, v in r.items()} for k, r in table.items()},
        )
        agreement = Agreement(["a", "a"], ["c", "c"], periods=periods, lag=lag)
        found = critical_discount(stage, agreement)
        for delta in np.linspace(0.05, 0.95, 19):
            norm = 2.0 / (1 - delta)
            pain = float(table["c", "c"]["R"])
            after = (
                pain / (1 - delta)
                if periods is None
                else pain * (1 - delta**periods) / (1 - delta) + delta**periods * norm
            )
            best = max(
                sum(delta**t * float(table[a, "a"]["R"]) for t, a in enumerate(plan)) + delta ** (lag + 1) * after
                for plan in product(actions, repeat=lag + 1)
                if plan[0] != "a"
            )
            reply = max(float(table[a, "c"]["R"]) for a in actions)
            bears = reply <= pain + 1e-9 or periods is not None
            if best > norm + 1e-9:
                assert not ((found.ranges[:, 0] <= delta) & (delta <= found.ranges[:, 1])).any()
            elif reply <= pain + 1e-9 and bears:
                assert ((found.ranges[:, 0] <= delta + 1e-9) & (delta <= found.ranges[:, 1] + 1e-9)).any()
        assert found.certified


def test_a_wrong_answer_is_not_certified() -> None:
    """The check refuses an agreement below its critical discount factor, and ranges that are a little wrong."""
    from deterrence.repeated.automaton import kept
    from deterrence.repeated.incentives import incentives
    from deterrence.repeated.patience import Problem

    stage, agreement = pledge(3), grim(3)
    repeated = repeated_game(stage, agreement)
    points = parameter_points(repeated, {"b": 1, "c": 2, "delta": [0.49, 0.51]})
    compiled = compile_states(repeated, points)
    strategy = kept(stage, agreement, compiled)
    assert isinstance(strategy, MarkovStrategy)
    assert certify_markov(compiled, strategy, np.ones((2, 1), dtype=bool)).passed.tolist() == [[False], [True]]
    one = parameter_points(repeated, {"b": 1, "c": 2, "delta": 0.5})
    problem = Problem(stage, agreement, repeated, incentives(stage, agreement), "delta")
    for low, right in ((0.5, True), (0.499, False), (0.501, False)):
        assert problem.agrees(one, np.array([[[low, 1.0]]]))[0].tolist() == [right]
    assert problem.agrees(one, np.full((1, 1, 2), np.nan))[0].tolist() == [False]


def test_sets_that_are_no_half_line() -> None:
    """An agreement can be kept by the patient alone, by the impatient alone, by all, or by nobody."""
    chicken = dt.StrategicGame(
        {"A": "yd", "B": "yd"},
        {
            ("y", "y"): {"A": 3, "B": 3},
            ("y", "d"): {"A": 1, "B": 4},
            ("d", "y"): {"A": 4, "B": 1},
            ("d", "d"): {"A": 0, "B": 0},
        },
    )
    harsh = critical_discount(chicken, Agreement("yy", "dd", periods=1))  # the punishment hurts those who carry it out
    assert harsh.least == pytest.approx(1 / 3)
    assert harsh.upwards
    assert harsh.certified
    jealous = critical_discount(chicken, Agreement("yd", "dy"))  # whoever yields would rather be punished
    assert jealous.ranges.tolist() == [[0.0, 0.25]]
    assert not jealous.upwards
    assert jealous.certified
    everybody = critical_discount(chicken, Agreement("yd", "yd"))
    assert everybody.ranges.tolist() == [[0.0, 1.0]]
    assert everybody.certified
    assert everybody.binding == -1
    assert everybody.formula is None
    alone = critical_discount(dt.StrategicGame({"A": "x"}, {("x",): {"A": 1}}), Agreement("x", "x"))
    assert alone.ranges.tolist() == [[0.0, 1.0]]
    tempting = critical_discount(prisoners(), Agreement("dd", "cc", periods=1), at={"T": 5, "R": 3, "P": 1, "S": 0})
    assert np.isnan(tempting.least)
    assert tempting.certified
    assert not tempting.upwards


def test_the_repeated_game_is_solved_like_any_other() -> None:
    """The phases of an agreement are a stochastic game in which keeping it is one equilibrium of several."""
    game = repeated_game(pledge(2), grim(2), discount="3/5")
    solution = dt.solve(game, at={"b": 2, "c": 3})
    assert solution.certified
    assert int(solution.count) > 1
    assert np.abs(solution.payoff("Ally 1") - 1 / 0.4).min() < 1e-9


def test_many_points_in_little_time() -> None:
    """A batch keeps its shape, points outside the model have no answer, and each point is solved on its own."""
    b, c = np.linspace(0.5, 1.5, 30)[:, None], np.linspace(-0.2, 3.0, 40)
    found = critical_discount(pledge(3), grim(3), at={"b": b, "c": c})
    assert found.least.shape == (30, 40) == found.binding.shape
    wanted = np.clip((c - b) / (2 * b), 0, None)
    inside = (c > b + 1e-6) & (wanted < 1 - 1e-9)
    assert np.allclose(found.least[inside], wanted[inside], atol=1e-12)
    assert np.isnan(found.least[:, c <= 0]).all()
    assert not found.certified[:, c <= 0].any()
    assert found.certified[inside].all()


def test_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    """`deterrence patience` says the ranges, the formula, the binding breach and the certificate."""
    cli = CommandLine(capsys)
    slug, norm = "crisis-management/symmetric-crisis", ("--norm", "cooperate, cooperate")
    at = [word for name in ("T=5", "R=3", "P=1", "S=0") for word in ("--set", name)]
    shown = cli.good("patience", slug, *norm, "--punish", "defect, defect", *at)
    assert "from 0.5 on" in shown.out
    assert "(T - R)/(T - P)" in shown.out
    assert "certificate: passed" in shown.out
    tailored = [
        "--punish",
        "Row: cooperate, defect",
        "--punish",
        "Column: defect, cooperate",
        "--periods",
        "1",
        "--json",
    ]
    document = cli.good("patience", slug, *norm, *tailored, *at).document
    assert document["format"] == "deterrence/patience"
    assert document["punishment"] == {"Row": ["cooperate", "defect"], "Column": ["defect", "cooperate"]}
    assert document["ranges"] == [[{"exact": None, "float": pytest.approx(2 / 3)}, {"exact": None, "float": 1.0}]]
    assert [i["root"] for i in document["incentives"] if i["binds"]] == ["(T - R)/(R - S)"]
    wrong = cli("patience", "escalation/ladder", *norm, "--punish", "defect, defect")
    assert (wrong.code, wrong.out) == (2, "")
    assert "the game of one period is strategic" in wrong.err


@pytest.mark.parametrize("slug", ["pledge-three-allies", "pledge-three-allies-penance"])
def test_the_form_is_the_function(slug: str) -> None:
    """A repeated game of the library has the ranges that `critical_discount` finds, and survives writing."""
    game = dt.load(f"free-riding/{slug}")
    assert isinstance(game, dt.RepeatedGame)
    assert parse_game(write_game(game)) == game == pickle.loads(pickle.dumps(game))
    c = np.linspace(1.05, 2.95, 40)
    at: dict[str, Any] = {"b": 1, "c": c, "p_0": 0.05, "p_1": 0.9}
    at = {name: value for name, value in at.items() if name in [p.name for p in game.parameters]}
    solution = dt.solve(game, at=at)
    found = critical_discount(game.stage, game.agreement, at=at)
    np.testing.assert_array_equal(solution.quantity("patience(least)")[:, 0], found.least)
    assert solution.certified.all()
    assert solution.exists.sum() == (~np.isnan(found.least)).sum() > 20


def test_wrong_ranges_fail_the_certificate_of_the_form() -> None:
    """A range that begins too early or too late is refused."""
    game = dt.load("free-riding/pledge-three-allies-penance")
    assert isinstance(game, dt.RepeatedGame)
    compiled = compile_repeated(game, parameter_points(game, {"c": [2.0, 2.0, 2.0]}))
    exists = np.ones((3, 1), dtype=bool)
    profile = DiscountRange(np.array([[[0.5, 1.0]], [[0.49, 1.0]], [[0.51, 1.0]]]))
    assert certify_ranges(compiled, profile, exists).passed[:, 0].tolist() == [True, False, False]


def test_files_of_agreements_are_checked() -> None:
    """Errors in an agreement name the place."""
    text = write_game(dt.load("free-riding/pledge-three-allies-penance"))
    for old, new, words in [
        ("periods    = 1", "periods    = 0", "periods is 0"),
        ("periods    = 1", "periods    = 1.5", "no whole number"),
        ('norm       = ["pay", "pay", "pay"]', 'norm       = ["pay", "pay"]', "no profile"),
        ("periods    = 1", "periods    = 1\nfalse_alarm = 0.1", "nobody is the culprit"),
    ]:
        assert old in text, text
        with pytest.raises(DeterrenceError, match=words):
            parse_game(text.replace(old, new))


def test_errors_name_the_remedy() -> None:
    """Wrong profiles, noise with a lag, false alarms without a culprit, a name taken twice, too many phases."""
    game, norm, harsh = pledge(2), [PAY] * 2, [SHIRK] * 2
    both = {f"Ally {i}": harsh for i in (1, 2)}
    makers: list[tuple[Callable[[], object], str]] = [
        (lambda: critical_discount(game, Agreement(["pay", "pai"], harsh)), "no profile"),
        (lambda: Agreement(norm, harsh, lag=1, detection="1/2"), "a lag together with noise"),
        (lambda: Agreement(norm, both, false_alarm="1/9"), "nobody is the culprit"),
        (lambda: critical_discount(game, Agreement(norm, {"Ally 1": harsh})), "other players"),
        (lambda: Agreement(norm, harsh, periods=0), "periods is 0"),
        (lambda: repeated_game(game, Agreement(norm, both, periods=40)), "phases"),
    ]
    for make, words in makers:
        with pytest.raises(GameError, match=words):
            make()
    with pytest.raises(SolverError, match="is a parameter of the stage game"):
        critical_discount(game, grim(2), at={"b": 1, "c": 2}, discount="b")


def test_values_that_are_not_finite() -> None:
    """Infinite and missing payoffs give no answer, and no warning."""
    found = critical_discount(pledge(2), grim(2), at={"b": [1.0, np.inf, np.nan, 1.0], "c": [1.5, 2.0, 2.0, np.inf]})
    assert found.least[0] == pytest.approx(0.5)
    assert np.isnan(found.least[1:]).all()
    assert found.certified.tolist() == [True, False, False, False]


def test_sign_changes_of_random_polynomials() -> None:
    """All sign changes in the unit interval are found, as the eigenvalues of companion matrices have them."""
    rng = np.random.default_rng(11)
    coefficients = rng.normal(size=(7, 400))
    places = roots_within(coefficients)
    for k in range(400):
        roots = np.roots(coefficients[::-1, k])
        real = np.sort(roots[np.abs(roots.imag) < 1e-10].real)
        wanted = real[(real > 0) & (real < 1)]
        assert np.allclose(places[: wanted.size, k], wanted)
        assert (places[wanted.size :, k] == 1).all()
    touching = np.asarray(np.polynomial.polynomial.polyfromroots([0.2, 0.2, 0.5, 0.9]), dtype=np.float64)
    assert ranges_of(-touching[None, :, None])[0] == pytest.approx(np.array([[0.5, 0.9]]))
    assert ranges_of(touching[None, :, None])[0] == pytest.approx(np.array([[0.0, 0.5], [0.9, 1.0]]))

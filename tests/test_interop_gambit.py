"""Gambit files: round trips, what is tolerated, what is refused and where, the command line."""

from __future__ import annotations

from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deterrence as dt
from command_line import CommandLine
from deterrence.compiled import compile_table, compile_tree, parameter_points
from deterrence.errors import DeterrenceError, ModelFileError
from deterrence.interop.files import parse_gambit
from tiers import examples

TREE = """EFG 2 R "A \\"quoted\\" title" { "Sender" "Receiver" }
"a comment"
c "" 1 "" { "high" 1/3 "low" 2/3 } 0
p "" 1 1 "sh" { "up" "down" } 1 "cost" { -1, 0 }
p "" 2 1 "up seen" { "yes" "no" } 0
t "" 2 "both" { 3 1e+0 }
t "" 3 "" { 0.5 0 }
t "" 4 "out" { 2 2 }
p "" 1 2 "sl" { "up" "down" } 0
p "" 2 1 0
t "" 2
t "" 3
t "" 4
"""


def payoffs(game: dt.ExtensiveGame) -> list[tuple[Fraction, ...]]:
    compiled = compile_tree(game, parameter_points(game, exact=True))
    return [tuple(row[0] for row in rows) for rows in compiled.payoff_rows.values()]


def test_outcomes_on_the_way_add_up_and_later_mentions_may_be_short() -> None:
    game = parse_gambit(TREE)
    assert isinstance(game, dt.ExtensiveGame)
    assert game.about.title == 'A "quoted" title'
    assert sorted(payoffs(game)) == sorted(
        [
            (Fraction(2), Fraction(1)),
            (Fraction(-1, 2), Fraction(0)),
            (Fraction(1), Fraction(2)),
            (Fraction(3), Fraction(1)),
            (Fraction(1, 2), Fraction(0)),
            (Fraction(2), Fraction(2)),
        ]
    )
    assert len(game.tree.information_sets) == 3


def test_the_first_players_strategy_runs_fastest_in_both_versions() -> None:
    by_payoff = parse_gambit('NFG 1 R "t" { "A" "B" } { 2 3 }\n11 1 21 2 12 3 22 4 13 5 23 6')
    by_outcome = parse_gambit(
        'NFG 1 D "t" { "A" "B" } { { "1" "2" } { "1" "2" "3" } } "comment" '
        '{ { "" 11 1 } { "x" 21, 2 } { "" 12 3 } { "" 22 4 } { "" 13 5 } { "" 23 6 } } 1 2 3 4 5 6'
    )
    assert isinstance(by_payoff, dt.StrategicGame)
    table = compile_table(by_payoff, parameter_points(by_payoff))
    assert table.payoffs[0, :, :, 0].tolist() == [[11, 12, 13], [21, 22, 23]]
    assert by_payoff == by_outcome


@pytest.mark.parametrize(
    ("before", "after", "line", "problem"),
    [
        ('t "" 4\n', "", 12, "ends where"),
        ('t "" 4\n', 't "" 4\nt "" 4\n', 14, "complete before"),
        ('t "" 2\n', 't "" 2 "both" { 3 2 }\n', 11, "other payoffs"),
        ('p "" 2 1 0', 'p "" 2 1 "" { "yes" "maybe" } 0', 10, "other actions"),
        ('p "" 2 1 0', 'p "" 3 1 0', 10, "no player 3"),
        ('"low" 2/3', '"low" nan', 3, "not a probability"),
        ("{ 3 1e+0 }", "{ 3 1/0 }", 6, "division by zero"),
        ("{ 3 1e+0 }", "{ 3 }", 6, "1 payoffs for 2"),
        ('t "" 4\n', 't "" 9\n', 13, "outcome 9 without payoffs"),
        ("EFG 2 R", "EFG 3 R", 1, "should stand"),
        ('"a comment"', '"a comment', 13, "string"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(before: str, after: str, line: int, problem: str) -> None:
    head, _, tail = TREE.rpartition(before)
    with pytest.raises(ModelFileError, match=problem) as caught:
        parse_gambit(head + after + tail, "game.efg")
    assert caught.value.where.startswith("game.efg: line ")
    if "string" not in problem:
        assert caught.value.where == f"game.efg: line {line}"


def test_probabilities_must_sum_to_one_exactly() -> None:
    with pytest.raises(DeterrenceError, match="sum to 1"):
        parse_gambit(TREE.replace("1/3", "0.333333").replace("2/3", "0.666666"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "EFG",
        'NFG 1 R "t" { "A" "B" } { 99999 99999 } 1',
        'NFG 1 R "t" { "A" } { 999999999 } 1',
        'NFG 1 R "t" { "A" } { 1 } 1e999999999',
        'EFG 2 R "t" { "A" } ' + 'p "" 1 1 "" { "a" } 0 ' * 2000,
        'NFG 1 R "t" { "A" } { 1 } { { "" 1 } } 2',
        'EFG 2 R "t" { "A" } p "" 1 1 "" { } 0',
        "{" * 100_000,
        '"' + "\\" * 100_001,
    ],
)
def test_hostile_texts_are_refused_at_once(text: str) -> None:
    with pytest.raises(ModelFileError):
        parse_gambit(text)


@examples(200)
@given(st.text('pct"{}0123456789/-e. \nEFGNR', max_size=200), st.integers(0, len(TREE)), st.integers(0, 20))
def test_damaged_files_raise_only_errors_of_ours(noise: str, start: int, cut: int) -> None:
    for text in (TREE[:start] + noise + TREE[start + cut :], "NFG 1 R " + noise):
        try:
            parse_gambit(text)
        except DeterrenceError:
            continue


small = st.fractions(min_value=-9, max_value=9, max_denominator=12)


@examples(60)
@given(st.data())
def test_strategic_games_survive_a_round_trip(data: st.DataObject) -> None:
    shape = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    names = [f"P{i}" for i in range(len(shape))]
    cells = list(np.ndindex(*shape))
    table = {tuple(f"a{k}" for k in cell): {n: data.draw(small) for n in names} for cell in cells}
    game = dt.StrategicGame({n: [f"a{k}" for k in range(m)] for n, m in zip(names, shape, strict=True)}, table)
    assert parse_gambit(dt.write_gambit(game)) == game


EXTENSIVE = [e.slug for e in dt.entries(form="extensive")]


@pytest.mark.parametrize("slug", EXTENSIVE)
def test_library_trees_survive_a_round_trip(slug: str) -> None:
    """Written, read and written again is the same text, with the same payoffs, sets and equilibrium payoffs."""
    text = dt.write_gambit(dt.load(slug))
    game = parse_gambit(text)
    assert isinstance(game, dt.ExtensiveGame)
    again = dt.write_gambit(game)
    assert payoffs(game) == payoffs(parse_gambit(again))  # type: ignore[arg-type]  # a tree as the first was
    strip = [line.split("{", 1)[-1] for line in text.splitlines()[3:]]
    assert strip == [line.split("{", 1)[-1] for line in again.splitlines()[3:]]


def test_a_tree_read_back_has_the_same_equilibria() -> None:
    game = dt.load("signalling/beer-quiche")
    back = parse_gambit(dt.write_gambit(game))
    assert isinstance(game, dt.ExtensiveGame)
    assert isinstance(back, dt.ExtensiveGame)
    nash = dt.ReducedStrategicForm(dt.VertexEnumeration())
    one, other = dt.solve(game, nash), dt.solve(back, nash)
    assert other.certified.all()
    pairs = [np.sort(s.outcomes.payoffs[0][s.found.exists[0]], axis=0) for s in (one, other)]
    assert pairs[0] == pytest.approx(pairs[1])


def test_a_parametric_game_is_written_at_a_point() -> None:
    game = dt.load("crisis-management/chicken")
    assert "-7 -7" in dt.write_gambit(game, at={"P": -7})
    with pytest.raises(DeterrenceError, match="several points"):
        dt.write_gambit(game, at={"P": [-7, -6]})


def test_the_command_line_solves_and_writes_gambit_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = CommandLine(capsys)
    file = tmp_path / "game.nfg"
    done = run("export", "crisis-management/chicken", "--set", "P=-7", "--out", str(file))
    assert done.code == 0, done
    again = run("export", "crisis-management/chicken", "--out", str(file))
    assert again.code == 2
    solved = run("solve", str(file))
    assert solved.code == 0
    assert solved.out.count("certificate: passed") == 3
    assert run("export", "crisis-management/chicken", "--format", "efg").code == 2


@pytest.mark.skipif(find_spec("pygambit") is None, reason="pygambit is not installed")
def test_pygambit_reads_and_writes_the_same_games() -> None:
    tree = parse_gambit(TREE)
    assert isinstance(tree, dt.ExtensiveGame)
    back = dt.from_pygambit(dt.to_pygambit(tree))
    assert isinstance(back, dt.ExtensiveGame)
    assert payoffs(back) == payoffs(tree)
    for slug in ("crisis-management/chicken", "signalling/beer-quiche", "escalation/ladder"):
        game = dt.load(slug)
        assert dt.to_pygambit(game).title == game.about.title
    table = dt.load("crisis-management/chicken")
    assert (
        dt.write_gambit(dt.from_pygambit(dt.to_pygambit(table))).splitlines()[4:]
        == (dt.write_gambit(table).splitlines()[4:])
    )


@pytest.mark.parametrize("shape", [(2, 3), (3, 3)])
def test_nashpy_games_go_there_and_back(shape: tuple[int, int]) -> None:
    numbers = np.random.default_rng(1).integers(-5, 5, (2, *shape)) / 4
    game = dt.from_nashpy(dt.to_nashpy(table_of(numbers)))
    assert compile_table(game, parameter_points(game)).payoffs[..., 0] == pytest.approx(numbers)


@pytest.mark.skipif(find_spec("quantecon") is None, reason="QuantEcon is not installed")
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4)])
def test_quantecon_games_go_there_and_back(shape: tuple[int, ...]) -> None:
    numbers = np.random.default_rng(1).integers(-5, 5, (len(shape), *shape)) / 4
    theirs = dt.to_quantecon(table_of(numbers))
    for cell in np.ndindex(*shape):
        assert np.atleast_1d(theirs[cell if len(shape) > 1 else cell[0]]) == pytest.approx(
            numbers[(slice(None), *cell)]
        )
    game = dt.from_quantecon(theirs)
    assert compile_table(game, parameter_points(game)).payoffs[..., 0] == pytest.approx(numbers)


def table_of(numbers: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> dt.StrategicGame:
    names = [f"P{i}" for i in range(len(numbers))]
    actions = {n: [f"a{k}" for k in range(m)] for n, m in zip(names, numbers.shape[1:], strict=True)}
    table = {
        tuple(f"a{k}" for k in cell): {n: float(numbers[(i, *cell)]) for i, n in enumerate(names)}
        for cell in np.ndindex(*numbers.shape[1:])
    }
    return dt.StrategicGame(actions, table)

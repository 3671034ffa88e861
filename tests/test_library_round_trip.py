"""Writing a game and reading it again gives the same game with all that is said about it."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import ModelFileError
from deterrence.families import dollar_auction, ladder
from deterrence.games import (
    About,
    Decision,
    EquilibriumResult,
    ExtensiveGame,
    FrozenMap,
    Game,
    Outcome,
    Parameter,
    Player,
    Prescription,
    StrategicGame,
    parameters,
)
from deterrence.library import load, models_folder, parse_game, read_game, write_game
from model_files import model_slugs
from strategies import extensive_games, strategic_games
from tiers import examples

SLUGS = model_slugs()


def assert_returns(game: Game) -> None:
    """Check that nothing is lost on the way through a file."""
    text = write_game(game)
    again = parse_game(text)
    assert again == game
    assert [p.__reduce__() for p in again.parameters] == [p.__reduce__() for p in game.parameters]
    assert again.definitions == game.definitions
    assert replace(again.about, sha256="", slug="") == replace(game.about, sha256="", slug="")
    assert write_game(again) == text


@given(extensive_games())
@examples(60)
def test_random_trees_return(game: ExtensiveGame) -> None:
    assert_returns(game)


@given(strategic_games())
@examples(60)
def test_random_tables_return(game: StrategicGame) -> None:
    assert_returns(game)


@pytest.mark.parametrize("slug", SLUGS)
def test_models_return(slug: str) -> None:
    assert_returns(load(slug))


@pytest.mark.parametrize("game", [ladder(3), dollar_auction(2, 3)], ids=["ladder", "auction"])
def test_families_return(game: ExtensiveGame) -> None:
    assert_returns(game)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives(text: str) -> None:
    game = StrategicGame({"A": ["x"]}, {("x",): {"A": 1}}, about=About(title=text[:100], summary=text))
    read = parse_game(write_game(game)).about
    assert (read.title, read.summary) == (text[:100], text)


def test_the_hash_ignores_comments_and_layout(tmp_path: Path) -> None:
    slug = "alliance-commitment/unilateral-deterrence"
    game = load(slug)
    text = (models_folder() / f"{slug}.toml").read_text(encoding="utf-8")
    changed = tmp_path / "mine.toml"
    changed.write_text(text.replace("  ", " ").replace("[players]", "# who\n[players]"), encoding="utf-8")
    mine = read_game(changed)
    assert mine.about.sha256 == game.about.sha256
    assert mine.about.slug == "mine"
    changed.write_text(text.replace("default = 0.1", "default = 0.2"), encoding="utf-8")
    assert read_game(changed).about.sha256 != game.about.sha256


def test_the_design_example_equals_the_game_in_python() -> None:
    names = "c_DC c_SQ c_DDh c_CD c_DDs d_SQ d_CD d_DDh d_DC d_DDs"
    c_DC, c_SQ, c_DDh, c_CD, c_DDs, d_SQ, d_CD, d_DDh, d_DC, d_DDs = parameters(names)
    p_Ch, p_Def = parameters("p_Ch p_Def", domain="probability")
    challenger = Player("Challenger", types={"hard": p_Ch, "soft": 1 - p_Ch})
    defender = Player("Defender", types={"hard": p_Def, "soft": 1 - p_Def})
    sq = Outcome("SQ", {challenger: c_SQ, defender: d_SQ}, event="status quo")
    dc = Outcome("DC", {challenger: c_DC, defender: d_DC}, event="concession")
    cd = Outcome("CD", {challenger: c_CD, defender: d_CD}, event="retreat")
    war = {challenger: {"hard": c_DDh, "soft": c_DDs}, defender: {"hard": d_DDh, "soft": d_DDs}}
    dd = Outcome("DD", war, event="war")
    last = Decision("last", challenger, {"retreat": cd, "fight": dd})
    reply = Decision("reply", defender, {"concede": dc, "defy": last})
    root = Decision("root", challenger, {"cooperate": sq, "defect": reply})
    orders = ["c_DC > c_SQ > c_DDh > c_CD > c_DDs", "d_SQ > d_CD > d_DDh > d_DC > d_DDs"]
    game = ExtensiveGame(root, assume=orders)
    read = load("alliance-commitment/unilateral-deterrence")
    assert game == read
    assert hash(game) == hash(read)
    assert ExtensiveGame(root, assume=orders[:1]) != read
    assert parse_game(write_game(game)) == game


def test_the_example_of_the_design_is_the_model() -> None:
    """The example is word for word a fixture; the file in the library says the same, and more results."""
    fixture = read_game(Path(__file__).parent / "fixtures" / "unilateral-deterrence.toml")
    model = load("alliance-commitment/unilateral-deterrence")
    assert model == fixture
    assert [p.default for p in model.parameters] == [p.default for p in fixture.parameters]
    assert set(fixture.about.results) <= set(model.about.results)
    assert set(fixture.about.instances) <= set(model.about.instances)


def test_profiles_are_read_in_the_order_of_the_tree() -> None:
    game = load("alliance-commitment/unilateral-deterrence")
    result = game.about.results[0]
    assert isinstance(result, EquilibriumResult)
    turned = replace(result, profile=tuple(reversed(result.profile)))
    text = write_game(game.described(replace(game.about, results=(turned, *game.about.results[1:]))))
    assert parse_game(text).about.results[0] == result


def test_numbers_are_written_exactly() -> None:
    values: dict[str, str | int] = {"third": "1/3", "tiny": "1e-30", "huge": 10**40, "dec": "-0.125", "whole": -3}
    known = [Parameter(name, default=value) for name, value in values.items()]
    total = sum(known, start=known[0] * 0)
    game = StrategicGame({"A": ["x"]}, {("x",): {"A": total}})
    defaults = {name: p["default"] for name, p in tomllib.loads(write_game(game))["parameters"].items()}
    assert (defaults["third"], defaults["dec"], defaults["whole"]) == ("1/3", -0.125, -3)
    assert_returns(game)


def test_a_shared_subgame_is_refused_outside_a_family() -> None:
    end = [Outcome(f"z{i}", {"A": i}) for i in range(2)]
    both = Decision("both", "A", {"x": end[0], "y": end[1]})
    game = ExtensiveGame(Decision("root", "A", {"l": both, "r": both}), players=[Player("A")])
    with pytest.raises(ModelFileError, match="several paths lead into 'both'"):
        write_game(game)


@pytest.mark.parametrize("word", ["mover", "information", "pays", "chance"])
def test_reserved_words_are_refused(word: str) -> None:
    root = Decision("root", "A", {word: Outcome("z", {"A": 1})})
    with pytest.raises(ModelFileError, match="word of the format"):
        write_game(ExtensiveGame(root, players=[Player("A")]))


def test_beliefs_return() -> None:
    game = load("alliance-commitment/unilateral-deterrence")
    p = Parameter("p_Ch", domain="probability")
    belief = Prescription("Defender", ("hard",), "reply", FrozenMap({"Challenger.hard": p}))
    first = game.about.results[0]
    assert isinstance(first, EquilibriumResult)
    result = replace(first, beliefs=(belief,))
    assert_returns(game.described(replace(game.about, results=(result, *game.about.results[1:]))))

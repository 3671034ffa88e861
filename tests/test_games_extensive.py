"""Extensive games: what is refused, with place and remedy; equality; unfolding; views of hostile text."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from fractions import Fraction

import pytest

from deterrence.errors import DeterrenceError, GameError, ParameterError
from deterrence.expressions import Number, parse_expression
from deterrence.games import (
    About,
    Chance,
    Decision,
    ExtensiveGame,
    FrozenMap,
    Node,
    Outcome,
    Parameter,
    Player,
    parameters,
)
from deterrence.games.nodes import PayoffLike

A, B = Player("A"), Player("B")
p, q = parameters("p q", domain="probability")


def end(name: str, a: PayoffLike = 0, b: PayoffLike = 0) -> Outcome:
    return Outcome(name, {"A": a, "B": b})


def game(root: Node | str, **options: object) -> ExtensiveGame:
    return ExtensiveGame(root, **({"players": [A, B]} | options))  # type: ignore[arg-type]  # wrong on purpose


def hidden(left: str = "h", right: str = "h", mover: str = "B", actions: tuple[str, str] = ("l", "r")) -> Decision:
    """A moves, B replies without seeing it."""
    x = Decision("x", "B", {"l": end("xl"), "r": end("xr")}, information_set=left)
    y = Decision("y", mover, {a: end(f"y{a}") for a in actions}, information_set=right)
    return Decision("root", "A", {"X": x, "Y": y})


def forgetful() -> Decision:
    """A moves, B moves, and A has forgotten the own first move."""
    nodes = [Decision(f"again{i}", "A", {"l": end(f"l{i}"), "r": end(f"r{i}")}, information_set="again") for i in "xy"]
    between = [Decision(f"b{i}", "B", {"on": n, "out": end(f"out{i}")}) for i, n in zip("xy", nodes, strict=True)]
    return Decision("root", "A", dict(zip("xy", between, strict=True)))


def absent_minded() -> Decision:
    second = Decision("second", "A", {"on": end("far"), "exit": end("middle")}, information_set="road")
    return Decision("first", "A", {"on": second, "exit": end("near")}, information_set="road")


ONE_B = Decision("reply", "B", {"x": end("e"), "y": end("f")})
ONE = Decision("d", "A", {"x": end("e"), "y": end("f")})
TYPED = Player("A", types={"hard": p, "soft": 1 - p})

REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "cycle": (
        lambda: game("x", nodes=[Decision("x", "A", {"a": "y"}), Decision("y", "B", {"b": "x"})]),
        r"node y: a cycle back to 'x' \(a play must end",
    ),
    "own cycle": (lambda: game("x", nodes=[Decision("x", "A", {"a": "x"})]), "node x: a cycle back to 'x'"),
    "unreachable node": (lambda: game(ONE, nodes=[end("island")]), "node island: no play reaches.*remove it"),
    "clashing names": (
        lambda: game(Decision("d", "A", {"x": end("e"), "y": end("e", 1)})),
        "node e: two nodes.*rename",
    ),
    "unknown node": (
        lambda: game("d", nodes=[Decision("d", "A", {"x": "ende"}), end("end")]),
        "node d: 'x' leads.*'end'",
    ),
    "unknown root": (lambda: game("rood", nodes=[Decision("root", "A", {"x": end("e")})]), "root: .*'rood'.*'root'"),
    "unknown player": (
        lambda: game(Decision("d", "Aa", {"x": end("e")})),
        r"node d: unknown player 'Aa' \(did you mean 'A'",
    ),
    "missing payoff": (lambda: game(Outcome("e", {"A": 1})), "outcome e: no payoff for 'B'.*every player"),
    "unknown payee": (lambda: game(Outcome("e", {"A": 1, "B": 0, "Bb": 1})), "node e: payoff for.*'Bb'.*'B'"),
    "unknown payer": (
        lambda: game(Decision("d", "A", {"x": end("e")}, pays={"x": {"Bb": 1}})),
        "node d: payoff for.*'Bb'.*'B'",
    ),
    "payment on no action": (
        lambda: Decision("d", "A", {"x": end("e")}, pays={"z": {"A": 1}}),
        "node d: .*'z'.*action",
    ),
    "player twice": (lambda: ExtensiveGame(end("e"), players=[A, Player("A")]), "players: a player is named twice"),
    "two players of one name": (
        lambda: ExtensiveGame(Decision("d", A, {"x": Outcome("e", {Player("A", types=["t"]): 1})})),
        "players: two different players are named 'A'",
    ),
    "no players": (lambda: ExtensiveGame(Outcome("e", {})), "players: a game without players"),
    "no actions": (lambda: Decision("d", "A", {}), "node d: a decision without actions"),
    "no branches": (lambda: Chance("c", {}), "node c: a chance move without branches"),
    "empty payoff table": (lambda: end("e", {}), "outcome e: an empty payoff table"),
    "different actions in a set": (
        lambda: game(hidden(actions=("l", "m"))),
        "information set h: .*'x' and 'y' have diff",
    ),
    "two players in a set": (lambda: game(hidden(mover="A")), "node y: the information set 'h' belongs to two players"),
    "imperfect recall": (lambda: game(forgetful()), r"information set again: 'A' would forget.*perfect recall"),
    "absent-mindedness": (lambda: game(absent_minded()), r"information set road: 'A' would forget.*perfect recall"),
    "two paths into a decision": (
        lambda: game(Decision("root", TYPED, {"l": ONE_B, "r": ONE_B}), players=[TYPED, B]),
        "node reply: two paths.*one node for each path",
    ),
    "chance does not sum to one": (
        lambda: game(Chance("c", {"x": (p, end("e")), "y": (p, end("f"))})),
        "node c: the probabilities do not sum to 1.*1 - p",
    ),
    "numbers do not sum to one": (
        lambda: game(Chance("c", {"x": ("1/3", end("e")), "y": ("2/5", end("f"))})),
        "node c: the probabilities do not sum to 1",
    ),
    "negative probability": (
        lambda: game(Chance("c", {"x": ("3/2", end("e")), "y": ("-1/2", end("f"))})),
        "node c: 3/2 is not a probability",
    ),
    "types do not sum to one": (
        lambda: game(end("e"), players=[Player("A", types={"s": p, "t": q}), B]),
        "player A: the probabilities do not sum to 1",
    ),
    "types without prior": (
        lambda: game(end("e"), players=[Player("A", types=["s", "t"]), B]),
        "player A: types without",
    ),
    "type twice": (lambda: Player("A", types=["s", "s"]), "player A: a type is named twice"),
    "prior twice": (
        lambda: game(end("e"), players=[TYPED, B], prior={("hard",): 1}),
        "player A: a prior twice.*not both",
    ),
    "prior of no profile": (
        lambda: game(end("e"), players=[Player("A", types=["s", "t"]), B], prior={("s",): "1/2", ("u",): "1/2"}),
        "prior: 'u' is not a profile of types.*A",
    ),
    "prior of another length": (
        lambda: game(end("e"), players=[Player("A", types=["s", "t"]), B], prior={("s", "t"): 1}),
        "prior: 's, t' is not a profile",
    ),
    "prior does not sum to one": (
        lambda: game(end("e"), players=[Player("A", types=["s", "t"]), B], prior={("s",): "1/2", ("t",): "1/3"}),
        "prior: the probabilities do not sum to 1",
    ),
    "prior without types": (lambda: game(end("e"), prior={("s",): 1}), "prior: 's' is not a profile of types"),
    "knows somebody without types": (
        lambda: game(end("e"), players=[TYPED, B], knows={"A": ["B"]}),
        "knows A: 'B' is no",
    ),
    "knower unknown": (lambda: game(end("e"), players=[TYPED, B], knows={"C": ["A"]}), "knows C: 'C' is no player"),
    "type table lacks a type": (
        lambda: game(end("e", {"hard": 1}), players=[TYPED, B]),
        "node e: the payoff table .* of 'A' does not fit",
    ),
    "type table has an unknown type": (
        lambda: game(end("e", {"hard": 1, "soft": 2, "sofd": 3}), players=[TYPED, B]),
        "node e: .*unknown type 'sofd'.*'soft'",
    ),
    "type table of a player without types": (
        lambda: game(end("e", 0, {"hard": 1, "soft": 2}), players=[TYPED, B]),
        "node e: .*'B' has the unknown type 'hard'.*'A.hard'",
    ),
    "type table where nobody has types": (lambda: game(end("e", {"hard": 1})), "node e: .*unknown type 'hard'"),
    "table mixes players": (
        lambda: game(end("e", {"hard": 1, "soft": 2, "A.soft": 3}), players=[TYPED, B]),
        "node e: the payoff table .* does not fit",
    ),
    "unused parameter": (
        lambda: game(end("e", p), parameters=[p, Parameter("idle")]),
        r"parameters: unused parameter 'idle' \(use it",
    ),
    "unknown name in an assumption": (
        lambda: game(end("e", Parameter("cost"), 1), assume=["cosd > 1"]),
        r"unknown name 'cosd' \(did you mean 'cost'\?",
    ),
    "definitions in a circle": (
        lambda: game(end("e", "u"), definitions={"u": parse_expression("v + 1"), "v": parse_expression("2*u")}),
        "definitions in a circle: u, v",
    ),
    "definition and parameter": (
        lambda: game(end("e", p), parameters=[p], definitions={"p": parse_expression("1/2")}),
        "'p' is a parameter and a definition",
    ),
    "two domains": (
        lambda: game(end("e", Parameter("v", domain="positive"), Parameter("v", domain="probability"))),
        "two domains for 'v': positive and probability",
    ),
    "default outside the domain": (
        lambda: Parameter("v", domain="probability", default=2),
        "parameter v: the default 2",
    ),
    "unknown domain": (lambda: Parameter("v", domain="complex"), "parameter v: unknown domain 'complex'.*positive"),
    "too many nodes": (
        lambda: game("d", nodes=[Decision("d", "A", {"x": "e0"}), *(end(f"e{i}") for i in range(20_001))]),
        "more than 20000 nodes",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_inconsistent_definitions_are_refused_with_place_and_remedy(name: str) -> None:
    make, message = REFUSED[name]
    with pytest.raises(GameError, match=message):
        make()


@pytest.mark.parametrize(
    "label",
    [
        "",
        " x",
        "x ",
        "a.b",
        "a,b",
        "a=b",
        'a"b',
        "a'b",
        "<b>",
        "a&b",
        "a\\b",
        "{a}",
        "a\nb",
        "a\x1b[31m",
        "a\u202eb",
        "n" * 81,
    ],
)
@pytest.mark.parametrize(
    "use",
    [
        Player,
        end,
        lambda label: Player("A", types=[label]),
        lambda label: Decision("d", "A", {label: end("e")}),
        lambda label: Decision("d", "A", {"x": end("e")}, information_set=label or " "),
        lambda label: Chance("c", {label: (1, end("e"))}),
        lambda label: Outcome("e", {"A": 0}, event=label or " "),
    ],
)
def test_labels_that_could_steer_a_display_or_an_address_are_refused(label: str, use: Callable[[str], object]) -> None:
    with pytest.raises(GameError, match="is not a name of"):
        use(label)


@pytest.mark.parametrize("label", ["status quo", "Länge_1", "go-home", "決断", "A | B"])
def test_labels_in_any_language_are_taken(label: str) -> None:
    assert end(label).event == label


def test_a_domain_holds_however_the_name_is_met_first() -> None:
    player = Player("A", types={"soft": parse_expression("1 - p"), "hard": p})
    assert game(end("e"), players=[player, B]).parameter("p").domain == "probability"
    with pytest.raises(ParameterError, match=r"no parameter 'pp'.*'p'"):
        game(end("e"), players=[player, B]).parameter("pp")


def test_probabilities_that_sum_to_one_only_after_simplification_are_taken() -> None:
    branches = {"x": (p * q, end("e")), "y": (p * (1 - q), end("f")), "z": ((1 - p**2) / (1 + p), end("g"))}
    assert [str(c.key) for c in game(Chance("c", branches)).admissible]


# --- values -------------------------------------------------------------------------------------------------------


def written(order: int = 1) -> ExtensiveGame:
    ends = [("x", end("e", p, 1)), ("y", end("f", 2, q))]
    return game(
        Decision("d", "A", dict(ends[::order]), pays={"x": {"A": -p}}),
        assume=["p > q", "q > 0"][::order],
        definitions={"half": Fraction(1, 2)},
    )


def test_games_are_equal_by_value_whatever_the_order_of_writing() -> None:
    assert written() == written(-1)
    assert hash(written()) == hash(written(-1))
    root = Decision("d", "A", {"y": "f", "x": "e"}, pays={"x": {"A": -p}})
    flat = game("d", nodes=[end("f", 2, q), end("e", p, 1), root], assume=["q > 0", "q < p"])
    assert flat == written()
    assert written() != "a game"


def test_annotations_are_no_part_of_the_game() -> None:
    assert game(end("e", p), about=About(title="t")) == game(end("e", p))
    named = Parameter("p", domain="probability", default="1/2", meaning="a prior")
    assert game(end("e", named)) == game(end("e", p))


@pytest.mark.parametrize(
    "other",
    [
        lambda: game(end("e", 1, p)),
        lambda: game(end("e2", p, 1)),
        lambda: game(Outcome("e", {"A": p, "B": 1}, event="war")),
        lambda: game(end("e", p, 1), assume=["p > 0"]),
        lambda: game(end("e", Parameter("p"), 1)),
        lambda: game(end("e", p, 1), players=[B, A]),
        lambda: game(Decision("d", "A", {"x": end("e", p, 1)})),
        lambda: game(end("e", p, 1), players=[TYPED, B]),
    ],
)
def test_whatever_changes_play_makes_another_game(other: Callable[[], ExtensiveGame]) -> None:
    assert other() != game(end("e", p, 1))


def test_knowledge_is_part_of_the_game_and_its_order_is_not() -> None:
    players = [TYPED, Player("C", types={"s": q, "t": 1 - q}), B]

    def knowing(**knows: list[str]) -> ExtensiveGame:
        return ExtensiveGame(Outcome("e", {"A": 0, "B": 0, "C": 0}), players=players, knows=knows)

    assert knowing(B=["A", "C"]) == knowing(B=["C", "A"]) != knowing(B=["A"])
    assert knowing(B=[]) == knowing()


def test_pickling_keeps_the_game_and_its_annotations() -> None:
    before = game(
        Chance("c", {"x": (p, hidden()), "y": (1 - p, end("z", {"hard": 1, "soft": q}, {"A.hard": 2, "A.soft": 3}))}),
        players=[TYPED, B],
        knows={"B": ["A"]},
        assume=["p > q"],
        definitions={"half": p / 2},
        about=About(title="T", claims=("A1",)),
        parameters=[Parameter("q", domain="probability", default="1/3", meaning="m")],
    )
    after = pickle.loads(pickle.dumps(before))
    assert after == before
    assert hash(after) == hash(before)
    assert (after.about, after.definitions) == (before.about, before.definitions)
    assert [(x.name, x.default, x.meaning) for x in after.parameters] == [
        (x.name, x.default, x.meaning) for x in before.parameters
    ]
    joint = ExtensiveGame(end("e"), players=[Player("A", types=["s", "t"]), B], prior={("s",): p, ("t",): 1 - p})
    assert pickle.loads(pickle.dumps(joint)) == joint


def test_a_chain_of_a_thousand_nodes_is_built_compared_and_pickled() -> None:
    def chain() -> ExtensiveGame:
        below: Node = end("end", p)
        for k in range(1_000):
            below = Decision(f"d{k}", "AB"[k % 2], {"stop": end(f"o{k}", k), "go": below})
        return game(below)

    one, two = chain(), chain()
    assert one == two
    assert hash(one) == hash(two)
    assert pickle.loads(pickle.dumps(one)) == one
    assert len(one.tree.nodes) == 2_001
    assert len(one.outline()) <= 401


def test_recall_is_checked_along_a_long_path() -> None:
    below: Node = hidden()
    for k in range(1_000):
        below = Decision(f"d{k}", "A", {"stop": end(f"o{k}"), "go": below})
    assert len(game(below).tree.information_sets) == 1_002


def test_games_players_and_nodes_cannot_be_changed() -> None:
    whole = game(ONE)
    for thing, field in [(whole, "root"), (A, "name"), (ONE, "actions"), (whole.nodes["e"], "payoffs")]:
        with pytest.raises(AttributeError, match="immutable"):
            setattr(thing, field, "other")
        with pytest.raises(AttributeError, match="immutable"):
            delattr(thing, field)
    with pytest.raises(AttributeError, match="immutable"):
        p.domain = "real"
    with pytest.raises(TypeError):
        whole.nodes["e"] = end("e")  # type: ignore[index]  # wrong on purpose


def test_nodes_and_players_are_pickled_alone() -> None:
    player, node = pickle.loads(pickle.dumps((TYPED, ONE)))
    assert player == TYPED
    assert (node.name, node.player, list(node.actions)) == ("d", "A", ["x", "y"])


def test_frozen_maps_ignore_order_and_hash_alike() -> None:
    one, two = FrozenMap({"a": 1, "b": FrozenMap({"c": 2})}), FrozenMap([("b", FrozenMap({"c": 2})), ("a", 1)])
    assert one == two
    assert hash(one) == hash(two)
    assert list(one) == ["a", "b"]
    assert one != {"a": 1}
    assert pickle.loads(pickle.dumps(one)) == one


# --- unfolding ----------------------------------------------------------------------------------------------------

CHALLENGER = Player("Challenger", types={"hard": p, "soft": 1 - p})
DEFENDER = Player("Defender", types={"hard": q, "soft": 1 - q})


def deterrence(**options: object) -> ExtensiveGame:
    war = Outcome("DD", {CHALLENGER: {"hard": 2, "soft": -1}, DEFENDER: {"hard": 2, "soft": 0}}, event="war")
    last = Decision("last", CHALLENGER, {"retreat": Outcome("CD", {CHALLENGER: 0, DEFENDER: 3}), "fight": war})
    reply = Decision("reply", DEFENDER, {"concede": Outcome("DC", {CHALLENGER: 4, DEFENDER: 1}), "defy": last})
    root = Decision("root", CHALLENGER, {"wait": Outcome("SQ", {CHALLENGER: 3, DEFENDER: 4}), "defect": reply})
    return ExtensiveGame(root, **options)  # type: ignore[arg-type]  # options of the constructor


def test_types_become_chance_and_information_sets_of_what_the_mover_knows() -> None:
    tree = deterrence().tree
    assert [p.name for p in deterrence().players] == ["Challenger", "Defender"]
    assert len(tree.nodes) == 1 + 4 * 7
    assert tree.nodes[0].kind == "chance"
    assert tree.nodes[0].labels == ("hard, hard", "hard, soft", "soft, hard", "soft, soft")
    assert tree.nodes[0].probabilities == (p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q))
    names = {tree.set_name(h): len(h.members) for h in tree.information_sets}
    sets = [("Challenger", "root"), ("Challenger", "last"), ("Defender", "reply")]
    assert names == {f"{who} {kind}: {h}": 2 for who, h in sets for kind in ("hard", "soft")}
    wars = {node.types: node.payoffs for node in tree.nodes if node.event == "war"}
    assert wars["hard", "soft"] == (Number(2), Number(0))
    assert wars["soft", "hard"] == (Number(-1), Number(2))
    assert all(child > i for i, node in enumerate(tree.nodes) for child in node.children)


def test_who_knows_a_type_tells_its_information_sets_apart() -> None:
    tree = deterrence(knows={"Defender": ["Challenger"]}).tree
    replies = [h for h in tree.information_sets if h.label == "reply"]
    assert {h.selectors(tree.players) for h in replies} == {
        (f"Challenger.{theirs}", own) for theirs in ("hard", "soft") for own in ("hard", "soft")
    }
    assert all(len(h.members) == 1 for h in replies)
    assert tree.move_name(replies[0].first_move).startswith("Defender Challenger.hard hard: reply = ")


def test_joint_priors_order_and_drop_profiles() -> None:
    players = [Player("A", types=["s", "t"]), Player("B", types=["s", "t"])]
    prior = {("s", "s"): p, ("t", "t"): 1 - p, ("s", "t"): Number(0)}
    tree = ExtensiveGame(Decision("d", "A", {"x": end("e")}), players=players, prior=prior).tree
    assert tree.nodes[0].labels == ("s, s", "t, t")
    assert tree.nodes[0].probabilities == (p, 1 - p)


def test_a_product_prior_gives_the_tree_of_independent_types() -> None:
    joint = {(a, b): fa * fb for a, fa in (("hard", p), ("soft", 1 - p)) for b, fb in (("hard", q), ("soft", 1 - q))}
    war = Outcome("e", {"Challenger": {"hard": 1, "soft": {"Defender.hard": 2, "Defender.soft": 3}}, "Defender": 0})
    independent = ExtensiveGame(war, players=[CHALLENGER, DEFENDER])
    players = [Player(x.name, types=x.types) for x in (CHALLENGER, DEFENDER)]
    assert ExtensiveGame(war, players=players, prior=joint).tree == independent.tree
    assert ExtensiveGame(war, players=players, prior=joint) != independent


def test_payoffs_may_depend_on_several_types() -> None:
    table: PayoffLike = {"Defender.hard": {"hard": 1, "soft": 2}, "Defender.soft": {"hard": 3, "soft": p}}
    tree = ExtensiveGame(Outcome("e", {"Challenger": table, "Defender": 0}), players=[CHALLENGER, DEFENDER]).tree
    assert {n.types: n.payoffs[0] for n in tree.nodes[1:]} == {
        ("hard", "hard"): Number(1),
        ("soft", "hard"): Number(2),
        ("hard", "soft"): Number(3),
        ("soft", "soft"): p,
    }


def test_simultaneous_moves_share_an_information_set_whatever_the_order_of_actions() -> None:
    x = Decision("x", "B", {"l": end("xl", 1), "r": end("xr", 2)}, information_set="h")
    y = Decision("y", "B", {"r": end("yr", 4), "l": end("yl", 3)}, information_set="h", pays={"l": {"B": p}})
    tree = game(Decision("root", "A", {"X": x, "Y": y})).tree
    (h,) = (h for h in tree.information_sets if h.label == "h")
    assert h.actions == ("l", "r")
    below = [[tree.nodes[c].name for c in tree.nodes[m].children] for m in h.members]
    assert below == [["xl", "xr"], ["yl", "yr"]]
    assert tree.nodes[h.members[1]].payments == ((Number(0), p), ())


def test_payments_follow_the_types() -> None:
    leave = Outcome("e", {"A": 0, "B": 0})
    tree = game(
        Decision("d", TYPED, {"x": leave}, pays={"x": {"A": {"hard": -1, "soft": -p}}}), players=[TYPED, B]
    ).tree
    assert {n.types: n.payments for n in tree.nodes if n.kind == "decision"} == {
        ("hard",): ((Number(-1), Number(0)),),
        ("soft",): ((-p, Number(0)),),
    }


def test_shared_subgames_stay_shared_and_shared_ends_are_allowed_everywhere() -> None:
    last = Decision("last", "A", {"x": end("e"), "y": end("f")})
    perfect = game(
        Decision("root", "A", {"l": Decision("l", "B", {"on": last}), "r": Decision("r", "B", {"on": last})})
    )
    assert perfect.tree.shared
    assert len(perfect.tree.nodes) == 6
    war = end("war")
    x, y = (Decision(n, "B", {"l": war, "r": end(f"{n}r")}, information_set="h") for n in "xy")
    imperfect = game(Decision("root", "A", {"X": x, "Y": y}))
    assert not imperfect.tree.shared
    assert sum(node.name == "war" for node in imperfect.tree.nodes) == 2


def test_definitions_are_put_into_formulas_and_assumptions() -> None:
    made = game(
        end("e", "margin", 0),
        definitions={"twice": parse_expression("2*margin"), "margin": parse_expression("v - c")},
        assume=["twice > 1"],
    )
    assert made.tree.nodes[0].payoffs[0] == parse_expression("v - c")
    assert made.resolved_definitions["twice"] == parse_expression("2*(v - c)")
    assert {x.name for x in made.parameters} == {"v", "c"}


# --- views --------------------------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script> $\\input{x}$ & % _ # \x1b[31m \u202e"


def test_hostile_titles_and_meanings_are_escaped_everywhere() -> None:
    made = game(end("e_1", Parameter("v_1", meaning=HOSTILE), 0), about=About(title=HOSTILE), assume=["v_1 < 1"])
    html, latex, line = made._repr_html_(), made._repr_latex_(), repr(made)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "v_1 &lt; 1" in html
    assert not set("\x1b\u202e") & set(html + latex + line)
    assert r"e\_1" in latex
    assert latex.startswith(r"\begin{tabular}{lll}")
    assert "v_{1}" in latex


def test_the_outline_shows_moves_payments_and_shared_nodes() -> None:
    last = Decision("last", "A", {"x": end("e", p), "y": end("f")}, pays={"x": {"A": -q}})
    chance = Chance("c", {"up": (p, last), "down": (1 - p, last)})
    text = "\n".join(game(chance).outline())
    assert "up [p] → last: A chooses" in text
    assert "x [A -q] → e: A p; B 0" in text
    assert "last (see above)" in text


def test_errors_carry_their_parts_across_processes() -> None:
    with pytest.raises(GameError) as caught:
        game(Outcome("e", {"A": 1}))
    error = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(error, DeterrenceError)
    assert (error.where, error.problem) == ("outcome e", "no payoff for 'B'")
    assert error.remedy
    assert str(error.at("file.toml")).startswith("file.toml: outcome e: no payoff")

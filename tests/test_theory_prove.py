"""Statements about equilibria: read, proved, refuted with exact points, or left open with a reason."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from deterrence.errors import ExpressionError, SolverError
from deterrence.expressions import AllOf, AnyOf, Comparison, Number, Symbol, holds_exactly, parse_condition, to_text
from deterrence.games import Decision, ExtensiveGame, Outcome, Player, Quantity, parameter, parameters
from deterrence.library import load
from deterrence.theory import Theory, derive
from deterrence.theory.algebra import Algebra
from deterrence.theory.cardinal import reads_cardinal_payoffs
from deterrence.theory.cases import Cases, uncertified
from deterrence.theory.logic import FALSE, TRUE, implication, join, negation, strictly
from deterrence.theory.prove import prove
from deterrence.theory.smt import ORDINARY_LIMIT, Answer, Decider
from deterrence.theory.statements import parse_measure, parse_statement
from deterrence.theory.verdicts import Counterexample, Proof, Undecided, Vacuous
from deterrence.theory.weakest import Extent, weakest_condition

UDG = "alliance-commitment/unilateral-deterrence"


@pytest.fixture(scope="module")
def theory() -> Theory:
    game = load(UDG)
    assert isinstance(game, ExtensiveGame)
    return derive(game)


@pytest.fixture(scope="module")
def threat() -> Theory:
    """A game of complete information: attack pays unless the defender fights, which it does when v > c."""
    g = parameter("g", domain="positive")
    v, c = parameters("v c", domain="positive")
    war = Outcome("war", {"Attacker": -g, "Defender": v - c})
    land = Outcome("fait accompli", {"Attacker": g, "Defender": 0})
    peace = Outcome("peace", {"Attacker": 0, "Defender": v})
    reply = Decision("reply", "Defender", {"fight": war, "yield": land})
    root = Decision("root", "Attacker", {"attack": reply, "wait": peace})
    return derive(ExtensiveGame(root, players=[Player("Attacker"), Player("Defender")]))


# --- the language ---------------------------------------------------------------------------------------------------


def test_quantities_have_spaces_quotes_and_brackets(theory: Theory) -> None:
    game = theory.game
    bare, quoted = parse_statement("P(status quo) <= 1", game), parse_statement("P( 'status quo' ) <= 1", game)
    assert list(bare.quantities.values()) == [Quantity("P", "status quo")] == list(quoted.quantities.values())
    named = parse_statement("exists(a (b); c: d) => U(Challenger.hard) > c_SQ", game, ["a (b); c: d"])
    assert [e.name for e in named.existences.values()] == ["a (b); c: d"]
    assert [str(q) for q in named.quantities.values()] == ["U(Challenger.hard)"]


def test_the_same_quantity_is_one_name(theory: Theory) -> None:
    measure = parse_measure("P(war)*P(war) - t_soft", theory.game)
    assert len(measure.quantities) == 1


def test_a_quantity_never_hides_a_parameter() -> None:
    p = parameter("P_war_", domain="positive")
    ends = {x: Outcome(x, {"A": p if x == "war" else 0}) for x in ("war", "peace")}
    game = ExtensiveGame(Decision("root", "A", ends), players=[Player("A")])
    read = parse_statement("P(war) < P_war_", game)
    assert set(read.quantities) == {"P_war1"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("P(wra) < 1", r"column 1 .*no event 'wra' \(did you mean 'war'"),
        ("1 > U(Defnder)", r"column 5 .*no player 'Defnder' \(did you mean 'Defender'"),
        ("exists(blff)", r"no equilibrium class 'blff' \(did you mean 'bluff'"),
        ("P(war) < p_Chx", r"column 10 .*unknown name 'p_Chx'"),
        ("p_Ch < 1 => P(war) < q", r"column 22 .*unknown name 'q'"),
        ("P(war < 1", "the bracket is not closed"),
        ("exists(bluff) > 0", "stand alone"),
        ("1 > 0 => 2 > 0 => 3 > 0", "a second '=>'"),
        ("P(war)", "a formula stands where a condition is needed"),
        ("P(war) = 1", "write == for equality"),
        ("__import__('os')", "not part of a formula|not a function"),
        ("(" * 400 + "1" + ")" * 400 + " > 0", "nested too deeply"),
        ("1 > 0 " + "or 1 > 0 " * 900, "at most 4000"),
    ],
)
def test_what_is_outside_the_language_is_refused_with_its_place(theory: Theory, text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        parse_statement(text, theory.game, ["bluff", "separating"])


# --- conditions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a < b <= c", "a == b", "a < b and b < c or a == c", "(a < b or b < c) and c >= a"])
def test_a_negation_holds_exactly_where_the_condition_fails(text: str) -> None:
    condition = parse_condition(text)
    for code in range(27):
        point = {name: Fraction(code // 3**k % 3) for k, name in enumerate("abc")}
        holds = holds_exactly(condition, point)
        assert holds_exactly(negation(condition), point) is not holds
        assert holds_exactly(implication(condition, condition), point)
        assert holds or not holds_exactly(strictly(condition), point)


def test_joining_drops_what_decides_nothing() -> None:
    some = parse_condition("a < b")
    assert join(AllOf) == TRUE == join(AnyOf, some, TRUE)
    assert join(AnyOf) == FALSE == join(AllOf, some, FALSE)
    assert join(AllOf, TRUE, some) == some
    assert negation(TRUE) == FALSE


# --- every equilibrium ----------------------------------------------------------------------------------------------


def test_war_is_no_more_likely_than_a_hard_challenger(theory: Theory) -> None:
    proof = prove(theory, "P(war) <= p_Ch")
    assert isinstance(proof, Proof)
    assert set(proof.classes) == {c.family for c in theory.classes}
    assert any(t.startswith("z3") for t in proof.trusted)


def test_bluffs_refute_that_war_needs_two_hard_players(theory: Theory) -> None:
    answer = prove(theory, "P(war) <= p_Ch*p_Def")
    assert isinstance(answer, Counterexample)
    assert answer.found is not None
    assert answer.found.name == "bluff"
    assert "bluff" in answer.present
    left, right = answer.sides[0].values
    point = answer.point
    assert left is not None
    assert right is not None
    assert left > right == point["p_Ch"] * point["p_Def"]
    threshold = (point["c_DC"] - point["c_SQ"]) / (point["c_DC"] - point["c_CD"])
    assert left == point["p_Ch"] * threshold
    assert all(holds_exactly(c, point) for c in theory.game.admissible)
    assert not uncertified(theory, answer.found, {**point, **answer.unknowns})
    assert "refuted in 'bluff'" in str(answer)


def test_the_checker_objects_to_a_class_outside_its_region(theory: Theory) -> None:
    point = {p.name: p.default or Fraction(0) for p in theory.game.parameters} | {"p_Def": Fraction(3, 4)}
    assert uncertified(theory, theory.named("separating"), point)


def test_a_class_that_is_no_equilibrium_gives_no_counterexample(theory: Theory) -> None:
    wrong = replace(theory.named("bluff"), region=(parse_condition("p_Def > t_soft"),))
    answer = prove(replace(theory, classes=(wrong,)), "P(war) <= p_Ch*p_Def/2")
    assert isinstance(answer, Undecided)
    assert "the checker does not confirm" in answer.why


def test_premises_restrict_and_superfluous_ones_are_named(theory: Theory) -> None:
    needed = prove(theory, "P(war) <= p_Ch*p_Def", given="p_Def >= t_soft")
    assert isinstance(needed, Proof)
    assert not needed.notes
    needless = prove(theory, "P(war) <= p_Ch", given=["p_Def >= t_soft"])
    assert isinstance(needless, Proof)
    assert needless.notes == ("what is given is not needed",)
    arrow = prove(theory, "p_Def > t_hard => P(war) <= p_Ch")
    assert isinstance(arrow, Proof)
    assert arrow.notes == ("the premise is not needed",)
    assert isinstance(prove(theory, "p_Def > t_hard => P(war) == 0"), Proof)
    assert isinstance(prove(theory, "P(war) == 0"), Counterexample)


@pytest.mark.parametrize(
    ("statement", "given", "within"),
    [
        ("P(war) <= 0", "p_Def < 0", None),
        ("P(war) <= 0", "p_Def < t_soft", "separating"),
        ("p_Def > 1 => P(war) <= 0", (), None),
        ("P(war) > 2 => P(war) > 3", (), None),
    ],
)
def test_a_statement_about_nothing_is_vacuous(
    theory: Theory, statement: str, given: str | tuple[()], within: str | None
) -> None:
    assert isinstance(prove(theory, statement, given=given, within=within), Vacuous)


def test_statements_about_points_need_no_equilibrium(theory: Theory) -> None:
    assert isinstance(prove(theory, "t_soft < t_hard"), Proof)
    assert isinstance(prove(theory, "exists(bluff) => p_Def <= t_soft"), Proof)
    edge = prove(theory, "exists(bluff) => p_Def < t_soft")
    assert isinstance(edge, Counterexample)
    assert edge.found is None
    assert [side.holds for side in edge.sides] == [True, False]
    assert isinstance(prove(theory, "unique(bluff)", given="p_Def < t_soft"), Counterexample)


def test_an_incomplete_theory_proves_nothing_about_every_equilibrium(theory: Theory) -> None:
    partial = replace(theory, complete=False, argument="the search was stopped")
    answer = prove(partial, "P(war) <= p_Ch")
    assert isinstance(answer, Undecided)
    assert "the search was stopped" in answer.why
    assert isinstance(prove(partial, "P(war) <= p_Ch", within="bluff"), Proof)
    assert isinstance(prove(partial, "P(war) <= p_Ch*p_Def"), Counterexample)


def test_a_division_that_may_be_by_zero_is_not_decided(theory: Theory) -> None:
    answer = prove(theory, "P(war)/P(retreat) >= 0")
    assert isinstance(answer, Undecided)
    assert "division by zero" in answer.why
    assert isinstance(prove(theory, "P(war)/P(retreat) >= 0", within="bluff"), Proof)
    assert isinstance(prove(theory, "exp(p_Ch) > 1"), Undecided)


def test_payoffs_are_averaged_over_types(theory: Theory) -> None:
    statement = "U(Challenger) == p_Ch*U(Challenger.hard) + (1 - p_Ch)*U(Challenger.soft)"
    assert isinstance(prove(theory, statement), Proof)
    assert isinstance(prove(theory, "U(Challenger.hard) >= c_SQ and U(Defender) <= d_SQ"), Proof)
    assert isinstance(prove(theory, "U(Challenger) <= U(Defender)"), Counterexample)


def test_an_unknown_class_is_refused_with_advice(theory: Theory) -> None:
    with pytest.raises(SolverError, match="did you mean 'bluff'"):
        prove(theory, "P(war) <= 1", within="blufff")


# --- some equilibrium -----------------------------------------------------------------------------------------------


def test_some_equilibrium_keeps_the_peace_everywhere(theory: Theory) -> None:
    assert isinstance(prove(theory, "P(war) == 0", quantifier="some"), Proof)
    answer = prove(theory, "P(war) > 0", quantifier="some")
    assert isinstance(answer, Counterexample)
    assert answer.point["p_Def"] >= Fraction(1, 2)
    assert not any(side.holds for side in answer.sides)
    assert isinstance(prove(theory, "P(war) > 0", quantifier="some", given="p_Def < t_hard"), Proof)


def test_open_probabilities_are_chosen_for_some_and_feared_for_every(theory: Theory) -> None:
    edge = next(c.name for c in theory.knife_edges if c.region == (parse_condition("p_Def == t_hard"),))
    for statement, some in (
        ("P(war) == 0", Proof),
        ("P(war) > p_Ch*p_Def/2", Proof),
        ("P(war) > p_Ch", Counterexample),
    ):
        assert isinstance(prove(theory, statement, within=edge, given="p_Def == t_hard", quantifier="some"), some)
        assert isinstance(prove(theory, statement, within=edge), Counterexample)


# --- weakest conditions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("within", "statement", "verdict", "condition"),
    [
        ("separating", "P(war) <= p_Ch", "always", ""),
        ("bluff", "P(war) == 0", "never", ""),
        ("separating", "P(war) >= p_Ch/2", "where", "p_Def >= 1/2"),
        ("bluff", "P(war) > p_Ch*p_Def", "where", "p_Def < t_soft"),
        ("separating", "P(status quo) > 1/2 or P(war) > 2", "where", "p_Ch < 1/2"),
    ],
)
def test_the_weakest_condition_is_a_threshold(
    theory: Theory, within: str, statement: str, verdict: str, condition: str
) -> None:
    answer = weakest_condition(theory, statement, within=within)
    assert isinstance(answer, Extent)
    assert answer.verdict == verdict
    if condition:
        assert to_text(answer.condition) == condition


def test_the_weakest_condition_is_necessary_and_sufficient(theory: Theory) -> None:
    answer = weakest_condition(theory, "P(war) >= P(concession)", within="bluff")
    assert isinstance(answer, Extent)
    text = to_text(answer.condition)
    assert isinstance(prove(theory, f"{text} => P(war) >= P(concession)", within="bluff"), Proof)
    assert isinstance(prove(theory, f"P(war) >= P(concession) => {text}", within="bluff"), Proof)


def test_the_weakest_condition_holds_for_every_open_probability(theory: Theory) -> None:
    edge = next(c.name for c in theory.knife_edges if c.region == (parse_condition("p_Def == t_hard"),))
    answer = weakest_condition(theory, "P(status quo) >= 3/4", within=edge)
    assert isinstance(answer, Extent)
    assert to_text(answer.condition) == "p_Ch <= 1/4"


# --- other games ----------------------------------------------------------------------------------------------------


def test_complete_information(threat: Theory) -> None:
    assert isinstance(prove(threat, "v > c => P(peace) == 1"), Proof)
    assert isinstance(prove(threat, "v < c => P(fait accompli) == 1"), Proof)
    answer = prove(threat, "P(war) == 0")
    assert isinstance(answer, Counterexample)  # at v == c the Defender may mix
    assert answer.point["v"] == answer.point["c"]


def test_points_are_completed_where_nothing_restricts_them(threat: Theory) -> None:
    cases = Cases(threat)
    point = cases.point((Comparison((Symbol("v"), Symbol("c")), (">",)),))
    assert point is not None
    assert set(point) >= {"g", "v", "c"}
    assert cases.point((Comparison((Symbol("v") * Symbol("v"), Symbol("v") * 0 + 2), ("==",)),)) is None


# --- payoffs as numbers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "challenger", "defender"),
    [
        ("P(war) <= p_Ch*p_Def", False, False),
        ("U(Challenger.hard) >= c_SQ", False, False),
        ("U(Challenger) <= U(Defender)", True, True),
        ("U(Challenger.hard) >= 1", True, False),
        ("c_SQ + d_SQ > 0", True, True),
    ],
)
def test_comparisons_across_players_read_cardinal_payoffs(
    theory: Theory, statement: str, challenger: bool, defender: bool
) -> None:
    assert dict(reads_cardinal_payoffs(theory, statement)) == {"Challenger": challenger, "Defender": defender}


def test_rescaling_that_is_no_change_of_parameters_is_left_open(threat: Theory) -> None:
    stakes = parameter("stakes", domain="positive")
    ends = {x: Outcome(x, {"A": stakes if x == "go" else 1}) for x in ("go", "stay")}
    lone = derive(ExtensiveGame(Decision("root", "A", ends), players=[Player("A")]))
    assert reads_cardinal_payoffs(lone, "U(A) >= 1")["A"] is None
    assert dict(reads_cardinal_payoffs(threat, "U(Attacker) >= 0")) == {"Attacker": False, "Defender": False}


# --- quantifiers in words, cardinal payoffs, weakest conditions over all equilibria ----------------------------------


def test_a_statement_may_say_its_quantifier(theory: Theory) -> None:
    text = "in some equilibrium: P(war) == 0"
    assert parse_statement(text, theory.game).quantifier == "some"
    proof = prove(theory, text)
    assert isinstance(proof, Proof)
    assert proof.quantifier == "some"
    assert isinstance(prove(theory, "in every equilibrium, P(war) == 0"), Counterexample)
    assert isinstance(prove(theory, text, quantifier="every"), Counterexample)
    with pytest.raises(ExpressionError, match="column 21 "):
        prove(theory, "in some equilibrium P(peace) == 0")


def test_some_equilibrium_needs_no_elimination_where_every_one_fits(theory: Theory) -> None:
    assert isinstance(prove(theory, "in some equilibrium U(Challenger.hard) >= c_SQ"), Proof)


def test_where_no_equilibrium_fits_each_is_shown(theory: Theory) -> None:
    answer = prove(theory, "in some equilibrium P(war) == p_Ch*p_Def")
    assert isinstance(answer, Counterexample)
    assert {theory.named(side.within).family for side in answer.sides} == set(answer.present)
    assert not any(side.holds for side in answer.sides)


def test_statements_that_read_payoffs_as_numbers_are_marked(theory: Theory) -> None:
    compared = prove(theory, "U(Challenger.hard) >= U(Defender.hard)")
    assert isinstance(compared, Counterexample)
    assert compared.cardinal == ("Challenger", "Defender")
    assert "reads payoffs as numbers" in str(compared)
    ordinal = prove(theory, "U(Challenger.hard) >= c_SQ")
    assert isinstance(ordinal, Proof)
    assert ordinal.cardinal == ()


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("P(war) <= p_Ch*p_Def", "p_Ch > d_star or p_Def >= t_soft"),
        ("P(war) == 0", "p_Def > t_hard"),
        ("exists(bluff)", "p_Def <= t_soft and p_Ch <= d_star"),
    ],
)
def test_the_weakest_condition_over_all_equilibria(theory: Theory, text: str, condition: str) -> None:
    found = weakest_condition(theory, text)
    assert isinstance(found, Extent)
    assert (found.found, found.verdict, to_text(found.condition)) == (None, "where", condition)
    assert isinstance(prove(theory, text, given=condition), Proof)
    assert isinstance(prove(theory, text, given=negation(parse_condition(condition))), Counterexample)


def test_the_weakest_condition_may_be_none_or_impossible(theory: Theory) -> None:
    verdicts = [weakest_condition(theory, text) for text in ("t_soft < t_hard", "P(war) <= p_Ch", "P(war) > 1")]
    assert [v.verdict for v in verdicts if isinstance(v, Extent)] == ["always", "always", "never"]


# --- what is too large ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("P(war) <= (c_DC + c_SQ + c_CD + d_SQ + c_DDh + c_DDs + d_CD + d_DC)**20", "too large to be worked out"),
        ("+".join(f"1/(P(war) + {k})" for k in range(1, 16)) + " <= 100", "the solver reached its limit"),
        ("exp(P(war)) <= 3", "exp(p_Def*p_Ch) is not a rational function"),
    ],
)
def test_statements_that_are_too_hard_are_left_undecided(theory: Theory, text: str, why: str) -> None:
    verdict = prove(theory, text)
    assert isinstance(verdict, Undecided)
    assert why in verdict.why


class _Slow:
    """A solver that takes all it is given and does not answer."""

    taken = 0

    def __init__(self, given: list[int]) -> None:
        self.given = given

    def set(self, name: str, value: int) -> None:
        self.given += [value] if name == "rlimit" else []

    def add(self, formulas: object) -> None:
        pass

    def check(self) -> str:
        _Slow.taken += self.given[-1]
        return "unknown"

    def statistics(self) -> _Slow:
        return self

    def get_key_value(self, name: str) -> int:
        return _Slow.taken


def test_hard_questions_share_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    decider = Decider(budget=5 * ORDINARY_LIMIT)
    monkeypatch.setattr(decider, "_decomposition", lambda: _Slow(given))
    monkeypatch.setattr(decider, "_strategy", lambda: _Slow(given))
    x = Symbol("x")
    answers = [decider.satisfiable([Comparison((x, Number(k)), (">",))]) for k in range(5)]
    assert set(answers) == {Answer.UNKNOWN}
    assert sum(given) < 8 * ORDINARY_LIMIT
    assert given[-1] < ORDINARY_LIMIT


def test_what_is_too_large_to_be_factored_is_one_factor() -> None:
    names = "abcdef"
    algebra = Algebra(names)
    a, b, c, d, e, f = (Symbol(name) for name in names)
    large = algebra.value(a * b**7 - c**9 * d**3 + e**5 * f**3 - a**11 + d**7).numer
    content, factors = algebra.factor_list(2 * large)
    assert (int(content), factors) == (2, [(large, 1)])
    small = algebra.value((a - b) * (a + b)).numer
    assert len(algebra.factors(small)[1]) == 2


# --- where a proof is about something -------------------------------------------------------------------------------


def test_a_proof_names_the_classes_in_which_its_premise_can_hold(theory: Theory) -> None:
    verdict = prove(theory, "p_Def > t_hard => P(war) == 0")
    assert isinstance(verdict, Proof)
    assert verdict.classes == ("certain deterrence", "off-path deterrence")


def test_classes_that_decide_make_up_for_one_that_is_not_settled(theory: Theory) -> None:
    """Off-path deterrence exists everywhere, without war or retreat; where a mixture is free the sign is open."""
    found = weakest_condition(theory, "P(war) > P(retreat)")
    assert isinstance(found, Extent)
    assert found.verdict == "never"


def test_the_mark_of_cardinal_payoffs_is_about_the_classes_that_were_asked(theory: Theory) -> None:
    """Where there is no war it is the sign of c_DC alone, which no rescaling changes."""
    assert reads_cardinal_payoffs(theory, "P(war) < c_DC")["Challenger"]
    peaceful = theory.all_named("certain deterrence")
    assert not any(reads_cardinal_payoffs(theory, "P(war) < c_DC", classes=peaceful).values())

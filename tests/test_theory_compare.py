"""Published results against derived classes: matched, missing, too wide, too narrow; every perturbation is refuted."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from deterrence.expressions import holds_exactly, parse_condition, parse_expression, substitute_condition
from deterrence.games import EquilibriumResult, ExtensiveGame, FrozenMap, Prescription, Quantity, SignResult
from deterrence.games.statements import Result, Sign
from deterrence.library import load
from deterrence.theory import Theory, derive
from deterrence.theory.compare import ResultVerdict, check_results, compare

UDG = "alliance-commitment/unilateral-deterrence"
REGIONS = {"separating": ("t_soft <= p_Def", "p_Def <= t_hard"), "bluff": ("p_Def <= t_soft", "p_Ch <= d_star")}


@pytest.fixture(scope="module")
def theory() -> Theory:
    game = load(UDG)
    assert isinstance(game, ExtensiveGame)
    return derive(game)


def result(theory: Theory, name: str) -> EquilibriumResult:
    (found,) = [r for r in theory.game.about.results if r.id == name]
    assert isinstance(found, EquilibriumResult)
    return found


def changed(theory: Theory, name: str, *region: str) -> EquilibriumResult:
    return replace(result(theory, name), iff=tuple(parse_condition(text) for text in region))


def pure(player: str, kind: str, where: str, action: str) -> Prescription:
    return Prescription(player, (kind,) if kind else (), where, FrozenMap({action: parse_expression("1")}))


def deterrence(*region: str, reply: str = "") -> EquilibriumResult:
    """Both Challengers keep the status quo; the soft Defender's reply may be left free."""
    moves = [pure("Challenger", "", "root", "cooperate")]
    moves += [pure("Defender", "soft", "reply", reply)] if reply else []
    return EquilibriumResult("deterrence", "pbe", tuple(moves), tuple(parse_condition(text) for text in region))


def verdict(theory: Theory, *results: Result) -> ResultVerdict:
    return check_results(theory, results)[-1]


def test_the_file_is_matched_and_what_it_leaves_out_is_listed(theory: Theory) -> None:
    plain = [r for r in theory.game.about.results if getattr(r, "refinement", "none") == "none"]
    found = compare(theory, plain)
    assert {p.matching for p in found.published} == {"matched"}
    assert found.missing == theory.knife_edges
    assert found.agrees
    few = compare(theory, [result(theory, name) for name in REGIONS])
    assert len(few.missing) == len(theory.classes) - 2
    assert not few.agrees


def test_every_result_of_the_file_is_proved(theory: Theory) -> None:
    plain = [r for r in theory.game.about.results if getattr(r, "refinement", "none") == "none"]
    verdicts = check_results(theory, plain)
    assert [v.verdict for v in verdicts] == ["proved"] * len(plain)
    assert len(plain) > 5
    assert all("z3" in v.detail for v in verdicts)


@pytest.mark.parametrize("threshold", ["t_soft", "t_hard", "d_star"])
@pytest.mark.parametrize("factor", ["1.01", "0.99"])
@pytest.mark.parametrize("name", list(REGIONS))
def test_a_threshold_that_is_one_per_cent_off_is_refuted(
    theory: Theory, name: str, threshold: str, factor: str
) -> None:
    region = [text.replace(threshold, f"{factor}*{threshold}") for text in REGIONS[name]]
    if region == list(REGIONS[name]):
        return
    wrong = changed(theory, name, *region)
    answer = verdict(theory, wrong)
    assert answer.verdict == "refuted"
    assert answer.point is not None
    definitions = theory.game.resolved_definitions
    printed = all(holds_exactly(substitute_condition(c, definitions), answer.point) for c in wrong.iff)
    right = (substitute_condition(parse_condition(text), definitions) for text in REGIONS[name])
    assert printed is not all(holds_exactly(c, answer.point) for c in right)
    assert all(holds_exactly(c, answer.point) for c in theory.game.admissible)


@pytest.mark.parametrize(
    ("region", "matching"),
    [
        (("t_soft <= p_Def",), "too wide"),
        (("t_soft <= p_Def", "p_Def <= t_hard", "p_Ch <= 1/2"), "too narrow"),
        (("t_soft <= p_Def", "p_Def <= 1/2"), "differs"),
        (("t_soft < p_Def", "p_Def <= t_hard"), "too narrow"),
        (("(c_DC - c_SQ)/(c_DC - c_CD) <= p_Def", "p_Def <= t_hard"), "matched"),
    ],
)
def test_regions_are_compared_in_both_directions(theory: Theory, region: tuple[str, ...], matching: str) -> None:
    (found,) = compare(theory, [changed(theory, "separating", *region)]).published
    assert found.matching == matching
    assert (found.claimed is not None) is (matching in ("too wide", "differs"))
    assert (found.missed is not None) is (matching in ("too narrow", "differs"))


def test_one_profile_may_be_several_classes(theory: Theory) -> None:
    """With the soft Defender's reply free, deterrence exists everywhere: certain, off the path, or mixed."""
    (everywhere,) = compare(theory, [deterrence()]).published
    assert everywhere.matching == "matched"
    assert len(everywhere.classes) == 3
    (certain,) = compare(theory, [deterrence("p_Def >= t_hard")]).published
    assert certain.matching == "too narrow"
    (concedes,) = compare(theory, [deterrence("p_Def >= t_hard", reply="concede")]).published
    assert concedes.matching == "matched"
    assert len(concedes.classes) == 1


def test_a_profile_that_is_never_an_equilibrium_is_extra(theory: Theory) -> None:
    folly = EquilibriumResult("folly", "pbe", (pure("Challenger", "soft", "last", "fight"),))
    (found,) = compare(theory, [folly]).published
    assert found.matching == "extra in print"
    assert verdict(theory, folly).verdict == "refuted"


def test_an_incomplete_list_refutes_only_by_its_own_equilibria(theory: Theory) -> None:
    partial = replace(theory, complete=False, argument="the search was stopped")
    for region, matching in (
        (REGIONS["separating"], "undecided"),
        (("t_soft <= p_Def",), "undecided"),
        (("t_hard <= p_Def",), "differs"),
    ):
        (found,) = compare(partial, [changed(theory, "separating", *region)]).published
        assert found.matching == matching


def test_a_class_that_the_checker_rejects_decides_nothing(theory: Theory) -> None:
    wrong = replace(theory.named("separating"), region=(parse_condition("p_Def > t_hard"),))
    (found,) = compare(replace(theory, classes=(wrong,)), [result(theory, "separating")]).published
    assert found.matching == "undecided"
    assert "the checker does not confirm" in found.why


def test_wrong_values_are_refuted_at_an_equilibrium(theory: Theory) -> None:
    wrong = replace(result(theory, "bluff"), values=FrozenMap({Quantity("P", "war"): parse_expression("p_Ch*p_Def")}))
    answer = verdict(theory, wrong)
    assert answer.verdict == "refuted"
    assert answer.point is not None
    assert answer.point["p_Def"] < Fraction(1, 2)
    payoffs = FrozenMap({Quantity("U", "Challenger.soft"): parse_expression("c_SQ")})
    assert verdict(theory, replace(result(theory, "bluff"), values=payoffs)).verdict == "proved"


def test_other_concepts_are_not_compared(theory: Theory) -> None:
    for other in (
        replace(result(theory, "bluff"), concept="nash"),
        replace(result(theory, "bluff"), refinement="D1"),
        replace(result(theory, "bluff"), integers=FrozenMap({"n": 3})),
    ):
        assert verdict(theory, other).verdict == "undecided"


@pytest.mark.parametrize(
    ("of", "wrt", "sign", "within", "expected"),
    [
        ("t_soft", "c_SQ", "-", "", "proved"),
        ("t_soft", "c_SQ", "+", "", "refuted"),
        ("t_soft", "p_Ch", "0", "", "proved"),
        ("t_soft", "c_SQ", "-0", "", "proved"),
        ("p_Ch*(1 - p_Ch)", "p_Ch", "?", "", "proved"),
        ("p_Ch*(1 - p_Ch)", "p_Ch", "+", "", "refuted"),
        ("t_soft", "c_SQ", "?", "", "refuted"),
        ("P(war)", "p_Def", "+", "separating", "proved"),
        ("P(war)", "p_Def", "0", "bluff", "proved"),
        ("P(war)", "p_Def", "+", "bluff", "refuted"),
        ("P(war)", "p_Ch", "+", "", "refuted"),
        ("P(war)", "p_Ch", "+0", "", "proved"),
        ("t_hard - p_Def", "p_Def", "-", "separating", "proved"),
    ],
)
def test_signs_are_proved_or_refuted_where_they_are_claimed(
    theory: Theory, of: str, wrt: str, sign: Sign, within: str, expected: str
) -> None:
    claimed = Quantity("P", "war") if of == "P(war)" else parse_expression(of)
    regions = (result(theory, "separating"), result(theory, "bluff"))
    answer = verdict(theory, *regions, SignResult("claim", claimed, wrt, sign, within=within))
    assert answer.verdict == expected
    if expected == "refuted" and sign != "?":
        assert answer.point is not None


def test_a_sign_may_need_its_premise(theory: Theory) -> None:
    hump = SignResult("hump", parse_expression("p_Ch*(1 - p_Ch)"), "p_Ch", "+", given=(parse_condition("p_Ch < 1/2"),))
    assert verdict(theory, hump).verdict == "proved"
    nowhere = replace(hump, given=(parse_condition("p_Ch > 2"),))
    assert verdict(theory, nowhere).verdict == "undecided"


def test_the_comparison_reads_as_a_table(theory: Theory) -> None:
    wide = changed(theory, "separating", "t_soft <= p_Def")
    lines = str(compare(theory, [wide, result(theory, "bluff")])).splitlines()
    assert lines[0].startswith("separating")
    assert "needs a stronger assumption" in lines[0]
    assert "no such equilibrium at c_DC = " in lines[0]
    assert lines[1].split() == ["bluff", "matched"]
    assert sum("missing from print" in line for line in lines) == len(theory.classes) - 2
    assert sum("on a knife edge" in line for line in lines) == len(theory.knife_edges)

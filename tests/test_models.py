"""The library of models: what every file must have, and that one wrong number in it is caught."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from deterrence.checking import check, check_instance
from deterrence.compiled import parameter_points
from deterrence.expressions import Comparison, Number
from deterrence.games import EquilibriumResult, FrozenMap, Game, Instance
from deterrence.games.statements import CLAIMED_BY_VALUES
from deterrence.library import entries, load, models_folder, parse_game, references
from deterrence.report.listing import index_text

CLAIMS = {f"{part}{i}" for part, n in {"A": 15, "B": 8, "C": 5, "D": 9, "E": 5}.items() for i in range(1, n + 1)}
ENTRIES = {entry.slug: entry for entry in entries()}
SLUGS = sorted(ENTRIES)
VERBATIM = "alliance-commitment/unilateral-deterrence"  # word for word the example of the format's description
FIRST_MODELS = {
    "alliance-commitment/three-party-deterrence",
    "alliance-commitment/unilateral-deterrence",
    "alliance-commitment/unilateral-deterrence-complete",
    "crisis-management/chicken",
    "crisis-management/symmetric-crisis",
    "entanglement/alliance-dilemma",
    "entanglement/chain-gang",
    "entanglement/tripartite-crisis",
    "entanglement/tripartite-crisis-choice",
    "escalation/asymmetric-escalation",
    "escalation/dollar-auction",
    "escalation/ladder",
    "export-controls/multilateral-control",
    "security-dilemma/stag-hunt",
}


# What every file must have


def test_the_first_models_are_there() -> None:
    assert set(SLUGS) >= FIRST_MODELS


@pytest.mark.parametrize("slug", SLUGS)
def test_every_model_is_described(slug: str) -> None:
    game, about = load(slug), load(slug).about
    assert about.title
    assert about.summary or slug == VERBATIM
    assert about.theme == slug.partition("/")[0]
    assert about.source in references()
    assert about.fidelity
    assert about.claims
    assert set(about.claims) <= CLAIMS
    assert about.instances
    for parameter in game.parameters:
        assert parameter.meaning, parameter.name
        assert parameter.default is not None, parameter.name
    assert parameter_points(game, exact=True).admissible.all()


def test_the_index_is_what_the_files_say() -> None:
    index = (models_folder() / "INDEX.md").read_text(encoding="utf-8")
    assert index == index_text(entries()), "run scripts/index"
    assert all(f"| `{slug}` | {ENTRIES[slug].title} |" in index for slug in SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_equilibrium_result_has_an_instance(slug: str) -> None:
    game = load(slug)
    named = {instance.result for instance in game.about.instances}
    results = [r for r in game.about.results if isinstance(r, EquilibriumResult)]
    assert results or len(game.about.instances) > 1, "no closed form is claimed: then several cases are worked"
    assert slug == VERBATIM or {r.id for r in results} <= named


@pytest.mark.parametrize("slug", SLUGS)
def test_every_model_keeps_what_it_says(slug: str) -> None:
    game = load(slug)
    report = check(game)
    assert [line for line in report.lines if line.verdict not in ("ok", "proved", "tested")] == []
    decided = [line for line in report.lines if line.verdict in ("proved", "tested")]
    assert [line.what for line in decided] == [f"result {result.id}" for result in game.about.results]
    finite = game.form in ("extensive", "strategic")
    left = {f"result {r.id}" for r in game.about.results if getattr(r, "concept", "") in CLAIMED_BY_VALUES}
    exactly = [line for line in decided if finite and line.what not in left]
    assert all("trusting" in line.detail or "exact" in line.detail for line in exactly)


# A file with one wrong number is caught


def _failing(game: Game, instance: Instance) -> bool:
    return check_instance(game, instance).verdict == "failed"


def _off(value: Fraction) -> Fraction:
    return value * Fraction(101, 100) if value else Fraction(1, 100)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_wrong_expected_value_is_caught(slug: str) -> None:
    game = load(slug)
    for instance in game.about.instances:
        if instance.integers.get("budget", 0) > 20:
            continue  # each solution of the large auction takes seconds; the small ones show the same
        for quantity, value in instance.values.items():
            wrong = replace(instance, values=FrozenMap({**instance.values, quantity: _off(value)}))
            assert _failing(game, wrong), quantity
        for name, value in instance.definitions.items():
            wrong = replace(instance, definitions=FrozenMap({**instance.definitions, name: _off(value)}))
            assert _failing(game, wrong), name
        if instance.count is not None:
            assert _failing(game, replace(instance, count=instance.count + 1))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_wrong_definition_is_caught(slug: str) -> None:
    text = (models_folder() / f"{slug}.toml").read_text(encoding="utf-8")
    named = {name for instance in load(slug).about.instances for name in instance.definitions}
    lines = text.splitlines()
    for i, line in enumerate(lines):
        name, _, formula = line.partition("=")
        if name.strip() not in named or not formula.strip().startswith('"'):
            continue
        written = formula.strip()[1:].partition('"')[0]
        wrong = [*lines[:i], f'{name} = "{written} + 0.01"', *lines[i + 1 :]]
        game = parse_game("\n".join(wrong))
        assert any(_failing(game, instance) for instance in game.about.instances), name
        named.discard(name.strip())
    assert not named


@pytest.mark.parametrize("slug", SLUGS)
def test_a_wrong_value_of_a_result_is_caught(slug: str) -> None:
    game = load(slug)
    for result, instance in _named_results(game):
        for quantity, formula in result.values.items():
            values = FrozenMap(
                {**result.values, quantity: formula * Number(Fraction(101, 100)) + Number(Fraction(1, 37))}
            )
            described = game.described(replace(game.about, results=(replace(result, values=values),)))
            assert _failing(described, instance), (result.id, quantity)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_reversed_condition_of_a_result_is_caught(slug: str) -> None:
    """By some instance of the result: one on the very edge of the region cannot tell."""
    game = load(slug)
    caught: dict[tuple[str, int], bool] = {}
    for result, instance in _named_results(game):
        for i, condition in enumerate(result.iff):
            if isinstance(condition, Comparison) and not caught.get((result.id, i), False):
                iff = (*result.iff[:i], Comparison(condition.operands[::-1], condition.operators), *result.iff[i + 1 :])
                described = game.described(replace(game.about, results=(replace(result, iff=iff),)))
                caught[result.id, i] = _failing(described, instance)
    assert [condition for condition, found in caught.items() if not found] == []


def _named_results(game: Game) -> Iterator[tuple[EquilibriumResult, Instance]]:
    results = {r.id: r for r in game.about.results if isinstance(r, EquilibriumResult)}
    for instance in game.about.instances:
        if instance.result:
            yield results[instance.result], instance

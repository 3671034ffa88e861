"""Listing and showing models: plain and whole in a pipe, narrowed by filters, as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import COMPLETE, DETERRENCE, LADDER, CommandLine
from deterrence.library import entries, load
from hostile_text import HOSTILE

SLUGS = [entry.slug for entry in entries()]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


def slugs(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines()[1:]]


def test_every_model_is_listed_with_its_whole_slug(cli: CommandLine) -> None:
    listed = cli.good("models").out
    assert slugs(listed) == SLUGS
    assert "\x1b" not in listed
    assert "…" not in listed


def test_filters_narrow_the_list(cli: CommandLine) -> None:
    themed = slugs(cli.good("models", "--theme", "escalation").out)
    assert LADDER in themed
    assert all(slug.startswith("escalation/") for slug in themed)
    assert slugs(cli.good("models", "--search", "LADDER").out).count(LADDER) == 1
    assert DETERRENCE in slugs(cli.good("models", "--claim", "E1", "--form", "extensive").out)
    strategic = slugs(cli.good("models", "--form", "strategic").out)
    assert strategic
    assert DETERRENCE not in strategic


def test_an_empty_list_says_so_on_standard_error(cli: CommandLine) -> None:
    run = cli("models", "--search", "no such words anywhere")
    assert (run.code, run.out) == (0, "")
    assert "no model" in run.err


def test_list_as_json(cli: CommandLine) -> None:
    document = cli.good("models", "--json").document
    assert (document["format"], document["version"]) == ("deterrence/models", 1)
    assert [model["slug"] for model in document["models"]] == SLUGS
    by_slug = {model["slug"]: model for model in document["models"]}
    assert by_slug[LADDER]["form"] == "extensive"
    assert by_slug[DETERRENCE]["claims"] == ["A10", "D8", "E1"]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_model_can_be_shown(slug: str, cli: CommandLine) -> None:
    text = cli.good("show", slug).out
    game = load(slug)
    assert text.startswith(game.about.title)
    assert all(p.name in text and p.meaning in text for p in game.parameters)
    assert all(result.id in text for result in game.about.results)
    document = cli.good("show", slug, "--json").document
    assert document["format"] == "deterrence/show"
    assert document["model"]["sha256"] == game.about.sha256
    assert [p["name"] for p in document["parameters"]] == [p.name for p in game.parameters]
    assert [r["id"] for r in document["results"]] == [r.id for r in game.about.results]
    assert len(document["instances"]) == len(game.about.instances)


def test_show_draws_the_tree_and_cites_the_source(cli: CommandLine) -> None:
    text = cli.good("show", DETERRENCE).out
    assert "└─ defect → reply: Defender chooses" in text
    assert "Zagare" in text
    assert "c_DC > c_SQ > c_DDh > c_CD > c_DDs" in text
    assert "bluff (pbe)" in text
    assert "t_soft  (c_DC - c_SQ)/(c_DC - c_CD)   1/4 (0.25)" in text


def test_defaults_are_exact_in_json(cli: CommandLine) -> None:
    parameters = {p["name"]: p for p in cli.good("show", DETERRENCE, "--json").document["parameters"]}
    assert parameters["p_Def"]["default"] == {"exact": "1/10", "float": 0.1}
    assert parameters["p_Def"]["domain"] == "probability"


def test_integers_of_a_family_can_be_set(cli: CommandLine) -> None:
    assert "family: ladder(rungs = 7)" in cli.good("show", LADDER, "--set", "rungs=7").out
    assert "rung-6" in cli.good("show", LADDER, "--set", "rungs=7").out
    assert "rung-6" not in cli.good("show", LADDER, "--set", "rungs=6").out


def test_a_file_of_ones_own_works_like_a_slug(cli: CommandLine, tmp_path: Path) -> None:
    for name in ("mine.toml", "no-ending"):
        path = tmp_path / name
        cli.good("new", str(path))
        assert cli.good("show", str(path)).out.startswith("A deterrence crisis\n")


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_and_meanings(title: str, cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "hostile.toml"
    cli.good("new", str(path), "--form", "strategic")
    escaped = "".join(f"\\U{ord(c):08x}" for c in title if c != "\0")
    text = path.read_text(encoding="utf-8").replace("A crisis in which both sides move at once", escaped)
    text = text.replace('both stand firm"', f'{escaped}"')
    path.write_text(text, encoding="utf-8")
    for run in (cli.good("show", str(path)), cli.good("show", str(path), "--json")):
        assert not set(run.out) & set("\x1b\x07\x9b\u202e\u2066\u200b\u2028\x85")
    assert cli.good("show", COMPLETE).out  # and the next command is none the worse

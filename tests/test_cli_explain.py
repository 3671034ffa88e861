"""`deterrence explain`: results, files and profiles typed on the command line; text, JSON, exit codes, complaints."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import DETERRENCE, CommandLine

QUICHE = '{ Sender = { breakfast = "quiche" }, Receiver = { saw-quiche = "leave", saw-beer = "fight" } }'
BEER = "signalling/beer-quiche"


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


def test_a_result_that_fails_beyond_its_threshold(command: CommandLine) -> None:
    run = command("explain", DETERRENCE, "--profile", "separating", "--set", "p_Def=3/4")
    assert run.code == 1
    assert "deviates to cooperate: 3 against 5/2, gain 1/2" in run.out
    assert "3/4 x 2 (war) + 1/4 x 4 (concession) = 5/2" in run.out
    assert run.out.count("expected payoff") == 1
    whole = command("explain", DETERRENCE, "--profile", "separating", "--set", "p_Def=3/4", "--all")
    assert whole.out.count("expected payoff") == 6


@pytest.mark.parametrize(
    ("beliefs", "code", "text"),
    [
        ("", 3, "nobody deviates if P(Sender.strong) <= 1/2"),
        ('{ Receiver = { saw-beer = { "Sender.weak" = "2/3" } } }', 0, "nobody gains by deviating"),
        ('Receiver.saw-beer."Sender.weak" = 0.25', 1, "deviates to leave: 0 against -1/2, gain 1/2"),
    ],
)
def test_beliefs_off_the_path_decide(command: CommandLine, beliefs: str, code: int, text: str) -> None:
    run = command("explain", BEER, "--profile", QUICHE, *(["--beliefs", beliefs] if beliefs else []))
    assert run.code == code
    assert text in run.out


def test_a_file_holds_profile_and_beliefs(command: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "quiche.toml"
    path.write_text(f'profile = {QUICHE}\n[beliefs]\nReceiver.saw-beer."Sender.weak" = 0.6\n', encoding="utf-8")
    assert command("explain", BEER, "--profile", str(path)).code == 0
    held = command("explain", BEER, "--profile", str(path), "--json").document
    assert (held["format"], held["verdict"]) == ("deterrence/explain", "yes")
    (beer,) = [account for account in held["accounts"] if account["where"] == "Receiver: saw-beer"]
    assert beer["beliefs"]["Sender.weak"]["exact"] == "3/5"
    assert [action["worth"]["exact"] for action in beer["actions"]] == ["1/5", "0"]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((BEER, "--profile", '{ Sender = { breakfast = "queche" } }'), "did you mean 'quiche'"),
        ((BEER, "--profile", "{ Sender = "), "--profile: line 1"),
        ((BEER, "--profile", "no such result"), "no result 'no such result' with a profile"),
        ((BEER, "--profile", QUICHE, "--set", "p=2"), "admissible"),
        (("escalation/war-of-attrition", "--profile", "x = 1"), "explained for extensive and strategic games"),
    ],
)
def test_complaints(command: CommandLine, arguments: tuple[str, ...], text: str) -> None:
    run = command("explain", *arguments)
    assert run.code == 2
    assert text in run.err

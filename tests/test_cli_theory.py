"""`deterrence derive`: text, JSON, LaTeX, what is kept on disk, and being interrupted."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import COMPLETE, DETERRENCE, CommandLine, interrupted, program
from deterrence.cli.theory_commands import _progress
from deterrence.library import write_game
from deterrence.theory import derive
from theory_games import entry


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


@pytest.fixture
def model(tmp_path: Path) -> str:
    """Return the path of a small model file."""
    path = tmp_path / "entry.toml"
    path.write_text(write_game(entry()), encoding="utf-8")
    return str(path)


def test_every_class_with_its_region(command: CommandLine) -> None:
    text = command.good("derive", DETERRENCE).out
    assert "concept: perfect Bayesian equilibrium; refinement: none" in text
    assert "classes: 6 generic, 3 on knife edges (3 not shown)" in text
    assert "complete: every choice of supports" in text
    assert "exists: p_Def <= t_soft and p_Ch <= d_star" in text
    assert "P(war) = p_Ch*t_soft" in text
    assert "in [d_star, 1], the belief that Challenger is hard after root:defect" in text
    assert text.count("(generic)") == 6
    assert "(knife edge)" not in text


def test_knife_edges_are_shown_on_request(command: CommandLine, model: str) -> None:
    few, all_ = (command.good("derive", model, *more).out for more in ([], ["--knife-edges"]))
    assert (few.count("(knife edge)"), all_.count("(knife edge)")) == (0, 1)
    assert "not shown)" not in all_


def test_the_document(command: CommandLine, model: str) -> None:
    document = command.good("derive", model, "--json", "--knife-edges").document
    assert document["format"] == "deterrence/derive"
    assert [c["generic"] for c in document["classes"]] == [True, True, False]
    assert (document["generic"], document["knife_edges"], document["complete"]) == (2, 1, True)
    assert len(command.good("derive", model, "--json").document["classes"]) == 2
    said = json.loads(json.dumps(derive(entry()).document()))
    assert said == {key: document[key] for key in said}
    assert document.keys() - said.keys() == {"format", "version", "model"}


def test_latex(command: CommandLine, model: str) -> None:
    text = command.good("derive", model, "--latex").out
    assert text.startswith(r"\begin{proposition}")
    assert text.endswith("\\end{proof}\n")


def test_the_second_time_is_read_from_disk(
    command: CommandLine, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DETERRENCE_CACHE", str(tmp_path / "kept"))
    fresh = command.good("derive", model, "--no-cache").out
    assert not (tmp_path / "kept").exists()
    first = command.good("derive", model).out
    assert len(list((tmp_path / "kept").iterdir())) == 1
    assert command.good("derive", model).out == first == fresh


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["derive"], "Missing argument"),
        (["derive", "nothing/here"], "no model 'nothing/here'"),
        (["derive", DETERRENCE, "--json", "--latex"], "not both"),
        (["derive", DETERRENCE, "--concept", "subgame"], "did you mean 'subgame-perfect'?"),
        (["derive", "export-controls/covert-arming", "--concept", "pbe"], "not defined for hidden actions"),
        (["solve", DETERRENCE, "--concept", "pbe", "--solver", "nash"], "not both"),
        (["solve", "crisis-management/chicken", "--concept", "pbe"], "no concept 'pbe' for strategic games"),
    ],
)
def test_bad_input(command: CommandLine, arguments: list[str], said: str) -> None:
    run = command(*arguments)
    assert (run.code, run.out) == (2, "")
    assert said in run.err


def test_tables_have_theories_of_nash_equilibrium(command: CommandLine, tmp_path: Path) -> None:
    file = str(tmp_path / "table.toml")
    command.good("new", file, "--form", "strategic")
    assert "concept: Nash equilibrium" in command.good("derive", file, "--no-cache").out
    run = command("derive", file, "--concept", "pbe")
    assert (run.code, run.out) == (2, "")
    assert "a strategic game has Nash equilibria" in run.err


def test_other_forms_have_no_theory(command: CommandLine) -> None:
    run = command("derive", "escalation/war-of-attrition")
    assert (run.code, run.out) == (2, "")
    assert "extensive and strategic games" in run.err


def test_trees_of_perfect_information_have_one_too(command: CommandLine) -> None:
    assert "generic, 0 on knife edges" not in (text := command.good("derive", COMPLETE).out)
    assert "(generic)" in text


def test_a_proof(command: CommandLine) -> None:
    run = command.good("prove", DETERRENCE, "p_Def > t_hard => P(war) == 0", "--given", "p_Ch > 0")
    assert run.out.startswith("proved: p_Def > t_hard => P(war) == 0\nin every equilibrium")
    assert "trusting sympy" in run.out
    assert "what is given is not needed" in run.out
    assert "off-path deterrence" in run.out


def test_a_counterexample_with_where_it_holds(command: CommandLine) -> None:
    run = command("prove", DETERRENCE, "P(war) <= p_Ch*p_Def")
    assert (run.code, run.err) == (1, "")
    assert "in 'bluff', confirmed by the independent checker" in run.out
    assert re.search(r"P\(war\) <= p_Ch\*p_Def +1/8, 1/20 +fails", run.out)
    assert "it holds exactly where p_Ch > d_star or p_Def >= t_soft" in run.out
    document = command("prove", DETERRENCE, "P(war) <= p_Ch*p_Def", "--json").document
    assert (document["format"], document["verdict"], document["class"]) == ("deterrence/prove", "refuted", "bluff")
    assert document["sides"][0]["values"][0]["exact"] == "1/8"
    assert document["holds_where"] == "p_Ch > d_star or p_Def >= t_soft"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["P(war) <= 1", "--given", "p_Def > 2"], 3, "no admissible point satisfies what is given"),
        (["P(war) <= p_Ch*t_soft", "--within", "bluff"], 0, "proved"),
        (["in some equilibrium P(war) == 0"], 0, "in some equilibrium"),
        (["t_soft < t_hard"], 0, "at every admissible point"),
        (["P(wra) == 0"], 2, "did you mean 'war'?"),
        (["P(war) == 0", "--within", "blff"], 2, "did you mean 'bluff'?"),
        (["P(war) == 0", "--concept", "nahs"], 2, "nahs"),
    ],
)
def test_exit_codes_of_prove(command: CommandLine, arguments: list[str], code: int, said: str) -> None:
    run = command("prove", DETERRENCE, *arguments)
    assert run.code == code
    assert said in run.out + run.err


def test_statics(command: CommandLine) -> None:
    text = command.good("statics", DETERRENCE, "--of", "P(war)", "--wrt", "p_Def").out
    assert re.search(r"separating +p_Def\*p_Ch +p_Ch +\+", text)
    assert re.search(r"p_Def == t_hard +separating +certain deterrence +p_Ch\*t_hard +0 +-", text)
    assert "Across all equilibria: neither" in text
    assert "it falls from" in text
    document = command.good("statics", DETERRENCE, "--of", "P(war)", "--wrt", "p_Def", "--json").document
    assert (document["format"], document["monotone"]) == ("deterrence/statics", "neither")
    assert {c["class"]: c["sign"] for c in document["classes"]}["separating"] == "+"
    assert document["falls"]["values"][1]["exact"] == "0"
    assert "derivative by c_SQ" in command.good("statics", DETERRENCE, "--of", "t_soft", "--wrt", "c_SQ").out


def test_statics_name_what_they_need(command: CommandLine) -> None:
    assert command("statics", DETERRENCE, "--of", "P(war)").code == 2
    run = command("statics", DETERRENCE, "--of", "P(war)", "--wrt", "p_Df")
    assert (run.code, run.out) == (2, "")
    assert "did you mean 'p_Def'?" in run.err


def test_solve_uses_the_theory(command: CommandLine) -> None:
    text = command.good("solve", DETERRENCE).out
    assert "solver: derived equilibria" in text
    assert "3 perfect Bayesian equilibria found" in text
    assert "checked: perfect Bayesian: every continuation strategy" in text
    assert text.count("certificate: passed") == 3


@pytest.mark.parametrize(
    ("concept", "name"),
    [
        ("weak-pbe", "weak perfect Bayesian equilibrium"),
        ("sequential", "sequential equilibrium"),
        ("subgame-perfect", "subgame perfect equilibrium"),
    ],
)
def test_a_concept_is_derived_and_solved_for(
    command: CommandLine, model: str, concept: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DETERRENCE_CACHE", str(tmp_path / "kept"))
    assert f"concept: {name}; refinement: none" in command.good("derive", model, "--concept", concept).out
    assert (
        f"1 {name} found" in command.good("solve", model, "--concept", concept, "--set", "p=0.2", "--set", "c=0.3").out
    )
    assert len(list((tmp_path / "kept").glob("*.json"))) == 1


def test_hidden_actions_get_sequential_equilibria(command: CommandLine) -> None:
    document = command.good("derive", "export-controls/covert-arming", "--json").document
    assert document["concept"] == "sequential"
    assert document["classes"][0]["beliefs"] == [{"at": "Rival: no signal", "node": "quiet", "probability": "1"}]


def test_progress_waits_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    clock = iter([0.0, 0.5, 1.1, 1.15, 2.0])
    monkeypatch.setattr("deterrence.cli.theory_commands.monotonic", lambda: next(clock))
    monkeypatch.setattr("deterrence.cli.output.progress", said.append)
    tell = _progress()
    for k in range(4):
        tell(f"{k} of 4 supports solved")
    assert said == ["deriving: 1 of 4 supports solved, 1 s", "deriving: 3 of 4 supports solved, 2 s"]


@pytest.mark.skipif(os.name == "nt", reason="signals as on Unix")
def test_control_c_leaves_nothing(tmp_path: Path) -> None:
    run = interrupted("derive", "crisis-management/audience-cost", after=0.5, DETERRENCE_CACHE=str(tmp_path / "kept"))
    assert (run.code, run.out, run.err.strip()) == (130, "", "")
    assert not (tmp_path / "kept").exists()


INTERRUPTED = """
import os, signal, threading
from deterrence.expressions import parse_condition
from deterrence.interrupts import interruptible
from deterrence.theory.smt import Decider
names = [f"x{i}" for i in range(12)]
terms = [" + ".join(f"{n}**3" for n in names), " + ".join(f"{a}*{b}" for a, b in zip(names, names[1:]))]
hard = [f"{terms[0]} == {terms[1]} + 1", "*".join(names) + " == 2", "x0*x3*x5 + x1**4 > 7", "x2**3 + x4*x6 < -5"]
hard += [f"{a}**2 < 3*{b}" for a, b in zip(names, names[1:])]
conditions = [parse_condition(text) for text in hard]
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
finished = False
with interruptible():  # as every command does: an exception that strikes while an object is deleted would be lost
    for _ in range(4):
        Decider().satisfiable(conditions)
    finished = True
print("finished" if finished else "interrupted")
"""


@pytest.mark.skipif(os.name == "nt", reason="signals as on Unix")
def test_an_interrupt_is_no_undecided_query() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=100, check=True)
    assert done.stdout == "interrupted\n"


def test_a_warm_start_is_timed(record_property: Callable[[str, object], None]) -> None:
    program("derive", DETERRENCE)
    start = time.perf_counter()
    run = program("derive", DETERRENCE)
    record_property("measured", f"deterrence derive, warm: {time.perf_counter() - start:.2f} s")
    assert run.code == 0

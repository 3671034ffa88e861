"""The document of the solvers names every one of them and no other, and its examples run."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import deterrence as dt
from deterrence import solvers

TEXT = (Path(__file__).parents[1] / "docs" / "solvers.md").read_text(encoding="utf-8")
CONCRETE = [name for name in solvers.__all__ if not inspect.isabstract(getattr(solvers, name))]
WORDS = {"ALL", "SOME", "UNKNOWN"}


@pytest.mark.parametrize("name", CONCRETE)
def test_every_solver_has_its_place(name: str) -> None:
    assert f"`{name}`" in TEXT


def test_no_other_solver_is_promised() -> None:
    named = set(re.findall(r"`([A-Z][A-Za-z]+)`", TEXT)) - WORDS
    assert {name for name in named if not hasattr(dt, name)} == set()


def test_the_examples_run(tmp_path: Path) -> None:
    script = tmp_path / "solvers.py"
    script.write_text("\n".join(re.findall(r"```python\n(.*?)```", TEXT, re.S)), encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert script.read_text(encoding="utf-8").count("assert") >= 5


# Who is complete and when, as the tables say: solved at the defaults of a model, or of one with ties.


@pytest.mark.parametrize(
    ("slug", "solver", "complete"),
    [
        ("crisis-management/chicken", None, "ALL"),
        ("crisis-management/chicken", dt.VertexEnumeration(), "ALL"),
        ("crisis-management/chicken", dt.LemkeHowson(), "SOME"),
        ("crisis-management/chicken", dt.PureNash(), "ALL"),
        ("crisis-management/chicken", dt.StrongStackelberg(), "ALL"),
        ("crisis-management/chicken", dt.LogitQuantalResponse(0.1), "ALL"),
        ("crisis-management/chicken", dt.LogitQuantalResponse(3), "SOME"),
        ("crisis-management/chicken", dt.NashpyVertexEnumeration(), "UNKNOWN"),
        ("alliance-commitment/colonel-blotto", dt.ZeroSum(), "SOME"),
        ("escalation/ladder", None, "ALL"),
        ("signalling/beer-quiche", dt.AgentQuantalResponse(1), "SOME"),
        ("free-riding/thirty-one-allies", None, "ALL"),
        ("free-riding/weakest-link", None, "SOME"),
        ("free-riding/best-shot", None, "SOME"),
        ("alliance-commitment/tripwire", None, "ALL"),
    ],
)
def test_completeness_is_what_the_document_says(slug: str, solver: object, complete: str) -> None:
    found = dt.solve(dt.load(slug), solver)  # type: ignore[call-overload]  # any form, any solver
    assert dt.Completeness(int(found.completeness)).name == complete
    assert found.certified

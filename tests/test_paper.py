"""The paper states what the package finds: generated inputs are current, and its prose has no number of its own."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PAPER = Path(__file__).parents[1] / "paper"
BUILD = PAPER / "build"


@pytest.fixture(scope="module")
def generator() -> Any:
    """Return the script that generates the inputs."""
    spec = importlib.util.spec_from_file_location("generate", PAPER / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def without_versions(text: str) -> str:
    """Return text without the versions of the programs that proofs rely on."""
    return re.sub(r"(sympy|z3) [0-9.]+[0-9]", r"\1", text)


def test_what_the_paper_takes_from_the_package_is_current(generator: Any) -> None:
    """`python paper/generate.py` writes the inputs anew."""
    made = generator.tables()
    stored = {path.name: path.read_text(encoding="utf-8") for path in BUILD.glob("*.tex")}
    assert {n: without_versions(t) for n, t in made.items()} == {n: without_versions(t) for n, t in stored.items()}


def test_every_input_is_generated_and_every_number_defined(generator: Any) -> None:
    text = (PAPER / "paper.tex").read_text(encoding="utf-8")
    inputs = set(re.findall(r"\\input\{build/([^}]+)\}", text))
    assert inputs == {path.name for path in BUILD.glob("*.tex")}
    defined = set(re.findall(r"\\newcommand\{(\\n\w+)\}", (BUILD / "numbers.tex").read_text(encoding="utf-8")))
    used = set(re.findall(r"\\n[A-Z]\w+", text))
    assert used <= defined


def test_the_prose_has_no_number_of_its_own() -> None:
    text = (PAPER / "paper.tex").read_text(encoding="utf-8")
    prose = text[text.index("\\begin{abstract}") :]
    prose = re.sub(
        r"\\(includegraphics|input|cite|ref|label|setlength|bibliography\w*)(\[[^]]*\])?\{[^}]*\}(\{[^}]*\})?",
        "",
        prose,
    )
    prose = prose.replace("D1", "").replace("t_{hard}", "")
    assert re.findall(r"\d+", prose) == []


def test_what_is_cited_is_in_the_bibliography() -> None:
    text = (PAPER / "paper.tex").read_text(encoding="utf-8") + (PAPER / "paper.md").read_text(encoding="utf-8")
    keys = set(re.findall(r"\\cite\{([^}]+)\}", text)) | set(re.findall(r"@(\w+)", text))
    known = (PAPER.parent / "models" / "references.bib").read_text(encoding="utf-8")
    assert all(re.search(rf"@\w+\{{{key},", known) for key in keys)


@pytest.mark.exhaustive
@pytest.mark.skipif(shutil.which("latexmk") is None, reason="NO LATEX: install latexmk to set the paper")
def test_the_paper_is_set(generator: Any, tmp_path: Path) -> None:
    shutil.copytree(PAPER, tmp_path / "paper")
    shutil.copy(PAPER.parent / "models" / "references.bib", tmp_path / "paper")
    for picture in ("regions.pdf", "statics.pdf"):
        (tmp_path / "paper" / "build" / picture).unlink(missing_ok=True)
    generator.HERE = tmp_path / "paper"
    generator.figures()
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "-outdir=build", "paper.tex"]
    done = subprocess.run(command, cwd=tmp_path / "paper", capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout[-3000:]

"""The types refuse what they should: files in tests/typing hold errors on purpose, each on a marked line.

A line that must be refused ends in `# expect-error: CODE`, where CODE is mypy's name for the error. A
marked line that mypy accepts fails the test, and so does an error on a line without a mark. Pyright must
refuse the same lines. The files are read by the type checkers alone and never run.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLES = Path(__file__).parent / "typing"
MARK = re.compile(r"# expect-error: (?P<code>[a-z-]+)$")

Place = tuple[str, int]  # file name and line


def marked(folder: Path) -> dict[Place, str]:
    """The marked lines of all files in the folder, with the code each expects."""
    return {
        (path.name, number): match["code"]
        for path in sorted(folder.glob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (match := MARK.search(line))
    }


def mypy_errors(folder: Path, cache: Path) -> dict[Place, str]:
    """The errors that `mypy --strict` finds in the folder's files, with their codes."""
    settings = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(cache), "--output", "json"]
    files = [str(path) for path in sorted(folder.glob("*.py"))]
    command = [sys.executable, "-m", "mypy", *settings, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {(Path(e["file"]).name, e["line"]): e["code"] for e in found if e["severity"] == "error"}


def pyright_errors(folder: Path) -> set[Place]:
    """The lines on which pyright finds errors, one entry for each statement's first line."""
    command = [sys.executable, "-m", "pyright", "--outputjson", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {(Path(e["file"]).name, e["range"]["start"]["line"] + 1) for e in found if e["severity"] == "error"}


@pytest.fixture
def cache(request: pytest.FixtureRequest) -> Path:
    """Mypy's memory of the libraries, kept between runs."""
    assert request.config.cache is not None
    return request.config.cache.mkdir("mypy")


def test_mypy_refuses_exactly_the_marked_lines(cache: Path) -> None:
    expected = marked(SAMPLES)
    assert expected
    assert mypy_errors(SAMPLES, cache) == expected


@pytest.mark.skipif(find_spec("pyright") is None, reason="pyright is not installed (make lint installs it)")
def test_pyright_refuses_the_same_lines() -> None:
    assert pyright_errors(SAMPLES) == marked(SAMPLES).keys()


def test_a_wrong_mark_and_a_missing_mark_are_noticed(tmp_path: Path, cache: Path) -> None:
    text = 'good: int = 1  # expect-error: assignment\nbad: int = "a"\n'
    (tmp_path / "sample.py").write_text(text, encoding="utf-8")
    assert marked(tmp_path) == {("sample.py", 1): "assignment"}
    assert mypy_errors(tmp_path, cache) == {("sample.py", 2): "assignment"}

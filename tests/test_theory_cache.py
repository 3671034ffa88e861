"""Theories on disk: read back as written, whole or not at all, never wrong."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from deterrence.errors import ExpressionError
from deterrence.expressions import Expr, Number, Symbol, to_text
from deterrence.games import ExtensiveGame, FrozenMap
from deterrence.theory import Theory, cache
from deterrence.theory.cache import FOLDER_VARIABLE, cache_folder, entry_path, read_entry, theory_of, write_entry
from deterrence.theory.encoding import decoded, encoded
from theory_games import deterrence_theory, entry, entry_theory

TESTS = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "theories"))
    return tmp_path / "theories"


def place(game: ExtensiveGame) -> Path:
    path = entry_path(game, "pbe", "none")
    assert path is not None
    return path


def program(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "PYTHONPATH": TESTS, **environment}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=settings)


@pytest.mark.parametrize("make", [entry_theory, deterrence_theory])
def test_theories_read_back_as_written(make: Callable[[], Theory]) -> None:
    theory = make()
    again = decoded(theory.game, json.loads(json.dumps(encoded(theory))))
    assert again == theory
    for ours, theirs in zip(theory.classes, again.classes, strict=True):
        assert [to_text(f) for f in ours.events.values()] == [to_text(f) for f in theirs.events.values()]


def test_a_second_call_derives_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = theory_of(entry())
    assert [path.suffix for path in folder.iterdir()] == [".json"]
    monkeypatch.setattr(cache, "derive", lambda *_, **__: pytest.fail("derived again"))
    assert theory_of(entry()) == first
    with pytest.raises(pytest.fail.Exception, match="derived again"):
        theory_of(entry(), keep=False)


WARM = """
import sys, theory_games, deterrence.solving
from deterrence.theory.cache import theory_of
assert theory_of(theory_games.entry(), keep={keep}).complete
print(sorted({{"sympy", "z3"}} & set(sys.modules)))
"""


def test_a_warm_read_needs_neither_sympy_nor_z3() -> None:
    theory_of(entry())
    assert program(WARM.format(keep=True)).stdout.strip() == "[]"
    assert program(WARM.format(keep=False)).stdout.strip() == "['sympy', 'z3']"


DAMAGES: dict[str, Callable[[str], str]] = {
    "empty": lambda text: "",
    "cut short": lambda text: text[: len(text) // 2],
    "another number": lambda text: text.replace('"1 - p"', '"1 - 2*p"', 1),
    "another format": lambda text: text.replace("theory-cache", "theory-cash"),
    "no object": lambda text: "[1, 2]",
    "no theory": lambda text: '{"format": "deterrence/theory-cache", "sha256": ""}',
    "not text": lambda text: "\udcff",
    "deep": lambda text: "[" * 100_000,
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_entry_is_derived_again(name: str) -> None:
    theory = theory_of(entry())
    path = place(entry())
    text = path.read_text()
    path.write_bytes(DAMAGES[name](text).encode("utf-8", "surrogateescape"))
    assert path.read_text(errors="replace") != text
    assert read_entry(path, entry()) is None
    assert theory_of(entry()) == theory
    assert path.read_text() == text


@pytest.mark.parametrize("body", ["1", "{}", '{"classes": [{}]}', '{"concept": "pbe", "classes": 3}'])
def test_a_wrong_body_under_a_right_sum_is_not_believed(body: str) -> None:
    path = place(entry())
    path.parent.mkdir()
    plain = json.dumps(json.loads(body), sort_keys=True)
    document = {"format": "deterrence/theory-cache", "sha256": hashlib.sha256(plain.encode()).hexdigest()}
    path.write_text(json.dumps({**document, "theory": json.loads(body)}))
    assert read_entry(path, entry()) is None


def test_formulas_are_read_by_the_closed_grammar() -> None:
    document = encoded(entry_theory())
    document["classes"][0]["events"]["fight"] = "__import__('os').getcwd()"
    with pytest.raises(ExpressionError, match="not part of a formula"):
        decoded(entry(), document)


def test_the_name_is_the_content(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {
        entry_path(entry(), "pbe", "none"),
        entry_path(entry(), "pbe", "d1"),
        entry_path(entry(), "weak-pbe", "none"),
    }
    names.add(place(deterrence_theory().game))
    assert len(names) == 4
    monkeypatch.setattr(cache, "_engine", lambda: "another engine")
    assert place(entry()) not in names


def test_what_is_not_proved_is_not_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    undecided = replace(entry_theory(), counts=FrozenMap({"undecided": 1}))
    for theory in (undecided, replace(entry_theory(), complete=False)):
        monkeypatch.setattr(cache, "derive", lambda *_, found=theory, **__: found)
        assert theory_of(entry()) == theory
        assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "file" / "theories"))
    assert not write_entry(place(entry()), entry_theory())
    assert theory_of(entry()) == entry_theory()


def test_the_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "deterrence"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / ".cache" / "deterrence"


def test_long_formulas_are_kept_in_parts() -> None:
    terms = [Number(k) / 7 * Symbol(f"x_{k}") ** 2 / (Symbol(f"y_{k}") + 1) for k in range(1, 400)]
    long: Expr = terms[0]
    for term in terms[1:]:
        long = long + term
    theory = entry_theory()
    (first, *others) = theory.classes
    changed = replace(theory, classes=(replace(first, events=FrozenMap({"fight": long})), *others))
    assert decoded(theory.game, json.loads(json.dumps(encoded(changed)))) == changed
    assert write_entry(place(entry()), changed)
    assert read_entry(place(entry()), entry()) == changed


def test_many_writers_leave_one_whole_entry(folder: Path) -> None:
    path = place(entry())
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: write_entry(path, entry_theory()), range(40)))
        seen = list(pool.map(lambda _: read_entry(path, entry()), range(40)))
    assert all(done)
    assert all(found == entry_theory() for found in seen)
    assert list(folder.iterdir()) == [path]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals as on Unix")
def test_a_killed_writer_leaves_nothing_half_written(folder: Path) -> None:
    write_entry(place(entry()), entry_theory())
    code = (
        "import theory_games, deterrence.theory.cache as c\ntheory = theory_games.entry_theory()\n"
        "path = c.entry_path(theory_games.entry(), 'pbe', 'none')\nprint('ready', flush=True)\n"
        "while True: c.write_entry(path, theory)"
    )
    for wait in (0.0, 0.013, 0.037):
        settings = {**os.environ, "PYTHONPATH": TESTS}
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=settings) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(wait)
            writer.send_signal(signal.SIGKILL)
        assert read_entry(place(entry()), entry()) == entry_theory()
    assert [path.name for path in folder.glob("*.json")] == [place(entry()).name]


PRINTED = """
import json, theory_games
from deterrence.library import load
from deterrence.theory.encoding import encoded
from deterrence.theory.shared import SharedBeliefs
print(json.dumps(encoded(theory_games.entry_theory())), SharedBeliefs.of(load(theory_games.UDG)).slots)
"""


def test_theories_do_not_depend_on_the_order_of_sets() -> None:
    assert len({program(PRINTED, PYTHONHASHSEED=seed).stdout for seed in "1234"}) == 1

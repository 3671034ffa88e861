"""Lessons: in a real browser they must say exactly what Python says, at any setting of the sliders."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from command_line import CommandLine
from deterrence.classroom import LESSONS, index_html, lesson_html
from deterrence.classroom.javascript import Script
from deterrence.compiled.samples import sample_points
from deterrence.errors import DeterrenceError
from deterrence.expressions import Symbol, parse_condition, parse_expression
from deterrence.library import load, read_game, write_game
from deterrence.theory import Theory
from deterrence.theory.cache import theory_of
from deterrence.theory.evaluate import evaluate
from deterrence.theory.explain import explain

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
UDG = "alliance-commitment/unilateral-deterrence"

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="NO BROWSER: install Debian's chromium to try the lessons")


def in_browser(page: str, script: str, folder: Path) -> Any:
    """Run a script at the end of a page in headless Chromium and return the value of `result`."""
    ending = (
        f"<script>{script};document.body.replaceChildren(document.createTextNode(JSON.stringify(result)));</script>"
    )
    path = folder / "lesson.html"
    path.write_text(page.replace("</body>", f"{ending}</body>"), encoding="utf-8")
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
    assert CHROMIUM is not None
    done = subprocess.run(
        [CHROMIUM, *flags, path.as_uri()], capture_output=True, encoding="utf-8", timeout=120, check=True
    )
    found = re.search(r"<body>(.*)</body>", done.stdout, re.DOTALL)
    assert found is not None, done.stdout[-2000:]
    return json.loads(html.unescape(found.group(1).strip()))


def theory(slug: str) -> Theory:
    """Return the theory of a model of the library."""
    return theory_of(load(slug))  # type: ignore[arg-type]  # lessons are about trees


MOVE = """
const result = POINTS.map(point => {
  point.forEach((value, i) => { const s = document.getElementById("p" + i); s.value = value;
    s.dispatchEvent(new Event("input")); });
  return [...document.querySelectorAll(".equilibrium")].map(label => [Number(label.dataset.index),
    [...label.querySelectorAll(".odds")].map(x => Number(x.dataset.odds))]);
})
"""


@needs_browser
@pytest.mark.parametrize("slug", LESSONS)
def test_sliders_give_what_python_gives(slug: str, tmp_path: Path) -> None:
    """At random settings the page lists the same classes, with the same probabilities of events."""
    derived = theory(slug)
    game = derived.game
    size = 200 if slug == UDG else 40
    at = sample_points(game, size, seed=7)
    for name, column in at.items():  # a slider goes no farther than its ends
        low, high = _ends(derived, name)
        at[name] = np.clip(column, low, high)
    points = [[float(at[p.name][k]) for p in game.parameters] for k in range(size)]
    seen = in_browser(lesson_html(derived), f"const POINTS={json.dumps(points)};{MOVE}", tmp_path)
    classes = evaluate(derived, at)
    events = [classes.probability(event) for event in game.tree.events]
    for k, listed in enumerate(seen):
        assert [i for i, _ in listed] == np.flatnonzero(classes.masks[k]).tolist(), points[k]
        for i, odds in listed:
            wanted = [(e.low[k, i] + e.high[k, i]) / 2 for e in events]
            assert odds == pytest.approx([q for q in wanted if q > 1e-12], abs=1e-9)


def _ends(derived: Theory, name: str) -> tuple[float, float]:
    from deterrence.figures.maps import natural_range

    return natural_range(derived.game, name)


OWN = """
state.own = PROFILE; state.given = MODEL.tree.sets.map(() => null); judge();
const found = accounts(MODEL, here, state.own, state.given);
const result = [document.getElementById("judgement").firstChild.textContent, found.map(one => [one.set.name, one.gain])]
"""


@needs_browser
@pytest.mark.parametrize("bluff", ["0", "1/9", "1/2"])
def test_a_strategy_of_ones_own_is_judged_as_explain_judges_it(bluff: str, tmp_path: Path) -> None:
    derived = theory(UDG)
    sets = [derived.game.tree.set_name(h) for h in derived.game.tree.information_sets]
    profile: dict[str, Any] = {
        "Challenger": {
            "hard": {"root": "defect", "last": "fight"},
            "soft": {"root": {"defect": bluff}, "last": "retreat"},
        },
        "Defender": {"hard": {"reply": "defy"}, "soft": {"reply": {"defy": "1/6"}}},
    }
    said = explain(derived.game, profile)
    rows = {
        "Challenger hard: root": [0, 1],
        "Challenger soft: root": [1 - _number(bluff), _number(bluff)],
        "Challenger hard: last": [0, 1],
        "Challenger soft: last": [1, 0],
        "Defender hard: reply": [0, 1],
        "Defender soft: reply": [5 / 6, 1 / 6],
    }
    script = f"const PROFILE={json.dumps([rows[name] for name in sets])};{OWN}"
    head, gains = in_browser(lesson_html(derived), script, tmp_path)
    wanted = {account.where: float(account.gain) for account in said.accounts}
    for name, gain in gains:
        assert gain == pytest.approx(wanted[name], abs=1e-9), name
    assert head.startswith("Not an equilibrium") == bool(said.deviations)


def _number(text: str) -> float:
    top, _, bottom = text.partition("/")
    return int(top) / int(bottom or 1)


@needs_browser
def test_keys_move_the_point_and_questions_are_asked(tmp_path: Path) -> None:
    script = """
    const before = state.p.slice(), key = name => new KeyboardEvent("keydown", {key: name});
    document.getElementById("map").dispatchEvent(key("ArrowRight"));
    document.getElementById("map").dispatchEvent(key("ArrowUp"));
    const after = state.p.slice(), asked = document.getElementById("question").textContent;
    [...document.querySelectorAll("#options button")][0].click();
    const label = document.getElementById("map").getAttribute("aria-label");
    const reply = document.getElementById("reply").textContent;
    const result = {moved: after.map((x, i) => x - before[i]).filter(x => x), asked, reply, label}
    """
    seen = in_browser(lesson_html(theory(UDG)), script, tmp_path)
    assert seen["moved"] == pytest.approx([0.02, 0.02])
    assert seen["asked"].startswith("Predict: at ")
    assert re.search(r"\(\d of 1 right\)$", seen["reply"])
    assert "p_Ch and p_Def" in seen["label"]


@needs_browser
def test_the_tree_shows_payoffs_after_what_was_paid_on_the_way(tmp_path: Path) -> None:
    script = """
    const words = [...document.querySelectorAll("#tree text")].map(one => one.textContent);
    const result = words.map(text => text.match(/[(](.*)[)]/)).filter(x => x).map(x => x[1]).sort()
    """
    seen = in_browser(lesson_html(theory("signalling/costly-reassurance")), script, tmp_path)
    gesture = ["0.5, 2", "-0.5, 0", "-0.5, -1", "-1.5, 0"]  # which costs 0.5 or 1.5
    assert seen == sorted([*gesture, "1, 2", "0, 0", "1, -1", "0, 0"])


@needs_browser
def test_outside_the_assumptions_nothing_is_claimed(tmp_path: Path) -> None:
    script = """
    const s = document.getElementById("p0"); s.value = s.min; s.dispatchEvent(new Event("input"));
    const result = [document.getElementById("verdict").textContent, document.querySelectorAll(".equilibrium").length]
    """
    derived = theory(UDG)
    page = lesson_html(derived).replace("low:3.0,", "low:0.0,")
    said, listed = in_browser(page, script, tmp_path)
    assert said.startswith("Outside the model: ")
    assert listed == 0


def test_formulas_become_javascript_from_their_trees() -> None:
    script = Script({"a": "p[0]", "b": "p[1]"})
    names = {"a": Symbol("a"), "b": Symbol("b")}
    assert script.formula(parse_expression("max(a, 1/3)", names)) == "Math.max(p[0],(1/3))"
    assert script.test(parse_condition("a < b or a >= 1", names)) == "(p,d,u)=>((lt(p[0],p[1]))||(ge(p[0],1)))"


def test_text_of_a_file_is_no_code(tmp_path: Path) -> None:
    hostile = "</script><script>alert(1)</script>\"\\' ${1}"
    game = load(UDG)
    text = write_game(game).replace(game.about.title, hostile.replace("\\", "\\\\").replace('"', '\\"'))
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    page = lesson_html(theory_of(read_game(path)))  # type: ignore[arg-type]
    assert "<script>alert" not in page
    assert page.count("<script>") == 3


def test_pages_need_no_network() -> None:
    for page in (lesson_html(theory(UDG)), index_html([("a.html", load(UDG))])):
        assert "default-src 'none'" in page
        assert not re.search(r"(src|href)=[\"']?(https?:)?//", page)
        assert "@import" not in page
        assert "fetch(" not in page


def test_the_command_writes_one_lesson_or_all(cli: CommandLine, tmp_path: Path) -> None:
    page = tmp_path / "lesson.html"
    assert cli("classroom", UDG, "-o", str(page)).code == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert cli("classroom", "-o", str(tmp_path / "all")).code == 0
    names = {path.name for path in (tmp_path / "all").iterdir()}
    assert len(names) == len(LESSONS) + 1
    index = (tmp_path / "all" / "index.html").read_text(encoding="utf-8")
    assert {*re.findall(r'href="([^"]+)"', index), "index.html"} == names


def test_what_cannot_be_a_lesson_is_said(cli: CommandLine, tmp_path: Path) -> None:
    said = cli("classroom", "escalation/war-of-attrition", "-o", str(tmp_path / "x.html"))
    assert "theories are derived for extensive and strategic games" in said.err
    assert not list(tmp_path.iterdir())
    with pytest.raises(DeterrenceError, match="must not leave cases out"):
        lesson_html(replace(theory(UDG), complete=False))


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Return the command line of this process."""
    return CommandLine(capsys)

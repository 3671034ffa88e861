"""The pages of lessons: one self-contained HTML file each, and an index of them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Final

from deterrence.classroom.model import model_script
from deterrence.escape import for_html
from deterrence.forms.concepts import CONCEPT_WORDS
from deterrence.games import Game
from deterrence.library import references
from deterrence.theory import Theory

__all__ = ["LESSONS", "index_html", "lesson_html"]

LESSONS: Final = (
    "alliance-commitment/unilateral-deterrence",
    "alliance-commitment/rudimentary-deterrence",
    "alliance-commitment/reliability",
    "alliance-commitment/alliance-signal",
    "crisis-management/red-lines",
    "crisis-management/audience-cost",
    "escalation/brinkmanship",
    "signalling/costly-reassurance",
)

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def lesson_html(theory: Theory) -> str:
    """Return the lesson of a theory: one page with sliders, map, tree and questions that needs nothing else.

    Everything is computed in the page from the closed forms of the theory. Text of model files is escaped. Raises
    `DeterrenceError` for games of fewer than two parameters, incomplete theories and trees too large to show.
    """
    title = theory.game.about.title or theory.game.about.slug or "A game"
    parts = (f"const MODEL={model_script(theory)};", _asset("engine.js"), _asset("view.js"))
    scripts = "\n".join(f"<script>{part}</script>" for part in parts)
    lead = f"<h1>{for_html(title)}</h1>\n<p>{for_html(' '.join(theory.game.about.summary.split()))}</p>"
    body = f"<header>{lead}</header>\n<main>{_asset('lesson.html')}</main>\n<footer>{_foot(theory)}</footer>\n"
    return _page(title, f"{body}{_NO_SCRIPT}{scripts}")


_NO_SCRIPT: Final = "<noscript><p>This page computes in the browser: JavaScript must be on.</p></noscript>"


def _asset(name: str) -> str:
    return (files("deterrence.classroom") / name).read_text(encoding="utf-8")


def _page(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{for_html(title)}</title>\n<style>{_asset('lesson.css')}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _foot(theory: Theory) -> str:
    about = theory.game.about
    known = references()
    source = known[about.source].text if about.source in known else about.source
    refined = "" if theory.refinement == "none" else f", {theory.refinement}"
    parts = [
        f"Concept: {CONCEPT_WORDS[theory.concept]}{refined}. {theory.argument[:1].upper()}{theory.argument[1:]}.",
        f"Source: {source} ({about.fidelity})." if source else "",
        f"Trusting {', '.join(theory.trusted)}.",
    ]
    said = "".join(f"<p>{for_html(part)}</p>" for part in parts if part)
    command = f"deterrence classroom {about.slug or 'FILE'} -o lesson.html"
    return f"{said}<p>Made by <code>{for_html(command)}</code>. All numbers are illustrative.</p>"


def index_html(lessons: Iterable[tuple[str, Game]]) -> str:
    """Return a page that lists lessons: the name of each file, and its game."""
    items = "".join(
        f'<li><p><a href="{for_html(name)}"><strong>{for_html(game.about.title)}</strong></a></p>'
        f"<p>{for_html(' '.join(game.about.summary.split()))}</p></li>"
        for name, game in lessons
    )
    lead = (
        "<h1>Lessons in deterrence</h1><p>Each page works without a network: predict, move the sliders, try your own "
    )
    return _page("Lessons in deterrence", f"<header>{lead}strategy.</p></header><ul>{items}</ul>")

"""The command that says who would deviate from a written profile, and with what arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import click

from deterrence.cli import output

__all__ = ["explain"]

EXIT_CODES: Final = {"yes": 0, "no": 1, "open": 3}


@click.command(short_help="Say who would deviate from a profile.")
@click.argument("model", metavar="SLUG|FILE")
@click.option(
    "--profile",
    required=True,
    metavar="PROFILE",
    help="What everyone does: the id of a result, a TOML file, or as in model files '{ A = { x = \"up\" } }'.",
)
@click.option("--beliefs", metavar="BELIEFS", default="", help="What is believed off the path, written likewise.")
@click.option(
    "--set", "--at", "settings", multiple=True, metavar="NAME=VALUE", help="Give a parameter a value, read exactly."
)
@click.option("--all", "every", is_flag=True, help="Show the arithmetic at every information set.")
@click.option("--json", "as_json", is_flag=True, help="Print a versioned JSON document.")
def explain(model: str, profile: str, beliefs: str, settings: tuple[str, ...], every: bool, as_json: bool) -> int:
    """Say who would deviate from a profile at one parameter point, where, to what, and with what gain; or why nobody.

    Where the profile is silent an action that is best whatever is believed is taken, and other gaps are named; where a
    belief is missing the answer says which beliefs would do. A file may have two tables, profile and beliefs. The exit
    code is 0 when nobody deviates, 1 when somebody does, 3 when that is open.
    """
    from deterrence.cli.inputs import game_and_point
    from deterrence.errors import SolverError
    from deterrence.games import ExtensiveGame, StrategicGame
    from deterrence.json_text import json_text
    from deterrence.report.explanations import explanation_blocks, explanation_document
    from deterrence.theory.explain import explain as explained

    game, point = game_and_point(model, settings)
    if not isinstance(game, ExtensiveGame | StrategicGame):
        raise SolverError(
            "profiles are explained for extensive and strategic games", where=model, remedy=f"deterrence solve {model}"
        )
    written, held = _read(profile, "profile")
    given = _read(beliefs, "beliefs")[0] if beliefs else None
    found = explained(game, written, at=dict(point), beliefs=given if isinstance(given, Mapping) else held)
    if as_json:
        output.write(json_text("explain", explanation_document(game, point, found)))
    else:
        output.show(explanation_blocks(game, point, found, every=every))
    return EXIT_CODES[found.verdict]


def _read(text: str, what: str) -> tuple[Mapping[str, object] | str, Mapping[str, object] | None]:
    """Return a written profile or beliefs, and the beliefs that a file of a profile holds besides."""
    from deterrence.cli.inputs import is_file
    from deterrence.library.safety import parse_document, read_text

    if is_file(text):
        document = parse_document(read_text(text), text)
        beliefs = document.table("beliefs").data if what == "profile" and "beliefs" in document else None
        return (document.table(what).data if what in document else document.data), beliefs
    if "=" not in text and what == "profile":
        return text, None
    source = f"{what} = {text}" if text.lstrip().startswith("{") else f"[{what}]\n{text}"
    return parse_document(source, f"--{what}").table(what).data, None

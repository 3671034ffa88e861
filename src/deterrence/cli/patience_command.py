"""The command that says how patient players must be to keep an agreement."""

from __future__ import annotations

import click

from deterrence.cli import output

__all__ = ["patience"]


@click.command(short_help="How patient players must be to keep an agreement.")
@click.argument("model", metavar="SLUG|FILE")
@click.option("--norm", required=True, metavar="PROFILE", help='What all are to play, for instance "yield, yield".')
@click.option(
    "--punish",
    required=True,
    multiple=True,
    metavar="PROFILE",
    help='What all play after a breach; or, once for every player, "PLAYER: PROFILE" after its breach.',
)
@click.option("--periods", type=int, default=None, help="For how many periods; without it, for ever.")
@click.option("--lag", type=int, default=0, help="For how many further periods a breach stays unseen.")
@click.option("--false-alarm", metavar="FORMULA", default="0", help="Probability of an alarm without a breach.")
@click.option("--detection", metavar="FORMULA", default="1", help="Probability of an alarm after a breach.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Give a parameter a value, read exactly.")
@click.option("--json", "as_json", is_flag=True, help="Print a versioned JSON document.")
def patience(
    model: str,
    norm: str,
    punish: tuple[str, ...],
    periods: int | None,
    lag: int,
    false_alarm: str,
    detection: str,
    settings: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say with which discount factors an agreement on the repeated game is kept, at one parameter point.

    The model is the strategic game of one period. Formulas may use its parameters; probabilities of alarms are public.
    """
    from deterrence.cli.inputs import game_and_point
    from deterrence.errors import SolverError
    from deterrence.games import StrategicGame
    from deterrence.json_text import json_text
    from deterrence.repeated import Agreement, critical_discount
    from deterrence.report.agreements import patience_blocks, patience_document

    game, point = game_and_point(model, settings)
    if not isinstance(game, StrategicGame):
        raise SolverError(f"a game of form {game.form}", where=model, remedy="the game of one period is strategic")
    agreement = Agreement(
        _profile(norm), _punishment(punish), periods=periods, lag=lag, false_alarm=false_alarm, detection=detection
    )
    found = critical_discount(game, agreement, at=dict(point))
    if as_json:
        output.write(json_text("patience", patience_document(game, found)))
    else:
        output.show(patience_blocks(game, found))


def _profile(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _punishment(given: tuple[str, ...]) -> list[str] | dict[str, list[str]]:
    if len(given) == 1 and ":" not in given[0]:
        return _profile(given[0])
    parts = [text.partition(":") for text in given]
    return {who.strip(): _profile(profile) for who, _, profile in parts}

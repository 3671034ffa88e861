"""Explanations for reading and as JSON: each mover's arithmetic, who deviates, what is missing to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from deterrence.games import ExtensiveGame, StrategicGame
from deterrence.json_text import Json, json_number, json_numbers
from deterrence.report.blocks import Block, Heading, Lines, Tabular
from deterrence.report.game_documents import model_document
from deterrence.theory.accounts import Account, Explanation

__all__ = ["explanation_blocks", "explanation_document"]

Game = ExtensiveGame | StrategicGame


def explanation_blocks(
    game: Game, at: Mapping[str, Fraction], found: Explanation, *, every: bool = False
) -> Iterator[Block]:
    """Yield what `explain` prints: the verdict, then the accounts that decide, or every one."""
    yield Heading(f"{game.about.title or game.about.slug or 'game'}: {found.sentence}", level=1)
    yield Lines((f"at {', '.join(f'{name} = {value}' for name, value in at.items())}",) if at else ())
    shown = found.accounts if every else found.telling
    for account in shown:
        yield from _account(account)
    if rest := len(found.accounts) - len(shown):
        nobody = "nobody gains at" if found.verdict == "open" else "not shown:"
        yield Lines((f"{nobody} {rest} other information sets (--all shows them)",))


def _account(account: Account) -> Iterator[Block]:
    yield Heading(f"{account.where} ({account.place})")
    if account.actions:
        rows = (
            (str(action).partition(": ")[0], str(action.played), str(action).partition(": ")[2])
            for action in account.actions
        )
        yield Tabular(("action", "played", "expected payoff"), tuple(rows))
    yield Lines(tuple(text for text in (account.conflict, account.conclusion) if text))


def explanation_document(game: Game, at: Mapping[str, Fraction], found: Explanation) -> Json:
    """Return the body of an `explain` document."""
    return {
        "model": model_document(game),
        "at": json_numbers(at.items()),
        "verdict": found.verdict,
        "sentence": found.sentence,
        "checked_gain": json_number(found.checked_gain),
        "accounts": [_account_document(account) for account in found.accounts],
    }


def _account_document(account: Account) -> Json:
    return {
        "where": account.where,
        "player": account.player,
        "reached": json_number(account.reached),
        "beliefs": json_numbers(account.beliefs.items()),
        "source": account.source,
        "prescription": account.prescription,
        "actions": [
            {
                "action": action.action,
                "played": json_number(action.played),
                "worth": json_number(None if action.needs else action.worth),
                "terms": [
                    {"probability": json_number(t.probability), "event": t.event, "payoff": json_number(t.payoff)}
                    for t in action.terms
                ],
                "needs": list(action.needs),
            }
            for action in account.actions
        ],
        "gain": json_number(account.gain),
        "best": account.best.action if account.best is not None else None,
        "conflict": account.conflict,
        "open": account.open,
        "unless": list(account.unless),
    }

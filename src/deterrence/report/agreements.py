"""The patience that an agreement takes, for reading and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from deterrence.expressions import to_text
from deterrence.games import StrategicGame
from deterrence.json_text import Json, json_number
from deterrence.repeated import Agreement, Patience
from deterrence.report.blocks import Block, Heading, Lines, Tabular
from deterrence.report.game_documents import model_document
from deterrence.report.numbers import decimal_text

__all__ = ["patience_blocks", "patience_document"]


def patience_blocks(game: StrategicGame, found: Patience) -> Iterator[Block]:
    """Yield what is to be said of an agreement at one point."""
    yield Heading(", ".join(found.agreement.norm), level=1)
    yield Lines((_said(found.agreement), _kept(found)))
    formula = found.formula
    if formula is not None:
        yield Lines((f"critical discount factor: {to_text(formula)}",))
    rows = []
    for k, (incentive, threshold) in enumerate(zip(found.incentives, found.thresholds, strict=True)):
        binds = "yes" if k == int(found.binding) else ""
        shown = to_text(threshold) if threshold is not None else "no closed form"
        rows.append((incentive.player, incentive.phase, incentive.action, shown, binds))
    yield Tabular(("breach by", "in", "action", "root", "binds"), tuple(rows), records=True)
    yield Lines((f"certificate: {'passed' if found.certified else 'FAILED'}", found.method))


def _said(agreement: Agreement) -> str:
    if isinstance(agreement.punishment, tuple):
        after = ", ".join(agreement.punishment)
    else:
        after = "; ".join(f"{', '.join(p)} (culprit {who})" for who, p in agreement.punishment.items())
    noise = [f"seen {agreement.lag} periods later"] if agreement.lag else []
    if agreement.noisy:
        noise = [f"false alarm {to_text(agreement.false_alarm)}", f"detection {to_text(agreement.detection)}"]
    return "; ".join([f"after a breach {after}, {agreement.lasting}", *noise])


def _kept(found: Patience) -> str:
    ranges = [(float(low), float(high)) for low, high in found.ranges if low == low]
    if not ranges:
        return "kept with no discount factor below 1"
    words = [
        f"from {decimal_text(low)}" + (" on" if high == 1.0 else f" to {decimal_text(high)}") for low, high in ranges
    ]
    return f"kept with discount factors {' and '.join(words)}"


def patience_document(game: StrategicGame, found: Patience) -> Json:
    """Return the same as JSON."""
    agreement, formula = found.agreement, found.formula
    single = isinstance(agreement.punishment, tuple)
    return {
        "model": model_document(game),
        "norm": list(agreement.norm),
        "punishment": {p.name: list(agreement.punishing(p.name)) for p in game.players},
        "tailored": not single,
        "periods": agreement.periods,
        "lag": agreement.lag,
        "false_alarm": to_text(agreement.false_alarm),
        "detection": to_text(agreement.detection),
        "ranges": [[json_number(float(x)) for x in row] for row in found.ranges if row[0] == row[0]],
        "formula": None if formula is None else to_text(formula),
        "incentives": [
            {
                "player": incentive.player,
                "phase": incentive.phase,
                "action": incentive.action,
                "coefficients": [to_text(c) for c in incentive.coefficients],
                "root": None if root is None else to_text(root),
                "binds": k == int(found.binding),
            }
            for k, (incentive, root) in enumerate(zip(found.incentives, found.thresholds, strict=True))
        ],
        "certified": bool(found.certified),
        "method": found.method,
    }

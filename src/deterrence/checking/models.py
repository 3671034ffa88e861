"""Does a model keep what its file says? Solved at its defaults, certified, every worked instance recomputed exactly."""

from __future__ import annotations

from deterrence.checking.instances import defaults_line, instance_line
from deterrence.checking.report import CheckLine, CheckReport
from deterrence.checking.results import result_lines
from deterrence.checking.values import check_value_instance, check_values
from deterrence.games import ExtensiveGame, Game, Instance, StrategicGame

__all__ = ["check", "check_instance"]


def check(game: Game) -> CheckReport:
    """Check a model: default point admissible, solved and certified there, instances reproduced exactly.

    Every published result is decided: proved, refuted with an exact counterexample, tested at many points where the
    theory engine does not apply, or undecided, each with the reason.
    """
    name = game.about.slug or game.about.title or game.form
    if not isinstance(game, ExtensiveGame | StrategicGame):
        return CheckReport(name, tuple(check_values(game)))
    lines = [defaults_line(game)]
    lines.extend(check_instance(game, instance, f"instance {i + 1}") for i, instance in enumerate(game.about.instances))
    lines.extend(result_lines(game))
    return CheckReport(name, tuple(lines))


def check_instance(game: Game, instance: Instance, what: str = "instance") -> CheckLine:
    """Recompute one worked instance, of the game's file or another, and compare it with what it expects."""
    if isinstance(game, ExtensiveGame | StrategicGame):
        return instance_line(what, game, instance)
    return check_value_instance(what, game, instance)

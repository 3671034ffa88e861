"""Does a model keep what its file says? Solved at its defaults, certified, every worked instance recomputed exactly."""

from __future__ import annotations

from deterrence.checking.instances import defaults_line, instance_line
from deterrence.checking.report import CheckLine, CheckReport
from deterrence.checking.results import result_lines
from deterrence.checking.values import check_value_instance, check_values
from deterrence.forms import form_of
from deterrence.games import EquilibriumResult, ExtensiveGame, Game, Instance, StrategicGame

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
    if isinstance(game, ExtensiveGame | StrategicGame) and not _left_to_solver(game, instance):
        return instance_line(what, game, instance)
    return check_value_instance(what, game, instance)


def _left_to_solver(game: Game, instance: Instance) -> bool:
    """Say whether an instance names a result of a concept that the form leaves to a solver of its own."""
    named = (r for r in game.about.results if isinstance(r, EquilibriumResult) and r.id == instance.result)
    return any(form_of(game).solver_for(r.concept) for r in named)

"""How stochastic games are solved."""

from __future__ import annotations

from typing import Final

from deterrence.certify import Certificate, certify_markov
from deterrence.compiled import CompiledStates, compile_states
from deterrence.forms.form import BLOCK, Form
from deterrence.games import StochasticGame
from deterrence.outcomes import state_outcomes
from deterrence.profiles import Found, MarkovStrategy
from deterrence.solvers import MarkovPerfect, StateSolver

__all__ = ["FORM"]

MANY_STATES: Final = 5  # beyond it only symmetric equilibria are followed by default


def _certify_markov(game: CompiledStates, found: Found[MarkovStrategy], concept: str) -> Certificate:
    return certify_markov(game, found.profiles, found.exists)


def _state_solver(game: StochasticGame) -> StateSolver:
    """Return the solver that follows every equilibrium, or the symmetric ones where there would be too many."""
    return MarkovPerfect(symmetric=len(game.stages) > MANY_STATES and _is_symmetric(game))


def _is_symmetric(game: StochasticGame) -> bool:
    """Say whether two players are in the same position in every state, by the formulas as they are written."""
    if len(game.players) != 2:
        return False
    one, two = (p.name for p in game.players)
    return all(row[one] == row[two] for row in game.absorbing.values()) and all(
        stage.actions[one] == stage.actions[two]
        and all(
            entry.payoffs[one] == stage.table[b, a].payoffs[two] and entry.next == stage.table[b, a].next
            for (a, b), entry in stage.table.items()
        )
        for stage in game.stages.values()
    )


FORM: Final = Form(
    game=StochasticGame,
    solver=StateSolver,
    default=_state_solver,
    arrays=compile_states,
    certify=_certify_markov,
    outcomes=state_outcomes,
    advice="use MarkovPerfect()",
    block=lambda game: max(1, BLOCK // 3 ** min(MANY_STATES, len(game.stages))),
)

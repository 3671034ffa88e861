"""What became of the published results of a model."""

from __future__ import annotations

from collections.abc import Iterator

from deterrence.checking.report import CheckLine
from deterrence.games import EquilibriumResult, Game

__all__ = ["result_lines"]


def result_lines(game: Game) -> Iterator[CheckLine]:
    """Yield a line for each result that no instance names."""
    named = {instance.result for instance in game.about.instances}
    for result in game.about.results:
        if isinstance(result, EquilibriumResult) and result.id in named:
            continue
        yield CheckLine(f"result {result.id}", "not checked", "no instance names it; proofs need the theory engine")

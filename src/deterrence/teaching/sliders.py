"""Sliders in a notebook: parameters move, the equilibria and what happens in them follow."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from deterrence.errors import MissingExtraError
from deterrence.escape import for_html
from deterrence.figures.maps import natural_range
from deterrence.games import Game
from deterrence.report.answers import answer
from deterrence.report.plain import plain_text
from deterrence.report.solutions import answer_blocks
from deterrence.solving import solve

__all__ = ["explore"]

DIGITS: Final = 10**6  # largest denominator of what a slider says


def explore(game: Game, *names: str) -> Any:
    """Return sliders for parameters (by default the first three) with the equilibria that they lead to.

    In a notebook the answer changes as the sliders move. Raises `ParameterError` for an unknown name,
    `MissingExtraError` without ipywidgets.
    """
    try:
        import ipywidgets
    except ImportError:
        raise MissingExtraError("ipywidgets is not installed", remedy="pip install 'deterrence[notebook]'") from None
    moved = [game.parameter(name, where="explore").name for name in names] or [p.name for p in game.parameters[:3]]
    sliders = {name: _slider(ipywidgets, game, name) for name in moved}
    shown = ipywidgets.HTML()

    def update(_: object = None) -> None:
        shown.value = f"<pre>{_text(game, {name: slider.value for name, slider in sliders.items()})}</pre>"

    for slider in sliders.values():
        slider.observe(update, names="value")
    update()
    return ipywidgets.VBox([*sliders.values(), shown])


def _slider(ipywidgets: Any, game: Game, name: str) -> Any:
    low, high = natural_range(game, name)
    default = game.parameter(name).default
    value = float(default) if default is not None else (low + high) / 2
    step = (high - low) / 100
    return ipywidgets.FloatSlider(value=value, min=low, max=high, step=step, description=name, continuous_update=False)


def _text(game: Game, at: dict[str, float]) -> str:
    moved = {name: Fraction(value).limit_denominator(DIGITS) for name, value in at.items()}
    usual = {p.name: p.default for p in game.parameters if p.default is not None}
    point = {p.name: moved.get(p.name, usual.get(p.name, Fraction(1, 2))) for p in game.parameters}
    return _lines(plain_text(answer_blocks(answer(solve(game, at=dict(point)), point))))


def _lines(text: str) -> str:
    return "\n".join(map(for_html, text.splitlines()))

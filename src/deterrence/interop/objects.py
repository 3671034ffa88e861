"""Games to and from the objects of nashpy, QuantEcon and pygambit, each imported only when asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from itertools import product
from typing import Any

import numpy as np

from deterrence.compiled import Value, compile_table, parameter_points
from deterrence.compiled.points import NumberArray
from deterrence.errors import MissingExtraError, ParameterError, SolverError
from deterrence.expressions import exact_number
from deterrence.games import ExtensiveGame, Game, StrategicGame
from deterrence.interop.files import parse_gambit, write_gambit

__all__ = ["from_nashpy", "from_pygambit", "from_quantecon", "to_nashpy", "to_pygambit", "to_quantecon"]


def to_nashpy(game: StrategicGame, *, at: Mapping[str, Value] | None = None) -> Any:
    """Return a two-player game at a point as a `nashpy.Game`; `SolverError` for other numbers of players."""
    payoffs = _payoffs(game, at)
    if len(payoffs) != 2:
        raise SolverError(f"nashpy takes two players, not {len(payoffs)}")
    import nashpy

    return nashpy.Game(payoffs[0], payoffs[1])


def from_nashpy(game: Any, *, players: Sequence[str] = ("Row", "Column")) -> StrategicGame:
    """Return a `nashpy.Game` as a strategic game; actions are numbered from 1."""
    return _strategic(np.stack(game.payoff_matrices), players)


def to_quantecon(game: StrategicGame, *, at: Mapping[str, Value] | None = None) -> Any:
    """Return a game at a point as a `quantecon.game_theory.NormalFormGame`.

    Raises `MissingExtraError` without QuantEcon.
    """
    try:
        from quantecon.game_theory import NormalFormGame  # pyright: ignore[reportMissingImports]
        from quantecon.game_theory import Player as QuantEconPlayer  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise _missing("quantecon") from None
    payoffs = _payoffs(game, at)
    turned = [np.moveaxis(u, list(range(i)), list(range(u.ndim - i, u.ndim))) for i, u in enumerate(payoffs)]
    return NormalFormGame([QuantEconPlayer(np.ascontiguousarray(u)) for u in turned])


def from_quantecon(game: Any, *, players: Sequence[str] = ()) -> StrategicGame:
    """Return a `NormalFormGame` as a strategic game; a player's array begins with its own actions, then the next's."""
    arrays = [np.asarray(player.payoff_array) for player in game.players]
    n = len(arrays)
    turned = [np.moveaxis(u, list(range(n - i, n)), list(range(i))) for i, u in enumerate(arrays)]
    return _strategic(np.stack(turned), players or [f"Player {i + 1}" for i in range(n)])


def to_pygambit(game: Game, *, at: Mapping[str, Value] | None = None) -> Any:
    """Return a game at a point as a `pygambit.Game`, by way of its file format; `MissingExtraError` without it."""
    try:
        import pygambit  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise _missing("pygambit") from None
    text = write_gambit(game, at=at)
    read = pygambit.read_efg if isinstance(game, ExtensiveGame) else pygambit.read_nfg
    try:
        return read(StringIO(text))
    except TypeError:  # versions differ in whether they read text or bytes
        return read(BytesIO(text.encode()))


def from_pygambit(game: Any) -> ExtensiveGame | StrategicGame:
    """Return a `pygambit.Game`, a tree or a table, as a game of our own, by way of its file format."""
    named = type(game).__name__ == "ExtensiveGame"  # how version 17 tells trees from tables
    text = game.to_efg() if getattr(game, "is_tree", named) else game.to_nfg()
    return parse_gambit(text.decode() if isinstance(text, bytes) else text, "pygambit")


def _payoffs(game: StrategicGame, at: Mapping[str, Value] | None) -> NumberArray:
    points = parameter_points(game, at)
    if points.shape:
        raise ParameterError("several points", where="at", remedy="an object holds one game: give single numbers")
    return compile_table(game, points).payoffs[..., 0]


def _strategic(payoffs: NumberArray, players: Sequence[str]) -> StrategicGame:
    """Return the game of payoffs (players, actions of player 0, ...), floats read as the decimals they show."""
    actions = {who: [str(a + 1) for a in range(n)] for who, n in zip(players, payoffs.shape[1:], strict=True)}
    table = {
        tuple(str(a + 1) for a in cell): {
            who: exact_number(float(payoffs[(i, *cell)])) for i, who in enumerate(players)
        }
        for cell in product(*(range(n) for n in payoffs.shape[1:]))
    }
    return StrategicGame(actions, table)


def _missing(package: str) -> MissingExtraError:
    return MissingExtraError(f"{package} is not installed", remedy="pip install 'deterrence[benchmark]'")

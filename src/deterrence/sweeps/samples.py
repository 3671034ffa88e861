"""Designs that are drawn: Latin hypercubes, Sobol sequences, uniform points, a user's own sample."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from deterrence.compiled import Value
from deterrence.compiled.points import FloatArray
from deterrence.errors import ExpressionError, ParameterError
from deterrence.expressions import Comparison, evaluate_exact, symbols_of
from deterrence.games import Game
from deterrence.sweeps.design import Column, Design, axis_values

__all__ = ["Ends", "Method", "bounds", "open_bounds", "sample", "sampled"]

Method: TypeAlias = Literal["sobol", "latin-hypercube", "uniform"]
Ends: TypeAlias = tuple[float, float]

SAMPLE: Final = "sample"


def sample(
    game: Game,
    within: Mapping[str, Ends | None],
    size: int,
    *,
    method: Method = "sobol",
    seed: int = 0,
    at: Mapping[str, Value] | None = None,
) -> Design:
    """Return a design of `size` points drawn from the box `within`, along the dimension `sample`.

    Ends that are None are those that the model's assumptions leave with every other parameter at its value (`bounds`).
    Points that violate the assumptions are kept: a sweep marks them. `sobol` is a scrambled Sobol sequence (Owen
    1998), which wants powers of two; `latin-hypercube` is after McKay, Beckman and Conover 1979. Raises
    `ParameterError` for an unknown name or an empty interval.
    """
    fixed = dict(at or {})
    box = {name: ends or bounds(game, name, at=fixed) for name, ends in within.items()}
    for name, (low, high) in box.items():
        if not low <= high or not np.isfinite([low, high]).all():
            raise ParameterError(f"no interval from {low} to {high}", where=f"within {name}", remedy="(least, largest)")
    unit = _unit(len(box), size, method, seed)
    columns = {name: low + (high - low) * row for (name, (low, high)), row in zip(box.items(), unit.T, strict=True)}
    return sampled(game, columns, at=fixed, method=method, seed=seed)


def _unit(dimensions: int, size: int, method: Method, seed: int) -> FloatArray:
    from scipy.stats import qmc

    if size < 1 or not dimensions:
        raise ParameterError(f"{size} points in {dimensions} dimensions", where="sample", remedy="at least one of each")
    rng = np.random.default_rng(seed)
    match method:
        case "sobol":
            engine = qmc.Sobol(dimensions, rng=rng)
            points = engine.random_base2((size - 1).bit_length())[:size]  # a prefix of whole powers is balanced
        case "latin-hypercube":
            points = qmc.LatinHypercube(dimensions, rng=rng).random(size)
        case "uniform":
            points = rng.random((size, dimensions))
        case _:
            raise ParameterError(f"no method {method!r}", where="sample", remedy="sobol, latin-hypercube or uniform")
    return np.asarray(points, dtype=np.float64)


def sampled(
    game: Game,
    columns: Mapping[str, Value],
    *,
    at: Mapping[str, Value] | None = None,
    method: str = "given",
    seed: int | None = None,
) -> Design:
    """Return a sample of one's own as a design: values by parameter, all of one length."""
    values = {game.parameter(name, where="sample").name: axis_values(name, column) for name, column in columns.items()}
    lengths = {len(column) for column in values.values()}
    if len(lengths) != 1:
        raise ParameterError("columns of different lengths", where="sample", remedy="make them equal")
    number = {SAMPLE: np.arange(lengths.pop())}
    laid_out = {name: Column((SAMPLE,), column) for name, column in values.items()}
    return Design(number, laid_out, dict(at or {}), method, seed)


def bounds(game: Game, name: str, *, at: Mapping[str, Any] | None = None) -> Ends:
    """Return the interval that domain and assumptions leave to a parameter, every other at its value in `at`.

    Only conditions that are linear in the parameter count; raises `ParameterError` where an end stays open.

    >>> from deterrence import load
    >>> bounds(load("alliance-commitment/unilateral-deterrence"), "c_SQ")
    (2.0, 4.0)
    """
    low, high = open_bounds(game, name, at=at)
    if low is None or high is None:
        which = "lower" if low is None else "upper"
        raise ParameterError(
            f"no {which} bound for {name!r}", where="within", remedy="give both ends: (least, largest)"
        )
    return low, high


def open_bounds(game: Game, name: str, *, at: Mapping[str, Any] | None = None) -> tuple[float | None, float | None]:
    """Return the interval as `bounds` does, None for an end that stays open."""
    game.parameter(name)
    point = {p.name: p.default for p in game.parameters if p.default is not None}
    point |= {n: Fraction(v) for n, v in (at or {}).items() if np.ndim(v) == 0}
    low: list[Fraction] = []
    high: list[Fraction] = []
    for condition in game.admissible:
        if isinstance(condition, Comparison):
            for left, operator, right in condition.pairs():
                difference = left - right if operator[0] == ">" else right - left
                end = _end(difference, name, point) if operator != "==" else None
                if end is not None:
                    (low if end[1] > 0 else high).append(end[0])
    return float(max(low)) if low else None, float(min(high)) if high else None


def _end(difference: Any, name: str, point: Mapping[str, Fraction]) -> tuple[Fraction, int] | None:
    """Return where a linear function of the parameter vanishes and the sign of its slope."""
    if name not in {s.name for s in symbols_of(difference)}:
        return None
    try:
        values = [evaluate_exact(difference, {**point, name: Fraction(x)}) for x in (0, 1, 2)]
    except (ExpressionError, KeyError):
        return None
    slope = values[1] - values[0]
    if not slope or values[2] - values[1] != slope:
        return None
    return -values[0] / slope, 1 if slope > 0 else -1

"""What maps of two parameters show: which equilibria exist where, the exact boundaries, how likely an event is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np

from deterrence.compiled import Points, Value, parameter_points
from deterrence.compiled.formulas import formula_values
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import ParameterError
from deterrence.expressions import Expr, Symbol, did_you_mean, substitute, to_text
from deterrence.forms.concepts import CONCEPT_WORDS
from deterrence.games import Game
from deterrence.solvers import Solver
from deterrence.sweeps.measures import Measured, Metric, Source, Theoretical, default_metrics, read_metric, source_of
from deterrence.sweeps.samples import open_bounds
from deterrence.theory import EquilibriumClass, Theory
from deterrence.theory.implicit import columns
from deterrence.theory.logic import comparisons

__all__ = [
    "APART",
    "CELLS",
    "Ends",
    "ParameterMap",
    "concept_words",
    "meaning_of",
    "natural_range",
    "parameter_map",
    "source_for",
]

CELLS: Final = 240  # of the grid, in each direction
ROOM: Final = 64  # equilibria at one point
APART: Final = 1e-9  # equilibria whose numbers differ by less have the same outcome

Ends: TypeAlias = tuple[float, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class ParameterMap:
    """What to draw over `x` (columns) and `y` (rows), the centres of cells that cover `spans`.

    `regions[label]` says where the same equilibria exist; `several` where they differ in outcome; `outside` where the
    model's assumptions fail. A curve is a function that is zero on an exact boundary, drawn where regions meet. `low`
    and `high` are the ends over all equilibria of the quantity `of`, None without one. `reference` is the
    reference case, None where it lies outside the map.
    """

    title: str
    note: str
    labels: tuple[str, str]
    spans: tuple[Ends, Ends]
    x: FloatArray
    y: FloatArray
    regions: Mapping[str, BoolArray]
    several: BoolArray
    outside: BoolArray
    curves: Mapping[str, FloatArray]
    reference: tuple[float, float] | None
    of: str = ""
    low: FloatArray | None = None
    high: FloatArray | None = None


def natural_range(game: Game, name: str, at: Mapping[str, Value] | None = None) -> Ends:
    """Return the range to draw a parameter over: its domain, what the assumptions leave, else up to twice its value.

    Raises `ParameterError` for an unknown name.
    """
    parameter = game.parameter(name)
    if "probability" in parameter.domain:
        return 0.0, 1.0
    given = (at or {}).get(name, parameter.default)
    value = float(given) if isinstance(given, int | float | Fraction) else 1.0
    low, high = open_bounds(game, name, at={n: v for n, v in (at or {}).items() if n != name})
    low = min(value - 1, -value) if low is None else low
    return low, max(low + 1, 2 * value) if high is None else high


def source_for(
    game: Game | Theory, *, solver: Solver[Any, Any] | None = None, width: int | None = None
) -> tuple[Game, Source]:
    """Return a game and where its equilibria come from; a theory is its own source."""
    if isinstance(game, Theory):
        return game.game, Theoretical(game)
    return game, source_of(game, solver=solver, width=width or ROOM)


def parameter_map(
    game: Game | Theory,
    *,
    x: str,
    y: str,
    spans: tuple[Ends | None, Ends | None] = (None, None),
    at: Mapping[str, Value] | None = None,
    of: str = "",
    say: str = "",
    title: str = "",
    cells: int = CELLS,
    solver: Solver[Any, Any] | None = None,
) -> ParameterMap:
    """Return the map of a game, or of its theory, over two parameters, the others at `at` or their defaults.

    `spans` are the ranges, None for `natural_range`. `of` is a quantity such as `P(war)`. `say` names an event
    whose exact probability is written into the regions where all classes agree on it. With a theory, a region is
    where the same generic classes exist, and boundaries are those of their regions; with a solver, where equilibria
    of the same kinds do: the events that they make possible, or how many there are. Raises `ParameterError` for
    unknown names, one name twice, an empty range, and parameters without a value.

    >>> from deterrence.library import load
    >>> found = parameter_map(load("crisis-management/chicken"), x="P", y="T", of="P(collision)", cells=8)
    >>> [label.split(chr(10)) for label in found.regions]
    [['one side yields', 'mixed: compromise, one side yields, collision']]
    """
    game, source = source_for(game, solver=solver)
    for name in (x, y):
        game.parameter(name)
    if x == y:
        raise ParameterError("the map needs two parameters", where="x, y", remedy="name two different ones")
    ends = [span or natural_range(game, name, at) for name, span in zip((x, y), spans, strict=True)]
    across, up = _middles(x, ends[0], cells, 0.003), _middles(y, ends[1], cells, -0.0017)
    grid = {x: np.tile(across, cells), y: np.repeat(up, cells)}
    points = parameter_points(game, {**(at or {}), **grid})
    events = [read_metric(name, game) for name in default_metrics(game)] if game.events() else []
    wanted = read_metric(of, game) if of else None
    found = source.measure(points, _distinct([*events, *([wanted] if wanted else [])]))
    labelled = _theory_regions(source, found, say) if isinstance(source, Theoretical) else _kinds(found, events)
    ranges = _ends(found, wanted) if wanted else (None, None)
    curves = _curves(source, points, {x, y}) if isinstance(source, Theoretical) else {}
    facts = source.provenance
    return ParameterMap(
        title=title or game.about.title or "Map of two parameters",
        note=f"{concept_words(facts['concept'], facts['refinement'])}; all else at the reference case",
        labels=(meaning_of(game, x), meaning_of(game, y)),
        spans=(ends[0], ends[1]),
        x=across,
        y=up,
        regions={label: mask.reshape(cells, cells) for label, mask in labelled.items()},
        several=_several(found, events).reshape(cells, cells),
        outside=np.asarray(~(points.admissible & points.defined)).reshape(cells, cells),
        curves={label: values.reshape(cells, cells) for label, values in curves.items()},
        reference=_reference(game, (x, y), (ends[0], ends[1]), at or {}),
        of=of,
        low=None if ranges[0] is None else ranges[0].reshape(cells, cells),
        high=None if ranges[1] is None else ranges[1].reshape(cells, cells),
    )


def _middles(name: str, span: Ends, cells: int, aside: float) -> FloatArray:
    """Return the middles of cells, a little aside: boundaries through round numbers then meet none of them."""
    low, high = span
    if not low < high or not np.isfinite([low, high]).all():
        raise ParameterError(f"no range from {low} to {high}", where=name, remedy="the smaller end first")
    return low + (high - low) * (np.arange(cells) + 0.5 + aside) / cells


def _distinct(metrics: list[Metric]) -> list[Metric]:
    return list({metric.name: metric for metric in metrics}.values())


def concept_words(concept: str, refinement: str) -> str:
    """Return a concept and refinement as a reader knows them.

    >>> concept_words("pbe", "D1")
    'perfect Bayesian equilibrium, surviving D1'
    """
    name = CONCEPT_WORDS.get(concept, concept)
    return name if refinement == "none" else f"{name}, surviving {refinement}"


def meaning_of(game: Game, name: str) -> str:
    """Return a parameter's name with what it means."""
    meaning = game.parameter(name).meaning
    return f"{name}: {meaning}" if meaning else name


def _reference(
    game: Game, names: tuple[str, str], spans: tuple[Ends, Ends], at: Mapping[str, Value]
) -> tuple[float, float] | None:
    values = [at.get(name, game.parameter(name).default) for name in names]
    place = [float(v) for v in values if isinstance(v, int | float | Fraction)]
    inside = len(place) == 2 and all(low <= v <= high for v, (low, high) in zip(place, spans, strict=True))
    return (place[0], place[1]) if inside else None


def _ends(found: Measured, metric: Metric) -> tuple[FloatArray, FloatArray]:
    low = found.values[metric.name, "value"]
    if metric.quantity is None:
        return low, low
    high = found.values.get((metric.name, "largest"), low)
    return np.fmin.reduce(low, axis=0, initial=np.nan), np.fmax.reduce(high, axis=0, initial=np.nan)


def _several(found: Measured, events: list[Metric]) -> BoolArray:
    """Return where equilibria differ in what happens; without events, where there are several."""
    if not events:
        return np.asarray(found.exists.sum(axis=0) > 1)
    apart = np.zeros(found.exists.shape[1], dtype=np.bool_)
    for metric in events:
        low, high = _ends(found, metric)
        with np.errstate(invalid="ignore"):  # infinite numbers do not differ
            apart |= high - low > APART
    return apart


def _theory_regions(source: Theoretical, found: Measured, say: str) -> dict[str, BoolArray]:
    """Return where the same generic classes exist, by their names, and what they agree on."""
    theory = source.theory
    if say and say not in theory.game.events():
        raise ParameterError(f"no event {say!r}", where="say", remedy=did_you_mean(say, theory.game.events()))
    listed = columns(theory)
    generic = [k for k, (c, _) in enumerate(listed) if c.generic]
    masks = found.exists[generic].T
    out: dict[str, BoolArray] = {}
    for row in np.unique(masks, axis=0):
        here = [listed[generic[k]] for k in np.flatnonzero(row)]
        lines = _families(here) or ["no equilibrium listed"]
        chances = {"" if n else to_text(c.events[say]) for c, n in here} if say else set()
        label = "\n".join([*lines, *(f"P({say}) = {chance}" for chance in chances if chance and len(chances) == 1)])
        where = np.asarray((masks == row).all(axis=1)) & (found.status <= 2)
        out[label] = out[label] | where if label in out else where
    return {label: mask for label, mask in out.items() if mask.any()}


def _families(here: Sequence[tuple[EquilibriumClass, int]]) -> list[str]:
    """Return the families of classes, each once; those without closed form with the number of their solutions."""
    lines = [*dict.fromkeys(c.family for c, number in here if not number)]
    for name, n in Counter(c.family for c, number in here if number).items():
        lines.append(f"{name} (numeric{f', {n} solutions' if n > 1 else ''})")
    return lines


def _kinds(found: Measured, events: list[Metric]) -> dict[str, BoolArray]:
    """Return where equilibria of the same kinds exist: by what can happen in them, else by their number."""
    solved = found.status <= 2
    named = [(m.quantity.of, m.name) for m in events if m.quantity is not None and m.quantity.kind == "P"]
    names = [of for of, _ in named]
    if not names:
        counts = found.exists.sum(axis=0)
        each = [int(k) for k in np.unique(counts[solved])]
        return {f"{k} equilibri{'um' if k == 1 else 'a'}": solved & (counts == k) for k in each}
    possible = [found.values[name, "value"] > APART for _, name in named]
    code = sum(mask.astype(np.int64) << k for k, mask in enumerate(possible))
    code = np.sort(np.where(found.exists, code, 0), axis=0)
    out: dict[str, BoolArray] = {}
    for column in np.unique(code[:, solved], axis=1).T:
        label = "\n".join(_kind(int(c), names) for c in dict.fromkeys(column.tolist()) if c)
        where = solved & (code == column[:, None]).all(axis=0)
        key = label or "no equilibrium found"
        out[key] = out[key] | where if key in out else where
    return out


def _kind(code: int, names: list[str]) -> str:
    happens = [name for k, name in enumerate(names) if code >> k & 1]
    return happens[0] if len(happens) == 1 else f"mixed: {', '.join(happens)}"


def _curves(source: Theoretical, points: Points, axes: set[str]) -> dict[str, FloatArray]:
    """Return the boundary functions that change sign on the map, each curve once."""
    theory = source.theory
    found: dict[str, FloatArray] = {}
    seen: set[bytes] = set()
    for label, formula in _edges(theory, axes):
        (values,) = formula_values([substitute(formula, theory.game.resolved_definitions)], points)
        row = np.asarray(values, dtype=np.float64)
        above = row > 0
        prints = {above.tobytes(), (~above).tobytes()}
        if above.any() and not above.all() and not prints & seen:
            seen |= prints
            found.setdefault(label, row)
    return found


def _edges(theory: Theory, axes: set[str]) -> Iterator[tuple[str, Expr]]:
    """Yield the boundaries of the regions: the difference of the two sides, by the threshold's name or as written.

    Those of classes without closed form are not known.
    """
    closed = (candidate for candidate in theory.generic if candidate.closed_form)
    for c in (c for candidate in closed for c in candidate.region):
        for chain in comparisons(c):
            for left, _, right in chain.pairs():
                names = [f.name for f in (left, right) if isinstance(f, Symbol) and f.name not in axes]
                yield names[0] if names else f"{to_text(left)} = {to_text(right)}", left - right

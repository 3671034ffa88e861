"""Laws of continuous private types, and noisy signals about a common state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Comparison, Condition, Expr, ExprLike, Number, as_expr, did_you_mean
from deterrence.games.frozen import Frozen

__all__ = ["LAWS", "Law"]

# law -> what its arguments are
LAWS: Final[Mapping[str, tuple[str, ...]]] = {
    "uniform": ("low", "high"),
    "normal": ("mean", "deviation"),
    "power": ("low", "high", "exponent"),
    "exponential": ("low", "mean"),
    "uniform-signal": ("noise",),
    "normal-signal": ("noise",),
}


class Law(Frozen):
    """How a private type is drawn.

    `uniform(low, high)`; `normal(mean, deviation)`; `power(low, high, exponent)` with distribution function
    `((x - low)/(high - low))**exponent`; `exponential(low, mean)`: low plus an exponential variable of that mean.
    Types of different decisions are independent. `uniform-signal(noise)` and `normal-signal(noise)`: the type is a
    signal, a common state of diffuse prior plus noise, uniform on [-noise, noise] or normal with that deviation; noise
    zero stands for the limit of vanishing noise.

    >>> Law("uniform", 0, "C")
    Law('uniform', 0, C)
    """

    __slots__ = ("arguments", "kind")
    kind: str
    arguments: tuple[Expr, ...]

    def __init__(self, kind: str, *arguments: ExprLike) -> None:
        if kind not in LAWS:
            raise GameError(f"no law {kind[:64]!r}", remedy=did_you_mean(kind, LAWS))
        wanted = LAWS[kind]
        if len(arguments) != len(wanted):
            raise GameError(f"{kind} takes {len(wanted)} argument(s)", remedy=f"{kind} = [{', '.join(wanted)}]")
        self._set(kind=kind, arguments=tuple(as_expr(a) for a in arguments))
        _ = self.conditions  # those about numbers alone are checked

    @property
    def is_signal(self) -> bool:
        """Whether the type is a noisy signal about a common state."""
        return self.kind.endswith("-signal")

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the arguments must satisfy."""
        first = self.arguments[0]
        if self.is_signal:
            return _kept([Comparison((first, Number(0)), (">=",))])
        if self.kind in ("uniform", "power"):
            rising = Comparison((first, self.arguments[1]), ("<",))
            return _kept([rising, *(Comparison((k, Number(0)), (">",)) for k in self.arguments[2:])])
        return _kept([Comparison((self.arguments[1], Number(0)), (">",))])

    def __eq__(self, other: object) -> bool:
        return (
            (self.kind, self.arguments) == (other.kind, other.arguments) if isinstance(other, Law) else NotImplemented
        )

    def __hash__(self) -> int:
        return hash((self.kind, self.arguments))

    def __repr__(self) -> str:
        return f"Law({self.kind!r}, {', '.join(a.key for a in self.arguments)})"

    def __reduce__(self) -> tuple[object, ...]:
        return (Law, (self.kind, *self.arguments))


def _kept(conditions: Iterable[Comparison]) -> tuple[Condition, ...]:
    """Return the conditions that are about parameters; one about numbers alone must hold."""
    kept: list[Condition] = []
    for condition in conditions:
        left, right = condition.operands
        if isinstance(left, Number) and isinstance(right, Number):
            tests = {"<": left.value < right.value, ">": left.value > right.value, ">=": left.value >= right.value}
            if not tests[condition.operators[0]]:
                raise GameError(
                    f"{left.key} {condition.operators[0]} {right.key} does not hold", remedy="check the law"
                )
        else:
            kept.append(condition)
    return tuple(kept)

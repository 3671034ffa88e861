"""What every form of game shares: players, parameters, assumptions, definitions and what is said about it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import ClassVar, Self

from deterrence.errors import GameError, ParameterError
from deterrence.escape import for_terminal
from deterrence.expressions import (
    Comparison,
    Condition,
    Expr,
    ExprLike,
    Number,
    Symbol,
    as_expr,
    did_you_mean,
    parse_condition,
    substitute,
    substitute_condition,
    symbols_of,
    symbols_of_condition,
)
from deterrence.expressions.identity import identically
from deterrence.games.display import game_html, game_latex
from deterrence.games.frozen import Frozen, FrozenMap
from deterrence.games.nodes import Player
from deterrence.games.parameters import Parameter
from deterrence.games.statements import About

__all__ = ["Game"]


class Game(Frozen, ABC):
    """A typed, symbolic, immutable game: no numbers are computed here.

    Two games are equal when players, structure, formulas, assumptions and parameter domains are; defaults,
    meanings, definitions and `about` (title, source, published results) are annotations.
    """

    form: ClassVar[str]
    players: tuple[Player, ...]
    parameters: tuple[Parameter, ...]
    assume: tuple[Condition, ...]
    definitions: FrozenMap[str, Expr]
    about: About

    @abstractmethod
    def formulas(self) -> Iterator[Expr]:
        """Yield every payoff and probability formula."""

    def probabilities(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield, with its place, each list of formulas that must be a probability distribution; none without chance."""
        return iter(())

    def events(self) -> tuple[str, ...]:
        """Return the outcome events, each once; none where numbers say what happens."""
        return ()

    def variables(self) -> tuple[str, ...]:
        """Return the names in formulas that stand for actions, types or states, and so are no parameters."""
        return ()

    def quantities(self) -> Mapping[str, tuple[str, ...]]:
        """Return the kinds of numbers that an equilibrium yields, each with the names that it can be of."""
        types = tuple(f"{p.name}.{t}" for p in self.players for t in p.types)
        return {"P": self.events(), "U": (*(p.name for p in self.players), *types)}

    @abstractmethod
    def outline(self) -> list[str]:
        """Return the structure as lines of text."""

    @abstractmethod
    def outcome_rows(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield each outcome's name with its payoffs in the order of the players."""

    @abstractmethod
    def _structure(self) -> tuple[object, ...]:
        """Return what equality compares besides the players, the assumptions and the parameters."""

    @cached_property
    def _key(self) -> tuple[object, ...]:
        domains = frozenset((p.name, p.domain) for p in self.parameters)
        return (self.form, self.players, frozenset(self.assume), domains, self._structure())

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Game) else NotImplemented

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        title = for_terminal(self.about.slug or self.about.title)
        names = ", ".join(p.name for p in self.players)
        return f"{type(self).__name__}({title + ': ' if title else ''}{names}; {len(self.parameters)} parameters)"

    def _repr_html_(self) -> str:
        return game_html(self)

    def _repr_latex_(self) -> str:
        return game_latex(self)

    @property
    def admissible(self) -> tuple[Condition, ...]:
        """Every condition that a parameter point must satisfy: domains, probabilities, assumptions."""
        domains = [c for p in self.parameters for c in p.conditions]
        bounds = [
            Comparison((q, Number(0)), (">=",))
            for _, distribution in self.probabilities()
            for q in distribution
            if not isinstance(q, Number)
        ]
        return tuple(dict.fromkeys([*domains, *bounds, *self.assume]))

    @property
    def resolved_definitions(self) -> FrozenMap[str, Expr]:
        """The definitions as formulas in the parameters alone."""
        return resolve(self.definitions)

    def parameter(self, name: str, *, where: str = "") -> Parameter:
        """Return a parameter by name; raise `ParameterError` with a suggestion, at `where`, for an unknown one."""
        for candidate in self.parameters:
            if candidate.name == name:
                return candidate
        names = [p.name for p in self.parameters]
        raise ParameterError(f"no parameter {str(name)[:64]!a}", where=where, remedy=did_you_mean(str(name), names))

    def described(self, about: About) -> Self:
        """Return the same game with other words about it; nothing is checked or built again."""
        game = object.__new__(type(self))
        game._set(**{**vars(self), "about": about})
        return game

    def restated(
        self,
        *,
        assume: Iterable[Condition],
        parameters: Iterable[Parameter],
        definitions: Mapping[str, ExprLike],
        about: About,
    ) -> Self:
        """Return the same structure with other assumptions, declarations and definitions, which are checked."""
        game = object.__new__(type(self))
        game._set(**self._state())
        game._begin(definitions, about)
        game._finish(assume, parameters)
        return game

    def _state(self) -> dict[str, object]:
        """Return the fields that make up the game, without what is kept of earlier computations."""
        kind = type(self)
        return {n: v for n, v in vars(self).items() if not isinstance(getattr(kind, n, None), cached_property)}

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by value."""
        return (_restored, (type(self), self._state()))

    def _begin(self, definitions: Mapping[str, ExprLike] | None, about: About | None) -> FrozenMap[str, Expr]:
        """Set definitions and words; return the definitions as formulas in the parameters alone."""
        written = FrozenMap({name: as_expr(formula) for name, formula in (definitions or {}).items()})
        self._set(definitions=written, about=about or About())
        return resolve(written)

    def _finish(self, assume: Iterable[Condition | str], parameters: Iterable[Parameter]) -> None:
        """Set assumptions and parameters once players and structure stand; formulas are complete by now."""
        written, closed = self.definitions, self.resolved_definitions
        conditions = tuple(parse_condition(c) if isinstance(c, str) else c for c in assume)
        conditions = tuple(substitute_condition(c, closed) for c in conditions)
        declared = tuple(parameters)
        for p in declared:
            if p.name in written:
                raise GameError(f"{p.name!r} is a parameter and a definition", remedy="rename one of them")
        variables = self.variables()
        for name in variables:
            if name in written or any(p.name == name for p in declared):
                raise GameError(f"{name!r} is a variable of the game", remedy="rename the parameter or definition")
        used = [s for formula in self.formulas() for s in symbols_of(formula) if s.name not in variables]
        found = _collect(declared, [*used, *closed.values()], conditions)
        self._set(assume=conditions, parameters=found)
        for where, distribution in self.probabilities():
            check_distribution(distribution, where)


def _restored(kind: type[Game], fields: dict[str, object]) -> Game:
    game = object.__new__(kind)
    game._set(**fields)
    return game


def resolve(definitions: FrozenMap[str, Expr]) -> FrozenMap[str, Expr]:
    """Return definitions with the definitions that they use put in; a circle is an error."""
    done: dict[str, Expr] = {}
    pending = dict(definitions)
    while pending:
        ready = [n for n, f in pending.items() if not any(s.name in pending for s in symbols_of(f))]
        if not ready:
            raise GameError(
                f"definitions in a circle: {', '.join(sorted(pending))}",
                remedy="let one be free of the others",
            )
        for name in ready:
            done[name] = substitute(pending.pop(name), done)
    return FrozenMap({name: done[name] for name in definitions})


def _collect(
    declared: Iterable[Parameter],
    formulas: Iterable[Expr],
    conditions: tuple[Condition, ...],
) -> tuple[Parameter, ...]:
    """Return the parameters: those declared, then those met; check that each is used and each name known."""
    known = {p.name: p for p in declared}
    explicit = set(known)
    used: set[str] = set()
    for symbol in (s for formula in formulas for s in symbols_of(formula)):
        used.add(symbol.name)
        if symbol.name not in known or (isinstance(symbol, Parameter) and symbol.name not in explicit):
            known[symbol.name] = _met(known.get(symbol.name), symbol)
    for condition in conditions:
        for symbol in symbols_of_condition(condition):
            if symbol.name not in known:
                raise GameError(
                    f"the assumption uses the unknown name {symbol.name!r}",
                    remedy=did_you_mean(symbol.name, known),
                )
            used.add(symbol.name)
    unused = [name for name in known if name not in used]
    if unused:
        raise GameError(
            f"unused parameter {unused[0]!r}", where="parameters", remedy="use it in a formula or remove it"
        )
    return tuple(known.values())


def _met(before: Parameter | None, symbol: Symbol) -> Parameter:
    if isinstance(symbol, Parameter):
        if before is not None and before.domain not in ("real", symbol.domain):
            raise GameError(
                f"two domains for {symbol.name!r}: {before.domain} and {symbol.domain}",
                remedy="declare it once",
            )
        return symbol
    return before or Parameter(symbol.name)


def check_distribution(distribution: tuple[Expr, ...], where: str) -> None:
    """Check that formulas sum to one for all values: an identity test at exact random points.

    A rational identity that holds at several independent random points holds everywhere with overwhelming
    probability (Schwartz 1980; Zippel 1979); formulas without an exact rational value are left to the numbers.
    """
    total: Expr = Number(0)
    for formula in distribution:
        total = total + formula
        if isinstance(formula, Number) and not 0 <= formula.value <= 1:
            raise GameError(f"{formula.key} is not a probability", where=where, remedy="between 0 and 1")
    if identically(total, Number(1)) is False:
        raise GameError("the probabilities do not sum to 1", where=where, remedy="for instance p and 1 - p")

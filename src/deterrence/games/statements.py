"""What is said about a game: published propositions, worked instances, source. Claims to check, never trusted."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from deterrence.expressions import Condition, Expr
from deterrence.games.frozen import FrozenMap

__all__ = [
    "CLAIMED_BY_VALUES",
    "CONCEPTS",
    "FIDELITIES",
    "REFINEMENTS",
    "About",
    "EquilibriumResult",
    "Instance",
    "Prescription",
    "Quantity",
    "Result",
    "SignResult",
]

CONCEPTS: Final = (
    "nash",
    "pure-nash",
    "strong-stackelberg",
    "subgame-perfect",
    "weak-pbe",
    "pbe",
    "sequential",
    "joint-optimum",
    "lindahl",
    "commitment",
    "bayes-nash",
    "markov-perfect",
    "shapley",
    "banzhaf",
    "banzhaf-index",
    "core",
    "nucleolus",
    "prenucleolus",
    "minimal-winning",
    "nash-bargaining",
    "pairwise-stable",
    "war-stable",
    "efficient",
    "delta-stable",
    "gamma-stable",
)
CLAIMED_BY_VALUES: Final = ("strong-stackelberg",)  # in a form whose other results are profiles
REFINEMENTS: Final = ("none", "intuitive", "D1", "undefeated")
FIDELITIES: Final = ("exact", "after", "canonical", "own")

Sign: TypeAlias = Literal["+", "-", "0", "+0", "-0", "?"]


@dataclass(frozen=True)
class Quantity:
    """A number that an equilibrium yields, such as `P(event)`, `U(player)`, or `U(player.type)` for one type.

    Which kinds there are besides P and U depends on the form of the game (`Game.quantities`).
    """

    kind: str
    of: str

    def __str__(self) -> str:
        """Return the quantity as files write it."""
        return f"{self.kind}({self.of})"


@dataclass(frozen=True)
class Prescription:
    """What a profile prescribes at one information set: a probability for each named action.

    `types` are the mover's type and others that it knows, as written (`hard`, `Other.soft`); actions not
    named share nothing when the probabilities sum to one, and a single unnamed action takes the rest.
    """

    player: str
    types: tuple[str, ...]
    information_set: str
    probabilities: FrozenMap[str, Expr]


@dataclass(frozen=True)
class EquilibriumResult:
    """`profile` is an equilibrium of `concept` if and only if every condition of `iff` holds.

    Information sets that are not named are free. `beliefs` are prescribed probabilities of nodes, by
    information set, where the result needs them; `values` are claimed quantities on the region; `integers`
    are the arguments of a family where the result is about one size only.
    """

    id: str
    concept: str
    profile: tuple[Prescription, ...]
    iff: tuple[Condition, ...] = ()
    refinement: str = "none"
    beliefs: tuple[Prescription, ...] = ()
    values: FrozenMap[Quantity, Expr] = field(default_factory=lambda: FrozenMap[Quantity, Expr]())
    integers: FrozenMap[str, int] = field(default_factory=lambda: FrozenMap[str, int]())
    note: str = ""


@dataclass(frozen=True)
class SignResult:
    """The derivative of `of` (a formula or a quantity) with respect to `wrt`, or `of` itself, has the given sign."""

    id: str
    of: Expr | Quantity
    wrt: str  # a parameter; empty for the sign of `of` itself
    sign: Sign
    within: str = ""  # id of the equilibrium result on whose region the sign is claimed
    given: tuple[Condition, ...] = ()
    integers: FrozenMap[str, int] = field(default_factory=lambda: FrozenMap[str, int]())
    note: str = ""


Result: TypeAlias = EquilibriumResult | SignResult


@dataclass(frozen=True)
class Instance:
    """A worked case with its exact answer: parameter values, and what the solution must be there.

    `quantifier` says whether `every` or `some` equilibrium has the expected values; with `result` the
    values are those of that published profile, which must be an equilibrium there. `ties` is the tie rule of
    backward induction under which the values are claimed. `definitions` are
    expected values of defined names, `integers` the arguments of a family.
    """

    at: FrozenMap[str, Fraction]
    values: FrozenMap[Quantity, Fraction] = field(default_factory=lambda: FrozenMap[Quantity, Fraction]())
    definitions: FrozenMap[str, Fraction] = field(default_factory=lambda: FrozenMap[str, Fraction]())
    profile: tuple[Prescription, ...] = ()
    result: str = ""
    count: int | None = None
    quantifier: Literal["every", "some"] = "every"
    ties: Literal["all", "first"] = "all"
    integers: FrozenMap[str, int] = field(default_factory=lambda: FrozenMap[str, int]())
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class About:
    """Where a model comes from and what is claimed of it; no part of the game itself."""

    slug: str = ""
    title: str = ""
    summary: str = ""
    theme: str = ""
    source: str = ""
    fidelity: str = ""
    claims: tuple[str, ...] = ()
    catalogue: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    instances: tuple[Instance, ...] = ()
    family: str = ""
    integers: FrozenMap[str, int] = field(default_factory=lambda: FrozenMap[str, int]())
    sha256: str = ""

"""The answer of the theory engine: equilibrium classes with closed forms and exact regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from deterrence.errors import SolverError
from deterrence.expressions import Condition, Expr, did_you_mean
from deterrence.games import ExtensiveGame, FrozenMap
from deterrence.theory.covering import Tiling
from deterrence.theory.document import theory_body
from deterrence.theory.latex import theory_latex
from deterrence.theory.overview import MANY, overview_html, overview_text
from deterrence.theory.removal import Removal
from deterrence.theory.table import TheoryTable, theory_table
from deterrence.theory.unknowns import BeliefSlot, Support

__all__ = ["BeliefSlot", "EquilibriumClass", "Interval", "Theory"]


@dataclass(frozen=True)
class Interval:
    """What a free unknown may be: at least every lower and at most every upper bound, in the parameters.

    Bounds may use the names of free unknowns that are listed after this one.
    """

    lower: tuple[Expr, ...]
    upper: tuple[Expr, ...]


@dataclass(frozen=True)
class EquilibriumClass:
    """One class of equilibria: what everyone does and believes, and exactly where that is an equilibrium.

    No other class of the theory has its `name`; classes with the same published profile, or that differ in no support,
    are one `family`, which may be named wherever a class is.
    `strategies[h]` are the probabilities of the actions at information set h of the full tree, in the parameters and
    in the names of `free`. `beliefs` are those that matter to somebody; `free` holds the intervals of beliefs and
    mixing probabilities that the concept leaves open (`meaning` says in words what each stands for). All conditions of
    `region` together are necessary and sufficient. `events` and `payoffs` (by player and type) are exact. `generic`
    says whether the region has interior; `closed_form` whether all unknowns were solved for; `proved` whether the
    solver decided that the support is feasible. `defined` are strict conditions on free unknowns, where a formula would
    have no value at an end of an interval. Where they leave nothing on a boundary of the region, the behaviour there,
    as a limit, is that of another class.

    A class without closed form is implicit: all that is said of its unknowns `implicit` are the `open_conditions`, and
    `region` is necessary only. At parameter points they are solved numerically.
    """

    name: str
    family: str
    support: Support
    strategies: tuple[tuple[Expr, ...], ...]
    beliefs: Mapping[BeliefSlot, Expr]
    free: Mapping[str, Interval]
    meaning: Mapping[str, str]
    region: tuple[Condition, ...]
    events: Mapping[str, Expr]
    payoffs: Mapping[tuple[str, str], Expr]
    generic: bool
    closed_form: bool = True
    proved: bool = True
    open_conditions: tuple[Condition, ...] = field(default=())
    defined: tuple[Condition, ...] = field(default=())

    @property
    def implicit(self) -> tuple[str, ...]:
        """The unknowns that could not be solved for: the names in `meaning` without an interval."""
        return tuple(name for name in self.meaning if name not in self.free)


@dataclass(frozen=True, repr=False)
class Theory:
    """Every equilibrium class of a game under one concept and refinement.

    `complete` says whether nothing is missing, `argument` why. `counts` are the numbers of supports kept, of partial
    choices pruned and of solver queries, `undecided` of them left open; `trusted` names the programs relied on.
    `removed` is what the refinement took away, `tiling` how the regions of the classes lie, `untiled` why that is not
    known.
    """

    game: ExtensiveGame
    concept: str
    refinement: str
    classes: tuple[EquilibriumClass, ...]
    complete: bool
    argument: str
    counts: FrozenMap[str, int]
    trusted: tuple[str, ...]
    removed: tuple[Removal, ...] = ()
    tiling: Tiling | None = None
    untiled: str = ""

    @property
    def generic(self) -> tuple[EquilibriumClass, ...]:
        """The classes whose region has interior."""
        return tuple(c for c in self.classes if c.generic)

    @property
    def knife_edges(self) -> tuple[EquilibriumClass, ...]:
        """The classes that exist only where parameters satisfy an equation."""
        return tuple(c for c in self.classes if not c.generic)

    def named(self, name: str) -> EquilibriumClass:
        """Return the class of a name, or the first of a family; raise `SolverError` when there is none."""
        return self.all_named(name)[0]

    def all_named(self, name: str) -> tuple[EquilibriumClass, ...]:
        """Return the class of a name, or all classes of a family; raise `SolverError` when there is none."""
        single = tuple(c for c in self.classes if c.name == name)
        found = single or tuple(c for c in self.classes if c.family == name)
        if not found:
            raise SolverError(f"no equilibrium class {name[:64]!a}", remedy=did_you_mean(name, self.names))
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """What a class may be called: the families first, then the names of the single classes."""
        return tuple(dict.fromkeys((*(c.family for c in self.classes), *(c.name for c in self.classes))))

    def table(self) -> TheoryTable:
        """Return the classes in words, generic ones first."""
        return theory_table(self)

    def latex(self, *, knife_edges: bool = True, names: Sequence[str] = ()) -> str:
        """Return a LaTeX proposition that lists classes and regions, with a sketch of its proof.

        Many classes are split into several propositions, by what may happen. With `names` only these classes are
        listed. Raises `SolverError` for a name that no class has.
        """
        return theory_latex(self, self.chosen(names, knife_edges=knife_edges))

    def document(self, *, knife_edges: bool = True, names: Sequence[str] = ()) -> Mapping[str, object]:
        """Return the theory as dictionaries, lists, text and numbers, which `json.dumps` takes.

        Raises `SolverError` for a name that no class has.

        >>> import deterrence as dt
        >>> found = dt.derive(dt.load("unilateral-deterrence")).document(names=["bluff"])
        >>> found["classes"][0]["events"]["war"]
        'p_Ch*t_soft'
        """
        return theory_body(self, self.chosen(names, knife_edges=knife_edges))

    def chosen(self, names: Sequence[str] = (), *, knife_edges: bool = True) -> tuple[EquilibriumClass, ...]:
        """Return the classes with these names or of these families; without names all, or the generic ones."""
        wanted = {c.name for name in names for c in self.all_named(name)}
        return tuple(c for c in self.classes if (c.name in wanted if names else c.generic or knife_edges))

    def __str__(self) -> str:
        """Return the classes as paragraphs; of many an overview, or the generic ones, and what that leaves out."""
        if len(self.generic) > MANY:
            return overview_text(self)
        hidden = len(self.knife_edges) if len(self.classes) > MANY else 0
        note = f"\n{hidden} classes on knife edges are not shown: print(theory.table()) shows every class"
        return str(theory_table(self, self.generic)) + note if hidden else str(self.table())

    def __repr__(self) -> str:
        """Return what the theory is about and how much it holds."""
        refined = "" if self.refinement == "none" else f", {self.refinement}"
        return f"<Theory of {self.game!r}: {self.concept}{refined}, {len(self.classes)} classes>"

    def _repr_html_(self) -> str:
        return self.table()._repr_html_() if len(self.generic) <= MANY else overview_html(self)

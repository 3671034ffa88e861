"""Comparative statics: exact derivatives in every class, jumps between classes, and what holds across all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final, Literal, TypeAlias

from deterrence.escape import for_latex
from deterrence.expressions import (
    Comparison,
    Condition,
    Expr,
    Symbol,
    evaluate_exact,
    substitute,
    substitute_condition,
    to_latex,
    to_text,
)
from deterrence.games import FrozenMap
from deterrence.theory.algebra import Fractional, Polynomial
from deterrence.theory.cases import Cases
from deterrence.theory.classes import EquilibriumClass, Theory
from deterrence.theory.ground import Ground
from deterrence.theory.logic import FALSE, comparisons, strictly
from deterrence.theory.signs import OPERATORS
from deterrence.theory.slopes import rate
from deterrence.theory.smt import Answer
from deterrence.theory.statements import Measure, parse_measure
from deterrence.theory.unknowns import ZERO
from deterrence.theory.weakest import shortened

__all__ = ["ClassStatics", "Jump", "Reversal", "SignRow", "SignTable", "Slope", "Statics", "sign_table", "statics"]

Slope: TypeAlias = Literal["+", "-", "0", "+0", "-0", "mixed", "open", "undecided"]

_LATEX_SIGNS: Final[Mapping[str, str]] = {
    "+": "$+$",
    "-": "$-$",
    "0": "$0$",
    "+0": r"$\geq 0$",
    "-0": r"$\leq 0$",
    "mixed": r"$\pm$",
}
# by the signs that occur; none does where nothing satisfies the context
_ONE_SIDED: Final[dict[str, Slope]] = {"": "undecided", "+": "+", "-": "-", "0": "0", "+0": "+0", "-0": "-0"}


@dataclass(frozen=True, kw_only=True)
class ClassStatics:
    """The derivative of a quantity in the interior of a class's region, all else equal.

    For a formula in parameters and definitions alone `found` is None: it is about every admissible point.
    `sign` is "mixed" where several signs occur: `signs` then gives the exact part of the region for each. It is "open"
    where the quantity depends on a belief or probability that the class leaves open (`derivative` holds it fixed).
    Unknowns without closed form stand in the formulas; they move with the parameter, by the implicit function theorem,
    and the sign is that at every solution where their equations are not singular.
    """

    found: EquilibriumClass | None
    value: Expr
    derivative: Expr
    sign: Slope
    signs: FrozenMap[str, Condition]


@dataclass(frozen=True, kw_only=True)
class Jump:
    """Where the regions of two classes meet as the parameter grows and the quantity is not the same on either side.

    `sign` is that of `above` minus `below` on the common edge; `point` is an exact point there with the two values.
    """

    edge: Condition
    below: EquilibriumClass
    above: EquilibriumClass
    value_below: Expr
    value_above: Expr
    sign: Slope
    point: FrozenMap[str, Fraction]
    values: tuple[Fraction, Fraction]


@dataclass(frozen=True, kw_only=True)
class Reversal:
    """Two equilibria at points that differ in one parameter alone: the quantity at the lower and the higher value."""

    point: FrozenMap[str, Fraction]
    wrt: tuple[Fraction, Fraction]
    classes: tuple[str, str]
    values: tuple[Fraction, Fraction]

    def told(self, of: str, wrt: str) -> str:
        """Return in words how the quantity moves as the parameter grows."""
        (low, high), (before, after) = self.wrt, self.values
        classes = f" ({self.classes[0]!r} and {self.classes[1]!r})" if self.classes[0] else ""
        at = f" at {', '.join(f'{name} = {value}' for name, value in self.point.items())}" if self.point else ""
        verb = "rises" if after > before else "falls"
        return f"{of} {verb} from {before} to {after} as {wrt} goes from {low} to {high}{classes}{at}"


@dataclass(frozen=True, kw_only=True)
class Statics:
    """How a quantity depends on a parameter: class by class, at the edges between classes, and altogether.

    `monotone` compares any two equilibria at points that differ in `wrt` alone, whatever their classes: "increasing"
    when none has less at more, "decreasing" likewise, "constant" for both, "neither" with a witness against each.
    Jumps are looked for between classes with closed forms.
    """

    of: str
    wrt: str
    classes: tuple[ClassStatics, ...]
    jumps: tuple[Jump, ...]
    monotone: Literal["increasing", "decreasing", "constant", "neither", "undecided"]
    rises: Reversal | None
    falls: Reversal | None
    trusted: tuple[str, ...]

    def __str__(self) -> str:
        """Return one line per class and per jump."""
        lines = [f"d {self.of} / d {self.wrt}"]
        for c in self.classes:
            where = "; ".join(f"{s} where {to_text(w)}" for s, w in c.signs.items())
            name = "everywhere" if c.found is None else c.found.name
            lines.append(f"  {name}: {to_text(c.derivative)}, sign {c.sign}{': ' if where else ''}{where}")
        for j in self.jumps:
            sides = f"{to_text(j.value_below)} to {to_text(j.value_above)}"
            lines.append(f"  at {to_text(j.edge)}, {j.below.name} to {j.above.name}: from {sides}, sign {j.sign}")
        lines += [f"  {note}" for note in self.left_out]
        return "\n".join([*lines, f"  across all equilibria: {self.monotone}"])

    @property
    def left_out(self) -> tuple[str, ...]:
        """Where jumps were not looked for, a sentence each."""
        unsolved = (c.found.name for c in self.classes if c.found is not None and not c.found.closed_form)
        return tuple(f"{name!r} has no closed form: no jumps are looked for at its edges" for name in unsolved)


def statics(theory: Theory, *, of: str, wrt: str) -> Statics:
    """Return how a quantity (`P(war)`, a definition, a formula of both) depends on a parameter.

    Signs are proved in the interior of each generic class's region; nothing is sampled. Raises `ParameterError` for an
    unknown parameter, `SolverError` for formulas without exact derivative, `ExpressionError` for text outside the
    grammar.
    """
    theory.game.parameter(wrt, where="wrt")
    return _Statics(theory, parse_measure(of, theory.game), wrt).run()


class _Statics:
    """One quantity and one parameter."""

    def __init__(self, theory: Theory, measure: Measure, wrt: str) -> None:
        self.theory, self.measure, self.wrt = theory, measure, wrt
        self.classes: tuple[EquilibriumClass | None, ...] = theory.classes if measure.quantities else (None,)
        plain = Cases(theory)
        moving = dict.fromkeys((wrt, *(name for c in theory.classes for name in plain.unknowns(c))))
        self.twins = _twins(moving, set(plain.algebra.names))
        self.cases = Cases(theory, extra=self.twins.values())
        self.algebra = self.cases.algebra

    def run(self) -> Statics:
        """Go through the classes, their common edges, and all pairs of equilibria."""
        closed = [c for c in self.classes if c is not None and c.generic and c.closed_form]
        rises, rises_decided = self._reversal(">")
        falls, falls_decided = self._reversal("<")
        decided = (rises is not None or rises_decided) and (falls is not None or falls_decided)
        return Statics(
            of=self.measure.text,
            wrt=self.wrt,
            classes=tuple(self._class(c) for c in self.classes if c is None or c.generic),
            jumps=tuple(j for pair in combinations(closed, 2) for j in self._jumps(*pair)),
            monotone=_direction(rises is not None, falls is not None) if decided else "undecided",
            rises=rises,
            falls=falls,
            trusted=self.theory.trusted,
        )

    def value(self, found: EquilibriumClass | None) -> Fractional:
        """Return the quantity in a class."""
        formula = substitute(self.measure.formula, self.cases.quantities(self.measure.quantities, found))
        return self.cases.function(formula, self.cases.conditions(found))

    def _class(self, found: EquilibriumClass | None) -> ClassStatics:
        value = self.value(found)
        slope = rate(self.cases, value, self.wrt, found)
        sign, signs = slope_sign(self.cases, slope.function, slope.context)
        show = self.cases.presenter.formula
        return ClassStatics(
            found=found,
            value=show(value),
            derivative=show(slope.function),
            sign="open" if slope.is_open else sign,
            signs=FrozenMap({} if slope.is_open else signs),
        )

    def _jumps(self, first: EquilibriumClass, second: EquilibriumClass) -> Iterator[Jump]:
        """Yield the jumps at edges where one region ends, in the parameter's direction, and the other begins."""
        edges = set(self._edges(first))
        for polynomial in self._edges(second):
            if -polynomial in edges:
                slope = self.cases.sign(self.algebra.coefficients(polynomial, self.wrt).get(1, self.algebra.ring.zero))
                if slope and self.algebra.degree(polynomial, self.wrt) == 1:
                    pair = (first, second) if slope > 0 else (second, first)
                    yield from self._jump(polynomial, *pair)

    def _edges(self, found: EquilibriumClass) -> Iterator[Polynomial]:
        """Yield the polynomials, scaled alike, that are not negative on a region and contain the parameter."""
        for condition in self.cases.region(found):
            for polynomial in self._polynomials(condition):
                if self.wrt in self.algebra.names_in(polynomial):
                    yield polynomial

    def _polynomials(self, condition: Condition) -> Iterator[Polynomial]:
        for chain in comparisons(condition):
            for left, operator, _ in chain.pairs():
                polynomial = self.algebra.value(left).numer
                if polynomial:
                    yield polynomial.quo_ground(abs(polynomial.LC)) * (1 if operator[0] == ">" else -1)

    def _jump(self, edge: Polynomial, below: EquilibriumClass, above: EquilibriumClass) -> Iterator[Jump]:
        zero = Comparison((self.algebra.polynomial_formula(edge), ZERO), ("==",))
        both = (*self.cases.conditions(below), *self.cases.conditions(above))
        rest = (c for c in both if not {edge, -edge} & set(self._polynomials(c)))
        context = (*(strictly(c) for c in rest), zero)
        before, after = self.value(below), self.value(above)
        used = self.algebra.names_in(before.numer) | self.algebra.names_in(after.numer)
        point = self.cases.point(context)
        if point is None or used & {*self.cases.unknowns(below), *self.cases.unknowns(above)}:
            return
        parts = self.algebra.coefficients(edge, self.wrt)
        root = self.algebra.ratio(-parts.get(0, self.algebra.ring.zero), parts[1])
        low, high = (self.algebra.substitute(f, self.wrt, root) for f in (before, after))
        sign, _ = slope_sign(self.cases, high - low, context)
        if sign == "0":
            return
        show = self.cases.presenter.formula
        yield Jump(
            edge=self.cases.presenter.condition(edge, "=="),
            below=below,
            above=above,
            value_below=show(low),
            value_above=show(high),
            sign=sign,
            point=FrozenMap({p.name: point[p.name] for p in self.theory.game.parameters}),
            values=(self._at(before, point), self._at(after, point)),
        )

    def _at(self, function: Fractional, point: FrozenMap[str, Fraction]) -> Fraction:
        return evaluate_exact(self.algebra.formula(function), point)

    def _reversal(self, operator: str) -> tuple[Reversal | None, bool]:
        """Return two equilibria in which the quantity compares so at less and more, and whether all was decided."""
        decided = self.theory.complete or not self.measure.quantities
        pairs = ((a, b) for a in self.classes for b in self.classes)
        for first, second in sorted(pairs, key=_plainness):
            answer = self._pair(first, second, operator)
            if isinstance(answer, Reversal):
                return answer, decided
            decided = decided and answer
        return None, decided

    def _pair(self, first: EquilibriumClass | None, second: EquilibriumClass | None, operator: str) -> Reversal | bool:
        """Return a witness for two classes, or whether there is proved to be none."""
        renamed = {n: Symbol(self.twins[n]) for n in (self.wrt, *(self.cases.unknowns(second) if second else ()))}
        left = self.value(first)
        right = self.algebra.value(substitute(self.algebra.formula(self.value(second)), renamed))
        moved = [substitute_condition(c, renamed) for c in (*self.cases.assumed, *self.cases.conditions(second))]
        order = Comparison((Symbol(self.wrt), renamed[self.wrt]), ("<",))
        context = (*self.cases.conditions(first), *moved, order)
        conditions = (*context, self.cases.leaf(right - left, operator, context))
        answer = self.cases.decider.satisfiable(conditions)
        if answer is not Answer.YES:
            return answer is Answer.NO
        point = self.cases.point(conditions)
        if point is None:
            return False
        return Reversal(
            point=FrozenMap({p.name: point[p.name] for p in self.theory.game.parameters if p.name != self.wrt}),
            wrt=(point[self.wrt], point[self.twins[self.wrt]]),
            classes=(first.name if first else "", second.name if second else ""),
            values=(self._at(left, point), self._at(right, point)),
        )


def _twins(names: Iterable[str], taken: set[str]) -> dict[str, str]:
    """Return a second name for each name, for its value at another point."""
    suffix = "_2"
    while any(f"{name[:60]}{suffix}" in taken for name in names):
        suffix += "2"
    return {name: f"{name[:60]}{suffix}" for name in names}


def _plainness(pair: tuple[EquilibriumClass | None, EquilibriumClass | None]) -> tuple[bool, bool]:
    """Return what witnesses are looked for first: generic classes, then a single class."""
    return any(c is not None and not c.generic for c in pair), pair[0] is not pair[1]


def _direction(rises: bool, falls: bool) -> Literal["increasing", "decreasing", "constant", "neither"]:
    if rises and falls:
        return "neither"
    return "increasing" if rises else "decreasing" if falls else "constant"


def slope_sign(cases: Ground, slope: Fractional, context: Sequence[Condition]) -> tuple[Slope, dict[str, Condition]]:
    """Return the sign of a function where `context` holds; for "mixed", also exactly where it has which sign."""
    if not slope:
        return "0", {}
    certain = cases.sign(slope.numer * slope.denom, context)
    if certain:
        return ("+" if certain > 0 else "-"), {}
    leaves = {sign: cases.leaf(slope, OPERATORS[sign], context) for sign in ("+", "-", "0")}
    answers = {sign: cases.decider.satisfiable((*context, leaf)) for sign, leaf in leaves.items()}
    if Answer.UNKNOWN in answers.values():
        return "undecided", {}
    possible = "".join(sign for sign, answer in answers.items() if answer is Answer.YES)
    if not {"+", "-"} <= set(possible):
        return _ONE_SIDED[possible], {}
    where = {sign: shortened(cases, leaf, tuple(context)) for sign, leaf in leaves.items()}
    return "mixed", {sign: condition for sign, condition in where.items() if condition != FALSE}


@dataclass(frozen=True, kw_only=True)
class SignRow:
    """The signs of one quantity: everywhere for a definition, in one class otherwise."""

    of: str
    within: str
    signs: FrozenMap[str, Slope]


@dataclass(frozen=True, kw_only=True)
class SignTable:
    """Signs of derivatives: one row per definition, and per event and class; one column per parameter."""

    parameters: tuple[str, ...]
    rows: tuple[SignRow, ...]

    def __str__(self) -> str:
        """Return the table as text, parameters across."""
        labels = [row.of if not row.within else f"{row.of} | {row.within}" for row in self.rows]
        width = max((len(label) for label in labels), default=0)
        head = " " * width + "  " + "  ".join(self.parameters)
        lines = [
            label.ljust(width) + "  " + "  ".join(row.signs[p].center(len(p)) for p in self.parameters)
            for label, row in zip(labels, self.rows, strict=True)
        ]
        return "\n".join(line.rstrip() for line in (head, *lines))

    def latex(self) -> str:
        """Return the table as a LaTeX tabular, as papers print signs; `open` and `undecided` stay words."""
        head = " & ".join(["", *(f"${to_latex(Symbol(p))}$" for p in self.parameters)])
        rows = [
            " & ".join([_latex_label(row), *(_LATEX_SIGNS.get(row.signs[p], row.signs[p]) for p in self.parameters)])
            for row in self.rows
        ]
        columns = "l" + "c" * len(self.parameters)
        body = " \\\\\n".join((f"{head} \\\\ \\hline\n{rows[0]}", *rows[1:])) if rows else head
        return f"\\begin{{tabular}}{{{columns}}}\n{body}\n\\end{{tabular}}\n"


def _latex_label(row: SignRow) -> str:
    return for_latex(row.of + (f", {row.within}" if row.within else ""))


def sign_table(theory: Theory, *, of: Iterable[str] = (), wrt: Iterable[str] = ()) -> SignTable:
    """Return the proved signs of definitions and event probabilities (or `of`) in every parameter (or `wrt`).

    Quantities are taken class by class, in the interior of each generic class; events that a class never or always
    brings about are left out.
    """
    cases = Cases(theory)
    names = tuple(wrt) or tuple(p.name for p in theory.game.parameters)
    texts = tuple(of) or (*theory.game.definitions, *(f"P({event})" for event in theory.game.events()))
    rows: list[SignRow] = []
    for text in texts:
        measure = parse_measure(text, theory.game)
        places = theory.generic if measure.quantities else (None,)
        rows += [row for found in places if (row := _row(cases, measure, found, names)) is not None]
    return SignTable(parameters=names, rows=tuple(rows))


def _row(cases: Cases, measure: Measure, found: EquilibriumClass | None, names: tuple[str, ...]) -> SignRow | None:
    context = cases.inside(found) if found is not None else ()
    formula = substitute(measure.formula, cases.quantities(measure.quantities, found))
    value = cases.function(formula, context)
    used = cases.algebra.names_in(value.numer) | cases.algebra.names_in(value.denom)
    if found is not None and not used:
        return None
    signs: dict[str, Slope] = {}
    for name in names:
        slope = rate(cases, value, name, found)
        signs[name] = "open" if slope.is_open else slope_sign(cases, slope.function, slope.context)[0]
    return SignRow(of=measure.text, within="" if found is None else found.name, signs=FrozenMap(signs))

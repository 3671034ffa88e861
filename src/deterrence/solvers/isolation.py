"""All roots of polynomial systems in the unit box, for a batch of systems that differ in their coefficients.

Boxes are halved until each is seen to hold no root (an equation has only Bernstein coefficients of one sign there, or
the image of the box under Krawczyk's operator misses it) or exactly one, which Newton's method then finds (the image of
a slightly larger box lies inside that box; Krawczyk, Computing 4, 1969). So nothing is missed but for rounding, which
is allowed for, and systems in which a box stays undecided are marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.solvers.bernstein import bernstein, halves, slope, values, window

__all__ = ["Roots", "isolate", "representatives"]

ROUNDING: Final = 1e-14  # of a polynomial whose coefficients' absolute values add up to one
MOST_BOXES: Final = 512  # of one system; with more it is left open
ROUNDS: Final = 26  # halvings along each unknown, beyond which rounding hides what is near a double root
MARGIN: Final = 0.125  # by which a box is enlarged on every side, in its own width
NEWTON_STEPS: Final = 8
SAME: Final = 1e-9  # roots that lie nearer are one
NEARLY: Final = 1e-6  # likewise where boxes stayed undecided
_CHUNK: Final = 1 << 15  # systems at a time
_CLOSE: Final = 1e-11  # a scaled polynomial that is no larger counts as zero
_NO_STEP: Final = 1e-15  # in the box's width
_AT_REST: Final = 1e-10  # a last step of Newton's method that is no longer is the end

Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Roots:
    """Roots, the systems they belong to in order and, within one, by their first coordinate.

    `system` is (roots,), `place` (roots, unknowns). `open` (systems,) marks systems of which not everything was
    decided: there may be further roots, and those listed where boxes stayed undecided may stand for several.
    """

    system: Places
    place: FloatArray
    open: BoolArray


def isolate(equations: Sequence[FloatArray]) -> Roots:
    """Return all roots in the unit box of as many equations as unknowns, or more.

    Each equation is (systems, d_1 + 1, ..., d_n + 1): the coefficients of powers of the n unknowns.

    >>> isolate([np.array([[0.1, -0.7, 1.0], [0.3, -0.7, 1.0]])]).place.round(9).tolist()
    [[0.2], [0.5]]
    """
    return _chunked(equations, (), _Isolation)


def representatives(equations: Sequence[FloatArray], inequalities: Sequence[FloatArray]) -> Roots:
    """Return one point of the unit box for each system that has such, where fewer equations than unknowns hold.

    At the point the inequalities, given like the equations, are positive. A system without a point that is not marked
    as open has none.
    """
    return _chunked(equations, inequalities, _Sampling)


def _chunked(equations: Sequence[FloatArray], inequalities: Sequence[FloatArray], kind: type[_Search]) -> Roots:
    size = len((*equations, *inequalities)[0])
    parts = []
    for start in range(0, max(size, 1), _CHUNK):
        part = slice(start, start + _CHUNK)
        found = kind([e[part] for e in equations], [i[part] for i in inequalities]).run()
        parts.append(Roots(found.system + start, found.place, found.open))
    return Roots(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("system", "place", "open")))


@dataclass(frozen=True, eq=False)
class _Boxes:
    """Boxes of some systems with the polynomials in Bernstein form on them; `low` and `width` are (boxes, unknowns)."""

    system: Places
    low: FloatArray
    width: FloatArray
    forms: tuple[FloatArray, ...]

    def __len__(self) -> int:
        return len(self.system)

    def taken(self, index: BoolArray | Places) -> _Boxes:
        """Return some of the boxes."""
        if index.dtype == np.bool_ and index.all():
            return self
        return _Boxes(self.system[index], self.low[index], self.width[index], tuple(f[index] for f in self.forms))

    def halved(self, axis: int) -> _Boxes:
        """Return both halves of every box along an unknown."""
        width = self.width.copy()
        width[:, axis] /= 2
        low = self.low.copy()
        low[:, axis] += width[:, axis]
        forms = [np.concatenate(halves(form, axis + 1)) for form in self.forms]
        pair = [np.tile(self.system, 2), np.concatenate([self.low, low]), np.tile(width, (2, 1))]
        return _Boxes(pair[0], pair[1], pair[2], tuple(forms))

    @classmethod
    def joined(cls, parts: Sequence[_Boxes]) -> _Boxes:
        """Return boxes as one list."""
        if len(parts) == 1:
            return parts[0]
        forms = tuple(np.concatenate(column) for column in zip(*(p.forms for p in parts), strict=True))
        low, width = (np.concatenate([getattr(p, name) for p in parts]) for name in ("low", "width"))
        return cls(np.concatenate([p.system for p in parts]), low, width, forms)


class _Search:
    """Halving, and leaving out boxes without roots, which is common to both questions."""

    def __init__(self, equations: Sequence[FloatArray], inequalities: Sequence[FloatArray]) -> None:
        given = (*equations, *inequalities)
        self.size, self.unknowns, self.equations = len(given[0]), given[0].ndim - 1, len(equations)
        sums = [np.abs(g).sum(axis=tuple(range(1, g.ndim))) for g in given]
        sound = np.all(np.isfinite(sums), axis=0)
        self.open: BoolArray = ~sound
        forms = [bernstein(_scaled(g, s)) for g, s in zip(given, sums, strict=True)]
        start = np.zeros((self.size, self.unknowns))
        whole = _Boxes(np.arange(self.size), start, start + 1, tuple(forms))
        self.boxes = whole.taken(np.asarray(sound))
        self.found: list[tuple[Places, FloatArray]] = []

    def run(self) -> Roots:
        """Go on until every box is decided, or the limit is reached."""
        for _ in range(ROUNDS * self.unknowns):
            self.boxes = self.boxes.taken(self._possible())
            self._decide()
            self._leave_crowded()
            if not len(self.boxes):
                break
            self._halve()
        self._give_up(self.boxes)
        return self._roots()

    def _possible(self) -> BoolArray:
        """Return which boxes may hold a root, as far as signs tell."""
        keep = np.ones(len(self.boxes), dtype=np.bool_)
        for k, form in enumerate(self.boxes.forms):
            flat = _flat(form)
            keep &= flat.max(axis=1) >= -ROUNDING
            if k < self.equations:
                keep &= flat.min(axis=1) <= ROUNDING
        return keep

    def _decide(self) -> None:
        """Take out boxes about which all is known."""
        raise NotImplementedError

    def _give_up(self, boxes: _Boxes) -> None:
        """Say which systems have boxes left."""
        self.open[boxes.system] = True

    def _leave_crowded(self) -> None:
        crowded = np.bincount(self.boxes.system, minlength=self.size) > MOST_BOXES
        if crowded.any():
            self._give_up(self.boxes.taken(crowded[self.boxes.system]))
            self.boxes = self.boxes.taken(~crowded[self.boxes.system])

    def _halve(self) -> None:
        """Halve each box along the unknown in which its polynomials vary most."""
        axes = range(self.unknowns)
        spread = [sum(_steepest(form, axis + 1) for form in self.boxes.forms) for axis in axes]
        chosen = np.argmax(np.stack(spread), axis=0) if self.unknowns > 1 else np.zeros(len(self.boxes), dtype=np.intp)
        parts = [self.boxes.taken(chosen == axis).halved(axis) for axis in axes if (chosen == axis).any()]
        self.boxes = _Boxes.joined(parts)

    def _roots(self) -> Roots:
        """Return what was found, in order, every root once."""
        system = np.concatenate([s for s, _ in self.found]) if self.found else np.zeros(0, dtype=np.intp)
        place = np.concatenate([p for _, p in self.found]) if self.found else np.zeros((0, self.unknowns))
        order = np.lexsort((*place.T[::-1], system))
        system, place = system[order], place[order]
        kept = np.ones(len(system), dtype=np.bool_)
        near = np.where(self.open, NEARLY, SAME)[system]
        most = int(np.bincount(system, minlength=1).max())
        for back in range(1, most):
            gap = np.abs(place[back:] - place[:-back]).max(axis=1)
            kept[back:] &= ~((system[back:] == system[:-back]) & (gap <= near[back:]) & kept[:-back])
        return Roots(system[kept], np.clip(place[kept], 0, 1), self.open)


def _flat(form: FloatArray) -> FloatArray:
    return form.reshape(len(form), prod(form.shape[1:]))


def _scaled(numbers: FloatArray, sums: FloatArray) -> FloatArray:
    sums = np.where(np.isfinite(sums) & (sums > 0), sums, 1)
    return np.asarray(numbers / sums.reshape(-1, *(1,) * (numbers.ndim - 1)))


def _steepest(form: FloatArray, axis: int) -> FloatArray:
    if form.shape[axis] == 1:
        return np.zeros(len(form))
    return np.asarray(_flat(np.abs(np.diff(form, axis=axis))).max(axis=1))


class _Isolation(_Search):
    """Roots of as many equations as unknowns; further equations are tested at the roots."""

    def _decide(self) -> None:
        square = [window(form, -MARGIN, 1 + MARGIN) for form in self.boxes.forms[: self.unknowns]]
        gone, one = _krawczyk(square)
        rows = np.flatnonzero(one)
        boxes = self.boxes.taken(rows)
        within, step = _newton([form[rows] for form in square], self.unknowns)
        place = boxes.low + boxes.width * within
        settled = np.asarray((np.abs(step) * boxes.width <= _AT_REST).all(axis=1))
        good = settled & (np.abs(within - 0.5) <= 0.5 + MARGIN / 2).all(axis=1)
        good &= (np.abs(place - 0.5) <= 0.5 + SAME).all(axis=1)
        for form in boxes.forms[self.unknowns :]:
            good &= np.abs(values(form, within)) <= _CLOSE
        self.found.append((boxes.system[good], place[good]))
        gone[rows[settled]] = True
        self.boxes = self.boxes.taken(~gone)

    def _give_up(self, boxes: _Boxes) -> None:
        """List the middles of boxes so small that they are roots to within rounding."""
        super()._give_up(boxes)
        middle = np.full(boxes.low.shape, 0.5)
        zero = np.asarray((boxes.width <= NEARLY).all(axis=1))
        for form in boxes.forms:
            zero &= np.abs(values(form, middle)) <= _CLOSE
        self.found.append((boxes.system[zero], (boxes.low + boxes.width / 2)[zero]))


def _krawczyk(square: Sequence[FloatArray]) -> tuple[BoolArray, BoolArray]:
    """Return which windows hold no root outside their margins, and which hold exactly one."""
    boxes, n = len(square[0]), len(square)
    low, high = np.empty((2, boxes, n, n))
    for k, j, derivative in _slopes(square):
        flat = _flat(derivative)
        low[:, k, j], high[:, k, j] = flat.min(axis=1), flat.max(axis=1)
    inverse, regular = _inverse((low + high) / 2)
    size = np.abs(inverse)
    radius = size @ ((high - low) / 2)
    middle = np.full((boxes, n), 0.5)
    at = np.stack([values(form, middle) for form in square], axis=1)
    shift = np.abs(np.einsum("bkj,bj->bk", inverse, at))
    reach = radius.sum(axis=2) / 2 + ROUNDING * size.sum(axis=2)
    gone = (shift > 0.5 / (1 + 2 * MARGIN) + reach).any(axis=1) & regular
    one = (shift + reach < 0.5).all(axis=1) & regular
    return np.asarray(gone), np.asarray(one & ~gone)


def _slopes(square: Sequence[FloatArray]) -> Iterator[tuple[int, int, FloatArray]]:
    for k, form in enumerate(square):
        for j in range(form.ndim - 1):
            yield k, j, slope(form, j + 1)


def _inverse(matrices: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return inverses (the unit matrix for a singular one), and which are regular."""
    sizes = np.abs(matrices).sum(axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        regular = np.abs(np.linalg.det(matrices)) > 1e-12 * sizes.prod(axis=1)
    safe = np.where(regular[:, None, None], matrices, np.eye(matrices.shape[1]))
    return np.linalg.inv(safe), np.asarray(regular)


def _newton(square: Sequence[FloatArray], unknowns: int) -> tuple[FloatArray, FloatArray]:
    """Return the roots (boxes, unknowns) that the middles of windows lead to, and the last steps, in boxes' widths."""
    place = np.full((len(square[0]), unknowns), 0.5)
    jacobian = np.empty((len(place), unknowns, unknowns))
    slopes = list(_slopes(square))
    step = np.ones_like(place)
    for _ in range(NEWTON_STEPS):
        for k, j, derivative in slopes:
            jacobian[:, k, j] = values(derivative, place)
        inverse, regular = _inverse(jacobian)
        step = np.einsum("bkj,bj->bk", inverse, np.stack([values(form, place) for form in square], axis=1))
        step[~regular] = np.inf
        place = np.clip(place - step, 0, 1)
        if np.abs(step).max(initial=0) <= _NO_STEP:
            break
    return place * (1 + 2 * MARGIN) - MARGIN, step


class _Sampling(_Search):
    """One point on a continuum: the middles of boxes, moved onto the equations."""

    def _decide(self) -> None:
        place, zero = self._projected()
        margin = np.where(zero, 1.0, -1.0)
        for form in self.boxes.forms[self.equations :]:
            margin = np.minimum(margin, values(form, place))
        best = np.full(self.size, 0.0)
        np.maximum.at(best, self.boxes.system, margin)
        first = np.flatnonzero((margin > ROUNDING) & (margin >= best[self.boxes.system]))
        system, which = np.unique(self.boxes.system[first], return_index=True)
        rows = first[which]
        self.found.append((system, (self.boxes.low + self.boxes.width * place)[rows]))
        done = np.zeros(self.size, dtype=np.bool_)
        done[system] = True
        self.boxes = self.boxes.taken(~done[self.boxes.system])

    def _projected(self) -> tuple[FloatArray, BoolArray]:
        """Return the middles of boxes moved onto the equations, and where that came to rest inside the box."""
        place = np.full(self.boxes.low.shape, 0.5)
        forms = self.boxes.forms[: self.equations]
        if not forms:
            return place, np.ones(len(place), dtype=np.bool_)
        slopes = list(_slopes(forms))
        step = np.zeros_like(place)
        for _ in range(NEWTON_STEPS):
            jacobian = np.zeros((len(place), len(forms), self.unknowns))
            for k, j, derivative in slopes:
                jacobian[:, k, j] = values(derivative, place)
            at = np.stack([values(form, place) for form in forms], axis=1)
            step = np.einsum("bjk,bk->bj", np.linalg.pinv(jacobian), at)
            place = np.clip(place - step, 0, 1)
        return place, np.asarray((np.abs(step) * self.boxes.width <= _AT_REST).all(axis=1))

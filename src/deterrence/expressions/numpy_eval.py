"""Formulas and conditions at many points: compiled once, run in blocks that stay in cache."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import ExpressionError
from deterrence.expressions.conditions import AllOf, AnyOf
from deterrence.expressions.nodes import Comparison, Condition, Expr
from deterrence.expressions.numpy_kernels import COMPARISON_KERNELS, KERNELS, BoolArray, FloatArray
from deterrence.expressions.numpy_program import Entry, Step, straight_line

__all__ = [
    "BLOCK",
    "ConditionProgram",
    "Program",
    "compile_conditions",
    "compile_formulas",
    "evaluate",
    "undefined",
]

BLOCK: Final = 16_384

Values: TypeAlias = "Mapping[str, NDArray[Any] | float | Fraction]"
Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class Program:
    """Formulas compiled to operations on arrays; make it with `compile_formulas`, run it many times.

    `values` maps every name of `names` to a number or an array that broadcasts to `shape` (without `shape`:
    the common shape of the values). An undefined value (division by zero, the logarithm of a number that is
    not positive, an overflow) is not finite, and no warning is given; `undefined` marks such values.
    """

    entries: tuple[Entry, ...]
    outputs: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names that need a value."""
        return tuple(entry for entry in self.entries if isinstance(entry, str))

    def run(self, values: Values, shape: Shape | None = None, *, block: int = BLOCK) -> FloatArray:
        """Return all formulas in one array of shape (number of formulas, *shape)."""
        shape = _common_shape(values) if shape is None else shape
        result = np.empty((len(self.outputs), math.prod(shape)))
        for part, rows in self.blocks(values, shape, block=block):
            for line, row in zip(result, rows, strict=True):
                line[part] = row
        return result.reshape(len(self.outputs), *shape)

    def columns(self, values: Values, shape: Shape | None = None, *, block: int = BLOCK) -> tuple[FloatArray, ...]:
        """Return an array of `shape` per formula; one that is the same at all points is a read-only view."""
        shape = _common_shape(values) if shape is None else shape
        columns: list[FloatArray] = []
        for part, rows in self.blocks(values, shape, block=block):
            columns = columns or [np.empty(math.prod(shape)) if row.ndim else row for row in rows]
            for column, row in zip(columns, rows, strict=True):
                if row.ndim:
                    column[part] = row
        return tuple(column.reshape(shape) if column.ndim else np.broadcast_to(column, shape) for column in columns)

    def blocks(self, values: Values, shape: Shape, *, block: int = BLOCK) -> Iterator[tuple[slice, list[FloatArray]]]:
        """Yield slices of the flattened points with the formulas' values there, valid until the next step.

        A formula that is the same at all points comes as a 0-d array.
        """
        size = math.prod(shape)
        with np.errstate(all="ignore"):
            registers, varying = self._start(values, shape)
        buffers = _assign_buffers(varying, self.outputs)
        workspace = np.empty((max(buffers.values(), default=-1) + 1, min(size, block)))
        for start in range(0, max(size, 1), block):
            part = slice(start, min(start + block, size))
            here = [register[part] if register.ndim else register for register in registers]
            with np.errstate(all="ignore"):
                for place, step in varying.items():
                    here[place] = _apply(step, here, workspace[buffers[place], : part.stop - start])
            yield part, [here[place] for place in self.outputs]

    def _start(self, values: Values, shape: Shape) -> tuple[list[FloatArray], dict[int, Step]]:
        """Return what is known before the first block, and the steps whose value varies over the points."""
        registers: list[FloatArray] = []
        varying: dict[int, Step] = {}
        for place, entry in enumerate(self.entries):
            if isinstance(entry, str):
                registers.append(_given(values, entry, shape))
            elif not isinstance(entry, Step):
                registers.append(np.asarray(entry))
            elif any(argument in varying or registers[argument].ndim for argument in entry.arguments):
                varying[place] = entry
                registers.append(np.asarray(np.nan))
            else:
                registers.append(_apply(entry, registers, np.empty(())))
        return registers, varying


@dataclass(frozen=True)
class ConditionProgram:
    """Conditions compiled to operations on arrays; make it with `compile_conditions`."""

    conditions: tuple[Condition, ...]
    operands: tuple[Expr, ...]
    program: Program

    def run(self, values: Values, shape: Shape | None = None, *, block: int = BLOCK) -> BoolArray:
        """Return where each condition holds, shape (number of conditions, *shape); never where undefined."""
        shape = _common_shape(values) if shape is None else shape
        result = np.empty((len(self.conditions), math.prod(shape)), dtype=np.bool_)
        for part, rows in self.program.blocks(values, shape, block=block):
            known = dict(zip(self.operands, rows, strict=True))
            for line, condition in zip(result, self.conditions, strict=True):
                line[part] = _truth(condition, known)
        return result.reshape(len(self.conditions), *shape)


def compile_formulas(formulas: Sequence[Expr]) -> Program:
    """Return the program that computes all formulas together, each distinct subformula once.

    >>> from deterrence.expressions.parser import parse_expression
    >>> program = compile_formulas([parse_expression("p/2"), parse_expression("1/p")])
    >>> program.run({"p": np.array([0.5, 0.0])}).tolist()
    [[0.25, 0.0], [2.0, nan]]
    """
    return Program(*straight_line(formulas))


def compile_conditions(conditions: Sequence[Condition]) -> ConditionProgram:
    """Return the program that decides all conditions together; a comparison with an undefined side fails.

    >>> from deterrence.expressions.parser import parse_condition
    >>> compile_conditions([parse_condition("0 < p < 1")]).run({"p": np.array([0.5, 1.0])}).tolist()
    [[True, False]]
    """
    operands = tuple(dict.fromkeys(formula for condition in conditions for formula in condition.formulas))
    return ConditionProgram(tuple(conditions), operands, compile_formulas(operands))


def evaluate(formulas: Sequence[Expr], values: Values, *, block: int = BLOCK) -> tuple[FloatArray, ...]:
    """Return each formula at all points, an array of the common shape of `values` (see `Program.columns`)."""
    return compile_formulas(formulas).columns(values, block=block)


def undefined(values: FloatArray) -> BoolArray:
    """Say where a result is undefined or overflowed."""
    return ~np.isfinite(values)


def _common_shape(values: Values) -> Shape:
    shapes = {name: np.asarray(value).shape for name, value in values.items()}
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ExpressionError("the shapes of the values do not fit", remedy=listed[:200]) from None


def _given(values: Values, name: str, shape: Shape) -> FloatArray:
    if name not in values:
        raise ExpressionError(f"no value for {name!r}", remedy=f"give {name} a number or an array")
    array = np.asarray(values[name], dtype=np.float64)
    if array.ndim == 0:
        return array
    try:
        return np.broadcast_to(array, shape).reshape(-1)
    except ValueError:
        raise ExpressionError(f"the values of {name!r} have shape {array.shape}, not {shape}") from None


def _apply(step: Step, registers: Sequence[FloatArray], out: FloatArray) -> FloatArray:
    KERNELS[step.kernel](*(registers[argument] for argument in step.arguments), out=out)
    return out


def _assign_buffers(varying: Mapping[int, Step], outputs: Sequence[int]) -> dict[int, int]:
    """Return a workspace row for every varying step; a row is used again after its last reader."""
    last_reader = {argument: place for place, step in varying.items() for argument in step.arguments}
    last_reader.update(dict.fromkeys(outputs, -1))
    rows: dict[int, int] = {}
    free: list[int] = []
    count = 0
    for place, step in varying.items():
        if not free:
            free.append(count)
            count += 1
        rows[place] = free.pop()
        free += [rows[read] for read in set(step.arguments) if read in rows and last_reader[read] == place]
    return rows


def _truth(condition: Condition, known: Mapping[Expr, FloatArray]) -> BoolArray:
    if isinstance(condition, AllOf):
        return reduce(np.logical_and, (_truth(part, known) for part in condition.parts))
    if isinstance(condition, AnyOf):
        return reduce(np.logical_or, (_truth(part, known) for part in condition.parts))
    if not isinstance(condition, Comparison):
        raise ExpressionError(f"cannot evaluate a condition of kind {type(condition).__name__}")
    pairs = (COMPARISON_KERNELS[sign](known[left], known[right]) for left, sign, right in condition.pairs())
    return reduce(np.logical_and, pairs)

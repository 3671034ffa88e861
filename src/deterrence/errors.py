"""Every error the package raises on purpose: what is wrong, where, and what to do about it."""

from __future__ import annotations

__all__ = [
    "DeterrenceError",
    "ExpressionError",
    "GameError",
    "MissingExtraError",
    "ModelFileError",
    "ParameterError",
    "SolverError",
]


class DeterrenceError(Exception):
    """Base of all errors; `problem` says what is wrong, `where` names the place, `remedy` what to do."""

    def __init__(self, problem: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(problem, where, remedy)
        self.problem = problem
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        """Return one line: place, problem, remedy."""
        place = f"{self.where}: " if self.where else ""
        advice = f" ({self.remedy})" if self.remedy else ""
        return f"{place}{self.problem}{advice}"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by value, so that errors cross process boundaries."""
        return (_rebuild, (type(self), self.problem, self.where, self.remedy))

    def at(self, where: str) -> DeterrenceError:
        """Return the same error with an outer place put before its own."""
        inner = f"{where}: {self.where}" if self.where else where
        return type(self)(self.problem, where=inner, remedy=self.remedy)


def _rebuild(kind: type[DeterrenceError], problem: str, where: str, remedy: str) -> DeterrenceError:
    return kind(problem, where=where, remedy=remedy)


class ExpressionError(DeterrenceError):
    """A formula is not in the closed grammar; `where` names the position in the text."""


class GameError(DeterrenceError):
    """A game definition is inconsistent; `where` names the node, player or information set."""


class ModelFileError(DeterrenceError):
    """A model file cannot be read; `where` is `file: key path`."""


class ParameterError(DeterrenceError):
    """A parameter value is missing, unknown or not a number."""


class SolverError(DeterrenceError):
    """A solver cannot treat this game, or a bound was reached."""


class MissingExtraError(DeterrenceError):
    """An optional dependency is not installed; the remedy names the extra."""

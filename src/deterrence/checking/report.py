"""What checking a model finds: one line for each thing, with a verdict and the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["CheckLine", "CheckReport", "Verdict"]

Verdict: TypeAlias = Literal["ok", "failed", "not checked"]


@dataclass(frozen=True)
class CheckLine:
    """One thing that was checked: what, the verdict, and the reason in a sentence."""

    what: str
    verdict: Verdict
    detail: str = ""


@dataclass(frozen=True)
class CheckReport:
    """What `check` found for one model."""

    model: str
    lines: tuple[CheckLine, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return all(line.verdict != "failed" for line in self.lines)

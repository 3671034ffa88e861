"""What checking a model finds: one line for each thing, with a verdict and the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

__all__ = ["CheckLine", "CheckReport", "Verdict"]

Verdict: TypeAlias = Literal["ok", "proved", "tested", "undecided", "refuted", "failed"]

BAD: Final = ("refuted", "failed")


@dataclass(frozen=True)
class CheckLine:
    """One thing that was checked: what, the verdict, and the reason in a sentence.

    The file, the defaults and worked instances are "ok" or "failed". Published results are "proved" or "refuted" for
    all admissible points at which every type and chance branch is possible, "tested" at many points where no proof is
    to be had, or "undecided".
    """

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
        """Whether nothing failed or was refuted."""
        return all(line.verdict not in BAD for line in self.lines)

    @property
    def decided(self) -> bool:
        """Whether nothing was left undecided."""
        return all(line.verdict != "undecided" for line in self.lines)

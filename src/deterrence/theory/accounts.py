"""What an explanation consists of: the mover's arithmetic at every information set, and the verdict on the whole."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from deterrence.games import FrozenMap

__all__ = ["Account", "ActionWorth", "Explanation", "Source", "Term", "signed"]

Source: TypeAlias = Literal["Bayes", "given", "any", "none"]
_SOURCES: Final[dict[Source, str]] = {
    "Bayes": "by Bayes' rule",
    "given": "as given",
    "any": "uniform, as every belief leads to the same",
    "none": "",
}


@dataclass(frozen=True)
class Term:
    """One outcome after an action: its probability, its event, and the mover's payoff with payments on the way."""

    probability: Fraction
    event: str
    payoff: Fraction


@dataclass(frozen=True, kw_only=True)
class ActionWorth:
    """An action: how likely the profile makes it, and its expected payoff as the sum of its terms.

    `needs` are information sets at which play may come after it and nothing is prescribed; the sum is then not whole.
    """

    action: str
    played: Fraction
    terms: tuple[Term, ...]
    needs: tuple[str, ...] = ()

    @property
    def worth(self) -> Fraction:
        """The expected payoff."""
        return sum((t.probability * t.payoff for t in self.terms), Fraction(0))

    def __str__(self) -> str:
        """Return the sum as it is done by hand."""
        if self.needs:
            return f"{self.action}: depends on what is done at {', '.join(self.needs)}"
        terms = " + ".join(f"{t.probability} x {signed(t.payoff)} ({t.event})" for t in self.terms)
        return f"{self.action}: {terms} = {self.worth}"


def signed(payoff: Fraction) -> str:
    """Return a number as a factor in a sum, a negative one in brackets."""
    return f"({payoff})" if payoff < 0 else str(payoff)


@dataclass(frozen=True, kw_only=True)
class Account:
    """The mover's arithmetic at one information set, all later moves as the profile says.

    `reached` is the probability that play comes there, None where that depends on what is not prescribed. `beliefs` are
    by node, from the `source`: Bayes' rule where the set is reached, elsewhere as given; where none is given but every
    belief leads to the same verdict on single moves they are uniform, and else there are none, and no `actions`.
    `conflict` says how a given belief contradicts Bayes' rule. `prescription` is what the profile has "written" here;
    where it is silent the only action that is "best" whatever is believed, if there is one, else it stays "open".
    `unless` are, without beliefs, the conditions on them under which the mover does not deviate.
    """

    where: str
    player: str
    reached: Fraction | None
    beliefs: FrozenMap[str, Fraction]
    source: Source
    actions: tuple[ActionWorth, ...]
    conflict: str = ""
    prescription: Literal["written", "best", "open"] = "written"
    unless: tuple[str, ...] = ()

    @property
    def prescribed(self) -> Fraction | None:
        """What the prescribed mixture yields, None where that is not known."""
        played = [a for a in self.actions if a.played]
        if not played or any(a.needs for a in played):
            return None
        return sum((a.played * a.worth for a in played), Fraction(0))

    @property
    def best(self) -> ActionWorth | None:
        """The action worth most of those whose worth is known, None without any."""
        return max((a for a in self.actions if not a.needs), key=lambda a: a.worth, default=None)

    @property
    def gain(self) -> Fraction:
        """What the best action yields beyond the prescription, as far as both are known."""
        known = self.prescribed
        return self.best.worth - known if self.best is not None and known is not None else Fraction(0)

    @property
    def open(self) -> str:
        """What keeps the question open whether the mover gains by a single action; empty when nothing does."""
        if self.prescription == "open":
            return "nothing is prescribed here"
        if not self.actions:
            return f"no belief is given here{'; nobody deviates if ' if self.unless else ''}{' and '.join(self.unless)}"
        missing = dict.fromkeys(where for action in self.actions for where in action.needs)
        return f"nothing is prescribed at {', '.join(missing)}" if missing else ""

    def __str__(self) -> str:
        """Return the arithmetic, one line per action, and the conclusion."""
        lines = [f"{self.where} ({self.place})", *(f"  {action}" for action in self.actions)]
        return "\n".join([*lines, *(f"  {text}" for text in (self.conflict, self.conclusion) if text)])

    @property
    def place(self) -> str:
        """Whether play comes there, and what is believed where several nodes are possible."""
        reached = "off the path" if self.reached == 0 else f"reached with probability {self.reached}"
        place = "perhaps on the path" if self.reached is None else reached
        if len(self.beliefs) < 2:
            return place
        shown = {node: q for node, q in self.beliefs.items() if q or len(self.beliefs) == 2}
        held = "; ".join(f"{node} {q}" for node, q in shown.items())
        return f"{place}; beliefs {_SOURCES[self.source]}: {held}"

    @property
    def conclusion(self) -> str:
        """What the mover does about it, or why that is open."""
        if self.gain and self.best is not None:
            return f"deviates to {self.best.action}: {self.best.worth} against {self.prescribed}, gain {self.gain}"
        if self.prescription == "best" and self.best is not None:
            return f"nothing is prescribed here; {self.best.action} is best whatever is believed, and is taken"
        if self.prescription == "open" and self.best is not None and not any(a.needs for a in self.actions):
            return f"{self.open}; {self.best.action} would be best"
        return self.open or "no other action yields more"


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What every mover would do at one exact point, and whether the profile with its beliefs is an equilibrium.

    `verdict` is "yes" when the independent checker confirms sequential rationality given the beliefs, with Bayes'
    rule wherever play comes (weak perfect Bayesian equilibrium; Nash equilibrium of a strategic game); "no" when
    somebody deviates or a belief contradicts Bayes' rule; "open" when a belief off the path or a prescription is
    missing and nothing else objects.
    """

    accounts: tuple[Account, ...]
    verdict: Literal["yes", "no", "open"]
    checked_gain: Fraction | None

    @property
    def deviations(self) -> tuple[Account, ...]:
        """The information sets at which the mover gains by one action, largest gain first."""
        return tuple(sorted((a for a in self.accounts if a.gain > 0), key=lambda a: -a.gain))

    @property
    def telling(self) -> tuple[Account, ...]:
        """The accounts that decide: deviations and beliefs against Bayes' rule, else what is open, else all."""
        against = (*self.deviations, *(a for a in self.accounts if a.conflict and not a.gain))
        return against or tuple(a for a in self.accounts if a.open) or self.accounts

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        if self.verdict == "yes":
            return "nobody gains by deviating"
        if self.verdict == "no":
            several = f"; several moves together gain {self.checked_gain}"
            return f"not an equilibrium{several if not self.deviations and self.checked_gain else ''}"
        needs = {"a prescription": any(a.prescription == "open" for a in self.accounts)}
        needs["a belief"] = any(a.prescription != "open" and not a.actions for a in self.accounts)
        return f"open: {' and '.join(what for what, missing in needs.items() if missing)} is missing"

    def __str__(self) -> str:
        """Return the deviations, or why nobody deviates, or what is missing to say."""
        shown = self.telling
        rest = len(self.accounts) - len(shown)
        more = [f"at the other {rest} information sets nobody gains"] if rest and self.verdict == "open" else []
        return "\n".join([self.sentence, *map(str, shown), *more])

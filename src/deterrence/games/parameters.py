"""Parameters of a game: names in formulas that carry a domain, a default and a meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Comparison, Number, Symbol, exact_number

__all__ = ["DOMAINS", "Parameter", "parameter", "parameters"]

# domain -> ((operator, bound), ...), each read as `parameter operator bound`
DOMAINS: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "real": (),
    "positive": ((">", 0),),
    "nonnegative": ((">=", 0),),
    "probability": ((">=", 0), ("<=", 1)),
    "interior-probability": ((">", 0), ("<", 1)),
}


class Parameter(Symbol):
    """A symbol with a domain (a key of `DOMAINS`), an exact default value and a meaning in words.

    As a formula it equals the plain symbol of the same name; a game compares name and domain.

    >>> p = Parameter("p", domain="probability", default="1/2", meaning="prior that the Defender is hard")
    >>> p.default
    Fraction(1, 2)
    """

    __slots__ = ("default", "domain", "meaning")
    domain: str
    default: Fraction | None
    meaning: str

    def __init__(
        self,
        name: str,
        *,
        domain: str = "real",
        default: Fraction | float | str | None = None,
        meaning: str = "",
    ) -> None:
        super().__init__(name)
        if domain not in DOMAINS:
            raise GameError(
                f"unknown domain {domain!r}", where=f"parameter {name}", remedy=f"one of {', '.join(DOMAINS)}"
            )
        exact = None if default is None else exact_number(default)
        object.__setattr__(self, "domain", domain)
        object.__setattr__(self, "default", exact)
        object.__setattr__(self, "meaning", meaning)
        if exact is not None and not self.admits(exact):
            raise GameError(
                f"the default {exact} is outside the domain {domain!r}",
                where=f"parameter {name}",
                remedy="change the default or the domain",
            )

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by value."""
        return (_rebuild, (self.name, self.domain, self.default, self.meaning))

    def admits(self, value: Fraction) -> bool:
        """Say whether a value lies in the domain."""
        tests = {">": value.__gt__, ">=": value.__ge__, "<": value.__lt__, "<=": value.__le__}
        return all(tests[operator](bound) for operator, bound in DOMAINS[self.domain])

    @property
    def conditions(self) -> tuple[Comparison, ...]:
        """The domain as conditions on the parameter."""
        return tuple(Comparison((self, Number(bound)), (operator,)) for operator, bound in DOMAINS[self.domain])


def _rebuild(name: str, domain: str, default: Fraction | None, meaning: str) -> Parameter:
    return Parameter(name, domain=domain, default=default, meaning=meaning)


def parameter(
    name: str, *, domain: str = "real", default: Fraction | float | str | None = None, meaning: str = ""
) -> Parameter:
    """Return one parameter; floats and text are read as exact decimals.

    >>> parameter("q", domain="probability", default=0.05).default
    Fraction(1, 20)
    """
    return Parameter(name, domain=domain, default=default, meaning=meaning)


def parameters(names: str, *, domain: str = "real") -> tuple[Parameter, ...]:
    """Return parameters for names separated by spaces or commas.

    >>> a, b = parameters("a b", domain="positive")
    >>> (1 - a) / b == 1 / b * (1 - a)
    True
    """
    return tuple(Parameter(name, domain=domain) for name in re.split(r"[\s,]+", names.strip()))

"""What players of a repeated game agree on: what to do, and what follows a breach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Expr, ExprLike, Number, as_expr, did_you_mean
from deterrence.games.frozen import FrozenMap
from deterrence.games.strategic import StrategicGame

__all__ = ["Agreement", "Profile"]

Profile = tuple[str, ...]

MAX_PERIODS: Final = 60  # states of the automaton


@dataclass(frozen=True)
class Agreement:
    """A norm for every period of a repeated game, and the punishment of a breach.

    Parameters
    ----------
    norm:
        the profile of actions, in the order of the players, that is to be played in every period.
    punishment:
        the profile that follows a breach; or one profile for every culprit, by player (penance: the culprit pays,
        others take). A breach of a punishment starts the punishment of the new culprit.
    periods:
        for how many periods the punishment lasts before the norm comes back; None is for ever (grim trigger).
    lag:
        for how many further periods a breach of the norm stays unseen: the others still follow the norm while the
        culprit does what is best. In a punishment every breach is seen at once.
    false_alarm, detection:
        the probabilities, numbers or formulas, that a period sets off the punishment when all follow the norm, and when
        somebody does not. They are public. In a punishment there is no false alarm.

    Raises `GameError` for a lag with noise, and for false alarms where the punishment depends on the culprit.

    >>> grim = Agreement(["cooperate", "cooperate"], ["defect", "defect"])
    >>> grim.norm
    ('cooperate', 'cooperate')
    """

    norm: Profile
    punishment: Profile | FrozenMap[str, Profile]
    periods: int | None
    lag: int
    false_alarm: Expr
    detection: Expr

    def __init__(
        self,
        norm: Iterable[str],
        punishment: Iterable[str] | Mapping[str, Iterable[str]],
        *,
        periods: int | None = None,
        lag: int = 0,
        false_alarm: ExprLike = 0,
        detection: ExprLike = 1,
    ) -> None:
        if isinstance(punishment, Mapping):
            after: Profile | FrozenMap[str, Profile] = FrozenMap({who: tuple(p) for who, p in punishment.items()})
        else:
            after = tuple(punishment)
        values = (tuple(norm), after, periods, lag, as_expr(false_alarm), as_expr(detection))
        for name, value in zip(type(self).__dataclass_fields__, values, strict=True):
            object.__setattr__(self, name, value)
        _check_whole("periods", 1 if periods is None else periods, 1)
        _check_whole("lag", lag, 0)
        if self.noisy and lag:
            raise GameError("a lag together with noise", where="agreement", remedy="one of the two")
        if self.false_alarm != Number(0) and isinstance(after, FrozenMap):
            raise GameError(
                "after a false alarm nobody is the culprit", where="agreement", remedy="one punishment for all"
            )

    @property
    def noisy(self) -> bool:
        """Whether alarms can be false or fail."""
        return (self.false_alarm, self.detection) != (Number(0), Number(1))

    @property
    def lasting(self) -> str:
        """For how long a punishment lasts, in words."""
        if self.periods is None:
            return "for ever"
        return "for one period" if self.periods == 1 else f"for {self.periods} periods"

    def punishing(self, culprit: str) -> Profile:
        """Return what all play in the punishment of a player."""
        return self.punishment[culprit] if isinstance(self.punishment, FrozenMap) else self.punishment

    def check(self, game: StrategicGame) -> None:
        """Raise `GameError` where profiles are none of the stage game, or a player has no punishment."""
        known = {", ".join(p): p for p in product(*game.actions.values())}
        after = self.punishment.values() if isinstance(self.punishment, FrozenMap) else (self.punishment,)
        for profile in (self.norm, *after):
            shown = ", ".join(profile)
            if shown not in known:
                raise GameError(f"no profile {shown!r:.80}", where="agreement", remedy=did_you_mean(shown, known))
        names = [p.name for p in game.players]
        if isinstance(self.punishment, FrozenMap) and sorted(self.punishment) != sorted(names):
            raise GameError(
                "punishments of other players than those of the game", where="agreement", remedy=", ".join(names)
            )


def _check_whole(name: str, value: int, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= MAX_PERIODS:
        raise GameError(
            f"{name} is {value!r:.40}", where="agreement", remedy=f"a whole number from {least} to {MAX_PERIODS}"
        )

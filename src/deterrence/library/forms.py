"""How each form of game stands in a model file: its sections, its reader, its writer, its profiles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from deterrence.expressions import Condition
from deterrence.games import (
    AttritionGame,
    CoalitionalGame,
    CommitmentGame,
    ContinuousGame,
    ExtensiveGame,
    FormationGame,
    Game,
    Parameter,
    Prescription,
    RepeatedGame,
    StochasticGame,
    StrategicGame,
    ThresholdGame,
    TimingGame,
)
from deterrence.library.attrition import SECTIONS as ATTRITION_SECTIONS
from deterrence.library.attrition import read_attrition, write_attrition
from deterrence.library.coalitional import SECTIONS as COALITIONAL_SECTIONS
from deterrence.library.coalitional import read_coalitional, write_coalitional
from deterrence.library.commitment import read_commitment, write_commitment
from deterrence.library.continuous import read_continuous, write_continuous
from deterrence.library.formation import SECTIONS as FORMATION_SECTIONS
from deterrence.library.formation import read_formation, write_formation
from deterrence.library.places import Table
from deterrence.library.read_games import read_extensive, read_strategic
from deterrence.library.read_profiles import read_behaviour, read_beliefs, read_mixtures
from deterrence.library.repeated import SECTIONS as REPEATED_SECTIONS
from deterrence.library.repeated import read_repeated, write_repeated
from deterrence.library.scope import Scope
from deterrence.library.stochastic import SECTIONS as STOCHASTIC_SECTIONS
from deterrence.library.stochastic import read_stochastic, write_stochastic
from deterrence.library.threshold_files import SECTIONS as THRESHOLD_SECTIONS
from deterrence.library.threshold_files import read_threshold, write_threshold
from deterrence.library.timing import SECTIONS as TIMING_SECTIONS
from deterrence.library.timing import read_timing, write_timing
from deterrence.library.write_games import write_extensive, write_strategic

__all__ = ["FILE_FORMS", "FileForm", "no_profile"]

Read: TypeAlias = Callable[[Table, tuple[Parameter, ...], Scope, tuple[Condition, ...]], Game]
ReadProfile: TypeAlias = Callable[[Table, Any, Scope], tuple[Prescription, ...]]


def _no_beliefs(table: Table, game: Game, scope: Scope) -> tuple[Prescription, ...]:
    if table.data:
        raise table.place.error(f"beliefs about a {game.form} game", "only an extensive game has beliefs")
    return ()


def no_profile(table: Table, game: Game, scope: Scope) -> tuple[Prescription, ...]:
    """Refuse a profile: results of this form are claims about quantities."""
    if table.data:
        raise table.place.error(f"a profile of a {game.form} game", "state its numbers under values")
    return ()


@dataclass(frozen=True, kw_only=True)
class FileForm:
    """One form: the `sections` that define the game besides parameters and definitions, read and written.

    `profile` and `beliefs` read what results and instances prescribe.
    """

    sections: tuple[str, ...]
    read: Read
    write: Callable[[Any], list[str]]
    profile: ReadProfile = no_profile
    beliefs: ReadProfile = _no_beliefs


FILE_FORMS: Final[Mapping[str, FileForm]] = {
    ExtensiveGame.form: FileForm(
        sections=("players", "prior", "knows", "tree", "outcomes"),
        read=read_extensive,
        write=write_extensive,
        profile=read_behaviour,
        beliefs=read_beliefs,
    ),
    StrategicGame.form: FileForm(
        sections=("players", "actions", "table"), read=read_strategic, write=write_strategic, profile=read_mixtures
    ),
    CommitmentGame.form: FileForm(
        sections=("leader", "responses", "payoffs"), read=read_commitment, write=write_commitment
    ),
    ContinuousGame.form: FileForm(sections=("aggregate", "choices"), read=read_continuous, write=write_continuous),
    StochasticGame.form: FileForm(sections=STOCHASTIC_SECTIONS, read=read_stochastic, write=write_stochastic),
    AttritionGame.form: FileForm(sections=ATTRITION_SECTIONS, read=read_attrition, write=write_attrition),
    RepeatedGame.form: FileForm(sections=REPEATED_SECTIONS, read=read_repeated, write=write_repeated),
    TimingGame.form: FileForm(sections=TIMING_SECTIONS, read=read_timing, write=write_timing),
    CoalitionalGame.form: FileForm(sections=COALITIONAL_SECTIONS, read=read_coalitional, write=write_coalitional),
    FormationGame.form: FileForm(sections=FORMATION_SECTIONS, read=read_formation, write=write_formation),
    ThresholdGame.form: FileForm(sections=THRESHOLD_SECTIONS, read=read_threshold, write=write_threshold),
}

"""Game-theoretic deterrence modelling: typed games, exact and batched equilibria, certified answers.

Names are loaded when first used, so that `import deterrence` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from deterrence import figures
    from deterrence.branches import QuantalBranch, qre_branch
    from deterrence.certify import Certificate
    from deterrence.checking import CheckReport, check
    from deterrence.classroom import lesson_html
    from deterrence.errors import DeterrenceError
    from deterrence.expressions import to_latex, to_text
    from deterrence.games import (
        Aggregate,
        Chance,
        Clock,
        CommitmentGame,
        ContinuousGame,
        Decision,
        ExtensiveGame,
        Game,
        Interval,
        Law,
        Outcome,
        Parameter,
        Player,
        Response,
        Stage,
        StochasticGame,
        StrategicGame,
        Threshold,
        ThresholdGame,
        TimingGame,
        Transition,
        indexed,
        parameter,
        parameters,
    )
    from deterrence.interop import (
        from_nashpy,
        from_pygambit,
        from_quantecon,
        read_gambit,
        to_nashpy,
        to_pygambit,
        to_quantecon,
        write_gambit,
    )
    from deterrence.ledger import Claim, claims, judge, read_claims
    from deterrence.library import DataTable, data, entries, load, read_game, write_game
    from deterrence.profiles import (
        ActionProfile,
        Assessment,
        Commitment,
        Completeness,
        CutoffProfile,
        MarkovStrategy,
        MixedProfile,
        QuitTimes,
    )
    from deterrence.repeated import Agreement, Patience, critical_discount, repeated_game
    from deterrence.scenarios import load_scenario, stress
    from deterrence.solution import Solution, Status
    from deterrence.solvers import (
        AgentQuantalResponse,
        AggregateRoot,
        Attrition,
        BackwardInduction,
        BestReplies,
        BestShot,
        Candidates,
        CutoffEquilibria,
        JointOptimum,
        Leadership,
        LemkeHowson,
        Lindahl,
        LogitQuantalResponse,
        MarkovPerfect,
        PureNash,
        ReducedStrategicForm,
        SupportEnumeration,
        VertexEnumeration,
        WeakestLink,
    )
    from deterrence.solvers.nashpy_solvers import NashpyLemkeHowson, NashpyVertexEnumeration
    from deterrence.solving import solve
    from deterrence.sweeps import bounds, sample, sampled, sweep
    from deterrence.tables import (
        CorrelatedEquilibrium,
        Elimination,
        OrdinalGame,
        ZeroSumValue,
        correlated_equilibrium,
        eliminate,
        exact_potential,
        ordinal_game,
        ordinal_games,
        risk_dominance,
        zero_sum_value,
    )
    from deterrence.theory import Theory, derive
    from deterrence.theory.compare import compare
    from deterrence.theory.explain import explain
    from deterrence.theory.prove import prove
    from deterrence.theory.statics import sign_table, statics
    from deterrence.theory.tiling import tiling
    from deterrence.theory.weakest import weakest_condition

__version__: Final = "0.1.0"

_MODULES: Final = {
    "branches": ("QuantalBranch", "qre_branch"),
    "certify": ("Certificate",),
    "classroom": ("lesson_html",),
    "checking": ("CheckReport", "check"),
    "errors": ("DeterrenceError",),
    "expressions": ("to_latex", "to_text"),
    "games": (
        "Aggregate",
        "Chance",
        "Clock",
        "CommitmentGame",
        "ContinuousGame",
        "Decision",
        "ExtensiveGame",
        "Game",
        "Interval",
        "Law",
        "Outcome",
        "Parameter",
        "Player",
        "Response",
        "Stage",
        "StochasticGame",
        "StrategicGame",
        "Threshold",
        "ThresholdGame",
        "TimingGame",
        "Transition",
        "indexed",
        "parameter",
        "parameters",
    ),
    "interop": (
        "from_nashpy",
        "from_pygambit",
        "from_quantecon",
        "read_gambit",
        "to_nashpy",
        "to_pygambit",
        "to_quantecon",
        "write_gambit",
    ),
    "ledger": ("Claim", "claims", "judge", "read_claims"),
    "library": ("DataTable", "data", "entries", "load", "read_game", "write_game"),
    "profiles": (
        "ActionProfile",
        "Assessment",
        "Commitment",
        "Completeness",
        "CutoffProfile",
        "MarkovStrategy",
        "MixedProfile",
        "QuitTimes",
    ),
    "solution": ("Solution", "Status"),
    "repeated": ("Agreement", "Patience", "critical_discount", "repeated_game"),
    "scenarios": ("load_scenario", "stress"),
    "sweeps": ("bounds", "sample", "sampled", "sweep"),
    "tables": (
        "CorrelatedEquilibrium",
        "Elimination",
        "OrdinalGame",
        "ZeroSumValue",
        "correlated_equilibrium",
        "eliminate",
        "exact_potential",
        "ordinal_game",
        "ordinal_games",
        "risk_dominance",
        "zero_sum_value",
    ),
    "theory": ("Theory", "derive"),
    "theory.compare": ("compare",),
    "theory.explain": ("explain",),
    "theory.prove": ("prove",),
    "theory.statics": ("sign_table", "statics"),
    "theory.tiling": ("tiling",),
    "theory.weakest": ("weakest_condition",),
    "solving": ("solve",),
    "solvers.nashpy_solvers": ("NashpyLemkeHowson", "NashpyVertexEnumeration"),
    "solvers": (
        "AgentQuantalResponse",
        "AggregateRoot",
        "Attrition",
        "BackwardInduction",
        "BestReplies",
        "BestShot",
        "Candidates",
        "CutoffEquilibria",
        "JointOptimum",
        "Leadership",
        "LemkeHowson",
        "Lindahl",
        "LogitQuantalResponse",
        "MarkovPerfect",
        "PureNash",
        "ReducedStrategicForm",
        "SupportEnumeration",
        "VertexEnumeration",
        "WeakestLink",
    ),
}
_HOME: Final = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "ActionProfile",
    "AgentQuantalResponse",
    "Aggregate",
    "AggregateRoot",
    "Agreement",
    "Assessment",
    "Attrition",
    "BackwardInduction",
    "BestReplies",
    "BestShot",
    "Candidates",
    "Certificate",
    "Chance",
    "CheckReport",
    "Claim",
    "Clock",
    "Commitment",
    "CommitmentGame",
    "Completeness",
    "ContinuousGame",
    "CorrelatedEquilibrium",
    "CutoffEquilibria",
    "CutoffProfile",
    "DataTable",
    "Decision",
    "DeterrenceError",
    "Elimination",
    "ExtensiveGame",
    "Game",
    "Interval",
    "JointOptimum",
    "Law",
    "Leadership",
    "LemkeHowson",
    "Lindahl",
    "LogitQuantalResponse",
    "MarkovPerfect",
    "MarkovStrategy",
    "MixedProfile",
    "NashpyLemkeHowson",
    "NashpyVertexEnumeration",
    "OrdinalGame",
    "Outcome",
    "Parameter",
    "Patience",
    "Player",
    "PureNash",
    "QuantalBranch",
    "QuitTimes",
    "ReducedStrategicForm",
    "Response",
    "Solution",
    "Stage",
    "Status",
    "StochasticGame",
    "StrategicGame",
    "SupportEnumeration",
    "Theory",
    "Threshold",
    "ThresholdGame",
    "TimingGame",
    "Transition",
    "VertexEnumeration",
    "WeakestLink",
    "ZeroSumValue",
    "bounds",
    "check",
    "claims",
    "compare",
    "correlated_equilibrium",
    "critical_discount",
    "data",
    "derive",
    "eliminate",
    "entries",
    "exact_potential",
    "explain",
    "figures",
    "from_nashpy",
    "from_pygambit",
    "from_quantecon",
    "indexed",
    "judge",
    "lesson_html",
    "load",
    "load_scenario",
    "ordinal_game",
    "ordinal_games",
    "parameter",
    "parameters",
    "prove",
    "qre_branch",
    "read_claims",
    "read_gambit",
    "read_game",
    "repeated_game",
    "risk_dominance",
    "sample",
    "sampled",
    "sign_table",
    "solve",
    "statics",
    "stress",
    "sweep",
    "tiling",
    "to_latex",
    "to_nashpy",
    "to_pygambit",
    "to_quantecon",
    "to_text",
    "weakest_condition",
    "write_gambit",
    "write_game",
    "zero_sum_value",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use."""
    if name == "figures":
        return import_module("deterrence.figures")
    if name not in _HOME:
        raise AttributeError(f"module 'deterrence' has no attribute {name!r}")
    value = getattr(import_module(f"deterrence.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME, "figures"])

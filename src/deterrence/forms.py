"""How each form of game is solved: its solvers, its compiled arrays, its checker, its outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from deterrence.certify import (
    Certificate,
    certify_actions,
    certify_agent_logit,
    certify_commitment,
    certify_consistent,
    certify_cutoffs,
    certify_joint_optimum,
    certify_leadership,
    certify_lindahl,
    certify_logit,
    certify_markov,
    certify_nash,
    certify_one_shot,
    certify_quitting,
    certify_sequential,
    certify_subgame_perfect,
    certify_tree_nash,
)
from deterrence.compiled import (
    CompiledCommitment,
    CompiledContinuous,
    CompiledStates,
    CompiledTable,
    CompiledThresholds,
    CompiledTiming,
    CompiledTree,
    Points,
    compile_commitment,
    compile_continuous,
    compile_states,
    compile_table,
    compile_thresholds,
    compile_timing,
    compile_tree,
)
from deterrence.compiled.first_order import first_order
from deterrence.compiled.points import BoolArray
from deterrence.errors import SolverError
from deterrence.games import (
    CommitmentGame,
    ContinuousGame,
    ExtensiveGame,
    Game,
    StochasticGame,
    StrategicGame,
    ThresholdGame,
    TimingGame,
    Tree,
)
from deterrence.outcomes import (
    Outcomes,
    action_outcomes,
    commitment_outcomes,
    state_outcomes,
    table_outcomes,
    threshold_outcomes,
    timing_outcomes,
    tree_outcomes,
)
from deterrence.profiles import (
    ActionProfile,
    Assessment,
    Commitment,
    CutoffProfile,
    Found,
    MarkovStrategy,
    MixedProfile,
    QuitTimes,
)
from deterrence.solvers import (
    AggregateRoot,
    Attrition,
    BackwardInduction,
    BestReplies,
    BestShot,
    Candidates,
    CommitmentSolver,
    ContinuousSolver,
    CutoffEquilibria,
    JointOptimum,
    LemkeHowson,
    Lindahl,
    MarkovPerfect,
    PureNash,
    Solver,
    StateSolver,
    SupportEnumeration,
    TableSolver,
    ThresholdSolver,
    TimingSolver,
    TreeSolver,
    VertexEnumeration,
    WeakestLink,
)
from deterrence.theory.cache import theory_of
from deterrence.theory.solver import DerivedEquilibria

__all__ = ["BLOCK", "FORMS", "PAYOFFS", "Form", "form_of"]

BLOCK: Final = 32_768  # points of a tree solved together: their arrays stay in the cache
LED_BY: Final = "leadership of "  # how the concept of that solver begins; the rest is the leader
TIMED: Final = 512  # timing games solved together: each has hundreds of numbers
MANY_STATES: Final = 5  # beyond it only symmetric equilibria are followed by default
ACTIONS: Final = 1 << 20  # numbers of all players solved together
CANDIDATES: Final = 4096  # points of a commitment game: each has dozens of candidates in several ways
PAYOFFS: Final = 1 << 22  # payoffs of tables solved together: the solvers have blocks of their own that fit a cache


@dataclass(frozen=True, kw_only=True)
class Form:
    """What `solve` needs to know about one form of game.

    `solver` is the class of its solvers, `default` chooses one for a game. `arrays` turns a game and points into
    numbers, `certify` checks what was found for a concept, and `outcomes` says what it leads to; both get the compiled
    game. `advice` is the remedy for a solver of another form. `block` says how many points are solved together.
    """

    solver: type[Any]
    default: Callable[[Any], Solver[Any, Any]]
    arrays: Callable[[Any, Points], Any]
    certify: Callable[[Any, Found[Any], str], Certificate]
    outcomes: Callable[[Any, Any, Any, BoolArray], Outcomes]
    advice: str
    block: Callable[[Any], int] = lambda game: BLOCK
    concepts: Mapping[str, Callable[[], Solver[Any, Any]]] = field(default_factory=dict)  # other solvers, by concept

    def solver_for(self, concept: str) -> Solver[Any, Any] | None:
        """Return the solver of a concept that is not the default's, None for all others."""
        return self.concepts[concept]() if concept in self.concepts else None


def form_of(game: Game) -> Form:
    """Return how the form of a game is solved; raise `SolverError` for a form without solvers."""
    if type(game) not in FORMS:
        raise SolverError(f"there is no solver of {game.form} games", remedy="use another form")
    return FORMS[type(game)]


_TREE_CHECKS: Final[Mapping[str, Callable[..., Certificate]]] = {
    "subgame-perfect": certify_subgame_perfect,
    "weak-pbe": certify_sequential,
    "pbe": certify_sequential,
    "sequential": certify_consistent,
}


def _tree_solver(game: ExtensiveGame) -> TreeSolver:
    """Return backward induction for games of perfect information, else the game's theory under the default concept.

    That is perfect Bayesian equilibrium where it is defined, else sequential equilibrium. Raises `SolverError` with
    advice where the game is not given by rational functions.
    """
    if game.has_perfect_information or _knows_all(game.tree):
        return BackwardInduction()
    try:
        return DerivedEquilibria(theory_of(game))
    except SolverError as error:
        raise SolverError(
            f"the game has imperfect information: name a solver, since {error.problem}",
            where=error.where,
            remedy="for Nash equilibria ReducedStrategicForm(VertexEnumeration()), on the command line --solver nash",
        ) from error


def _knows_all(tree: Tree) -> bool:
    return all(len(h.members) == 1 for h in tree.information_sets)


def _table_solver(game: StrategicGame) -> TableSolver:
    """Return the solver that fits the number of players and actions."""
    if len(game.players) != 2:
        return PureNash()
    if max(game.shape) <= 6:
        return SupportEnumeration()
    return VertexEnumeration() if sum(game.shape) <= 16 else LemkeHowson()


def _certify_tree(game: CompiledTree, found: Found[Assessment], concept: str) -> Certificate:
    if concept == "agent-logit-qre":
        return certify_agent_logit(game, found.profiles, found.exists, found.precision)
    check = _TREE_CHECKS.get(concept, certify_tree_nash)
    if concept == "subgame-perfect" and _knows_all(game.tree):
        check = certify_one_shot
    return check(game, found.profiles, found.exists)


def _certify_table(game: CompiledTable, found: Found[MixedProfile], concept: str) -> Certificate:
    if concept == "logit-qre":
        return certify_logit(game, found.profiles, found.exists, found.precision)
    return certify_nash(game, found.profiles, found.exists)


def _continuous_solver(game: ContinuousGame) -> ContinuousSolver:
    """Return the solver that fits the aggregate and the first-order conditions."""
    extremes: Mapping[str, ContinuousSolver] = {"min": WeakestLink(), "max": BestShot()}
    roots = BestReplies() if first_order(game) is None else AggregateRoot()
    return extremes.get(game.aggregate.kind, roots)


def _certify_actions(game: CompiledContinuous, found: Found[ActionProfile], concept: str) -> Certificate:
    if concept.startswith(LED_BY):
        leader = concept.removeprefix(LED_BY)
        return certify_leadership(game, found.profiles, found.exists, leader=leader)
    checks = {"joint-optimum": certify_joint_optimum, "lindahl": certify_lindahl}
    return checks.get(concept, certify_actions)(game, found.profiles, found.exists)


def _candidates(game: CommitmentGame) -> CommitmentSolver:
    return Candidates()


def _certify_commitment(game: CompiledCommitment, found: Found[Commitment], concept: str) -> Certificate:
    return certify_commitment(game, found.profiles, found.exists)


def _certify_thresholds(game: CompiledThresholds, found: Found[CutoffProfile], concept: str) -> Certificate:
    return certify_cutoffs(game, found.profiles, found.exists)


def _certify_markov(game: CompiledStates, found: Found[MarkovStrategy], concept: str) -> Certificate:
    return certify_markov(game, found.profiles, found.exists)


def _state_solver(game: StochasticGame) -> StateSolver:
    """Return the solver that follows every equilibrium, or the symmetric ones where there would be too many."""
    return MarkovPerfect(symmetric=len(game.stages) > MANY_STATES and len(game.players) == 2)


def _certify_timing(game: CompiledTiming, found: Found[QuitTimes], concept: str) -> Certificate:
    return certify_quitting(game, found.profiles, found.exists)


def _timing_solver(game: TimingGame) -> TimingSolver:
    return Attrition()


def _threshold_solver(game: ThresholdGame) -> ThresholdSolver:
    return CutoffEquilibria()


def _tree_outcomes(game: ExtensiveGame, compiled: CompiledTree, profile: Assessment, exists: BoolArray) -> Outcomes:
    return tree_outcomes(compiled, profile, exists)


FORMS: Final[Mapping[type[Game], Form]] = {
    ExtensiveGame: Form(
        solver=TreeSolver,
        default=_tree_solver,
        arrays=compile_tree,
        certify=_certify_tree,
        outcomes=_tree_outcomes,
        advice="wrap a solver of strategic games: ReducedStrategicForm(solver)",
    ),
    StrategicGame: Form(
        solver=TableSolver,
        default=_table_solver,
        arrays=compile_table,
        certify=_certify_table,
        outcomes=table_outcomes,
        advice="use a table solver such as SupportEnumeration()",
        block=lambda game: max(1, PAYOFFS // (len(game.players) * len(game.table))),
    ),
    CommitmentGame: Form(
        solver=CommitmentSolver,
        default=_candidates,
        arrays=compile_commitment,
        certify=_certify_commitment,
        outcomes=commitment_outcomes,
        advice="use Candidates()",
        block=lambda game: CANDIDATES,
    ),
    ContinuousGame: Form(
        solver=ContinuousSolver,
        default=_continuous_solver,
        arrays=compile_continuous,
        certify=_certify_actions,
        outcomes=action_outcomes,
        advice="use a solver such as AggregateRoot() or BestReplies()",
        block=lambda game: max(1, min(BLOCK, ACTIONS // len(game.players))),
        concepts={"joint-optimum": JointOptimum, "lindahl": Lindahl},
    ),
    StochasticGame: Form(
        solver=StateSolver,
        default=_state_solver,
        arrays=compile_states,
        certify=_certify_markov,
        outcomes=state_outcomes,
        advice="use MarkovPerfect()",
        block=lambda game: max(1, BLOCK // 3 ** min(MANY_STATES, len(game.stages))),
    ),
    TimingGame: Form(
        solver=TimingSolver,
        default=_timing_solver,
        arrays=compile_timing,
        certify=_certify_timing,
        outcomes=timing_outcomes,
        advice="use Attrition()",
        block=lambda game: TIMED,
    ),
    ThresholdGame: Form(
        solver=ThresholdSolver,
        default=_threshold_solver,
        arrays=compile_thresholds,
        certify=_certify_thresholds,
        outcomes=threshold_outcomes,
        advice="use CutoffEquilibria()",
    ),
}

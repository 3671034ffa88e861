"""A solver for another form of game is a type error, and answers carry the type of their profiles."""

from __future__ import annotations

from deterrence import (
    ActionProfile,
    AggregateRoot,
    Allocation,
    Assessment,
    BackwardInduction,
    Candidates,
    CoalitionalGame,
    Coalitions,
    Commitment,
    CommitmentGame,
    ContinuousGame,
    ExtensiveGame,
    FormationGame,
    MinimalWinning,
    MixedProfile,
    Nucleolus,
    PairwiseStable,
    PureNash,
    ReducedStrategicForm,
    Solution,
    StrategicGame,
    Structure,
    SupportEnumeration,
    VertexEnumeration,
    solve,
)


def trees(game: ExtensiveGame) -> None:
    """Trees take tree solvers."""
    answer: Solution[Assessment] = solve(game)
    named: Solution[Assessment] = solve(game, ReducedStrategicForm(VertexEnumeration()), at={"p": 0.5})
    wrong: Solution[MixedProfile] = solve(game)  # expect-error: assignment
    solve(game, SupportEnumeration())  # expect-error: call-overload
    solve(game, ReducedStrategicForm(BackwardInduction()))  # expect-error: arg-type
    solve(game, BackwardInduction(ties="last"))  # expect-error: arg-type
    print(answer, named, wrong)


def tables(game: StrategicGame) -> None:
    """Tables take table solvers."""
    answer: Solution[MixedProfile] = solve(game, PureNash(), exact=True)
    solve(game, BackwardInduction())  # expect-error: call-overload
    print(answer)


def numbers(game: ContinuousGame, promise: CommitmentGame) -> None:
    """Continuous and commitment games take solvers of their own."""
    answer: Solution[ActionProfile] = solve(game, AggregateRoot(grid=64), at={"w": 1})
    kept: Solution[Commitment] = solve(promise, exact=True)
    solve(game, Candidates())  # expect-error: call-overload
    solve(promise, PureNash())  # expect-error: call-overload
    print(answer, kept)


def coalitions(game: CoalitionalGame, links: FormationGame) -> None:
    """Allocations and coalitions are told apart, and so are games with worths and games of structures."""
    answer: Solution[Allocation] = solve(game)
    same: Solution[Allocation] = solve(game, Nucleolus(rational=False))
    listed: Solution[Coalitions] = solve(game, MinimalWinning())
    formed: Solution[Structure] = solve(links, PairwiseStable(), at={"c": 1})
    wrong: Solution[Coalitions] = solve(game, Nucleolus())  # expect-error: assignment
    solve(game, PairwiseStable())  # expect-error: call-overload
    print(answer, same, listed, formed, wrong)


def either(game: ExtensiveGame | StrategicGame) -> Solution[Assessment] | Solution[MixedProfile]:
    """A game of either form is solved by its default."""
    return solve(game)

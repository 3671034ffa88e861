"""Sweeps: every equilibrium and its numbers over many parameter points, as one labelled dataset."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from deterrence.compiled import Value
from deterrence.games import Game
from deterrence.solvers import Solver
from deterrence.sweeps.cluster import run_on_cluster
from deterrence.sweeps.design import Block, Design, Over
from deterrence.sweeps.plan import Plan, plan_of
from deterrence.sweeps.store import Store
from deterrence.theory import Theory

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["Progress", "Writer", "run_blocks", "sweep"]

WORKERS: Final = 2

Progress: TypeAlias = Callable[[int, int], None]
Writer: TypeAlias = Callable[[Block, Mapping[str, Any]], None]


def sweep(
    game: Game,
    over: Over | Design,
    *,
    at: Mapping[str, Value] | None = None,
    metrics: Iterable[str] | None = None,
    theory: Theory | None = None,
    solver: Solver[Any, Any] | None = None,
    per_equilibrium: bool = True,
    width: int | None = None,
    store: str | os.PathLike[str] | None = None,
    client: Any = None,  # distributed.Client
    progress: Progress | None = None,
) -> Dataset:
    """Return every equilibrium and its numbers at all points of a design, as an xarray dataset.

    `over` maps parameters to the values of an axis, or is a design from `sample`; the axis `scenario` holds named
    settings of several parameters, and the axis of a definition `{parameter: values}`: that parameter is solved for.
    `at` fixes other parameters. `metrics` are quantities (`P(war)`, `U(Defender.hard)`) and formulas in parameters and
    definitions; by default the probability of every event.

    The dataset has one dimension for each axis, and `equilibrium`: the classes of the derived theory, or positions in a
    solver's list. For each metric there is its value in each equilibrium, and its `.min` and `.max` over all that
    exist at a point; with `per_equilibrium=False` these alone. `exists`, `count` and `status` (a `Status`) say what
    there is. Points outside the assumptions are marked, not dropped. The attributes record provenance.

    With `store`, a folder, every block is written there as zarr when it is computed; run again after any end, the sweep
    goes on where it was, and the dataset reads from disk. With `client`, a Dask client, the workers of a cluster
    compute the blocks.

    Raises `ParameterError` for unknown names and bad values, `StoreError` for a folder with something else in it.

    >>> import deterrence as dt
    >>> game = dt.load("crisis-management/chicken")
    >>> result = sweep(game, {"P": [0.5, 1, 1.5]}, metrics=["P(collision)"])
    >>> [round(float(x), 3) for x in result["P(collision).max"]]
    [0.16, 0.25, 0.444]
    """
    plan = plan_of(
        game,
        over,
        at=at,
        metrics=metrics,
        theory=theory,
        solver=solver,
        width=width,
        per_equilibrium=per_equilibrium,
    )
    run = run_blocks if client is None else partial(run_on_cluster, client)
    if store is not None:
        kept = Store(store, plan)
        left, done = kept.left()
        run(plan, left, kept.write, progress=progress, done=done)
        return kept.dataset()
    arrays: dict[str, Any] = {name: np.empty(shape, dtype) for name, (shape, dtype) in plan.layout().items()}

    def write(block: Block, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            arrays[name][..., *block] = value

    run(plan, list(plan.design.blocks(plan.chunk)), write, progress=progress)
    return plan.dataset(arrays)


def run_blocks(
    plan: Plan, blocks: Iterable[Block], write: Writer, *, progress: Progress | None = None, done: int = 0
) -> None:
    """Compute blocks in threads and hand each to `write` when it is ready, few at a time: memory stays bounded."""
    pending: dict[Future[dict[str, Any]], Block] = {}
    waiting = iter(blocks)
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            while True:
                for block in islice(waiting, 2 * WORKERS - len(pending)):
                    pending[pool.submit(plan.compute, block)] = block
                if not pending:
                    return
                ready, _ = wait(pending, return_when=FIRST_COMPLETED)
                for future in ready:
                    block = pending.pop(future)
                    write(block, future.result())
                    done += plan.points_in(block)
                    if progress is not None:
                        progress(done, plan.design.size)
        finally:
            for future in pending:
                future.cancel()

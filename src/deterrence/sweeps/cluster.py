"""The blocks of a sweep on a Dask cluster: the same plan, computed elsewhere, written here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, Final

from deterrence.sweeps.design import Block
from deterrence.sweeps.plan import Plan

__all__ = ["run_on_cluster"]

AHEAD: Final = 4  # blocks under way for each thread of the cluster


def run_on_cluster(
    client: Any,  # distributed.Client, which carries no types
    plan: Plan,
    blocks: Iterable[Block],
    write: Callable[[Block, Mapping[str, Any]], None],
    *,
    progress: Callable[[int, int], None] | None = None,
    done: int = 0,
) -> None:
    """Let the workers of a cluster compute blocks; each is handed to `write` here when it comes back.

    The plan is sent to every worker once. Few blocks are under way at a time, so memory stays bounded here too.
    """
    import distributed

    as_completed: Any = distributed.as_completed  # untyped
    waiting = iter(blocks)
    threads = sum(client.nthreads().values())
    sent = client.scatter(plan, broadcast=True)
    under_way = {_submitted(client, sent, block): block for block in islice(waiting, AHEAD * max(1, threads))}
    coming = as_completed(list(under_way))
    for future in coming:
        block = under_way.pop(future)
        write(block, future.result())
        done += plan.points_in(block)
        if progress is not None:
            progress(done, plan.design.size)
        for another in islice(waiting, 1):
            new = _submitted(client, sent, another)
            under_way[new] = another
            coming.add(new)


def _submitted(client: Any, plan: Any, block: Block) -> Any:
    return client.submit(_computed, plan, block, pure=False)


def _computed(plan: Plan, block: Block) -> dict[str, Any]:
    return plan.compute(block)

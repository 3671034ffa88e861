"""Run every benchmark, or those named, for instance `python -m benchmarks summary`."""

from __future__ import annotations

import sys

from benchmarks import allies, bimatrix, coalitions, cutoffs, ladders, public, quantal, summary, theories

RUNS = {
    "summary": summary.main,
    "bimatrix": bimatrix.main,
    "public": public.main,
    "ladders": ladders.main,
    "allies": allies.main,
    "cutoffs": cutoffs.main,
    "coalitions": coalitions.main,
    "quantal": quantal.main,
    "theories": theories.main,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks; an unknown name is refused."""
    unknown = [name for name in names if name not in RUNS]
    if unknown:
        print(f"unknown benchmark {unknown[0]!r}; known: {', '.join(RUNS)}", file=sys.stderr)
        return 2
    for name in names or list(RUNS):
        print(f"\n{name}")
        RUNS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A stress test for reading: the answer first, then margins, levers, what fails together, what matters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from deterrence.expressions import to_text
from deterrence.forms.concepts import CONCEPT_WORDS
from deterrence.json_text import Json, json_number, json_numbers
from deterrence.report.blocks import Block, Heading, Lines, Tabular
from deterrence.report.numbers import decimal_text
from deterrence.report.solutions import solver_words
from deterrence.scenarios import CaseReport, StressReport
from deterrence.scenarios.break_even import BreakEven
from deterrence.scenarios.criterion import Outcome
from deterrence.scenarios.robustness import CRITERIA, Package

__all__ = [
    "VERDICTS",
    "answer_sentence",
    "concept_sentence",
    "illustrative",
    "noise_sentence",
    "stress_blocks",
    "stress_document",
]

VERDICTS: Final = {
    Outcome.HOLDS: "holds in every equilibrium",
    Outcome.FAILS: "fails in every equilibrium",
    Outcome.AMBIGUOUS: "depends on which equilibrium is played",
    Outcome.UNKNOWN: "is not settled: the point is outside the model, or no equilibrium was found",
}


def stress_blocks(report: StressReport) -> Iterator[Block]:
    """Yield what `stress` prints."""
    scenario = report.scenario
    yield Heading(scenario.title or scenario.slug, level=1)
    yield Lines((scenario.question, *([illustrative(report)] if scenario.illustrative else [])))
    for case in report.cases:
        yield from _case_blocks(report, case)
    if len(report.cases) > 1 and not report.agreed:
        yield Heading("The models disagree")
        yield Lines(tuple(f"{case.case.name}: {VERDICTS[case.reference]}" for case in report.cases))
    drawn = f"{report.samples:,} points, {report.method}, seed {report.seed}"
    yield Lines(("", f"{drawn}; {report.software}; scenario sha256 {scenario.sha256[:12]}"))


def illustrative(report: StressReport) -> str:
    """Return how the values are meant."""
    return (
        "Values are illustrative, cited facts excepted." if report.scenario.charts else "All values are illustrative."
    )


def answer_sentence(case: CaseReport) -> str:
    """Return the answer in one sentence."""
    share, unknown = case.shares[Outcome.HOLDS], case.shares[Outcome.UNKNOWN]
    outside = f" ({100 * unknown:.0f} % are outside the model)" if unknown >= 0.005 else ""
    return (
        f"In the reference case `{case.case.success.text}` {VERDICTS[case.reference]}; "
        f"it holds at {100 * share:.0f} % of the points that cannot be excluded{outside}."
    )


def _worst(case: CaseReport) -> str:
    """Return the verdict on the box with its argument, which may begin with the verdict."""
    said = case.worst.argument
    return said if said.startswith(case.worst.verdict) else f"{case.worst.verdict}: {said}"


def concept_sentence(case: CaseReport) -> str:
    """Return concept and refinement in words."""
    concept = case.provenance.get("concept", "")
    return f"{CONCEPT_WORDS.get(concept, concept)}, refinement {case.provenance.get('refinement', 'none')}"


def noise_sentence(case: CaseReport) -> str:
    """Return what the criterion says when sides err, from pure noise to rare mistakes."""
    found = case.noise
    if not found.outcomes:
        return f"Not asked: {found.why}."
    verdicts = {Outcome.HOLDS: "holds", Outcome.FAILS: "fails", Outcome.UNKNOWN: "could not be followed"}
    words = [verdicts.get(outcome, "depends") for outcome in found.outcomes]
    last = f"{found.precisions[-1]:g}"
    if len(set(words)) == 1:
        return f"In logit equilibrium it {words[0]} at every precision up to {last} over the spread of payoffs."
    starts = [k for k in range(len(words)) if not k or words[k] != words[k - 1]]
    said = [f"{words[k]} {f'from precision {found.precisions[k]:g} on' if k else 'in pure noise'}" for k in starts]
    unit = "precisions in units of one over the spread of payoffs"
    return f"In logit equilibrium it {', '.join(said)} (up to {last}; {unit})."


def _case_blocks(report: StressReport, case: CaseReport) -> Iterator[Block]:
    yield Heading(case.case.title or case.case.name)
    concept = concept_sentence(case)
    shares = ", ".join(f"{outcome.name.lower()} {100 * share:.1f} %" for outcome, share in case.shares.items() if share)
    yield Lines(
        (
            answer_sentence(case),
            f"equilibria: {concept} ({solver_words(case.provenance.get('method', ''))})",
            f"sampled points: {shares}",
            "reference case: " + "; ".join(_range(name, ends) for name, ends in case.numbers.items()),
            f"worst case in the box: {_worst(case)}",
            f"if sides err: {noise_sentence(case)}",
        )
    )
    if case.break_even:
        yield Heading("Where the verdict changes, all else as in the reference case", level=3)
        yield Tabular(
            ("parameter", "at", "below", "above", "distance in its range", "because"),
            tuple(_change(change) for change in case.break_even),
        )
    yield from _lever_blocks(report, case)
    if case.boxes:
        yield Heading("What goes wrong together", level=3)
        yield Lines(tuple(box.sentence for box in case.boxes))
    yield from _sensitivity_blocks(case)


def _range(name: str, ends: tuple[float, float]) -> str:
    low, high = ends
    return (
        f"{name} = {decimal_text(low)}" if low == high else f"{name} from {decimal_text(low)} to {decimal_text(high)}"
    )


def _change(change: BreakEven) -> tuple[str, ...]:
    where = str(change.exact) if change.exact is not None else decimal_text(change.value)
    said = f"{change.because} is an equation there" if change.because else "found by bisection"
    below, above = change.below.name.lower(), change.above.name.lower()
    return (change.parameter, where, below, above, f"{100 * change.distance:+.0f} %", said)


def _lever_blocks(report: StressReport, case: CaseReport) -> Iterator[Block]:
    compared = case.robustness
    if len(compared.packages) < 2:
        return
    yield Heading("Levers", level=3)
    rows = [
        (
            package.name,
            str(package.cost),
            package.reference.name.lower(),
            f"{100 * package.shares[Outcome.HOLDS]:.0f} %",
            *(decimal_text(compared.scores[c][package.name]) for c in list(CRITERIA)[:-1]),
        )
        for package in compared.packages
    ]
    yield Tabular(("levers", "cost", "reference", "holds at", *list(CRITERIA)[:-1]), tuple(rows), records=True)
    yield Lines(
        (
            f"scores are of {compared.metric} in its worst equilibrium; less is better",
            _repair("the reference case", case.repair),
            _repair("nine points in ten", case.repair_box),
            *(f"{a} beats {b} by {first}, and loses by {second}" for a, b, first, second in compared.reversals),
        )
    )


def _repair(what: str, package: Package | None) -> str:
    if package is None:
        return f"no package of levers makes {what} hold"
    return f"cheapest package with which {what} holds: {package.name} (cost {package.cost})"


def _sensitivity_blocks(case: CaseReport) -> Iterator[Block]:
    found = case.sensitivity
    if found is None or found.constant:
        return
    yield Heading(f"What {found.metric} (worst equilibrium) is sensitive to", level=3)
    rows = [
        (name, f"{a:.2f} +- {c:.2f}", f"{found.total[name][0]:.2f} +- {found.total[name][1]:.2f}")
        for name, (a, c) in sorted(found.first.items(), key=lambda item: -found.total[item[0]][0])
    ]
    yield Tabular(("parameter", "alone", "with interactions"), tuple(rows))
    strongest = max(found.second.items(), key=lambda item: item[1][0], default=None)
    if strongest is not None:
        (one, other), (share, half) = strongest
        yield Lines((f"strongest interaction: {one} with {other}, {share:.2f} +- {half:.2f}",))


def stress_document(report: StressReport) -> Json:
    """Return the body of a `stress` document."""
    return {
        "scenario": {
            "slug": report.scenario.slug,
            "title": report.scenario.title,
            "question": report.scenario.question,
            "illustrative": report.scenario.illustrative,
            "sha256": report.scenario.sha256,
        },
        "levers": list(report.levers),
        "samples": report.samples,
        "method": report.method,
        "seed": report.seed,
        "software": report.software,
        "agreed": report.agreed,
        "cases": [_case_document(case) for case in report.cases],
    }


def _case_document(case: CaseReport) -> Json:
    compared = case.robustness
    return {
        "name": case.case.name,
        "model": case.case.game.about.slug,
        "provenance": dict(case.provenance),
        "success": case.case.success.text,
        "reference": case.reference.name,
        "at": json_numbers(case.case.reference.items()),
        "numbers": {name: [json_number(low), json_number(high)] for name, (low, high) in case.numbers.items()},
        "shares": {outcome.name: share for outcome, share in case.shares.items()},
        "break_even": [
            {
                "parameter": change.parameter,
                "at": json_number(change.exact if change.exact is not None else change.value),
                "below": change.below.name,
                "above": change.above.name,
                "distance": change.distance,
                "because": change.because,
            }
            for change in case.break_even
        ],
        "worst_case": {
            "verdict": case.worst.verdict,
            "argument": case.worst.argument,
            "point": json_numbers(case.worst.point.items()),
        },
        "levers": {
            "loss": compared.metric,
            "packages": [_package_document(package) for package in compared.packages],
            "scores": {criterion: dict(row) for criterion, row in compared.scores.items()},
            "ranks": {criterion: list(row) for criterion, row in compared.ranks.items()},
            "effects": {
                lever: {name: to_text(formula) for name, formula in changes.items()}
                for lever, changes in case.case.effects.items()
            },
        },
        "repair": {
            "reference": _package_document(case.repair) if case.repair else None,
            "box": _package_document(case.repair_box) if case.repair_box else None,
        },
        "boxes": [
            {"limits": {n: list(ends) for n, ends in box.limits.items()}, "coverage": box.coverage,
             "density": box.density, "sentence": box.sentence}
            for box in case.boxes
        ],
        "sensitivity": _sensitivity_document(case),
        "noise": {
            "precisions": list(case.noise.precisions),
            "spread": json_number(case.noise.spread),
            "outcomes": [outcome.name for outcome in case.noise.outcomes],
            "numbers": {name: [json_number(float(x)) for x in row] for name, row in case.noise.numbers.items()},
            "why": case.noise.why,
        },
    }  # fmt: skip


def _package_document(package: Package) -> Json:
    return {
        "levers": list(package.levers),
        "cost": json_number(package.cost),
        "reference": package.reference.name,
        "shares": {outcome.name: share for outcome, share in package.shares.items()},
    }


def _sensitivity_document(case: CaseReport) -> Json | None:
    found = case.sensitivity
    if found is None or found.constant:
        return None
    return {
        "metric": found.metric,
        "first": {name: list(pair) for name, pair in found.first.items()},
        "total": {name: list(pair) for name, pair in found.total.items()},
        "second": [{"pair": list(pair), "share": list(value)} for pair, value in found.second.items()],
    }

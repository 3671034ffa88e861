"""The analyst's memo: the answer first, then what would change it, the levers, what is assumed, how to repeat it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from deterrence.expressions import to_text
from deterrence.figures import burden_chart
from deterrence.figures.margins import lever_bars, margins, tornado, verdict_map
from deterrence.figures.style import svg_text
from deterrence.library import data, references
from deterrence.report.blocks import Heading, Tabular
from deterrence.report.numbers import decimal_text, same_text
from deterrence.report.pages import Bullets, Fold, Kind, Part, Picture, Said, html_page
from deterrence.report.stress_tests import VERDICTS, answer_sentence, concept_sentence, illustrative, noise_sentence
from deterrence.report.typeset import page_pdf
from deterrence.scenarios import Case, CaseReport, StressReport
from deterrence.scenarios.break_even import BreakEven
from deterrence.scenarios.criterion import Outcome
from deterrence.scenarios.laboratory import Laboratory
from deterrence.scenarios.robustness import Package

__all__ = ["memo_html", "memo_parts", "memo_pdf"]

SHORT: Final = 160  # characters of an argument that stands in the text


def memo_html(report: StressReport) -> str:
    """Return the memo of a stress test as a whole HTML page that needs nothing from any network.

    Text of scenario and model files is escaped. Raises `MissingExtraError` without matplotlib.
    """
    return html_page(report.scenario.title or report.scenario.slug, memo_parts(report))


def memo_pdf(report: StressReport) -> bytes:
    """Return the memo as PDF on A4; raises `MissingExtraError` without matplotlib or typst."""
    return page_pdf(report.scenario.title or report.scenario.slug, memo_parts(report))


def memo_parts(report: StressReport) -> Iterator[Part]:
    """Yield what stands on the memo."""
    scenario = report.scenario
    yield Heading(scenario.title or scenario.slug, level=1)
    yield Said(scenario.question, "question")
    for case in report.cases:
        several = f"**{case.case.title}.** " if len(report.cases) > 1 else ""
        yield Said(several + answer_sentence(case) + _first_repair(case), _kind(case.reference))
    if not report.agreed:
        yield Said("**The models disagree**: the answer depends on which of them describes the case.")
    if scenario.summary:
        yield Said(scenario.summary)
    if scenario.illustrative:
        yield Said(illustrative(report), "note")
    for case in report.cases:
        yield from _case(report, case)
    yield from _facts(report)
    yield from _foot(report)


def _kind(outcome: Outcome) -> Kind:
    kinds: dict[Outcome, Kind] = {
        Outcome.HOLDS: "holds",
        Outcome.FAILS: "fails",
        Outcome.AMBIGUOUS: "ambiguous",
        Outcome.UNKNOWN: "unknown",
    }
    return kinds[outcome]


def _first_repair(case: CaseReport) -> str:
    """Return, where the reference case does not hold, what would make it."""
    if case.reference is Outcome.HOLDS or len(case.robustness.packages) < 2:
        return ""
    if case.repair is None:
        return " No package of the levers makes it hold."
    return f" Cheapest repair: {case.repair.name} (cost {case.repair.cost})."


def _facts(report: StressReport) -> Iterator[Part]:
    if report.scenario.charts:
        yield Heading("The facts")
    for chart in report.scenario.charts:
        figure = burden_chart(
            data(chart.data), share=chart.share, size=chart.size, name=chart.name, before=chart.before,
            pledge=None if chart.pledge is None else float(chart.pledge),
        )  # fmt: skip
        yield Picture(svg_text(figure), f"{data(chart.data).title}. Facts, not assumptions; the sources stand below.")


def _case(report: StressReport, case: CaseReport) -> Iterator[Part]:
    yield Heading(case.case.title or case.case.name)
    yield Said("In the reference case " + "; ".join(_range(name, ends) for name, ends in case.numbers.items()) + ".")
    if case.case.uncertain:
        yield Picture(
            svg_text(margins(case)), f"Margins of {case.case.success.text}: one parameter moves, all else stays as now."
        )
    yield Heading("What would change the answer", level=3)
    changes = tuple(_change(case, change) for change in case.break_even)
    yield Bullets(changes or ("Within the stated ranges, no parameter alone changes the verdict.",))
    yield from _worst(case)
    if case.noise.outcomes:
        yield Said(f"**If sides err.** {noise_sentence(case)}")
    yield from _map(case)
    yield from _levers(report, case)
    if case.boxes:
        yield Heading("What goes wrong together", level=3)
        yield Bullets(tuple(f"It {box.sentence}." for box in case.boxes))
    picture = tornado(case)
    if picture is not None:
        yield Heading("Which uncertainty matters", level=3)
        yield Picture(svg_text(picture), "Sobol' indices with 95 % intervals.")
    yield from _assumptions(case.case, case)


def _range(name: str, ends: tuple[float, float]) -> str:
    low, high = ends
    if low == high:
        return f"`{name}` = {decimal_text(low)}"
    return f"`{name}` lies between {decimal_text(low)} and {decimal_text(high)}, depending on the equilibrium"


def _change(case: CaseReport, change: BreakEven) -> str:
    now = decimal_text(float(case.case.reference[change.parameter]))
    where = decimal_text(change.value) if change.exact is None else same_text(change.exact)
    up = change.value > float(case.case.reference[change.parameter])
    beyond = change.above if up else change.below
    meaning = case.case.game.parameter(change.parameter).meaning
    side = "above" if up else "below"
    said = f" ({meaning})" if meaning else ""
    return f"`{change.parameter}`{said} {side} {where}, now {now}: it {VERDICTS[beyond]}."


def _worst(case: CaseReport) -> Iterator[Part]:
    lead = {
        "proved": "**Certified:** the criterion holds in the whole box of what is uncertain.",
        "refuted": "**Not in the whole box:** an exact counterexample exists.",
        "sampled": "**Not certified.**",
    }[case.worst.verdict]
    if len(case.worst.argument) <= SHORT:
        yield Said(f"{lead} {case.worst.argument[:1].upper()}{case.worst.argument[1:]}.")
        return
    yield Said(lead)
    yield Fold("The argument", case.worst.argument)


def _map(case: CaseReport) -> Iterator[Part]:
    found = case.sensitivity
    if found is None or found.constant:
        return
    first, second = sorted(found.total, key=lambda name: -found.total[name][0])[:2]
    picture = verdict_map(Laboratory(case.case), first, second)
    yield Picture(
        svg_text(picture), f"The two parameters that matter most, {first} and {second}; all else stays as now."
    )


def _levers(report: StressReport, case: CaseReport) -> Iterator[Part]:
    if len(case.robustness.packages) < 2:
        return
    yield Heading("Levers", level=3)
    yield Picture(svg_text(lever_bars(case)), "Share of the sampled points by verdict.")
    rows = tuple(
        (
            name,
            lever.title,
            str(lever.cost),
            "; ".join(f"`{n}` becomes `{to_text(f)}`" for n, f in case.case.effects[name].items()),
        )
        for name, lever in report.scenario.levers.items()
        if name in case.case.effects
    )
    yield Tabular(("lever", "what it is", "cost", "what it changes"), rows)
    said = [_repair("the reference case holds", case.repair), _repair("nine points in ten hold", case.repair_box)]
    reversals = [
        f"By {first}, {one} is better than {other}; by {second} it is the other way round."
        for one, other, first, second in case.robustness.reversals
    ]
    yield Bullets((*said, *reversals))
    yield Said(f"Criteria compare `{case.robustness.metric}` in its worst equilibrium over the sampled points.", "note")


def _repair(what: str, package: Package | None) -> str:
    if package is None:
        return f"No package of these levers is enough that {what}."
    return f"The cheapest package with which {what}: {package.name} (cost {package.cost})."


def _assumptions(case: Case, report: CaseReport) -> Iterator[Part]:
    yield Heading("What this assumes", level=3)
    rows = tuple(
        (
            f"`{name}`",
            case.game.parameter(name).meaning,
            same_text(case.reference[name]),
            f"{same_text(known.low)} to {same_text(known.high)}",
            known.why,
        )
        for name, known in case.uncertain.items()
    )
    if rows:
        yield Tabular(("uncertain", "meaning", "now", "range", "why"), rows)
    known = [
        f"`{p.name}` = {same_text(case.reference[p.name])}" + (f" ({p.meaning})" if p.meaning else "")
        for p in case.game.parameters
        if p.name not in case.uncertain
    ]
    if known:
        yield Fold("Taken as known", "; ".join(known) + ".")
    conditions = "; ".join(f"`{to_text(condition)}`" for condition in case.game.assume)
    yield Said(f"Equilibria: {concept_sentence(report)}. Assumed throughout: {conditions or 'nothing more'}.", "note")


def _foot(report: StressReport) -> Iterator[Part]:
    yield Heading("Sources and how to repeat this")
    known = references()
    sources = [case.case.game.about.source for case in report.cases]
    shown = [known[key].text if key in known else key for key in dict.fromkeys(sources) if key]
    facts = [source for chart in report.scenario.charts for source in data(chart.data).sources]
    yield Bullets(tuple(dict.fromkeys((*shown, *report.scenario.sources, *facts))))
    levers = "".join(f" --lever {name}" for name in report.levers)
    command = f"deterrence stress {report.scenario.slug} --samples {report.samples} --seed {report.seed}{levers}"
    yield Said(f"`{command} --report memo.html`")
    games = ", ".join(f"{c.case.game.about.slug} {c.case.game.about.sha256[:12]}" for c in report.cases)
    drawn = f"{report.samples:,} points ({report.method}, seed {report.seed})"
    yield Said(f"{drawn}; {report.software}; scenario sha256 {report.scenario.sha256[:12]}; models {games}.", "note")

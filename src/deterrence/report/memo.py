"""The analyst's memo: one self-contained HTML page with the answer first, to be read in three minutes or printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.resources import files

from deterrence.escape import for_html
from deterrence.expressions import to_text
from deterrence.figures.margins import lever_bars, margins, tornado, verdict_map
from deterrence.figures.style import svg_text
from deterrence.library import references
from deterrence.report.numbers import decimal_text
from deterrence.report.stress_tests import ILLUSTRATIVE, VERDICTS, answer_sentence
from deterrence.scenarios import CaseReport, StressReport
from deterrence.scenarios.break_even import BreakEven
from deterrence.scenarios.laboratory import Laboratory
from deterrence.scenarios.robustness import Package

__all__ = ["memo_html"]


def memo_html(report: StressReport) -> str:
    """Return the memo of a stress test as a whole HTML page that needs nothing from any network.

    Text of scenario and model files is escaped. Raises `MissingExtraError` without matplotlib.
    """
    title = report.scenario.title or report.scenario.slug
    body = "\n".join(_body(report))
    style = (files("deterrence.report") / "memo.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        'img-src data:">\n'
        f"<title>{for_html(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _body(report: StressReport) -> Iterator[str]:
    scenario = report.scenario
    yield f"<h1>{for_html(scenario.title or scenario.slug)}</h1>"
    yield f'<p class="question">{for_html(scenario.question)}</p>'
    if scenario.illustrative:
        yield f'<p class="note">{ILLUSTRATIVE}</p>'
    for case in report.cases:
        several = f"<strong>{for_html(case.case.title)}.</strong> " if len(report.cases) > 1 else ""
        yield f'<p class="answer {case.reference.name.lower()}">{several}{_coded(answer_sentence(case))}</p>'
    if not report.agreed:
        yield "<p><strong>The models disagree</strong>: the answer depends on which of them describes the case.</p>"
    if scenario.summary:
        yield f"<p>{for_html(scenario.summary)}</p>"
    for case in report.cases:
        yield from _case(report, case)
    yield from _foot(report)


def _case(report: StressReport, case: CaseReport) -> Iterator[str]:
    yield f"<h2>{for_html(case.case.title or case.case.name)}</h2>"
    yield _list([for_html(_range(name, ends)) for name, ends in case.numbers.items()], "In the reference case:")
    if case.case.uncertain:
        yield _figure(
            svg_text(margins(case)), f"Margins of {case.case.success.text}: one parameter moves, all else stays as now."
        )
    yield "<h3>What would change the answer</h3>"
    changes = [_coded(_change(case, change)) for change in case.break_even]
    yield _list(changes or ["Within the stated ranges, no parameter alone changes the verdict."])
    yield f"<p>{_worst(case)}</p>"
    yield from _map(case)
    yield from _levers(report, case)
    if case.boxes:
        yield "<h3>What goes wrong together</h3>"
        yield _list([for_html(box.sentence) for box in case.boxes])
    picture = tornado(case)
    if picture is not None:
        yield "<h3>Which uncertainty matters</h3>"
        yield _figure(svg_text(picture), "Sobol' indices with 95 % intervals.")
    yield from _assumptions(case)


def _range(name: str, ends: tuple[float, float]) -> str:
    low, high = ends
    if low == high:
        return f"{name} = {decimal_text(low)}"
    return f"{name} between {decimal_text(low)} and {decimal_text(high)}, depending on the equilibrium"


def _change(case: CaseReport, change: BreakEven) -> str:
    now = decimal_text(float(case.case.reference[change.parameter]))
    where = str(change.exact) if change.exact is not None else decimal_text(change.value)
    up = change.value > float(case.case.reference[change.parameter])
    beyond = change.above if up else change.below
    because = f" (there `{change.because}` is an equation)" if change.because else ""
    side = "above" if up else "below"
    return f"`{change.parameter}` {side} {where} (now {now}): it {VERDICTS[beyond]}{because}."


def _worst(case: CaseReport) -> str:
    said = {
        "proved": "<strong>Certified:</strong> the criterion holds in the whole box of what is uncertain.",
        "refuted": "<strong>Not in the whole box:</strong> an exact counterexample exists.",
        "sampled": "<strong>Not certified:</strong>",
    }
    return (
        f"{said[case.worst.verdict]} <details><summary>The argument</summary>{for_html(case.worst.argument)}</details>"
    )


def _map(case: CaseReport) -> Iterator[str]:
    found = case.sensitivity
    if found is None or found.constant:
        return
    first, second = sorted(found.total, key=lambda name: -found.total[name][0])[:2]
    picture = verdict_map(Laboratory(case.case), first, second)
    yield _figure(
        svg_text(picture), f"The two parameters that matter most, {first} and {second}; all else stays as now."
    )


def _levers(report: StressReport, case: CaseReport) -> Iterator[str]:
    if len(case.robustness.packages) < 2:
        return
    yield "<h3>Levers</h3>"
    yield _figure(svg_text(lever_bars(case)), "Share of the sampled points by verdict.")
    known = report.scenario.levers
    rows = [
        (
            name,
            lever.title,
            str(lever.cost),
            "; ".join(f"{n} -> {to_text(f)}" for n, f in case.case.effects[name].items()),
        )
        for name, lever in known.items()
        if name in case.case.effects
    ]
    yield _table(("lever", "what it is", "cost", "what it changes"), rows)
    said = [_repair("the reference case holds", case.repair), _repair("nine points in ten hold", case.repair_box)]
    metric = case.robustness.metric
    reversals = [
        f"By {first}, {one} is better than {other}; by {second} it is the other way round."
        for one, other, first, second in case.robustness.reversals
    ]
    yield _list([for_html(text) for text in (*said, *reversals)])
    yield f'<p class="note">Criteria compare {for_html(metric)} in its worst equilibrium over the sampled points.</p>'


def _repair(what: str, package: Package | None) -> str:
    if package is None:
        return f"No package of these levers is enough that {what}."
    return f"The cheapest package with which {what}: {package.name} (cost {package.cost})."


def _assumptions(case: CaseReport) -> Iterator[str]:
    yield "<h3>What this assumes</h3>"
    game = case.case.game
    rows = []
    for p in game.parameters:
        known = case.case.uncertain.get(p.name)
        span = f"{decimal_text(float(known.low))} to {decimal_text(float(known.high))}" if known else "taken as known"
        rows.append((p.name, p.meaning, str(case.case.reference[p.name]), span, known.why if known else ""))
    yield _table(("parameter", "meaning", "now", "range", "why"), rows)
    conditions = "; ".join(to_text(condition) for condition in game.assume)
    concept = f"{case.provenance.get('concept', '')}, refinement {case.provenance.get('refinement', 'none')}"
    assumed = f"Equilibria: {concept}. Assumed throughout: {conditions or 'nothing more'}."
    yield f'<p class="note">{for_html(assumed)}</p>'


def _foot(report: StressReport) -> Iterator[str]:
    yield "<h2>Sources and how to repeat this</h2>"
    known = references()
    sources = [case.case.game.about.source for case in report.cases]
    shown = [known[key].text if key in known else key for key in dict.fromkeys(sources) if key]
    yield _list([for_html(text) for text in (*shown, *report.scenario.sources)])
    levers = "".join(f" --lever {name}" for name in report.levers)
    command = f"deterrence stress {report.scenario.slug} --samples {report.samples} --seed {report.seed}{levers}"
    yield f"<p><code>{for_html(command)} --report memo.html</code></p>"
    games = ", ".join(f"{c.case.game.about.slug} {c.case.game.about.sha256[:12]}" for c in report.cases)
    drawn = f"{report.samples:,} points ({report.method}, seed {report.seed})"
    yield (
        f'<p class="note">{for_html(drawn)}; {for_html(report.software)}; scenario sha256 '
        f"{report.scenario.sha256[:12]}; models {for_html(games)}.</p>"
    )


def _coded(text: str) -> str:
    """Return escaped text in which what stands between grave accents is code."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", for_html(text))


def _list(items: Sequence[str], lead: str = "") -> str:
    opened = f"<p>{for_html(lead)}</p>" if lead else ""
    return f"{opened}<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{for_html(column)}</th>" for column in columns)
    lines = "".join(f"<tr>{''.join(f'<td>{for_html(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def _figure(svg: str, caption: str) -> str:
    """Return a figure as SVG in the page."""
    unique = f"m{sha256(caption.encode()).hexdigest()[:6]}"  # several pictures share the page, and its names
    svg = re.sub(r'(id="|url\(#|href="#)', rf"\1{unique}", svg)
    label = for_html(caption)
    return f'<figure role="img" aria-label="{label}">{svg}<figcaption>{label}</figcaption></figure>'

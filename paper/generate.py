"""What the paper takes from the package: numbers, tables and figures below `build/`.

`python paper/generate.py` writes everything; with `--tables` no pictures. A test runs the latter and compares.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import deterrence as dt
from deterrence.escape import for_latex
from deterrence.expressions import Symbol, parse_condition, to_latex
from deterrence.ledger import Claim, Finding, Judgement, Proposition
from deterrence.ledger.claims import Side
from deterrence.library import load
from deterrence.scenarios import StressReport

HERE = Path(__file__).parent
ROOT = HERE.parent
UDG = "alliance-commitment/unilateral-deterrence"
FLANK = "eastern-flank"
SAMPLES = 1 << 12
SIDES: tuple[Side, ...] = ("critics", "proponents")


def tables() -> dict[str, str]:
    """Return the text of every generated input by file name."""
    theory = dt.derive(load(UDG))
    report = dt.stress(dt.load_scenario(FLANK), samples=SAMPLES, seed=0)
    debates = [dt.judge(claim) for claim in dt.claims() if claim.id.startswith("E")]
    return {
        "numbers.tex": "".join(_numbers(theory, debates)),
        "theory.tex": theory.latex(knife_edges=False),
        "signs.tex": dt.sign_table(theory, of=["P(war)", "t_soft", "t_hard"]).latex(),
        "ledger.tex": "".join(_ledger(debates)),
        "stress.tex": "".join(_stress(report)),
        "speed.tex": _speed(),
    }


def _numbers(theory: dt.Theory, debates: list[Judgement]) -> Iterator[str]:
    entries = dt.entries()
    forms = Counter(entry.form for entry in entries)
    all_claims = dt.claims()
    war = dt.statics(theory, of="P(war)", wrt="p_Def")
    assert war.rises is not None
    facts: dict[str, object] = {
        "models": len(entries),
        "trees": forms["extensive"],
        "forms": len(forms),
        "claims": len(all_claims),
        "propositions": sum(len(claim.propositions) for claim in all_claims),
        "classes": len(theory.generic),
        "edges": len(theory.knife_edges),
        "riseFrom": war.rises.wrt[0],
        "riseTo": war.rises.wrt[1],
        "warFrom": war.rises.values[0],
        "warTo": war.rises.values[1],
        "samples": SAMPLES,
    }
    facts["sides"] = sum(1 for judgement in debates for side in SIDES if judgement.of_side(side))
    facts["sidesProved"] = sum(_all_proved(judgement.of_side(side)) for judgement in debates for side in SIDES)
    words = Counter(finding.word for judgement in debates for finding in judgement.findings)
    facts |= {f"debates{word.title()}": count for word, count in words.items()}
    for name, value in facts.items():
        yield f"\\newcommand{{\\n{name[0].upper()}{name[1:]}}}{{{value}}}\n"


def _all_proved(findings: tuple[Finding, ...]) -> bool:
    return bool(findings) and all(finding.word == "proved" for finding in findings)


def _ledger(debates: list[Judgement]) -> Iterator[str]:
    columns = ("p{0.11\\linewidth}", ">{\\raggedright}p{0.47\\linewidth}", "p{0.13\\linewidth}", "p{0.19\\linewidth}")
    yield f"\\begin{{longtable}}{{@{{}}{''.join(columns)}@{{}}}}\n"
    yield "\\toprule side & proposition and model & verdict & where it holds, exactly \\\\ \\midrule\n\\endhead\n"
    for judgement in debates:
        head = f"\\textbf{{{judgement.claim.id}. {_title(judgement.claim)}}}"
        yield f"\\addlinespace\\multicolumn{{4}}{{@{{}}l}}{{{head}}} \\\\\n"
        for proposition, finding in judgement.pairs:
            yield f"{' & '.join(_row(proposition, finding))} \\\\\n"
    yield "\\bottomrule\n\\end{longtable}\n"


def _title(claim: Claim) -> str:
    return for_latex(claim.text.rstrip("."))


def _row(proposition: Proposition, finding: Finding) -> tuple[str, str, str, str]:
    return (
        proposition.side,
        f"{for_latex(proposition.says)} {{\\footnotesize\\texttt{{{for_latex(proposition.model)}}}}}",
        finding.verdict,
        _where(proposition, finding),
    )


def _where(proposition: Proposition, finding: Finding) -> str:
    """Return a region in mathematics; where it has no closed form, nothing."""
    if not finding.where:
        return ""
    game = load(proposition.model)
    names = {name: Symbol(name) for name in (*(p.name for p in game.parameters), *game.definitions)}
    return f"\\raggedright\\arraybackslash ${to_latex(parse_condition(finding.where, names))}$"


def _stress(report: StressReport) -> Iterator[str]:
    """Yield where the verdict of the first case changes: the exact break-even values."""
    case = report.cases[0]
    yield "\\begin{tabular}{@{}llll@{}}\\toprule\nparameter & at & below & above \\\\ \\midrule\n"
    for change in case.break_even:
        at = change.exact if change.exact is not None else f"{change.value:.4g}"
        below, above = (outcome.name.lower() for outcome in (change.below, change.above))
        yield f"${to_latex(Symbol(change.parameter))}$ & ${at}$ & {below} & {above} \\\\\n"
    yield "\\bottomrule\n\\end{tabular}\n"


def _speed() -> str:
    """Return the tables of the record of benchmarks that the text shows."""
    text = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    found = re.search(r"\n\| what is timed \| 2 x 2 .*?\n((?:\|.*\n)+)", text)
    assert found is not None
    head, *rows = [line.strip("| \n").split(" | ") for line in found.group(0).strip().split("\n") if "---" not in line]
    body = "".join(" & ".join(for_latex(cell.replace("`", "")) for cell in row) + " \\\\\n" for row in rows)
    columns = f"@{{}}l{'r' * (len(head) - 1)}@{{}}"
    top = f"\\begin{{tabular}}{{{columns}}}\\toprule\n{' & '.join(head)} \\\\ \\midrule\n"
    return f"{top}{body}\\bottomrule\n\\end{{tabular}}\n"


def figures() -> None:
    """Write the pictures."""
    theory = dt.derive(load(UDG), refinement="D1")
    drawn = dt.figures.parameter_map(theory, x="p_Ch", y="p_Def", of="P(war)")
    dt.figures.save(dt.figures.region_map(drawn, width=4.4, height=3.6), HERE / "build" / "regions.pdf")
    lines = dt.figures.parameter_lines(theory, of="P(war)", wrt="p_Def")
    dt.figures.save(dt.figures.statics_lines(lines, width=4.4, height=3.6), HERE / "build" / "statics.pdf")


def main() -> None:
    """Write what is generated."""
    (HERE / "build").mkdir(exist_ok=True)
    for name, text in tables().items():
        (HERE / "build" / name).write_text(text, encoding="utf-8")
    if "--tables" not in sys.argv[1:]:
        figures()


if __name__ == "__main__":
    main()

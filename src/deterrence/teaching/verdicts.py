"""The verdicts of the claims ledger in a notebook: what each side says, and what the models say to it."""

from __future__ import annotations

from dataclasses import dataclass

from deterrence.escape import for_html
from deterrence.ledger import Finding, Judgement, Proposition, claims, judge

__all__ = ["Verdicts", "verdicts"]


@dataclass(frozen=True)
class Verdicts:
    """Judgements for reading in a notebook."""

    judgements: tuple[Judgement, ...]

    def __str__(self) -> str:
        """Return one line for each proposition."""
        return "\n".join(
            f"{j.claim.id} {p.side or '-'}: {f.verdict}: {p.says}" + (f" [where {f.where}]" if f.where else "")
            for j in self.judgements
            for p, f in j.pairs
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(map(_table, self.judgements))


def verdicts(*ids: str) -> Verdicts:
    """Return the verdicts on claims by id, decided now.

    Raises `KeyError` for an id that the ledger does not have.
    """
    known = {claim.id: claim for claim in claims()}
    return Verdicts(tuple(judge(known[i]) for i in ids))


def _table(judgement: Judgement) -> str:
    claim = judgement.claim
    rows = "".join(_row(p, f) for p, f in judgement.pairs)
    head = "<tr><th>who</th><th>proposition</th><th>verdict</th><th>where, exactly</th><th>model</th></tr>"
    title = f"<p><strong>{for_html(claim.id)}.</strong> {for_html(claim.text)}</p>"
    return f'{title}<table class="verdicts">{head}{rows}</table>'


def _row(proposition: Proposition, finding: Finding) -> str:
    who = "against" if proposition.against else proposition.side
    cells = (who, proposition.says, finding.verdict, finding.where, proposition.model)
    return "<tr>" + "".join(f'<td style="text-align:left">{for_html(cell)}</td>' for cell in cells) + "</tr>"

"""The claims ledger on the command line."""

from __future__ import annotations

import click

from deterrence.cli import output

__all__ = ["claims"]


@click.command(short_help="What the source claims, and what the models say.")
@click.argument("ids", metavar="[CLAIM]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Decide the propositions of every claim; takes a minute or more.")
@click.option("--json", "as_json", is_flag=True, help="Print a versioned JSON document.")
def claims(ids: tuple[str, ...], every: bool, as_json: bool) -> None:
    """Decide the propositions that formalise a claim, each anew: proved, conditional, refuted, tested or undecided.

    CLAIM is an id such as A4 or E1. Without one the claims are listed with the models that speak to them.
    """
    from deterrence import ledger
    from deterrence.errors import ModelFileError
    from deterrence.expressions import did_you_mean
    from deterrence.json_text import json_text
    from deterrence.report.blocks import Lines
    from deterrence.report.claims import claims_blocks, claims_document, judgement_blocks

    known = {claim.id: claim for claim in ledger.claims()}
    wanted = [i.upper() for i in ids]
    for i in wanted:
        if i not in known:
            raise ModelFileError(f"no claim {i[:16]!r} in the ledger", remedy=did_you_mean(i, known))
    chosen = list(known.values()) if every else [known[i] for i in dict.fromkeys(wanted)]
    if not chosen and not as_json:
        output.show([*claims_blocks(tuple(known.values())), Lines(("deterrence claims ID decides one",))])
        return
    judgements = []
    for claim in chosen or known.values():
        output.progress(f"deciding claim {claim.id}")
        judgements.append(ledger.judge(claim))
    if as_json:
        output.write(json_text("claims", claims_document(judgements)))
    else:
        output.show(block for judgement in judgements for block in judgement_blocks(judgement))

"""Games in notebooks: HTML and LaTeX views made from the same definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deterrence.escape import for_html, for_latex
from deterrence.expressions import to_latex, to_text

if TYPE_CHECKING:
    from deterrence.games.base import Game

__all__ = ["game_html", "game_latex"]


def game_html(game: Game) -> str:
    """Return an HTML fragment: title, structure, assumptions, parameters; all text escaped."""
    title = for_html(game.about.title or f"{game.form} game")
    assumptions = "".join(f"<li><code>{for_html(to_text(c))}</code></li>" for c in game.assume)
    rows = "".join(
        f"<tr><td><code>{for_html(p.name)}</code></td><td>{'' if p.default is None else p.default}</td>"
        f"<td>{for_html(p.meaning)}</td></tr>"
        for p in game.parameters
    )
    return (
        f"<div class='deterrence-game'><h4>{title}</h4><pre>{for_html_lines(game.outline())}</pre>"
        + (f"<p>Assumptions</p><ul>{assumptions}</ul>" if assumptions else "")
        + f"<table><thead><tr><th>parameter</th><th>default</th><th>meaning</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def for_html_lines(lines: list[str]) -> str:
    """Return escaped lines joined by line breaks."""
    return "\n".join(for_html(line) for line in lines)


def game_latex(game: Game) -> str:
    """Return a LaTeX tabular of outcomes and payoffs; text escaped, formulas typeset."""
    names = [p.name for p in game.players]
    head = " & ".join(["outcome", *(for_latex(name) for name in names)])
    body = [
        " & ".join([for_latex(label), *(f"${to_latex(formula)}$" for formula in payoffs)])
        for label, payoffs in game.outcome_rows()
    ]
    columns = "l" * (1 + len(names))
    rows = " \\\\\n".join([head, *body])
    return f"\\begin{{tabular}}{{{columns}}}\n\\hline\n{rows} \\\\\n\\hline\n\\end{{tabular}}"

"""Pages that are generated: one for each model, the list of models, the interface, copies of notebooks and ledger."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import deterrence as dt
from deterrence.games import ExtensiveGame, Game
from deterrence.library import Entry, entries, load, models_folder, references
from deterrence.report.blocks import Block, Heading, Lines, Tabular
from deterrence.report.games import game_blocks

ROOT = Path(__file__).parents[1]
LARGEST = 12  # parameters of a game whose theory a page shows


def write_pages(folder: Path) -> None:
    """Write everything that is generated below the folder of the documentation."""
    for name in ("models", "notebooks", "api"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
    for entry in entries():
        _put(folder / "models" / f"{_file(entry)}.md", "".join(_model(entry, folder)))
    _put(folder / "models" / "index.md", "".join(_list()))
    _put(folder / "models" / "claims.md", _ledger())
    _put(folder / "api" / "index.md", "".join(_interface()))
    _notebooks(folder / "notebooks")


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _file(entry: Entry) -> str:
    return entry.slug.replace("/", "--")


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|$~])", r"\\\1", " ".join(text.split()))


def _model(entry: Entry, folder: Path) -> Iterator[str]:
    game = load(entry.slug)
    yield f"# {_plain(entry.title)}\n\n`{entry.slug}`\n\n{_plain(entry.summary)}\n\n"
    if isinstance(game, ExtensiveGame):
        yield from _picture(game, folder / "models" / f"{_file(entry)}.svg")
    yield from _blocks(game)
    if isinstance(game, ExtensiveGame):
        yield from _theory(game)
    source = references().get(entry.source)
    yield f"## Source\n\n{_plain(source.text if source else entry.source) or 'none'} ({entry.fidelity})\n\n"
    if entry.claims:
        links = ", ".join(f"[{claim}](claims.md#{claim.lower()})" for claim in entry.claims)
        yield f"It bears on the claims {links}.\n"


def _picture(game: ExtensiveGame, path: Path) -> Iterator[str]:
    from deterrence.figures.style import save

    try:
        save(dt.figures.tree(game), path)
    except dt.DeterrenceError:
        return  # too large to draw
    yield f"![game tree]({path.name})\n\n"


def _blocks(game: Game) -> Iterator[str]:
    """Yield what `deterrence show` prints, from the structure on."""
    blocks = list(game_blocks(game))
    start = next(i for i, block in enumerate(blocks) if isinstance(block, Heading) and block.text == "Structure")
    for block in blocks[start:]:
        yield _block(block)


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"## {_plain(block.text)}\n\n"
    if isinstance(block, Lines):
        if block.verbatim:
            return "```text\n" + "\n".join(block.lines) + "\n```\n\n"
        return "".join(f"- {_plain(line)}\n" for line in block.lines if line) + "\n"
    assert isinstance(block, Tabular)
    rule = "|".join("---" for _ in block.columns)
    rows = "".join(f"| {' | '.join(map(_plain, row))} |\n" for row in block.rows)
    return f"| {' | '.join(block.columns)} |\n|{rule}|\n{rows}\n"


def _theory(game: ExtensiveGame) -> Iterator[str]:
    if len(game.parameters) > LARGEST and "DOCS_FULL" not in os.environ:
        yield f"## Equilibria\n\n`deterrence derive {game.about.slug}` lists them.\n\n"
        return
    from deterrence.theory.cache import theory_of

    try:
        table = theory_of(game).table()
    except dt.DeterrenceError as error:
        yield f"## Equilibria\n\nNo theory is derived: {_plain(str(error))}\n\n"
        return
    yield f"## Equilibria\n\n```{{raw}} html\n{table._repr_html_()}\n```\n\n"


def _list() -> Iterator[str]:
    yield "# Models\n\nEvery model of the library. [The claims ledger](claims.md) says what they speak to.\n\n"
    theme = ""
    for entry in entries():
        if entry.theme != theme:
            theme = entry.theme
            yield f"\n## {theme}\n\n"
        yield f"- [{_plain(entry.title)}]({_file(entry)}.md), {entry.form}\n"
    names = "\n".join(("claims", *map(_file, entries())))
    yield f"\n```{{toctree}}\n:hidden:\n:maxdepth: 1\n\n{names}\n```\n"


def _ledger() -> str:
    return (models_folder() / "CLAIMS.md").read_text(encoding="utf-8")


def _interface() -> Iterator[str]:
    yield "# Interface\n\nEverything public, as `import deterrence as dt` offers it.\n\n```{eval-rst}\n"
    for name in dt.__all__:
        if name == "figures":
            continue
        kind = "autoclass" if isinstance(getattr(dt, name), type) else "autofunction"
        members = "\n   :members:\n   :undoc-members:" if kind == "autoclass" else ""
        yield f".. {kind}:: deterrence.{name}{members}\n\n"
    for name in dt.figures.__all__:
        if name.islower():
            yield f".. autofunction:: deterrence.figures.{name}\n\n"
    yield "```\n"


def _notebooks(folder: Path) -> None:
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy(path, folder / path.name)
    names = [path.stem for path in sorted(folder.glob("*.ipynb"))]
    listed = "\n".join(names)
    lead = "# Notebooks\n\nEach debate and each principle: predict, solve, see, vary, and find where it breaks.\n"
    _put(folder / "index.md", f"{lead}\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n")

"""Notebooks: percent scripts, executed; `python tests/notebook_files.py [NAME...]` writes the .ipynb files anew."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
WAIT = 300  # seconds for one cell
SECONDS = re.compile(r"\d+(\.\d+)? ?(m?s|seconds)\b")


def scripts() -> list[Path]:
    """Every notebook's script, in order."""
    return sorted(FOLDER.glob("*.py"))


def executed(script: Path) -> Any:
    """Return the notebook of a script with the outputs of a fresh run."""
    notebook = jupytext.read(script, fmt="py:percent")
    notebook.metadata = _node({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # it warns into the output
    NotebookClient(
        notebook, timeout=WAIT, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    ).execute()
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i}"
        cell.metadata = _node({k: v for k, v in cell.metadata.items() if k in ("tags", "jupyter")})
    return notebook


def _node(table: dict[str, Any]) -> Any:
    return nbformat.from_dict(table)  # type: ignore[no-untyped-call]


def words(notebook: Any) -> list[tuple[str, str]]:
    """Return what cells say in text: their source and their printed or plain outputs, without times and addresses."""
    return [(cell.source, "".join(map(_said, cell.get("outputs", ())))) for cell in notebook.cells]


def _said(output: Any) -> str:
    if output.output_type == "stream":
        return _steady(output.text) if output.name == "stdout" else ""
    data = output.get("data", {})
    if "application/vnd.jupyter.widget-view+json" in data or "image/png" in data:
        return "(shown)"
    return _steady(data.get("text/html", data.get("text/plain", "")))


def _steady(text: str) -> str:
    return re.sub(r"0x[0-9a-f]{6,}", "0x", SECONDS.sub("(time)", text))


def main(names: list[str]) -> None:
    """Write the executed notebooks."""
    for script in scripts():
        if not names or script.stem in names:
            text = nbformat.writes(executed(script), version=4)  # type: ignore[no-untyped-call]
            script.with_suffix(".ipynb").write_text(f"{text}\n", encoding="utf-8")
            sys.stdout.write(f"executed {script.stem}\n")


if __name__ == "__main__":
    main(sys.argv[1:])

"""Sphinx configuration: offline, every warning an error. `make docs` builds into build/docs."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from pages import write_pages

from deterrence import __version__

project = "deterrence"
author = "the deterrence developers"
release = __version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
html_theme = "furo"
html_title = f"deterrence {release}"
nb_execution_mode = "off"  # notebooks are stored with the outputs that the tests compare
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 4
default_role = "code"  # docstrings write `names` in single backquotes
autodoc_typehints = "none"
autodoc_member_order = "bysource"
exclude_patterns = ["pages.py"]
suppress_warnings = [
    "myst.header",
    "mystnb.unknown_mime_type",
]  # guides start where they need to; sliders need a kernel


def starless(app: Any, what: str, name: str, of: object, options: object, lines: list[str]) -> None:
    """Escape stars in docstrings, which write `(*shape, equilibria)` and mean no emphasis."""
    parts = [re.split("(`[^`]*`)", line) for line in lines]
    lines[:] = ["".join(p if p.startswith("`") else p.replace("*", "\\*") for p in line) for line in parts]


def setup(app: Any) -> None:
    """Write the pages that are generated before Sphinx looks for files."""
    app.connect("builder-inited", lambda made: write_pages(Path(made.srcdir)))
    app.connect("autodoc-process-docstring", starless)

"""Untrusted text made safe to show: one function for each place where text from a model file can appear."""

from __future__ import annotations

import html
import json
import unicodedata
from typing import Final

__all__ = ["for_html", "for_javascript", "for_latex", "for_terminal", "for_typst"]

_LATEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\char34{}",  # \textquotedbl is not in every font encoding, and babel makes the bare sign a command
    "[": "{[}",  # after \\ a bracket would begin an optional argument, and a star would be swallowed
    "]": "{]}",
    "*": "{*}",
    "\N{REPLACEMENT CHARACTER}": "?",  # not in every font
}


def _printable(text: str) -> str:
    """Replace control and format characters (escape sequences, bidirectional overrides) by a visible mark."""
    return "".join(
        c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )


def for_terminal(text: str) -> str:
    r"""Return text on one line without control characters, so that it cannot steer a terminal.

    >>> for_terminal("red\x1b[31m") == "red\N{REPLACEMENT CHARACTER}[31m"
    True
    """
    return _printable(" ".join(text.split(sep=None)) if any(c in text for c in "\n\t\r") else text)


def for_html(text: str) -> str:
    """Return text for HTML content and quoted attributes.

    >>> for_html("<b>")
    '&lt;b&gt;'
    """
    return html.escape(_printable(text.replace("\n", " ")), quote=True)


def for_latex(text: str) -> str:
    r"""Return text for a LaTeX paragraph; no character keeps a special meaning.

    >>> for_latex("a_b & c")
    'a\\_b \\& c'
    """
    return "".join(_LATEX.get(c, c) for c in _printable(text.replace("\n", " ")))


def for_javascript(text: str) -> str:
    r"""Return a JavaScript string literal that is also safe inside an HTML script element, and to show.

    >>> for_javascript("</script>")
    '"\\u003c/script\\u003e"'
    """
    literal = json.dumps(_printable(text.replace("\n", " ")), ensure_ascii=True)
    return literal.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def for_typst(text: str) -> str:
    r"""Return a Typst string literal: its text is shown as it is, none of it is markup.

    >>> for_typst('a "b" \\c #import')
    '"a \\"b\\" \\\\c #import"'
    """
    shown = _printable(text.replace("\n", " ")).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}"'

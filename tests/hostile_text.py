"""Texts that try to be more than text, one for each place where a model's words can appear."""

from __future__ import annotations

ESCAPE_SEQUENCE = "red\x1b[31m and \x1b]0;title\x07 \x9b2J"
MARKUP = "[red]bold[/red] [link=file:///etc/passwd]x[/link]"
SCRIPT = "<script>alert(1)</script><img src=x onerror='alert(2)'>"
SCRIPT_END = "</script><!-- ' \" ` \\"
LATEX = r"\input{/etc/passwd} \write18{id} $x_1^2$ 100% #1 & ~ [4pt] * "
BIDI = "user \u202e\u2066 admin \u2069\u202c"
INVISIBLE = "a\u200bb\u00adc\ufeffd"
LINES = "one\ntwo\r\nthree\u2028four\x85five\x0bsix"
NULL = "nul\x00l\x7f"

HOSTILE = (ESCAPE_SEQUENCE, MARKUP, SCRIPT, SCRIPT_END, LATEX, BIDI, INVISIBLE, LINES, NULL)

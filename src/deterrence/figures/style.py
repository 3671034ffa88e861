"""One style for every figure: colours that the colour-blind tell apart, with hatches that survive grey print."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deterrence.errors import DeterrenceError, MissingExtraError
from deterrence.writing import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "ENDINGS",
    "FULL_WIDTH",
    "LINES",
    "PALETTE",
    "RISK",
    "STYLE",
    "TINTS",
    "new_figure",
    "save",
    "styled",
    "svg_text",
]

SCREEN: Final = 110  # dots per inch in a notebook

# Okabe and Ito's palette, in an order in which neighbours differ in grey as well.
PALETTE: Final[Mapping[str, str]] = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "vermilion": "#D55E00",
    "sky": "#56B4E9",
    "purple": "#CC79A7",
    "yellow": "#F0E442",
    "ink": "#222222",
    "mute": "#767676",
    "paper": "#F5F5F2",
}
# What to leave out so that the same figure gives the same file.
DATELESS: Final[Mapping[str, dict[str, None]]] = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}

# Light tints that differ for the colour-blind and in grey, from light to dark and back.
TINTS: Final = ("#DCEBF7", "#FBE3B0", "#BFE3D4", "#F3C3A6", "#E3CBE0", "#F7F2B8", "#CFCFCF", "#A9CCE3")
RISK: Final = ("#FBFAF5", "#F5C35A", "#D55E00", "#5A1E00")  # from light to dark, so that it reads in grey as well
# Colours with line styles of their own: lines differ in grey print too.
LINES: Final = tuple(
    (PALETTE[colour], style)
    for colour, style in (
        ("blue", "-"), ("vermilion", (0, (5, 1.5))), ("green", (0, (1, 1.2))), ("purple", (0, (6, 1.5, 1, 1.5))),
        ("orange", (0, (8, 2))), ("sky", (0, (3, 1, 1, 1, 1, 1))), ("ink", (0, (2, 2))),
    )
)  # fmt: skip
ENDINGS: Final = (".svg", ".png", ".pdf")
FULL_WIDTH: Final = 7.2  # inches: a page of text

STYLE: Final[Mapping[str, object]] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelcolor": PALETTE["ink"],
    "axes.edgecolor": PALETTE["mute"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "xtick.color": PALETTE["ink"],
    "ytick.color": PALETTE["ink"],
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "text.color": PALETTE["ink"],
    "text.parse_math": False,  # labels come from model files: no character in them is an instruction
    "hatch.linewidth": 0.5,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "white",
    "svg.hashsalt": "deterrence",
}


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of a size in inches; raise `MissingExtraError` without matplotlib."""
    _require()
    with styled():
        return _kind()(figsize=(width, height))


@cache
def _kind() -> type[Figure]:
    """Return the class of figures, which a notebook shows without a backend; made late, as matplotlib is."""
    from matplotlib.figure import Figure

    class Picture(Figure):
        def _repr_png_(self) -> bytes:
            picture = BytesIO()
            with styled():
                self.savefig(picture, format="png", dpi=SCREEN)
            return picture.getvalue()

    return Picture


def styled(scale: float = 1.0) -> AbstractContextManager[None]:
    """Return the context in which figures are drawn; `scale` makes all text smaller for a small figure."""
    from matplotlib import rc_context

    settings: dict[Any, Any] = {**STYLE}
    settings |= {
        name: scale * size for name, size in STYLE.items() if name.endswith("size") and isinstance(size, float)
    }
    return rc_context(settings)


def save(figure: Figure, path: str | os.PathLike[str], *, dpi: int = 200) -> None:
    """Write a figure in the format of the path's ending (svg, png, pdf), with its folder where that is missing.

    `dpi` are the dots per inch of a png.

    The file appears whole. Raises `DeterrenceError` for another ending, and when it cannot be written.
    """
    path = Path(path)
    if path.suffix not in ENDINGS:
        raise DeterrenceError(f"no picture ends in {path.suffix!r}", where=str(path), remedy=" or ".join(ENDINGS))
    picture = BytesIO()
    with styled():
        figure.savefig(picture, format=path.suffix[1:], metadata=DATELESS.get(path.suffix), dpi=dpi)
    write_whole(path, lambda draft: draft.write_bytes(picture.getvalue()))


def svg_text(figure: Figure) -> str:
    """Return a figure as an SVG element to put into a page; its letters are drawn, so it needs no font."""
    picture = BytesIO()
    with styled():
        figure.savefig(picture, format="svg", metadata=DATELESS[".svg"])
    svg = picture.getvalue().decode()
    return svg[svg.index("<svg") :]


def _require() -> None:
    try:
        import matplotlib  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        raise MissingExtraError(
            "figures need matplotlib, which is not installed", remedy="pip install 'deterrence[plot]'"
        ) from None

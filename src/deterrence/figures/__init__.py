"""Figures drawn with matplotlib (extra: plot), no global state: a function returns a Figure, `save` writes it."""

from deterrence.figures.crisis import CellMap, Strips, crisis_figure
from deterrence.figures.margins import lever_bars, margins, tornado, verdict_map
from deterrence.figures.regions import RegionMap, region_map, theory_regions
from deterrence.figures.style import PALETTE, STYLE, new_figure, save
from deterrence.figures.trees import tree

__all__ = [
    "PALETTE",
    "STYLE",
    "CellMap",
    "RegionMap",
    "Strips",
    "crisis_figure",
    "lever_bars",
    "margins",
    "new_figure",
    "region_map",
    "save",
    "theory_regions",
    "tornado",
    "tree",
    "verdict_map",
]

"""Figures drawn with matplotlib (extra: plot), no global state: a function returns a Figure, `save` writes it."""

from deterrence.figures.crisis import CellMap, Strips, crisis_figure
from deterrence.figures.maps import ParameterMap, parameter_map
from deterrence.figures.margins import lever_bars, margins, tornado, verdict_map
from deterrence.figures.regions import event_map, region_map
from deterrence.figures.style import PALETTE, STYLE, new_figure, save
from deterrence.figures.trees import tree

__all__ = [
    "PALETTE",
    "STYLE",
    "CellMap",
    "ParameterMap",
    "Strips",
    "crisis_figure",
    "event_map",
    "lever_bars",
    "margins",
    "new_figure",
    "parameter_map",
    "region_map",
    "save",
    "tornado",
    "tree",
    "verdict_map",
]

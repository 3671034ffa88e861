"""Figures drawn with matplotlib (extra: plot), no global state: a function returns a Figure, `save` writes it."""

from deterrence.figures.burdens import burden_chart
from deterrence.figures.crisis import CellMap, Strips, crisis_figure
from deterrence.figures.discoveries import discovery_box, regret_map
from deterrence.figures.ladders import ladder
from deterrence.figures.lines import ParameterLines, parameter_lines, qre_lines, statics_lines
from deterrence.figures.maps import ParameterMap, parameter_map
from deterrence.figures.margins import lever_bars, margins, tornado, verdict_map
from deterrence.figures.matrices import payoff_matrix
from deterrence.figures.plays import DrawnTree, drawn_tree
from deterrence.figures.regions import event_map, region_map
from deterrence.figures.replies import BestReplyCurves, best_replies, reply_curves
from deterrence.figures.style import PALETTE, STYLE, new_figure, save
from deterrence.figures.tikz import tree_tikz
from deterrence.figures.trees import tree

__all__ = [
    "PALETTE",
    "STYLE",
    "BestReplyCurves",
    "CellMap",
    "DrawnTree",
    "ParameterLines",
    "ParameterMap",
    "Strips",
    "best_replies",
    "burden_chart",
    "crisis_figure",
    "discovery_box",
    "drawn_tree",
    "event_map",
    "ladder",
    "lever_bars",
    "margins",
    "new_figure",
    "parameter_lines",
    "parameter_map",
    "payoff_matrix",
    "qre_lines",
    "region_map",
    "regret_map",
    "reply_curves",
    "save",
    "statics_lines",
    "tornado",
    "tree",
    "tree_tikz",
    "verdict_map",
]

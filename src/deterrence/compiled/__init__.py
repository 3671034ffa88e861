"""Games with numbers: a game and a batch of parameter points become named arrays."""

from deterrence.compiled.attrition import CompiledAttrition, compile_attrition
from deterrence.compiled.coalitions import CompiledCoalitions, compile_coalitions
from deterrence.compiled.commitment import CompiledCommitment, compile_commitment
from deterrence.compiled.continuous import CompiledContinuous, compile_continuous
from deterrence.compiled.formation import CompiledFormation, compile_formation
from deterrence.compiled.points import Points, Value, parameter_points
from deterrence.compiled.stochastic import CompiledStates, compile_states
from deterrence.compiled.tables import CompiledTable, compile_table
from deterrence.compiled.thresholds import CompiledThresholds, compile_thresholds
from deterrence.compiled.timing import CompiledTiming, compile_timing
from deterrence.compiled.trees import CompiledTree, compile_tree

__all__ = [
    "CompiledAttrition",
    "CompiledCoalitions",
    "CompiledCommitment",
    "CompiledContinuous",
    "CompiledFormation",
    "CompiledStates",
    "CompiledTable",
    "CompiledThresholds",
    "CompiledTiming",
    "CompiledTree",
    "Points",
    "Value",
    "compile_attrition",
    "compile_coalitions",
    "compile_commitment",
    "compile_continuous",
    "compile_formation",
    "compile_states",
    "compile_table",
    "compile_thresholds",
    "compile_timing",
    "compile_tree",
    "parameter_points",
]

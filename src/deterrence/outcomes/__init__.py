"""What equilibria lead to: probabilities of events and expected payoffs, batched, in floats or exact rationals."""

from deterrence.outcomes.actions import action_outcomes
from deterrence.outcomes.attrition import attrition_outcomes
from deterrence.outcomes.coalitions import coalition_outcomes
from deterrence.outcomes.commitments import commitment_outcomes
from deterrence.outcomes.formation import formation_outcomes
from deterrence.outcomes.result import Outcomes
from deterrence.outcomes.states import state_outcomes
from deterrence.outcomes.tables import table_outcomes
from deterrence.outcomes.thresholds import threshold_outcomes
from deterrence.outcomes.timing import timing_outcomes
from deterrence.outcomes.trees import tree_outcomes

__all__ = [
    "Outcomes",
    "action_outcomes",
    "attrition_outcomes",
    "coalition_outcomes",
    "commitment_outcomes",
    "formation_outcomes",
    "state_outcomes",
    "table_outcomes",
    "threshold_outcomes",
    "timing_outcomes",
    "tree_outcomes",
]

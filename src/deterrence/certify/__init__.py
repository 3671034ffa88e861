"""Independent checkers: they see a game and a profile, and never how the profile was found."""

from deterrence.certify.attrition import certify_attrition
from deterrence.certify.certificate import TOLERANCE, Certificate
from deterrence.certify.coalitions import certify_bargain, certify_core, certify_minimal, certify_value
from deterrence.certify.commitments import certify_commitment
from deterrence.certify.formation import certify_structures
from deterrence.certify.kohlberg import certify_nucleolus
from deterrence.certify.leaders import certify_leadership
from deterrence.certify.quantal import certify_agent_logit, certify_logit
from deterrence.certify.rationality import Rationality, Witness, rationality
from deterrence.certify.scans import certify_actions, certify_joint_optimum, certify_lindahl
from deterrence.certify.stackelberg import certify_stackelberg
from deterrence.certify.states import certify_markov
from deterrence.certify.tables import certify_nash
from deterrence.certify.thresholds import certify_cutoffs
from deterrence.certify.timing import certify_quitting
from deterrence.certify.trees import (
    certify_consistent,
    certify_one_shot,
    certify_perfect_bayesian,
    certify_sequential,
    certify_subgame_perfect,
    certify_tree_nash,
)

__all__ = [
    "TOLERANCE",
    "Certificate",
    "Rationality",
    "Witness",
    "certify_actions",
    "certify_agent_logit",
    "certify_attrition",
    "certify_bargain",
    "certify_commitment",
    "certify_consistent",
    "certify_core",
    "certify_cutoffs",
    "certify_joint_optimum",
    "certify_leadership",
    "certify_lindahl",
    "certify_logit",
    "certify_markov",
    "certify_minimal",
    "certify_nash",
    "certify_nucleolus",
    "certify_one_shot",
    "certify_perfect_bayesian",
    "certify_quitting",
    "certify_sequential",
    "certify_stackelberg",
    "certify_structures",
    "certify_subgame_perfect",
    "certify_tree_nash",
    "certify_value",
    "rationality",
]

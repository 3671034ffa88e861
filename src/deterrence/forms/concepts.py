"""Solution concepts of all forms in words."""

from __future__ import annotations

from typing import Final

from deterrence.theory.table import CONCEPT_NAMES

__all__ = ["CONCEPT_WORDS"]

CONCEPT_WORDS: Final = CONCEPT_NAMES | {
    "bayes-nash": "Bayes-Nash equilibrium",
    "markov-perfect": "Markov perfect equilibrium",
    "nash": "Nash equilibrium",
    "pure-nash": "Nash equilibrium in pure strategies",
    "logit-qre": "logit quantal response equilibrium",
    "agent-logit-qre": "logit quantal response equilibrium in agent form",
    "strong-stackelberg": "strong Stackelberg equilibrium",
    "lindahl": "Lindahl equilibrium",
    "joint-optimum": "joint optimum",
    "commitment": "best commitment",
    "shapley": "Shapley value",
    "banzhaf": "Banzhaf value",
    "banzhaf-index": "Banzhaf index",
    "core": "core allocation",
    "minimal-winning": "minimal winning coalition",
    "nash-bargaining": "Nash bargaining solution",
    "pairwise-stable": "pairwise stable network",
    "war-stable": "war-stable network",
    "efficient": "efficient structure",
    "delta-stable": "delta-stable partition",
    "gamma-stable": "gamma-stable partition",
}

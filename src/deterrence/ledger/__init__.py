"""The claims ledger: what a text claims, as propositions over named models, each with a verdict that is recomputed."""

from deterrence.ledger.claims import Claim, Finding, Judgement, Proposition, Sign
from deterrence.ledger.judging import judge
from deterrence.ledger.reading import claims, read_claims

__all__ = ["Claim", "Finding", "Judgement", "Proposition", "Sign", "claims", "judge", "read_claims"]

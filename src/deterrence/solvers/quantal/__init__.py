"""Logit quantal response equilibria: the principal branch followed from precision zero, batched over games."""

from deterrence.solvers.quantal.solvers import AgentQuantalResponse, LogitQuantalResponse

__all__ = ["AgentQuantalResponse", "LogitQuantalResponse"]

"""The deterrence modelling toolkit."""

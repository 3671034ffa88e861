"""Benchmarks: what the batch solvers do per second beside other packages, in one run. See README.md."""

"""Sweeps over parameter points: grids and samples, all equilibria at each, as labelled datasets."""

from deterrence.sweeps.design import Design
from deterrence.sweeps.run import sweep
from deterrence.sweeps.samples import bounds, sample, sampled

__all__ = ["Design", "bounds", "sample", "sampled", "sweep"]

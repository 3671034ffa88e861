"""What notebooks are made of: exercises that check answers by proof, sliders, and verdicts on claims."""

from deterrence.teaching.exercises import Exercise, Reply, number_exercise, region_exercise
from deterrence.teaching.sliders import explore
from deterrence.teaching.verdicts import verdicts

__all__ = ["Exercise", "Reply", "explore", "number_exercise", "region_exercise", "verdicts"]

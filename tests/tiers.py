"""How long a property is looked at: few examples in the normal tier, those of the profile in the exhaustive one."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

__all__ = ["examples"]


def examples(count: int) -> settings:
    """Return settings with that many examples in the normal tier; drawing them may be slow."""
    looked = count if settings.get_current_profile_name() == "normal" else settings().max_examples
    return settings(max_examples=looked, suppress_health_check=[HealthCheck.too_slow])

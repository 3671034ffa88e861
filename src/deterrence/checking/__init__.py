"""Checking models: what their files say against what the software finds."""

from deterrence.checking.models import check, check_instance
from deterrence.checking.report import CheckLine, CheckReport, Verdict

__all__ = ["CheckLine", "CheckReport", "Verdict", "check", "check_instance"]

"""Starting must be quick: heavy packages wait until they are needed. Times are shown, not compared."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from time import perf_counter

import pytest

NEVER_AT_IMPORT = {"click", "matplotlib", "nashpy", "numpy", "rich", "scipy", "sympy", "xarray", "z3"}
NEVER_TO_LIST = {"matplotlib", "nashpy", "scipy", "sympy", "xarray", "z3"}

REPORT = "import json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
LIST_MODELS = f"""
import sys
from deterrence.cli import main
sys.argv = ["deterrence", "models"]
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
{REPORT}
"""


def loaded_by(code: str) -> tuple[set[str], float]:
    """The top-level modules that a fresh interpreter has loaded after the code, and the seconds it took."""
    start = perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    seconds = perf_counter() - start
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1])), seconds


def test_import_is_light(record_property: Callable[[str, object], None]) -> None:
    _, bare = loaded_by(REPORT)
    modules, seconds = loaded_by(f"import deterrence; {REPORT}")
    record_property("measured", f"import deterrence: {seconds:.2f} s (interpreter alone: {bare:.2f} s)")
    assert "deterrence" in modules
    assert not modules & NEVER_AT_IMPORT


@pytest.mark.skipif(find_spec("deterrence.cli") is None, reason="deterrence.cli is not there yet")
def test_listing_models_is_light(record_property: Callable[[str, object], None]) -> None:
    modules, seconds = loaded_by(LIST_MODELS)
    record_property("measured", f"deterrence models: {seconds:.2f} s")
    assert "deterrence.library" in modules
    assert not modules & NEVER_TO_LIST


def test_the_check_sees_heavy_modules() -> None:
    modules, _ = loaded_by(f"import click; {REPORT}")
    assert "click" in modules & NEVER_AT_IMPORT

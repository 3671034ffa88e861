"""The JSON documents are what docs/json.md says: every key is described, and the example prints what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from command_line import DETERRENCE, LADDER, CommandLine, program
from deterrence.library import entries

MANUAL = (Path(__file__).parents[1] / "docs" / "json.md").read_text(encoding="utf-8")
DESCRIBED = set(re.findall(r"`([a-z_0-9]+)`", MANUAL))

# Objects whose keys are names from the model.
BY_NAME = {
    "at",
    "axes",
    "coordinates",
    "gap",
    "several",
    "definitions",
    "events",
    "integers",
    "payoffs",
    "payoffs_by_type",
    "probabilities",
    "values",
}

COMMANDS = {
    "models": ["models"],
    "show": ["show", DETERRENCE],
    "solve": ["solve", DETERRENCE, "--solver", "nash", "--exact"],
    "derive": ["derive", DETERRENCE, "--knife-edges"],
    "check": ["check", LADDER],
    "map": ["map", DETERRENCE, "--x", "p_Ch", "--y", "p_Def", "--cells", "4", "--event", "war"],
}


def keys(value: Any, name: str = "") -> Iterator[str]:
    """Yield the keys of a document, those that are names from the model left out."""
    if isinstance(value, list):
        for inner in value:
            yield from keys(inner, name)
    if isinstance(value, dict):
        if name not in BY_NAME:
            yield from value
        for key, inner in value.items():
            yield from keys(inner, "" if name in BY_NAME else key)


@pytest.mark.parametrize("kind", COMMANDS)
def test_every_key_is_described(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = CommandLine(capsys).good(*COMMANDS[kind], "--json")
    assert run.out.isascii()
    assert (run.document["format"], run.document["version"]) == (f"deterrence/{kind}", 1)
    assert set(keys(run.document)) <= DESCRIBED


@pytest.mark.parametrize("slug", [entry.slug for entry in entries()])
def test_every_key_of_every_model_is_described(slug: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert set(keys(CommandLine(capsys).good("show", slug, "--json").document)) <= DESCRIBED


def test_an_undescribed_key_would_be_seen() -> None:
    assert set(keys({"events": {"war": {"exact": "1"}}, "models": [{"novelty": 1}]})) - DESCRIBED == {"novelty"}


def test_the_example_prints_what_it_says() -> None:
    script = MANUAL.split("python3 -c '\n")[1].split("\n'\n")[0]
    text = program("solve", LADDER, "--exact", "--json").out
    done = subprocess.run([sys.executable, "-c", script], input=text, capture_output=True, text=True, check=True)
    assert f"prints `{done.stdout.strip()}`" in MANUAL

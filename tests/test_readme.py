"""The examples of the README run, one after the other, and print what they promise."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


def test_the_python_examples_run(tmp_path: Path) -> None:
    script = tmp_path / "readme.py"
    script.write_text("\n".join(re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S)))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "bluff; p_Def <= t_soft; p_Ch <= d_star; P(war) =; p_Ch*t_soft" in done.stdout
    assert "proved (trusting" in done.stdout
    assert "refuted in 'bluff'" in done.stdout
    assert "[[1.]\n [0.]]" in done.stdout
    assert r"\begin{proposition}" in done.stdout
    assert "(unilateral deterrence); c_SQ at 3.3; p_Def at 0.5; p_Ch at 0.143" in done.stdout
    assert "all certified: True" in done.stdout


def test_the_examples_of_the_manual_of_figures_run(tmp_path: Path) -> None:
    pytest.importorskip("SALib")
    manual = (README.parent / "docs" / "figures.md").read_text(encoding="utf-8")
    script = tmp_path / "figures.py"
    script.write_text("\n".join(re.findall(r"```python\n(.*?)```", manual, re.S)), encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert r"\begin{istgame}" in done.stdout
    made = {path.stem for path in tmp_path.glob("*.svg")}
    assert made == set(re.findall(r'"(\w+)\.svg"', manual))
    assert all((README.parent / "docs" / name).is_file() for name in re.findall(r"\]\((images/[^)]+)\)", manual))

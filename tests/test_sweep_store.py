"""Sweeps on disk: killed at any moment and run again, the numbers are those of an uninterrupted run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import deterrence as dt
from deterrence.sweeps import sweep
from deterrence.sweeps.plan import plan_of
from deterrence.sweeps.store import Store, StoreError

pytest.importorskip("zarr")

SLUG = "alliance-commitment/unilateral-deterrence"
UDG = dt.load(SLUG)

LONG = f"""
import sys
import numpy as np
import deterrence as dt
from deterrence.sweeps import sweep
game = dt.load({SLUG!r})
over = {{"p_Ch": np.linspace(0, 1, 1200), "p_Def": np.linspace(0, 1, 900)}}
sweep(game, over, store=sys.argv[1], progress=lambda done, total: print(done, flush=True))
"""


@pytest.mark.skipif(os.name == "nt", reason="signals as on Unix")
def test_killed_and_run_again(tmp_path: Path) -> None:
    kept, fresh = tmp_path / "kept", tmp_path / "fresh"
    with subprocess.Popen([sys.executable, "-c", LONG, str(kept)], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        first = int(running.stdout.readline())
        time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    over = {"p_Ch": np.linspace(0, 1, 1200), "p_Def": np.linspace(0, 1, 900)}
    left, done = Store(kept, plan_of(UDG, over)).left()
    assert left, "the process was killed too late"
    assert done >= first > 0
    again = sweep(UDG, over, store=kept)
    assert again.identical(sweep(UDG, over, store=fresh))
    assert not list(kept.glob("*/*.partial"))
    assert not Store(kept, plan_of(UDG, over)).left()[0]


def test_what_is_on_disk_is_what_memory_would_hold(tmp_path: Path) -> None:
    over = {"p_Ch": np.linspace(0, 1, 30), "p_Def": np.linspace(0, 1, 20)}
    assert sweep(UDG, over, store=tmp_path / "kept").identical(sweep(UDG, over))


def test_another_sweep_does_not_mix_with_what_is_there(tmp_path: Path) -> None:
    over = {"p_Ch": [0.2, 0.4]}
    before = sweep(UDG, over, store=tmp_path / "kept").load()
    changed = UDG.restated(
        assume=[*UDG.assume], parameters=UDG.parameters, definitions=UDG.definitions, about=UDG.about
    )
    assert sweep(changed, over, store=tmp_path / "kept").identical(before)
    other = dt.read_game(_with_other_text(tmp_path))
    with pytest.raises(StoreError, match=r"another sweep is kept there.*the game"):
        sweep(other, over, store=tmp_path / "kept")
    with pytest.raises(StoreError, match="the points"):
        sweep(UDG, {"p_Ch": [0.2, 0.5]}, store=tmp_path / "kept")
    assert sweep(UDG, over, store=tmp_path / "kept").identical(before)


def _with_other_text(folder: Path) -> Path:
    text = dt.write_game(UDG).replace("Challenger: status quo", "another meaning")
    assert text != dt.write_game(UDG)
    (folder / "unilateral-deterrence.toml").write_text(text)
    return folder / "unilateral-deterrence.toml"


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StoreError, match="no sweep is kept there"):
        sweep(UDG, {"p_Ch": [0.2]}, store=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(StoreError, match="a file, not a folder"):
        sweep(UDG, {"p_Ch": [0.2]}, store=tmp_path / "letter.txt")


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_two_workers_compute_the_same(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    over = {"p_Ch": np.linspace(0, 1, 400), "p_Def": np.linspace(0, 1, 400)}
    said: list[tuple[int, int]] = []
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert len(client.nthreads()) == 2
        found = sweep(UDG, over, store=tmp_path / "kept", client=client, progress=lambda *x: said.append(x))
    assert found.identical(sweep(UDG, over))
    assert said[-1] == (160_000, 160_000)

"""The wheel is pure Python, holds every model, and works where nothing else of the project is.

The sdist and the wheel are built without isolation, by the hatchling of the test environment: nothing is
fetched, so the test runs without a network and is several times faster. A fresh installation exercises the
isolated build.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

import deterrence
from model_files import model_files, model_slugs

ROOT = Path(__file__).parents[1]
MODELS = ROOT / "models"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# One worker builds for all tests here.
pytestmark = [pytest.mark.packaging, pytest.mark.xdist_group("packaging")]
needs_cli = pytest.mark.skipif(find_spec("deterrence.cli") is None, reason="deterrence.cli is not there yet")


def run(*command: str | Path, where: Path) -> str:
    """Run a command elsewhere, with no way back to this checkout, and return what it printed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel built from that sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, where=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """The wheel."""
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an environment that holds the wheel, and sees this one's packages but not the project.

    A path file names our site-packages as a plain folder: what lies in it can be imported, but the path
    file of the editable project in it is not followed. It is written last, or pip would find the project
    there.
    """
    folder = tmp_path_factory.mktemp("empty")
    run(sys.executable, "-m", "venv", "--without-pip", folder, where=folder)
    python = folder / "bin" / "python"
    install = ("install", "--no-index", "--no-deps", wheel)
    run(sys.executable, "-m", "pip", "--python", python, *install, where=folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    own = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "dependencies.pth").write_text("\n".join(sorted(own)), encoding="utf-8")
    return folder / "bin"


def files_under(folder: Path) -> set[str]:
    """The files of a folder by their paths inside it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_wheel_is_pure_python_and_holds_what_it_needs(wheel: Path) -> None:
    assert wheel.name == f"deterrence-{PROJECT['version']}-py3-none-any.whl"
    names = set(ZipFile(wheel).namelist())
    assert {f"deterrence/_models/{name}" for name in files_under(MODELS)} <= names
    assert "deterrence/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    tops = {name.split("/")[0] for name in names}
    assert tops == {"deterrence", f"deterrence-{PROJECT['version']}.dist-info"}


def test_sdist_holds_models_tests_and_papers(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {f"models/{name}" for name in files_under(MODELS)} <= names
    assert {"LICENSE", "CITATION.cff", "CHANGELOG.md", "README.md", "tests/test_packaging.py"} <= names


def test_installed_package_is_the_wheel(installed: Path) -> None:
    shown = run(installed / "python", "-c", "import deterrence; print(deterrence.__file__)", where=installed)
    assert Path(shown.strip()).is_relative_to(installed.parent)


@needs_cli
def test_installed_command_lists_every_model(installed: Path, tmp_path: Path) -> None:
    listed = run(installed / "deterrence", "models", where=tmp_path)
    slugs = model_slugs()
    assert slugs
    assert [slug for slug in slugs if slug not in listed] == []


@needs_cli
def test_installed_command_solves_a_model(installed: Path, tmp_path: Path) -> None:
    slug = first_strategic_model()
    assert run(installed / "deterrence", "solve", slug, where=tmp_path).strip()


def first_strategic_model() -> str:
    """The slug of a model that needs no choice of a solver."""
    for path in model_files():
        if tomllib.loads(path.read_text(encoding="utf-8")).get("model", {}).get("form") == "strategic":
            return path.relative_to(MODELS).with_suffix("").as_posix()
    raise AssertionError("models/ holds no strategic game")


def test_version_is_the_same_everywhere() -> None:
    assert deterrence.__version__ == PROJECT["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {PROJECT['version']}\n" in citation

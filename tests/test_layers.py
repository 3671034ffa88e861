"""The order of the layers, and what no module may do, read off the syntax trees of the source.

`LAYERS` is the one place that holds the order. A module imports only from layers above its own; packages of
one layer do not know each other: certify does not know solvers, since the checker must not trust the
finder.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "deterrence"

LAYERS = (
    ("errors", "interrupts"),
    ("escape", "json_text", "writing"),
    ("expressions",),
    ("games",),
    ("families",),
    ("library",),
    ("compiled",),
    ("profiles",),
    ("outcomes",),
    ("certify", "solvers"),
    ("solution",),
    ("theory",),
    ("repeated",),
    ("forms",),
    ("solving",),
    ("branches", "tables"),
    ("checking",),
    ("ledger",),
    ("sweeps",),
    ("scenarios",),
    ("figures",),
    ("interop", "report", "classroom"),
    ("teaching",),
    ("demo",),
    ("cli",),
    ("__main__",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

# The public face offers every layer, so only what comes after all of them may use it.
MAY_USE_FACE = ("demo", "cli", "__main__")

# Packages that are kept behind one door each.
HOMES = {
    "matplotlib": ("figures",),
    "nashpy": ("interop.objects", "solvers.nashpy_solvers"),
    "SALib": ("scenarios",),
    "distributed": ("sweeps",),
    "ema_workbench": ("scenarios",),
    "typst": ("report.typeset",),
    "sympy": ("expressions.sympy_bridge", "theory"),
    "xarray": ("sweeps", "report.pictures", "report.sweeps", "cli.sweep_commands"),
    "zarr": ("sweeps",),
    "z3": ("theory",),
}
# Importing these takes long, so a function may do it when called; the command line may put off anything.
HEAVY = (
    "SALib",
    "distributed",
    "ema_workbench",
    "ipywidgets",
    "matplotlib",
    "nashpy",
    "pandas",
    "pygambit",
    "quantecon",
    "scipy",
    "sympy",
    "typst",
    "xarray",
    "z3",
    "zarr",
)
PUTS_OFF_IMPORTS = ("cli", "__main__")

FORBIDDEN_NAMES = ("eval", "exec", "compile", "__import__", "sympify", "parse_expr", "lambdify")
# Not `eval`, which is also a method of z3 models.
FORBIDDEN_ATTRIBUTES = ("__import__", "sympify", "parse_expr", "lambdify")
FORBIDDEN_MODULES = ("pickle", "marshal", "shelve")

LONGEST_FUNCTION = 60  # lines, the docstring not counted
LONGEST_FILE = 500

Function = ast.FunctionDef | ast.AsyncFunctionDef
Import = ast.Import | ast.ImportFrom


def name_of(path: Path) -> str:
    """The module's dotted name inside the package; the package itself is the empty name."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for path in sorted(SOURCE.rglob("*.py"))}


def is_within(module: str, places: tuple[str, ...]) -> bool:
    """Say whether the module is one of the places or lies inside one."""
    return any(module == place or module.startswith(f"{place}.") for place in places)


def targets(node: Import, package: str) -> list[str]:
    """The absolute dotted names that an import statement standing in `package` reaches for."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        above = f"deterrence.{package}".rstrip(".").split(".")
        kept = above[: len(above) - node.level + 1]
        base = ".".join([*kept, base]).rstrip(".")
    return [f"{base}.{alias.name}" for alias in node.names]


def inner(target: str) -> str:
    """The part of a target inside this package, or the empty name."""
    return target.removeprefix("deterrence").removeprefix(".") if is_within(target, ("deterrence",)) else ""


def import_problems(module: str, node: Import, package: str, *, in_function: bool) -> Iterator[str]:
    """What is wrong with one import statement."""
    own = module.split(".")[0]
    for target in targets(node, package):
        root = target.split(".")[0]
        if root in FORBIDDEN_MODULES or target == "importlib.import_module":
            yield f"imports {target}"
        if root in HOMES and not is_within(module, HOMES[root]):
            yield f"imports {root}, which belongs to {' and '.join(HOMES[root])} alone"
        if in_function and root not in HEAVY and own not in PUTS_OFF_IMPORTS:
            yield f"imports {target} inside a function"
        if root == "deterrence":
            yield from layer_problems(own, inner(target))


def layer_problems(own: str, target: str) -> Iterator[str]:
    """What is wrong with a module of layer `own` importing a target inside the package."""
    other = target.split(".")[0]
    if own not in RANK:
        yield f"{own} is in no layer"
    elif other in RANK:
        if other != own and RANK[other] >= RANK[own]:
            yield f"{own} imports {other}, which is not above it"
    elif "." in target:
        yield f"imports {other}, which is in no layer"
    elif own not in MAY_USE_FACE:
        yield "imports the public face of the package"


def name_problems(node: ast.AST) -> Iterator[str]:
    """Names that turn text into code."""
    if isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES:
        yield f"uses {node.id}"
    if isinstance(node, ast.Attribute):
        on_builtins = isinstance(node.value, ast.Name) and node.value.id == "builtins"
        if node.attr in FORBIDDEN_ATTRIBUTES or (on_builtins and node.attr in FORBIDDEN_NAMES):
            yield f"uses {node.attr}"
    if isinstance(node, ast.alias) and node.name.split(".")[-1] in FORBIDDEN_NAMES:
        yield f"imports {node.name}"


def length(function: Function) -> int:
    """Lines of a function without its docstring."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def problems(module: str, source: str, *, package: str | None = None) -> list[str]:
    """Everything wrong with one module, each with its line; `package` is where relative imports start."""
    tree = ast.parse(source)
    package = module.rpartition(".")[0] if package is None else package
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    put_off = {id(node) for function in functions for node in ast.walk(function)}
    found = [(f.lineno, f"{f.name} has {length(f)} lines") for f in functions if length(f) > LONGEST_FUNCTION]
    for node in ast.walk(tree):
        found += [(getattr(node, "lineno", 0), text) for text in name_problems(node)]
        if isinstance(node, Import) and module:  # the public face, of empty name, offers all layers
            in_function = id(node) in put_off
            found += [(node.lineno, text) for text in import_problems(module, node, package, in_function=in_function)]
    if source.count("\n") > LONGEST_FILE:
        found.append((LONGEST_FILE, f"file is longer than {LONGEST_FILE} lines"))
    return [f"{module or '__init__'}:{line}: {text}" for line, text in sorted(set(found))]


def package_of(module: str) -> str:
    """Where the relative imports of one of our modules start."""
    return module if FILES[module].name == "__init__.py" else module.rpartition(".")[0]


def run_imports(node: ast.AST) -> Iterator[Import]:
    """The imports that are carried out, as opposed to those meant for type checkers alone."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Import):
            yield child
        for_types = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
        if not for_types:
            yield from run_imports(child)


def import_graph(sources: dict[str, tuple[str, str]]) -> dict[str, set[str]]:
    """The modules that each module imports; `sources` maps a module to its package and text."""
    graph: dict[str, set[str]] = {}
    for module, (package, source) in sources.items():
        nodes = run_imports(ast.parse(source))
        reached = {inner(target) for node in nodes for target in targets(node, package)}
        known = {name if name in sources else name.rpartition(".")[0] for name in reached}
        graph[module] = (known & sources.keys()) - {module, ""}
    return graph


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """One import cycle, or an empty list."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("module", FILES, ids=lambda name: name or "__init__")
def test_module_keeps_the_rules(module: str) -> None:
    source = FILES[module].read_text(encoding="utf-8")
    assert problems(module, source, package=package_of(module)) == []


def test_every_module_has_a_layer() -> None:
    assert {name.split(".")[0] for name in FILES if name} <= RANK.keys()


def test_no_import_cycles() -> None:
    sources = {name: (package_of(name), path.read_text(encoding="utf-8")) for name, path in FILES.items() if name}
    assert cycle(import_graph(sources)) == []


@pytest.mark.parametrize(
    ("module", "source", "problem"),
    [
        ("games.tree", "from deterrence.compiled.trees import x", "games imports compiled"),
        ("games.tree", "from ..compiled import trees", "games imports compiled"),
        ("games.tree", "from deterrence import solving", "games imports solving"),
        ("games.tree", "import deterrence.solving", "games imports solving"),
        ("certify.regret", "from deterrence.solvers.trees import x", "certify imports solvers"),
        ("solvers.trees", "from deterrence import certify", "solvers imports certify"),
        ("games.tree", "import deterrence as dt", "public face"),
        ("games.tree", "from deterrence import load", "public face"),
        ("games.tree", "from deterrence.helpers import x", "helpers, which is in no layer"),
        ("helpers", "from deterrence.errors import x", "helpers is in no layer"),
        ("solvers.bimatrix", "import nashpy", "imports nashpy"),
        ("expressions.parse", "import sympy as sp", "imports sympy"),
        ("expressions.parse", "def f():\n    from sympy import S", "imports sympy"),
        ("solving", "from z3 import Solver", "imports z3"),
        ("report.html", "import matplotlib.pyplot as plt", "imports matplotlib"),
        ("games.tree", "def f():\n    import json", "json inside a function"),
        ("games.tree", "def f():\n    from deterrence.errors import x", "inside a function"),
        ("games.tree", "import pickle", "imports pickle"),
        ("games.tree", "from importlib import import_module", "imports importlib.import_module"),
        ("games.tree", "x = eval('1')", "uses eval"),
        ("games.tree", "f = exec", "uses exec"),
        ("games.tree", "import builtins\nbuiltins.compile('1', '', 'eval')", "uses compile"),
        ("games.tree", "__import__('os')", "uses __import__"),
        ("expressions.sympy_bridge", "import sympy\nsympy.sympify('x')", "uses sympify"),
        ("theory.derive", "from sympy import lambdify as f", "imports lambdify"),
        ("theory.derive", "from sympy.parsing.sympy_parser import parse_expr", "imports parse_expr"),
        ("games.tree", "def f():\n" + "    x = 1\n" * 60, "f has 61 lines"),
        ("games.tree", "x = 1\n" * 501, "longer than 500 lines"),
    ],
)
def test_checker_bites(module: str, source: str, problem: str) -> None:
    assert any(problem in found for found in problems(module, source)), problems(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("solving", "from deterrence.solvers.trees import x\nfrom deterrence.certify import y"),
        ("solvers.nashpy_solvers", "import nashpy"),
        ("theory.prove", "import z3\nz3.Solver().model().eval(1)"),
        ("solvers.trees", "def f():\n    from scipy.optimize import linprog"),
        ("cli", "def f():\n    from deterrence.demo import main"),
        ("games.tree", "import re\nre.compile('a')\nfrom .nodes import x"),
        ("games.tree", 'def f():\n    """' + "Text.\n" * 60 + '"""'),
    ],
)
def test_checker_lets_good_code_pass(module: str, source: str) -> None:
    assert problems(module, source) == []


def test_cycles_are_found() -> None:
    sources = {
        "games": ("games", "from .tree import x"),
        "games.tree": ("games", "from . import nodes"),
        "games.nodes": ("games", "from deterrence.games.tree import y"),
    }
    assert set(cycle(import_graph(sources))) == {"games.tree", "games.nodes"}


def test_imports_for_types_alone_make_no_cycle() -> None:
    sources = {
        "games.tree": ("games", "from deterrence.games import nodes"),
        "games.nodes": ("games", "if TYPE_CHECKING:\n    from deterrence.games.tree import y"),
    }
    assert cycle(import_graph(sources)) == []

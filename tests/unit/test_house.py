"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tb_confusion_plugin"
FRONTEND = ROOT / "frontend" / "src"
MAX_LINES = 400

# layer: what it may import beside itself. A layer is a folder, or a module that stands alone.
PYTHON_ARROWS = {
    "core": set(),
    "storage": {"core"},
    "log": {"core", "storage"},
    "writer": {"core", "storage"},
    "summary": {"core", "storage"},
    "keras": {"core", "storage", "log", "writer", "summary"},
    "torch": {"core", "storage", "log", "writer", "summary"},
    "lightning": {"core", "storage", "log", "writer", "summary", "torch"},
    "transformers": {"core", "storage", "log", "writer", "summary", "torch"},
    "frames": {"core"},
    "server": {"core", "storage"},
    "__init__": {"core", "log", "writer"},
}
PAGE_ARROWS = {
    "util": set(),
    "model": {"util"},
    "draw": {"util", "model"},
    "data": {"util", "model"},
    "state": {"util", "model"},
    "views": {"util", "model", "draw", "state"},
    "main": {"util", "model", "draw", "data", "state", "views"},
    "testing": {"model"},  # what the page's tests share; the page itself imports none of it
}
HEAVY = ("tensorflow", "torch", "keras", "sklearn", "scipy", "matplotlib", "pandas")
OUR_HEAVY = tuple(f"tb_confusion_plugin.{name}" for name in ("writer", "log", "summary", "keras", "torch", "core.counting"))
TS_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']""")

PYTHON_FILES = sorted(PACKAGE.rglob("*.py"))
PAGE_FILES = sorted(path for path in FRONTEND.rglob("*.ts") if ".test." not in path.name)


def layer_of(path: Path, top: Path) -> str:
    """The folder directly below `top`, or the name of a module that lies there itself; in the page those are all `main`."""
    parts = path.relative_to(top).with_suffix("").parts
    return "main" if top == FRONTEND and len(parts) == 1 else parts[0]


def imported_layers(path: Path) -> set[str]:
    """The layers of this package that a Python file imports anywhere, late imports too."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import; name the module in full"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    own = (name.split(".") for name in names)
    return {parts[1] for parts in own if parts[0] == "tb_confusion_plugin" and len(parts) > 1}


def imported_page_layers(path: Path) -> set[str]:
    """The layers of the page that a TypeScript file imports."""
    targets = (path.parent.joinpath(target).resolve() for target in TS_IMPORT.findall(path.read_text(encoding="utf-8")))
    return {layer_of(target, FRONTEND) for target in targets if target.is_relative_to(FRONTEND)}


@pytest.mark.parametrize("path", PYTHON_FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_python_file_imports_only_what_its_layer_may(path):
    layer = layer_of(path, PACKAGE)
    assert layer in PYTHON_ARROWS, "a new layer: give it its arrows, here and in the design"
    assert imported_layers(path) - {layer} <= PYTHON_ARROWS[layer]


@pytest.mark.parametrize("path", PAGE_FILES, ids=lambda path: str(path.relative_to(FRONTEND)))
def test_a_file_of_the_page_imports_only_what_its_layer_may(path):
    layer = layer_of(path, FRONTEND)
    assert layer in PAGE_ARROWS, "a new layer: give it its arrows, here and in the design"
    assert imported_page_layers(path) - {layer} <= PAGE_ARROWS[layer]


def test_the_reader_of_imports_sees_every_form_of_them():
    source = """
import { a } from "./a";
import type { B } from '../model/b';
export * from "../util/c";
import "./d.css";
await import("../data/e");
"""
    assert TS_IMPORT.findall(source) == ["./a", "../model/b", "../util/c", "./d.css", "../data/e"]


def test_only_a_framework_s_own_module_imports_the_framework():
    owners = {
        "tensorflow": {"summary", "keras"},
        "keras": {"keras"},
        "torch": {"torch", "lightning", "transformers"},
        "narwhals": {"frames"},
    }
    for path in PYTHON_FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        tops = {alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        tops |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert {top for top in tops & owners.keys() if layer_of(path, PACKAGE) not in owners[top]} == set(), path


def test_importing_the_entry_point_loads_no_framework_no_writer_and_nothing_slow():
    (entry_point,) = [e for e in importlib.metadata.entry_points(group="tensorboard_plugins") if e.name == "confusion"]
    # What TensorBoard itself has loaded by then costs nothing more.
    probe = f"""
import importlib, sys
import tensorboard.plugins.base_plugin
before = set(sys.modules)
getattr(importlib.import_module({entry_point.module!r}), {entry_point.attr!r})
print(*(name for name in sorted(set(sys.modules) - before) if name.split(".")[0] in {HEAVY!r} or name in {OUR_HEAVY!r}))
"""
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60).stdout
    assert loaded.split() == []


def test_importing_the_package_loads_no_framework_and_nothing_slow():
    probe = (
        f"import sys, tb_confusion_plugin; print(*(name for name in sys.modules if name.split('.')[0] in {(*HEAVY, 'numpy')!r}))"
    )
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60).stdout
    assert loaded.split() == []


def test_every_public_name_of_the_package_can_be_had():
    import tb_confusion_plugin

    assert [name for name in tb_confusion_plugin.__all__ if getattr(tb_confusion_plugin, name, None) is None] == []


def test_the_installed_version_is_that_of_the_changelog():
    version = importlib.metadata.version("tb-confusion-plugin")
    assert f"\n## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def tracked_source_files() -> list[Path]:
    folders = ("tb_confusion_plugin", "frontend/src", "tests", "benchmarks", "demo")
    files = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".ts", ".css"})
    return sorted(path for path in files if not {"static", "results"} & set(path.parts))


def test_no_file_is_longer_than_four_hundred_lines():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in tracked_source_files()}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_nothing_of_tensorboard_that_begins_with_an_underscore_is_used():
    private = {}
    for path in PYTHON_FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        of_tensorboard = {
            alias.asname or alias.name: alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tensorboard"
            for alias in node.names
        }
        used = {name for name in of_tensorboard.values() if name.startswith("_")}
        used |= {
            f"{node.value.id}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr.startswith("_")
            and isinstance(node.value, ast.Name)
            and node.value.id in of_tensorboard
        }
        if used:
            private[path.name] = used
    assert private == {}

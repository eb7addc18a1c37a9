"""The one step that pyproject.toml can't say: the page is there before the package is put together."""

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

sys.path.insert(0, str(Path(__file__).resolve().parent / "frontend"))
from build_page import ensure_page  # found on the path set just above


class BuildPyWithPage(build_py):
    """Python's files, behind the page."""

    def run(self) -> None:
        """Builds the page where it isn't built yet, then goes on."""
        ensure_page()
        super().run()


setup(cmdclass={"build_py": BuildPyWithPage})

"""The environments of the frameworks' tests: every file has one, and what they pin is what pyproject.toml allows."""

from __future__ import annotations

import fnmatch
import re
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TEST_FILES = sorted(path.name for path in (ROOT / "tests" / "frameworks").glob("test_*.py"))
DECLARED = [Requirement(line) for line in requires("tb-confusion-plugin") or []]


def pins(name: str) -> dict[str, str]:
    """Versions by package, of a requirements file."""
    text = (ROOT / "tests" / f"requirements-{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", TEST_FILES)
def test_every_file_of_a_framework_s_tests_is_run_in_some_environment(name):
    patterns = re.findall(r"\btest_[\w*]+\.py", MAKEFILE)
    assert [pattern for pattern in patterns if fnmatch.fnmatch(name, pattern)] != []


def test_every_environment_has_its_requirements():
    names = set(re.findall(r"\.venv-([\w-]+)/tests\.stamp", MAKEFILE))
    assert names >= {"plain", "torch", "keras", "tables", "notebook", "oldest", "oldest-keras"}
    assert [name for name in sorted(names) if not pins(name)] == []


@pytest.mark.parametrize("package", ["numpy", "scipy", "tensorboard", "werkzeug"])
def test_the_oldest_that_is_declared_is_tested(package):
    (declared,) = [one for one in DECLARED if one.name == package]
    (lowest,) = [one.version for one in declared.specifier if one.operator == ">="]
    assert f"{pins('oldest')[package]}.".startswith(f"{lowest}.")


@pytest.mark.parametrize("package", ["tensorflow", "keras"])
def test_the_oldest_framework_that_is_declared_is_tested(package):
    lowest = {spec.version for one in DECLARED if one.name == package for spec in one.specifier}
    assert len(lowest) == 1
    assert f"{pins('oldest-keras')[package]}.".startswith(f"{lowest.pop()}.")

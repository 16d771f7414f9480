"""The lock files install anywhere: every requirement is hashed, and none names a package index."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-bench.txt", "requirements-traces.txt"]
# In an environment of its own, so that its pins need not be those of the others.
APART = ["requirements-scan.txt"]
REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(\[[\w,-]+\])?==(?P<version>[^\s;]+)( ; [^-]+?)?( --hash=sha256:[0-9a-f]{64})+"
)


def requirements(text: str) -> list[str]:
    joined = re.sub(r"\s*\\\n\s*", " ", text)
    return [line for line in joined.splitlines() if line]


def faults(text: str) -> list[str]:
    return [line for line in requirements(text) if not REQUIREMENT.fullmatch(line)]


def pins(name: str) -> dict[str, str]:
    matches = map(REQUIREMENT.fullmatch, requirements((ROOT / name).read_text()))
    return {match["name"].lower(): match["version"] for match in matches if match}


def normalised(requirement: str) -> str:
    name = re.split(r"[^A-Za-z0-9._-]", requirement)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", LOCKS + APART)
def test_a_lock_holds_hashed_pins_and_nothing_else(lock: str) -> None:
    assert faults((ROOT / lock).read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "flask==3.1.3",
        "flask>=3.1 --hash=sha256:" + "0" * 64,
        "flask @ file:///tmp/flask.whl --hash=sha256:" + "0" * 64,
        "--index-url file:///tmp/index",
        "# via -r /tmp/requirements.in",
    ],
)
def test_a_line_without_hash_or_with_a_place_is_a_fault(line: str) -> None:
    assert faults(line) == [line]


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_each_further_lock_repeats_every_pin_of_the_runtime_lock(lock: str) -> None:
    assert pins("requirements.txt").items() <= pins(lock).items()


def test_the_locks_for_tests_and_for_benchmarks_can_be_installed_together() -> None:
    development, benchmarks = pins("requirements-dev.txt"), pins("requirements-bench.txt")

    common = development.keys() & benchmarks.keys()
    assert {name: development[name] for name in common} == {name: benchmarks[name] for name in common}


def test_every_declared_dependency_is_locked() -> None:
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = whole["project"]

    assert {normalised(each) for each in project["dependencies"]} <= pins("requirements.txt").keys()
    for extra in ("dev", "bench", "traces"):
        declared = {normalised(each) for each in project["optional-dependencies"][extra]}
        assert declared <= pins(f"requirements-{extra}.txt").keys()
    assert {normalised(each) for each in whole["dependency-groups"]["scan"]} <= pins("requirements-scan.txt").keys()

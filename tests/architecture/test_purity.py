"""The domain's examples run where nothing but pytest can be imported: the cheapest proof that the core is pure."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOMAIN = [
    "prescreen/__init__.py",
    "prescreen/eligibility",
    "tests/__init__.py",
    "tests/conftest.py",
    "tests/eligibility",
]
GUARDED_PYTEST = """
import sys

sys.path.insert(0, ".")
PYTEST = {"pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments"}
OURS = {"prescreen", "prescreen.eligibility", "tests", "tests.conftest", "tests.eligibility"}


class Guard:
    def find_spec(self, name, path=None, target=None):
        ours = name in OURS or name.startswith(("prescreen.eligibility.", "tests.eligibility."))
        if ours or name.partition(".")[0] in sys.stdlib_module_names | PYTEST:
            return None
        raise ModuleNotFoundError(f"the domain may not import {name}", name=name)


sys.meta_path.insert(0, Guard())

import pytest

sys.exit(pytest.main(sys.argv[1:]))
"""


def run_domain_tests(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-c", GUARDED_PYTEST]
    # The parts of the domain that may use numpy, and the tests that use hypothesis.
    with_numpy = ("prescreen/eligibility/matching", "prescreen/eligibility/wishes/wish_table.py")
    apart = [f"--ignore={one}" for one in (*with_numpy, "tests/eligibility/matching", "tests/eligibility/wishes")]
    apart += _with_hypothesis(root)
    options = ["-q", "-x", "-p", "no:cacheprovider", *apart]
    return subprocess.run(
        [*command, *options, "prescreen/eligibility", "tests/eligibility"],
        cwd=root,
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=False,
        capture_output=True,
        text=True,
    )


def _with_hypothesis(root: Path) -> list[str]:
    found = [path for path in (root / "tests/eligibility").rglob("*.py") if "hypothesis" in path.read_text()]
    return [f"--ignore={path.relative_to(root)}" for path in found]


def copy_domain(target: Path) -> Path:
    for name in [*DOMAIN, "pyproject.toml"]:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, target / name)
    return target


def test_the_domain_works_with_nothing_but_the_standard_library(tmp_path: Path) -> None:
    run = run_domain_tests(copy_domain(tmp_path))

    assert run.returncode == 0, run.stdout + run.stderr


def test_a_domain_that_imports_a_library_is_convicted(tmp_path: Path) -> None:
    module = copy_domain(tmp_path) / "prescreen/eligibility/criteria/truth.py"
    module.write_text(module.read_text() + "\nimport marshmallow\n")

    run = run_domain_tests(tmp_path)

    assert run.returncode != 0
    assert "the domain may not import marshmallow" in run.stdout


def test_a_domain_that_imports_an_outer_ring_is_convicted(tmp_path: Path) -> None:
    module = copy_domain(tmp_path) / "prescreen/eligibility/criteria/truth.py"
    module.write_text(module.read_text() + "\nimport prescreen.config\n")

    run = run_domain_tests(tmp_path)

    assert run.returncode != 0
    assert "the domain may not import prescreen.config" in run.stdout

"""The rules of `make scan` convict what they are for, and let the product pass."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
RULES = Path(__file__).parent / "scan_rules.yaml"
TOOLS = ROOT / ".venv" / "scan" / "bin"
SEMGREP, LISTER = shutil.which("semgrep", path=TOOLS), shutil.which("cyclonedx-py", path=TOOLS)
TWINS = {
    "code-of-data": "def f(data): return eval(data)",
    "objects-of-data": "import pickle\ndef f(data): return pickle.loads(data)",
    "template-of-data": "from flask import render_template_string\ndef f(data): return render_template_string(data)",
    "another-program": "import subprocess\ndef f(data): return subprocess.run(data)",
    "weak-cryptography": "import hashlib\ndef f(data): return hashlib.md5(data)",
    "chance-that-can-be-guessed": "import random\ndef f(): return random.randint(0, 9)",
    "statement-of-data": "from sqlalchemy import text\ndef f(data): return text(f'SELECT {data}')",
    "pattern-of-data": "import re\nfrom flask import request\ndef f(): return re.compile(request.args['q'])",
    "format-of-data": "from flask import request\ndef f(): return request.form['q'].format(1)",
    "address-of-data": "from flask import redirect, request\ndef f(): return redirect(request.args['next'])",
    "request-from-here": "import urllib.request\ndef f(data): return urllib.request.urlopen(data)",
    "no-check-of-certificates": "import ssl\ndef f(context): context.verify_mode = ssl.CERT_NONE",
    "cookie-for-scripts": "def f(response): response.set_cookie('a', 'b', samesite='Lax')",
    "markup-of-data": "import markupsafe\nfrom flask import request\ndef f(): return markupsafe.Markup(request.args)",
}
PROGRAMS = {"subprocess", "pty", "popen2", "commands"}
CALLS = {"system", "popen", "execv", "execve", "execvp", "spawnv", "posix_spawn", "create_subprocess_exec"}


def runs_programs(source: str) -> list[str]:
    """Return what a module imports or calls to run another program."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found += [one.name for one in names if one.name in PROGRAMS]
            case ast.ImportFrom(module=str(module)) if module in PROGRAMS:
                found.append(module)
            case ast.Call(func=ast.Attribute(attr=str(name))) if name in CALLS:
                found.append(name)
    return found


def test_no_module_runs_another_program() -> None:
    modules = list((ROOT / "prescreen").rglob("*.py"))

    assert len(modules) > 100
    assert {str(one): runs for one in modules if (runs := runs_programs(one.read_text()))} == {}


@pytest.mark.parametrize("source", ["import subprocess", "from subprocess import run", "import os\nos.system('ls')"])
def test_a_module_that_runs_another_program_is_convicted(source: str) -> None:
    assert runs_programs(source)


def test_every_rule_has_a_twin() -> None:
    assert {rule["id"] for rule in yaml.safe_load(RULES.read_text())["rules"]} == TWINS.keys()


@pytest.mark.skipif(SEMGREP is None, reason="semgrep is not installed; `make scan` installs it")
def test_the_rules_convict_what_they_are_for(tmp_path: Path) -> None:
    for rule, source in TWINS.items():
        (tmp_path / f"{rule.replace('-', '_')}.py").write_text(source + "\n")

    command = [str(SEMGREP), "scan", "--config", str(RULES), "--json", "--metrics=off", "--disable-version-check"]
    beside = {**os.environ, "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}"}
    told = subprocess.run(
        [*command, "--no-git-ignore", str(tmp_path)], capture_output=True, check=True, timeout=300, env=beside
    )

    found = {(Path(one["path"]).stem, one["check_id"].split(".")[-1]) for one in json.loads(told.stdout)["results"]}
    assert {(rule.replace("-", "_"), rule) for rule in TWINS} <= found


@pytest.mark.skipif(LISTER is None, reason="cyclonedx-py is not installed; `make sbom` installs it")
def test_the_list_of_libraries_holds_every_one_that_is_locked_with_its_hashes(tmp_path: Path) -> None:
    written, lock = tmp_path / "sbom.json", (ROOT / "requirements.txt").read_text()
    command = [str(LISTER), "requirements", "--pyproject", str(ROOT / "pyproject.toml"), "--output-file", str(written)]
    subprocess.run([*command, "requirements.txt"], cwd=ROOT, capture_output=True, check=True, timeout=120)

    listed = json.loads(written.read_text())
    assert listed["bomFormat"] == "CycloneDX"
    assert {(one["name"], one["version"]) for one in listed["components"]} == set(
        re.findall(r"^([\w.-]+)==([^\s;]+)", lock, re.MULTILINE)
    )
    assert all(one["externalReferences"][0]["hashes"] for one in listed["components"])

"""The commands as processes: streams, exit status, and a pipe that closes early."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from pkgutil import resolve_name

import pytest

from prescreen.cli.__main__ import run
from tests.catalog.folders import TRIAL, altered, write

ROOT = Path(__file__).parents[2]


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "prescreen.cli", *map(str, arguments)]


def process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, **environment}
    return subprocess.run(
        command(*arguments), cwd=ROOT, env=settings, capture_output=True, text=True, errors="replace", check=False
    )


def test_a_clean_folder_exits_zero_and_a_faulty_one_with_one(folder: Path) -> None:
    assert process("check", folder).returncode == 0
    write(folder, altered(TRIAL, "status: RECRUITING", "status: OPEN"))

    result = process("check", folder)

    assert result.returncode == 1
    assert result.stdout.startswith(f"{folder}/trials/T1.yaml:4:9: unknown word 'OPEN'")


def test_a_bad_call_is_one_line_and_exit_two() -> None:
    result = process("asess", "x")

    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_any_text_can_be_printed_in_any_terminal(folder: Path, tmp_path: Path, encoding: str) -> None:
    write(folder, altered(TRIAL, "status: RECRUITING", "status: Öffen…"))
    (tmp_path / "answers.json").write_text('{"answers": {"größe…": 1}}')

    for arguments in [("check", folder), ("assess", tmp_path / "answers.json", "--criteria", folder)]:
        result = process(*arguments, PYTHONIOENCODING=encoding, LC_ALL="C", PYTHONUTF8="0")
        assert result.returncode == 1
        assert "Traceback" not in result.stderr


def test_the_same_answers_give_the_same_questions_in_every_process(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text('{"answers": {"sex": "female"}}')
    arguments = ("interview", tmp_path / "answers.json", "--criteria", folder)

    printed = {process(*arguments, PYTHONHASHSEED=seed).stdout for seed in ("0", "1", "2")}

    assert len(printed) == 1
    assert json.loads(printed.pop())["asked"][0] == "leg_pain"


def test_a_pipe_that_closes_early_brings_no_traceback(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "people.ndjson").write_text('{"answers": {}}\n' * 3000)
    assessing = command("assess", tmp_path / "people.ndjson", "--criteria", folder)

    with subprocess.Popen(assessing, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.readline()
        running.stdout.close()
        told = running.stderr.read()

    assert told == ""


def test_the_script_leads_to_the_command() -> None:
    script = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]["prescreen"]

    assert resolve_name(script) is run

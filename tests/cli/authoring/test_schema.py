"""`prescreen schema`, and what a real editor's server for YAML makes of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from prescreen.catalog.authoring.json_schemas import FILES
from tests.catalog.folders import QUESTIONS, altered, write
from tests.cli.conftest import Run
from tests.language_server import SCRIPT, LanguageServer

with_server = pytest.mark.skipif(not SCRIPT.exists(), reason="`make test` installs yaml-language-server, with npm")

TRIAL = """\
id: T1
title: A pill for leg pain
conditions: [back-pain]
status: RECRUITING
inclusion:
  - id: adult
    text: You are 18 or older.
    rule:
      pregnancy:
        any_of: [feeding]
exclusoin: []
"""


@pytest.fixture
def server(folder: Path, tmp_path: Path, run: Run) -> Iterator[LanguageServer]:
    run("schema", "trials", "--criteria", folder, "-o", tmp_path / "schemas")
    file = tmp_path / "T1.yaml"
    file.write_text(TRIAL)
    opened = LanguageServer(file, tmp_path / "schemas/trials.json")
    yield opened
    opened.close()


@with_server
def test_an_editor_offers_the_questions_of_the_bank_in_a_rule_and_their_options(server: LanguageServer) -> None:
    questions = server.completions(8, 8)
    options = server.completions(9, 17)

    assert {"age", "leg_pain", "pain_duration", "sex", "at_least"} <= questions
    assert {"pregnant", "feeding", "none"} <= options


@with_server
def test_an_editor_marks_a_key_that_is_misspelt(server: LanguageServer) -> None:
    told = {one["message"]: one["range"]["start"]["line"] for one in server.faults}

    assert any("exclusoin" in message and line == 10 for message, line in told.items()), told


def test_each_kind_is_written_to_a_folder_that_is_made(folder: Path, tmp_path: Path, run: Run) -> None:
    result = run("schema", "--criteria", folder, "-o", tmp_path / "new/schemas")

    assert result.exit_code == 0
    assert {file.stem for file in (tmp_path / "new/schemas").iterdir()} == set(FILES)


def test_one_kind_is_printed(folder: Path, run: Run) -> None:
    printed = json.loads(run("schema", "trials", "--criteria", folder).stdout)

    assert "leg_pain" in printed["definitions"]["rule"]["properties"]


def test_without_a_kind_and_a_folder_the_call_is_at_fault(run: Run) -> None:
    assert run("schema").exit_code == 2


def test_a_bank_at_fault_is_told_and_nothing_is_written(tmp_path: Path, run: Run) -> None:
    root = write(tmp_path / "faulty", altered(QUESTIONS, "type: choices", "type: many"))

    result = run("schema", "--criteria", root, "-o", tmp_path / "schemas")

    assert result.exit_code == 1
    assert "unknown word 'many'" in result.stderr
    assert not (tmp_path / "schemas").exists()

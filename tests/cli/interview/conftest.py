"""A criteria folder and a way to run commands on it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from prescreen.cli.commands import main
from tests.catalog.folders import write

Run = Callable[..., Result]
Judge = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "criteria")


@pytest.fixture
def run() -> Run:
    def invoke(*arguments: object, **options: str) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], **options)

    return invoke


@pytest.fixture
def judge(folder: Path, tmp_path: Path, run: Run) -> Judge:
    """Run a command on a file with the given content: data becomes JSON, text and bytes stay as they are."""

    def invoke(command: str, content: object, *options: str, name: str = "answers.json") -> Result:
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return run(command, tmp_path / name, "--criteria", folder, "--on", "2026-11-23", *options)

    return invoke

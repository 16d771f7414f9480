"""What the README promises to list, the length of modules and the numbers of migrations."""

import re
from pathlib import Path

import click
import pytest

from prescreen.cli.commands import main
from prescreen.config import VARIABLES
from prescreen.database import MIGRATIONS

ROOT = Path(__file__).parents[2]


def names(group: click.Group, before: str = "") -> list[str]:
    """Return every command by the words to type."""
    typed = []
    for name, command in group.commands.items():
        typed += names(command, f"{before}{name} ") if isinstance(command, click.Group) else [f"{before}{name}"]
    return typed


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text()


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_setting_is_in_the_readme(readme: str, variable: str):
    assert re.search(rf"\b{variable}\b", readme)


@pytest.mark.parametrize("command", names(main))
def test_every_command_is_in_the_readme(readme: str, command: str):
    assert re.search(rf"\b{command}\b", readme)


@pytest.mark.parametrize("command", ["make run", "make test", "make check"])
def test_the_readme_names_the_commands_of_make(readme: str, command: str):
    assert command in readme


def test_every_link_in_the_readme_to_a_file_leads_to_one(readme: str):
    links = re.findall(r"\]\(([^)#]+)", readme)

    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


@pytest.mark.parametrize(("folder", "most"), [("prescreen", 300), ("migrations", 300), ("tests", 400)])
def test_no_module_is_too_long_to_read_at_a_sitting(folder: str, most: int):
    lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / folder).rglob("*.py")}

    tables = lengths.pop(ROOT / "prescreen/storage/models.py", 0)
    assert {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > most} == {}
    assert tables <= 400


def test_migrations_are_numbered_without_gaps():
    numbers = sorted(int(path.name.split("_")[0]) for path in (MIGRATIONS / "versions").glob("*.py"))

    assert numbers == list(range(1, len(numbers) + 1))

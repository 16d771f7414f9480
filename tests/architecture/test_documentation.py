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


def listed(readme: str) -> set[str]:
    """Return what the first cells of the README's tables name: commands without their arguments, and settings."""
    cells = re.findall(r"^\|([^|]*)\|", readme, re.MULTILINE)
    return {re.split(r" (?=[^a-z])", named)[0] for cell in cells for named in re.findall(r"`([^`]+)`", cell)}


def without_rows_of(readme: str, name: str) -> str:
    return "\n".join(line for line in readme.splitlines() if not (line.startswith("|") and f"`{name}" in line))


@pytest.mark.parametrize("name", [*names(main), *VARIABLES])
def test_every_command_and_every_setting_has_its_row_in_the_readme(readme: str, name: str):
    assert name in listed(readme)
    assert name not in listed(without_rows_of(readme, name)), "the row is not what was found"


@pytest.mark.parametrize("command", ["make run", "make test", "make test-all", "make check"])
def test_the_readme_names_the_commands_of_make(readme: str, command: str):
    assert re.search(rf"\b{command}(?![\w-])", readme)


def test_every_link_in_the_readme_to_a_file_leads_to_one(readme: str):
    links = {link for link in re.findall(r"\]\(([^)#]+)", readme) if "://" not in link}

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize(("folder", "most"), [("prescreen", 300), ("migrations", 300), ("tests", 400)])
def test_no_module_is_too_long_to_read_at_a_sitting(folder: str, most: int):
    lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / folder).rglob("*.py")}

    assert lengths
    assert {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > most} == {}


def test_migrations_are_numbered_without_gaps():
    numbers = sorted(int(path.name.split("_")[0]) for path in (MIGRATIONS / "versions").glob("*.py"))

    assert numbers
    assert numbers == list(range(1, len(numbers) + 1))

"""What the README promises to list, paths that documents name, the length of modules and the numbers of migrations."""

import re
from collections.abc import Iterator
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


# --- what documents name is there ---

DOCUMENTS = [
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "criteria/README.md")
    # A decision that was withdrawn names what was there.
    if "*Withdrawn by" not in path.read_text()
]
FOLDERS = {path.name for path in (*ROOT.iterdir(), *(ROOT / "prescreen").iterdir()) if path.is_dir()}
SUFFIXES = (".css", ".html", ".md", ".po", ".py", ".svg", ".toml", ".txt", ".yaml")
EXAMPLES = {"trials/NCT01234567.yaml"}
_PATH = re.compile(r"`([\w<*][\w.<>*-]*/[\w./<>*-]*)`")
_MODULE = re.compile(r"python -m ((?:benchmarks|tests|prescreen)[\w.]*)")


def missing_paths(text: str, beside: Path) -> list[str]:
    """Return the paths and modules of the repository that a document names and that are not there.

    They begin at the root, in `prescreen/` or beside the document; `<...>` stands for any name.
    """
    named = {path for path in _PATH.findall(text) if path.endswith(SUFFIXES) or path.split("/")[0] in FOLDERS}
    modules = {name.replace(".", "/") for name in _MODULE.findall(text)}
    found = [path for path in named - EXAMPLES if not _is_there(path, beside)]
    return sorted(found + [one for one in modules if not (_is_there(f"{one}.py", ROOT) or _is_there(one, ROOT))])


def _is_there(path: str, beside: Path) -> bool:
    pattern = re.sub(r"<[^>]*>", "*", path).rstrip("/")
    return any(True for folder in (ROOT, ROOT / "prescreen", beside) for _ in folder.glob(pattern))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_a_document_names_is_there(document: Path):
    assert missing_paths(document.read_text(), document.parent) == []


def test_documents_name_paths():
    assert len(DOCUMENTS) > 30
    assert any(_PATH.search(document.read_text()) for document in DOCUMENTS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "See `prescreen/storage/referrals/states.py`, `storage/referrals/`, `docs/decisions/<number>-<name>.md`.",
            [],
        ),
        ("See `prescreen/storage/referrals/lanes.py`.", ["prescreen/storage/referrals/lanes.py"]),
        (
            "See `storage/spread`, `mail/texts/<language>/gone.txt`.",
            ["mail/texts/<language>/gone.txt", "storage/spread"],
        ),
        ("Run `python -m benchmarks.export.exports` or `python -m tests.benchmarks`.", ["tests/benchmarks"]),
        ("`/my/again`, `kg/m2`, `120/minute` and `smtp://host` are no paths.", []),
    ],
)
def test_a_path_that_is_not_there_is_named(text: str, found: list[str]):
    assert missing_paths(text, ROOT) == found


_COMMAND = re.compile(r"`(?:\.venv/bin/)?prescreen ([a-z]+(?: [a-z]+)?)")
LABELS = {"audit chain"}
"""What begins like a command and is none: what the heads of the audit trail are computed over."""


def unknown_commands(text: str) -> list[str]:
    """Return the commands that a document names and that there are not; what follows a command are its arguments."""
    typed = {f"{command} " for command in names(main)} | {f"{group} " for group in main.commands}
    return [one for one in _COMMAND.findall(text) if one not in LABELS and not _begins_with_one(one, typed)]


def _begins_with_one(typed: str, commands: set[str]) -> bool:
    first = typed.split()[0]
    is_group = isinstance(main.commands.get(first), click.Group)
    return f"{typed} " in commands if is_group else f"{first} " in commands


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_a_document_names_is_one(document: Path):
    assert unknown_commands(document.read_text()) == []


def test_a_command_that_is_none_is_named():
    text = "`prescreen ask low-back-pain`, `prescreen audit head`, `prescreen preach FILE`, `prescreen leads invent 3`"

    assert unknown_commands(text) == ["preach", "leads invent"]


_DRAWN = re.compile(r"^( *)((?:[\w]+(?:/|\.py)(?: +|$))+)", re.MULTILINE)


def drawn_in(page: str) -> Iterator[str]:
    """Yield the paths that the tree of the architecture draws, from the root."""
    tree, above = page.split("```")[1], [""]
    for indent, names in _DRAWN.findall(tree):
        depth = len(indent) // 2
        del above[depth + 1 :]
        yield from (above[depth] + name for name in names.split())
        above.append(above[depth] + names.split()[0])


def test_the_tree_of_the_architecture_draws_nothing_that_is_not_there():
    drawn = list(drawn_in((ROOT / "docs/architecture.md").read_text()))

    assert len(drawn) > 60
    assert "prescreen/web/referrals/" in drawn
    assert [path for path in drawn if not (ROOT / path).exists()] == []


def test_a_folder_that_is_drawn_and_not_there_is_named():
    twin = (ROOT / "docs/architecture.md").read_text().replace("    content.py ", "    lanes.py   ")

    assert [path for path in drawn_in(twin) if not (ROOT / path).exists()] == ["prescreen/web/lanes.py"]

"""A subject has one name on every floor: in rooms, templates, tests and the page on the architecture."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ROOT / "prescreen"
FLOORS = ("eligibility", "catalog", "storage", "workflow", "export", "mail", "web", "cli")
MOST_MODULES, FEWEST_LINES = 12, 40
REASON = "of its own"
"""What a module says of itself in its docstring where it is shorter than others, and why."""
# What is no subject of the product: guards, the browser, what earlier code made, the shipped criteria, what an operator
# installs, migrations, programs.
TESTS_APART = {
    "architecture",
    "browser",
    "compatibility",
    "criteria",
    "deploy",
    "faults",
    "migrations",
    "privacy",
    "services",
}


def rooms(floor: Path) -> set[str]:
    """Return the rooms of a floor; a room of one module is a module."""
    found = {path.stem if path.suffix == ".py" else path.name for path in floor.iterdir()}
    return {name for name in found if not name.startswith(("_", "."))}


def modules(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*.py") if path.name != "__init__.py"]


def short_without_reason(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("*.py")):
        text = path.read_text()
        if path.name.startswith("__") or len(text.splitlines()) >= FEWEST_LINES:
            continue
        if REASON not in (ast.get_docstring(ast.parse(text)) or ""):
            yield str(path.relative_to(root))


def test_a_room_has_few_modules():
    sizes = {str(path.relative_to(PRODUCT)): len(modules(path)) for path in PRODUCT.rglob("*") if path.is_dir()}

    assert len(sizes) > 50
    assert {name: size for name, size in sizes.items() if size > MOST_MODULES} == {}


def test_a_short_module_says_why_it_is_one():
    assert list(short_without_reason(PRODUCT)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"""Half of something."""\n', ["half.py"]),
        ('"""The leaf of all, of its own: nearly every module imports it."""\n', []),
        ('"""Long enough."""\n' + "a = 1\n" * 40, []),
    ],
)
def test_a_short_module_without_a_reason_is_convicted(tmp_path: Path, text: str, found: list[str]):
    (tmp_path / "half.py").write_text(text)

    assert list(short_without_reason(tmp_path)) == found


def test_templates_lie_in_rooms_of_the_web():
    folders = {path.name for path in (PRODUCT / "web/templates").iterdir()}

    assert "base" in folders
    assert folders - rooms(PRODUCT / "web") == set()


@pytest.mark.parametrize("floor", FLOORS)
def test_tests_lie_in_rooms_of_their_floor(floor: str):
    folders = {path.name for path in (ROOT / "tests" / floor).iterdir() if path.is_dir() and path.name[0] != "_"}

    assert folders - rooms(PRODUCT / floor) == set()


def test_tests_have_no_floors_but_those_of_the_product():
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name[0] != "_"}

    assert folders - TESTS_APART == set(FLOORS)


@pytest.mark.parametrize("floor", FLOORS)
def test_every_room_is_told_of_in_the_page_about_the_architecture(floor: str):
    told = (ROOT / "docs/architecture.md").read_text()
    single = {"export", "mail"}  # floors of one subject, told of in one line

    assert f"  {floor}/" in told
    if floor not in single:
        assert {room for room in rooms(PRODUCT / floor) if room not in told} - {
            "templates",
            "translations",
            "static",
        } == set()

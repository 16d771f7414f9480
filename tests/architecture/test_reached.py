"""Pages, commands and functions that are written are reached: what stands in no list is dead, and no one misses it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import pytest

from prescreen import cli, web
from prescreen.cli.commands import main
from prescreen.web import blueprints


def modules_below(package: str, path: Iterable[str]) -> Iterator[str]:
    names = (one.name for one in pkgutil.walk_packages(path, f"{package}."))
    return (name for name in names if not name.endswith("__main__"))


def adds_pages(source: str) -> bool:
    """Return whether a module adds a page to a blueprint, `@pages.get(...)` or `@pages.post(...)`."""
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    decorators = (one.func for function in functions for one in function.decorator_list if isinstance(one, ast.Call))
    return any(ast.unparse(one) in ("pages.get", "pages.post") for one in decorators)


def modules_of_pages() -> set[str]:
    found = {name: importlib.import_module(name) for name in modules_below(web.__name__, web.__path__)}
    return {name for name, one in found.items() if adds_pages(Path(one.__file__ or "").read_text())}


def listed() -> set[str]:
    """Return the modules whose pages the service has."""
    return {one.__name__ for one in (*blueprints.STAFF, *blueprints.VISITORS)} | {
        one.import_name for one in blueprints._BLUEPRINTS
    }


def test_every_module_with_pages_is_listed() -> None:
    found = modules_of_pages()

    assert len(found) > 25
    assert found - listed() == set()


def test_a_module_that_is_not_listed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blueprints, "STAFF", blueprints.STAFF[1:])

    assert modules_of_pages() - listed() == {"prescreen.web.accounts.account_creation"}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('@pages.get("/a")\n@allowed(A)\ndef page(): ...', True),
        ('@pages.post("/a")\ndef page(): ...', True),
        ("@pages.before_request\ndef guard(): ...", False),
        ("def page(): ...", False),
    ],
)
def test_a_page_is_seen_in_the_source(source: str, found: bool) -> None:
    assert adds_pages(source) is found


def commands_below(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from commands_below(command)


def unreached(group: click.Group) -> set[str]:
    """Return the commands of all modules that no words lead to."""
    reached = [group, *commands_below(group)]
    modules = [importlib.import_module(name) for name in modules_below(cli.__name__, cli.__path__)]
    written = [one for module in modules for one in vars(module).values() if isinstance(one, click.Command)]
    return {one.name or "" for one in written if not any(one is other for other in reached)}


def test_every_command_that_is_written_can_be_called() -> None:
    assert unreached(main) == set()


def test_a_command_that_is_not_listed_is_named() -> None:
    twin = click.Group(commands={name: one for name, one in main.commands.items() if name != "purge"})

    assert unreached(twin) == {"purge", "main"}


def never_called(source: str) -> set[str]:
    """Return the private functions of a module that nothing in it names; what is decorated is called by others."""
    tree = ast.parse(source)
    private = {one.name for one in tree.body if isinstance(one, ast.FunctionDef) and not one.decorator_list}
    named = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
    return {name for name in private - named if name.startswith("_") and not name.startswith("__")}


def test_every_private_function_is_called() -> None:
    sources = {path: path.read_text() for path in Path(web.__file__).parents[1].rglob("*.py")}

    assert len(sources) > 200
    assert {str(path): found for path, source in sources.items() if (found := never_called(source))} == {}


def test_a_check_that_nobody_calls_is_named() -> None:
    source = "def check(): _check_a()\ndef _check_a(): ...\ndef _check_b(): ...\n@after\ndef _hook(): ..."

    assert never_called(source) == {"_check_b"}

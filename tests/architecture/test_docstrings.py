"""That docstrings name the errors that a caller must expect, and begin with what a function returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ROOT / "prescreen"
Function = ast.FunctionDef | ast.AsyncFunctionDef
COMMANDS = {"command", "group"}
"""The decorators of commands, whose docstrings are help texts for users."""


def raised(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the errors that statements raise by name; an error that the same `try` handles does not leave it."""
    for statement in body:
        yield from _raised_by(statement)


def _raised_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, Function | ast.Lambda | ast.ClassDef):
        return
    if isinstance(node, ast.Raise) and node.exc is not None:
        name = _name(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
        if name[:1].isupper():
            yield name
    if isinstance(node, ast.Try):
        handled = {name for handler in node.handlers for name in _handled(handler)}
        yield from (name for name in raised(node.body) if name not in handled)
        rest: list[ast.AST] = [*node.handlers, *node.orelse, *node.finalbody]
    else:
        rest = list(ast.iter_child_nodes(node))
    for child in rest:
        yield from _raised_by(child)


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _handled(handler: ast.ExceptHandler) -> list[str]:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [_name(kind) for kind in kinds if kind is not None]


def unnamed_errors(tree: ast.Module) -> Iterator[str]:
    """Yield each public function with an error that its docstring does not name."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for owner in [tree, *classes.values()]:
        for node in owner.body:
            if isinstance(node, Function) and not node.name.startswith("_") and not is_command(node):
                told = "\n".join([ast.get_docstring(node) or "", *inherited(node.name, owner, classes)])
                missing = sorted({name for name in raised(node.body) if name not in told})
                if missing:
                    name = f"{owner.name}.{node.name}" if isinstance(owner, ast.ClassDef) else node.name
                    yield f"{name}: {', '.join(missing)}"


def is_command(function: Function) -> bool:
    return any(isinstance(one, ast.Call) and _name(one.func) in COMMANDS for one in function.decorator_list)


def inherited(name: str, owner: ast.AST, classes: Mapping[str, ast.ClassDef]) -> Iterator[str]:
    """Yield the docstrings of the methods of the same module that a method overrides."""
    for base in owner.bases if isinstance(owner, ast.ClassDef) else ():
        found = classes.get(_name(base))
        if found is not None:
            yield from (
                ast.get_docstring(node) or "" for node in found.body if isinstance(node, Function) and node.name == name
            )
            yield from inherited(name, found, classes)


def unidiomatic(tree: ast.Module) -> Iterator[str]:
    """Yield the first line of each docstring that begins with "Give" where the idiom is "Return" or "Yield"."""
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef | ast.Module):
            first = (ast.get_docstring(node) or "").partition("\n")[0]
            if first.partition(" ")[0] in {"Give", "Gives"}:
                yield first


def trees(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(root.rglob("*.py")):
        yield str(path.relative_to(root)), ast.parse(path.read_text())


def test_public_functions_name_the_errors_that_they_raise():
    found = {f"{path} {fault}" for path, tree in trees(PRODUCT) for fault in unnamed_errors(tree)}

    assert found == set()


def test_docstrings_begin_with_what_is_returned():
    assert [f"{path}: {line}" for path, tree in trees(PRODUCT) for line in unidiomatic(tree)] == []


NAMED = "Return the day. Raise ValueError for any other text."
SILENT = "Return the day."


def written(body: str, docstring: str = SILENT, head: str = "def day():") -> str:
    lines = [f'"""{docstring}"""', *body.splitlines()]
    return "\n".join([head, *(f"    {line}" for line in lines)])


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (written("raise ValueError", NAMED), []),
        (written("raise ValueError"), ["day: ValueError"]),
        (written("raise ValueError('no day')"), ["day: ValueError"]),
        (written("raise errors.RuleError"), ["day: RuleError"]),
        (written("if late:\n    for one in days:\n        raise ValueError"), ["day: ValueError"]),
        (written("try:\n    pass\nexcept KeyError as error:\n    raise ValueError from error"), ["day: ValueError"]),
        (written("try:\n    raise ValueError\nexcept KeyError:\n    pass"), ["day: ValueError"]),
        ("def day():\n    raise ValueError", ["day: ValueError"]),
        (written(written("raise ValueError", head="def day(self):"), head="class Days:"), ["Days.day: ValueError"]),
    ],
)
def test_a_docstring_without_its_error_is_convicted(source: str, found: list[str]):
    assert list(unnamed_errors(ast.parse(source))) == found


NAMING = written(written("pass", NAMED, "def day(self):"), head="class Days:")
OVERRIDING = written(written("raise ValueError", head="def day(self):"), head="class Workdays(Days):")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(written("raise ValueError", head="def _day():"), id="private"),
        pytest.param("@click.command('day')\n" + written("raise ValueError"), id="command"),
        pytest.param("@days.group()\n" + written("raise ValueError"), id="group"),
        pytest.param(written("try:\n    raise ValueError\nexcept (KeyError, ValueError):\n    pass"), id="handled"),
        pytest.param(written(written("raise ValueError") + "\nreturn day"), id="inside a function"),
        pytest.param(f"{NAMING}\n\n{OVERRIDING}", id="overridden"),
    ],
)
def test_private_functions_commands_and_overridden_methods_are_exempt(source: str):
    assert list(unnamed_errors(ast.parse(source))) == []


@pytest.mark.parametrize("source", ['"""Give the day."""', written("pass", "Gives the day.")])
def test_a_docstring_that_begins_with_give_is_convicted(source: str):
    assert len(list(unidiomatic(ast.parse(source)))) == 1

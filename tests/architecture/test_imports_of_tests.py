"""What tests share lies in modules beside them: a test that imports another cannot be moved, split or read alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
# This module holds such imports, as examples.
FILES = sorted(set(TESTS.rglob("*.py")) - {Path(__file__)})


def imported_tests(source: str) -> list[str]:
    """Return the test modules that a source imports, in programs that it keeps as texts too."""
    tree = ast.parse(source)
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    programs = [program for text in texts if "import " in text for program in _parsed(text)]
    return [name for one in (tree, *programs) for name in _imported(one) if _is_test(name)]


def _parsed(text: str) -> Iterator[ast.Module]:
    try:
        yield ast.parse(text)
    except SyntaxError:
        return


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def _is_test(name: str) -> bool:
    # A name that is taken out of a module of tests counts with the module, not once more.
    return name.rpartition(".")[2].startswith("test_") and (TESTS.parent / f"{name.replace('.', '/')}.py").exists()


def test_no_test_imports_another() -> None:
    found = {str(path.relative_to(TESTS)): imported_tests(path.read_text()) for path in FILES}

    assert len(found) > 100
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from tests.architecture.test_routes import client",
        "from tests.architecture import test_routes",
        "import tests.architecture.test_routes as routes",
        'PROGRAM = """\nfrom tests.architecture.test_routes import client\n"""',
    ],
)
def test_an_import_of_another_test_is_found(source: str) -> None:
    assert imported_tests(source) == ["tests.architecture.test_routes"]

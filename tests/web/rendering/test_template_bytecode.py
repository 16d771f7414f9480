"""Compiled templates are kept between starts, and believed only where this installation has signed them."""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment
from jinja2.bccache import Bucket, bc_magic

from prescreen.web.rendering import template_bytecode
from prescreen.web.rendering.template_bytecode import KeptBytecode

KEY = b"k" * 32
PAGES = {"page.html": "Good day, {{ name }}.", "other.html": "Other."}


def shown(folder: Path, key: bytes = KEY, pages: dict[str, str] = PAGES, name: str = "page.html") -> str:
    """Return a page as another process would render it."""
    environment = Environment(loader=DictLoader(pages), autoescape=True, bytecode_cache=KeptBytecode(folder, key))
    return environment.get_template(name).render(name="Ann")


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of the templates that are compiled from now on."""
    names: list[str] = []
    compile_template = Environment.compile

    def noting(environment: Environment, source: str, name: str | None = None, *rest: object) -> object:
        names.append(str(name))
        return compile_template(environment, source, name, *rest)  # type: ignore[call-overload]

    monkeypatch.setattr(Environment, "compile", noting)
    return names


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Return a folder that holds both pages compiled."""
    for name in PAGES:
        shown(tmp_path / "cache/templates", name=name)
    return tmp_path / "cache/templates"


def test_a_template_is_compiled_once_for_all_starts(kept: Path, compiled: list[str]):
    assert [shown(kept), shown(kept)] == ["Good day, Ann.", "Good day, Ann."]
    assert compiled == []


def test_no_one_else_can_read_or_write_what_is_kept(kept: Path):
    files = list(kept.iterdir())

    assert len(files) == len(PAGES)
    assert kept.stat().st_mode & 0o77 == 0
    assert [file.stat().st_mode & 0o77 for file in files] == [0, 0]


def test_a_template_that_changed_is_compiled_again_and_replaces_the_one_before(kept: Path, compiled: list[str]):
    changed = {**PAGES, "page.html": "Good evening, {{ name }}."}

    assert [shown(kept, pages=changed), shown(kept, pages=changed)] == ["Good evening, Ann."] * 2
    assert compiled == ["page.html"]
    assert len(list(kept.iterdir())) == len(PAGES)


def evil(code: str) -> bytes:
    """Return what a template is compiled to, as somebody else may have made it."""
    bucket = Bucket(Environment(autoescape=True), "any", "any")
    bucket.code = compile(code, "page.html", "exec")
    return bucket.bytecode_to_string()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"",
        lambda content: content[:40],
        lambda content: content[:-1],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda content: bytes([content[0] ^ 1]) + content[1:],
        lambda content: content[:32] + evil("raise SystemExit"),
        lambda content: evil("raise SystemExit"),
        lambda content: b"\0" * 32 + bc_magic + marshal.dumps(compile("raise SystemExit", "x", "exec")),
    ],
)
def test_what_is_spoilt_or_foreign_is_not_believed(kept: Path, compiled: list[str], spoil: Callable[[bytes], bytes]):
    for file in kept.iterdir():
        file.write_bytes(spoil(file.read_bytes()))

    assert [shown(kept), shown(kept)] == ["Good day, Ann.", "Good day, Ann."]
    assert compiled == ["page.html"]


def test_what_another_installation_signed_is_not_believed(kept: Path, compiled: list[str]):
    assert shown(kept, key=b"o" * 32) == "Good day, Ann."
    assert compiled == ["page.html"]


def test_what_other_versions_compiled_is_not_believed(kept: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(template_bytecode, "_VERSIONS", "Jinja2 4.0")

    assert shown(kept) == "Good day, Ann."
    assert compiled == ["page.html"]


def test_what_one_template_was_compiled_to_is_not_taken_for_another(kept: Path, compiled: list[str]):
    first, second = sorted(kept.iterdir())
    contents = first.read_bytes(), second.read_bytes()
    second.write_bytes(contents[0])
    first.write_bytes(contents[1])

    assert [shown(kept), shown(kept, name="other.html")] == ["Good day, Ann.", "Other."]
    assert sorted(compiled) == ["other.html", "page.html"]


def test_where_nothing_can_be_written_pages_are_shown_all_the_same(tmp_path: Path, compiled: list[str]):
    (tmp_path / "cache").write_text("a file where the folder should be")
    os.symlink("/dev/full", tmp_path / "link")

    assert [shown(tmp_path / "cache/templates"), shown(tmp_path / "link")] == ["Good day, Ann."] * 2
    assert compiled == ["page.html", "page.html"]


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)

    assert shown(tmp_path) == "Good day, Ann."
    assert list(tmp_path.iterdir()) == []

"""A library with a known flaw is found in the locks by a copy of an advisory database, without a network."""

from __future__ import annotations

import json
import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.services.advisories import FOUND, UNREADABLE, CopyError, advisories, is_affected, main, pins

ROOT = Path(__file__).parents[2]
LOCK = "flask==3.0.0 \\\n    --hash=sha256:0\npsycopg[binary]==3.2.1 ; python_version > '3.8' \\\n    --hash=sha256:0\n"


def advisory(name: str = "Flask", fixed: str = "3.0.1", **changes: Any) -> dict[str, Any]:
    events = [{"introduced": "0"}, {"fixed": fixed}]
    ranges = [{"type": "ECOSYSTEM", "events": events}, {"type": "GIT", "events": [{"introduced": "abc"}]}]
    affected = {"package": {"ecosystem": "PyPI", "name": name}, "ranges": ranges}
    return {"id": "GHSA-1", "modified": "2026-11-01T00:00:00Z", "affected": [affected], **changes}


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text(LOCK)
    return path


def packed(folder: Path, *known: Any) -> Path:
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w") as copy:
        for number, one in enumerate(known):
            copy.writestr(f"{number}.json", one if isinstance(one, str) else json.dumps(one))
    return path


def told(capsys: pytest.CaptureFixture[str], copy: Path, lock: Path) -> tuple[int, str, str]:
    status = main([str(copy), str(lock)])
    out, err = capsys.readouterr()
    return status, out, err


def test_every_pin_of_the_lock_is_read() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()

    assert len(pins("\n".join(lines))) == sum(not line.startswith(" ") for line in lines) > 20
    assert pins(f"{LOCK}psycopg==3.1.0\n") == {("flask", "3.0.0"), ("psycopg", "3.2.1"), ("psycopg", "3.1.0")}


def test_a_flaw_names_the_pin_the_advisory_and_the_version_without_it(
    tmp_path: Path, lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = packed(tmp_path, advisory(), advisory("flask", "2.0.0", id="OLD"), advisory("another", id="OTHER"))

    assert told(capsys, copy, lock) == (
        FOUND,
        "requirements.txt: flask 3.0.0 has the flaw GHSA-1; fixed in 3.0.1\n",
        "3 advisories, the newest of 2026-11-01: 1 about what is locked\n",
    )


def test_a_folder_of_yaml_is_read_too(tmp_path: Path, lock: Path, capsys: pytest.CaptureFixture[str]) -> None:
    within = tmp_path / "vulns" / "flask"
    within.mkdir(parents=True)
    (within / "PYSEC-1.yaml").write_text(yaml.safe_dump(advisory(id="PYSEC-1")))

    assert "flask 3.0.0 has the flaw PYSEC-1" in told(capsys, tmp_path / "vulns", lock)[1]


@pytest.mark.parametrize(
    "known", [advisory(withdrawn="2026-11-02T00:00:00Z"), advisory("flask-login"), advisory(fixed="3.0.0")]
)
def test_what_was_withdrawn_or_is_about_something_else_is_no_flaw(
    tmp_path: Path, lock: Path, capsys: pytest.CaptureFixture[str], known: dict[str, Any]
) -> None:
    status, out, _ = told(capsys, packed(tmp_path, known, advisory("another")), lock)

    assert (status, out) == (0, "")


def between(*events: dict[str, str]) -> dict[str, Any]:
    return {"ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}


NAMED = {"package": {"ecosystem": "PyPI", "name": "flask"}}


@pytest.mark.parametrize(
    ("affected", "is_within"),
    [
        ({"versions": ["3.0.0"]}, True),
        ({"versions": ["3.0"]}, False),
        (between({"introduced": "0"}), True),
        (between({"introduced": "3.0.1"}), False),
        (between({"introduced": "0"}, {"last_affected": "3.0.0"}), True),
        (between({"introduced": "0"}, {"last_affected": "2.9"}), False),
        (between({"fixed": "2"}, {"introduced": "0"}, {"introduced": "3"}), True),
        ({"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}, False),
        ({"ranges": None, "versions": None}, False),
    ],
)  # fmt: skip
def test_listed_versions_and_ranges_count_as_the_format_says(affected: dict[str, Any], is_within: bool) -> None:
    assert is_affected("3.0.0", {**NAMED, **affected}) is is_within


ENDS = st.lists(st.integers(0, 30), min_size=2, max_size=8, unique=True).map(sorted)


@given(ends=ENDS, version=st.integers(0, 30))
def test_a_range_holds_what_lies_between_the_ends(ends: list[int], version: int) -> None:
    pairs = list(zip(ends[::2], ends[1::2], strict=False))
    events = [event for first, last in pairs for event in ({"fixed": f"1.{last}"}, {"introduced": f"1.{first}"})]

    found = is_affected(f"1.{version}", between(*events))

    assert found is any(first <= version < last for first, last in pairs)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("{", "0.json cannot be read: JSONDecodeError"),
        ("[" * 100_000, "0.json cannot be read: RecursionError"),
        ("[]", "0.json is no advisory, it has no 'id'"),
        (json.dumps(advisory(fixed="not one")), "names 'not one', which is no version"),
        (json.dumps({**advisory(), "affected": []}), "holds no advisory on PyPI"),
    ],
)
def test_a_copy_that_cannot_be_read_is_refused_in_one_line(
    tmp_path: Path, lock: Path, capsys: pytest.CaptureFixture[str], entry: str, why: str
) -> None:
    status, out, err = told(capsys, packed(tmp_path, entry), lock)

    assert (status, out, err.count("\n")) == (UNREADABLE, "", 1)
    assert why in err


@given(place=st.integers(0, 10**6), put=st.binary(max_size=4))
def test_an_altered_copy_is_read_or_refused(place: int, put: bytes) -> None:
    with TemporaryDirectory() as folder:
        copy = packed(Path(folder), advisory(), advisory("another"))
        content = bytearray(copy.read_bytes())
        start = place % len(content)
        content[start : start + len(put) + 1] = put
        copy.write_bytes(content)

        with suppress(CopyError):
            assert len(list(advisories(copy))) <= 2


@pytest.mark.parametrize("name", ["none", "requirements.txt"])
def test_what_is_neither_folder_nor_zip_is_refused(
    tmp_path: Path, lock: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert told(capsys, tmp_path / name, lock)[0] == UNREADABLE


def test_without_a_copy_the_call_is_told() -> None:
    assert main([]) == UNREADABLE

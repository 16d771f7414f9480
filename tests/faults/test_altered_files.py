"""Records, criteria and answers with bytes changed at random: read, or refused in words, and never a failure."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.catalog.sources.source_record import SourceError
from prescreen.catalog.sources.sources import read_source
from prescreen.cli.interview.answer_files import PersonError, read_people, read_person
from prescreen.eligibility.criteria.questions import QuestionBank
from tests.catalog.folders import FILES, ON, found, write
from tests.catalog.sources.records import registry, usdm
from tests.faults.conftest import Tell
from tests.faults.counts import COUNTS

PIECES = (
    *(b"\0", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\n", b"\r", b"\t", b"\\u0000", b"\\ud800"),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b":",
        b",",
        b"-",
        b"?",
        b"|",
        b">",
        b"%",
        b"  ",
        b"&a",
        b"*a",
        b"!!python/object:x",
    ),
    *(b"1e999", b"9" * 5_000, b"[" * 3_000, b"null", b"true"),
)
PEOPLE = b'{"answers": {"age": 44, "sex": "female"}, "answered_on": "2026-11-20"}\n' * 2
RECORDS = tuple(json.dumps(one).encode() for one in (registry(), usdm()))

Take = Callable[[Path, bytes], None]


def altered(content: bytes, at_random: random.Random) -> bytes:
    """Return a file with a few places cut, doubled or replaced."""
    for _ in range(at_random.randint(1, 5)):
        start = at_random.randrange(len(content) + 1)
        end = min(len(content), start + at_random.choice((0, 1, 1, 5, 50)))
        piece = at_random.choice((b"", content[start:end] * 2, at_random.choice(PIECES), at_random.randbytes(3)))
        content = content[:start] + piece + content[end:]
    return content


def take_record(folder: Path, content: bytes) -> None:
    """Read a record."""
    with suppress(SourceError):
        read_source(content, "record.json")


@cache
def bank_of(folder: Path) -> QuestionBank:
    """Return the questions of a folder, which are read once."""
    return load_to_judge(folder, ON).bank


def take_people(folder: Path, content: bytes) -> None:
    """Read answers, as one person and as one a line."""
    bank = bank_of(folder)
    file = folder.parent / "people.json"
    file.write_bytes(content)
    with suppress(PersonError):
        read_person(file, bank, ON)
    list(read_people(file, bank, ON))


def take_criteria(path: str) -> Take:
    """Return what checks a folder in which one file has a content."""

    def take(folder: Path, content: bytes) -> None:
        file = folder / path
        before = file.read_bytes()
        file.write_bytes(content)
        try:
            found(folder)
        finally:
            file.write_bytes(before)

    return take


KINDS: dict[str, tuple[tuple[bytes, Take], ...]] = {
    "records": tuple((one, take_record) for one in RECORDS),
    "criteria": tuple((text.encode(), take_criteria(path)) for path, text in sorted(FILES.items())),
    "answers": ((PEOPLE, take_people),),
}


def failures(folder: Path, kind: tuple[tuple[bytes, Take], ...], count: int) -> list[str]:
    """Take so many altered files; return the first failure that is no refusal, with the seed of its file."""
    for seed in range(count):
        at_random = random.Random(seed)  # noqa: S311 - the same files each time
        content, take = at_random.choice(kind)
        try:
            take(folder, altered(content, at_random))
        except Exception as error:  # any failure is one
            return [f"seed {seed}: {type(error).__name__}: {error}"[:500]]
    return []


@pytest.mark.parametrize("kind", KINDS)
def test_no_altered_file_makes_its_reader_fail(kind: str, tmp_path: Path, tell: Tell) -> None:
    count = COUNTS.files // len(KINDS)

    assert failures(write(tmp_path / "criteria"), KINDS[kind], count) == []
    tell(f"altered files, {kind}: 0 of {count:,} failed")


def test_a_reader_that_trusts_its_file_is_convicted(tmp_path: Path) -> None:
    careless = ((RECORDS[0], lambda _, content: json.loads(content)["protocolSection"]),)

    assert failures(tmp_path, careless, 20)

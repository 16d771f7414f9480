"""A file that did not change is not read again, and what is known of it is what reading it anew would say."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.base.known_trials import KnownTrials
from prescreen.catalog.base.signed_cache import SignedCache
from prescreen.catalog.base.trial_file import TrialFile
from prescreen.catalog.base.yaml_documents import read_document
from prescreen.catalog.criteria import loading
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import (
    AsKnown,
    EachAnew,
    TrialContext,
    check_folder,
    digest_of,
    load_to_serve,
    read_all,
    read_trial_file,
)
from prescreen.catalog.criteria.question_reader import BankReading, read_bank
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.criteria.questions import Option, Question, QuestionBank
from prescreen.eligibility.criteria.text import Text
from tests.catalog import folders
from tests.catalog.folders import ON, QUESTIONS, TRIAL

KEY = bytes(range(32))
DATED = {
    QUESTIONS: folders.FILES[QUESTIONS] + "- {id: operated, type: date, ask: When were you operated on?}\n",
    TRIAL: folders.FILES[TRIAL].replace(
        "exclusion:", "exclusion:\n  - {id: late, text: Operated on, rule: {operated: {ago: {max: 30 d}}}}"
    ),
}


class Reader:
    """A process that reads criteria: it counts what it really reads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cache: SignedCache | None) -> None:
        self.trials, self.read = KnownTrials(cache), 0
        self._monkeypatch = monkeypatch

    def load(self, folder: Path, on: date = ON) -> Catalog:
        """Load the folder, and store what was read."""

        def counting(contents: Sequence[bytes], context: TrialContext, processes: int) -> list[TrialFile]:
            self.read += len(contents)
            return read_all(contents, context, processes)

        with self._monkeypatch.context() as patch:
            patch.setattr(loading, "read_all", counting)
            try:
                return load_to_serve(folder, on, AsKnown(self.trials, on))
            finally:
                self.trials.store()


@pytest.fixture
def cache(tmp_path: Path) -> SignedCache:
    return SignedCache(tmp_path / "cache", KEY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    second = {"trials/T2.yaml": folders.FILES[TRIAL].replace("id: T1", "id: T2")}
    return folders.write(tmp_path / "criteria", second)


def test_another_process_reads_nothing_and_knows_the_same(
    folder: Path, cache: SignedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (Reader(monkeypatch, cache) for _ in range(2))

    assert first.load(folder) == second.load(folder) == load_to_serve(folder, ON)
    assert (first.read, second.read) == (2, 0)


def test_a_changed_file_alone_is_read_again(folder: Path, cache: SignedCache, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (Reader(monkeypatch, cache) for _ in range(2))
    first.load(folder)
    folders.write(folder, folders.altered(TRIAL, "A pill", "Another pill"))

    catalogs = [reader.load(folder) for reader in (first, second)]

    assert [str(catalog.trials["T1"].title) for catalog in catalogs] == [
        str(load_to_serve(folder, ON).trials["T1"].title)
    ] * 2
    assert (first.read, second.read) == (3, 0)


def test_a_folder_that_was_moved_is_still_known(
    folder: Path, cache: SignedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    Reader(monkeypatch, cache).load(folder)
    moved = Reader(monkeypatch, cache)

    moved.load(folder.rename(folder.with_name("elsewhere")))

    assert moved.read == 0


def test_another_wording_of_a_question_leaves_trials_known_but_another_limit_does_not(
    folder: Path, cache: SignedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(monkeypatch, cache)
    reader.load(folder)

    folders.write(folder, folders.altered(QUESTIONS, "How old are you?", "What is your age?"))
    reader.load(folder)
    assert reader.read == 2

    folders.write(folder, folders.altered(QUESTIONS, "range: {min: 0, max: 120}", "range: {min: 0, max: 110}"))
    reader.load(folder)
    assert reader.read == 4


def test_every_text_of_a_question_is_left_out_of_what_trials_depend_on() -> None:
    file = SHIPPED_CRITERIA / "questions.yaml"
    reading = read_bank(read_document(file, str(file)))
    before = digest_of(TrialContext(reading, ("en",), ON))

    for kind in (Question, Option):
        for name in (
            one.name for one in fields(kind) if Text in {get_type_hints(kind)[one.name], *_parts(kind, one.name)}
        ):
            assert digest_of(TrialContext(_reworded(reading, kind, name), ("en",), ON)) == before, name


def _parts(kind: type, name: str) -> tuple[object, ...]:
    return get_args(get_type_hints(kind)[name])


def _reworded(reading: BankReading, kind: type, name: str) -> BankReading:
    text = {name: Text({"en": "Other words"})}
    questions = {
        one.id: replace(one, **text)
        if kind is Question
        else replace(one, options=tuple(replace(option, **text) for option in one.options))
        for one in reading.bank
    }
    return replace(reading, bank=QuestionBank(questions))


def test_the_next_day_nothing_is_read_again(folder: Path, cache: SignedCache, monkeypatch: pytest.MonkeyPatch) -> None:
    Reader(monkeypatch, cache).load(folder)
    next_day = Reader(monkeypatch, cache)

    next_day.load(folder, ON + timedelta(days=1))

    assert next_day.read == 0


def test_a_trial_that_asks_for_a_date_is_read_again_once_a_day(
    tmp_path: Path, cache: SignedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folders.write(tmp_path / "criteria", DATED)
    readers = [Reader(monkeypatch, cache) for _ in range(6)]

    for reader, days in zip(readers, (0, 0, 1, 1, 0, 0), strict=True):
        with pytest.raises(CatalogError):
            reader.load(folder, ON + timedelta(days=days))

    assert [reader.read for reader in readers] == [1, 0, 1, 0, 1, 0]


def contents() -> Iterator[bytes]:
    """Yield files with days in them: shipped ones, and those of the small folder with other days."""
    yield from (file.read_bytes() for file in sorted((SHIPPED_CRITERIA / "trials").glob("*.yaml"))[:3])
    for day in ("2026-11-01", "2026-12-24", "2026-05-27", "0001-01-01", "9999-12-31", "2026-13-45"):
        yield folders.FILES[TRIAL].replace("status: RECRUITING", f"status: RECRUITING\nconfirmed: {day}").encode()


@pytest.mark.parametrize("content", list(contents()))
def test_a_file_comes_to_the_same_on_all_days_on_which_it_is_said_to_hold(content: bytes) -> None:
    file = SHIPPED_CRITERIA / "questions.yaml"
    bank = read_bank(read_document(file, str(file)))
    known = read_trial_file(content, TrialContext(bank, ("en", "es"), ON))
    first, last = known.holds
    chance = random.Random(content)  # noqa: S311 - no secret
    near = {first, last, ON - timedelta(days=1), ON + timedelta(days=1), *(one for one in _ends(first, last))}
    days = [*near, *(ON + timedelta(days=chance.randint(-600, 600)) for _ in range(6))]

    for day in days:
        anew = read_trial_file(content, TrialContext(bank, ("en", "es"), day))
        if known.holds_on(day):
            assert replace(anew, holds=known.holds) == known, day
            assert anew.holds == known.holds


def _ends(first: date, last: date) -> Iterator[date]:
    if first > date.min:
        yield first - timedelta(days=1)
    if last < date.max:
        yield last + timedelta(days=1)


def test_a_trial_turns_stale_though_its_file_is_known(
    folder: Path, cache: SignedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = folders.FILES[TRIAL].replace("status: RECRUITING", f"status: RECRUITING\nconfirmed: {ON}").encode()
    bank = read_bank(read_document(folder / QUESTIONS, QUESTIONS))
    known = KnownTrials(cache)

    def warnings(days: int) -> list[str]:
        [file] = AsKnown(known, ON + timedelta(days=days))([content], bank, ("en",))
        return [fault.message for fault in file.trial_faults if "180 days" in fault.message]

    assert [len(warnings(days)) for days in (0, 180, 181, 400)] == [0, 0, 1, 1]


@pytest.mark.parametrize("spoil", [lambda _: b"", lambda content: content[:-1], lambda content: content + b"x"])
def test_with_a_spoilt_cache_everything_is_read_and_stored_again(
    folder: Path, cache: SignedCache, monkeypatch: pytest.MonkeyPatch, spoil: object
) -> None:
    Reader(monkeypatch, cache).load(folder)
    [file] = cache.folder.iterdir()
    file.write_bytes(spoil(file.read_bytes()))  # type: ignore[operator]
    second, third = (Reader(monkeypatch, cache) for _ in range(2))

    assert second.load(folder) == third.load(folder)
    assert (second.read, third.read) == (2, 0)


def test_what_the_folder_no_longer_holds_is_forgotten(
    folder: Path, cache: SignedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(monkeypatch, cache)
    reader.load(folder)
    (folder / "trials" / "T2.yaml").unlink()
    folders.write(folder, folders.altered(TRIAL, "A pill", "Another pill"))

    reader.load(folder)

    assert len(cache.load()) == 1


def test_a_folder_at_fault_has_the_same_faults_when_it_is_known(
    folder: Path, cache: SignedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.write(folder, folders.altered(TRIAL, "status: RECRUITING", "status: OPEN"))
    expected = check_folder(folder, ON)

    for read in (2, 0):
        reader = Reader(monkeypatch, cache)
        with pytest.raises(CatalogError) as raised:
            reader.load(folder)
        assert raised.value.faults == expected
        assert reader.read == read


def test_several_processes_find_the_same_faults_in_the_same_order(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    text = folders.FILES[TRIAL]
    for number in range(60):
        lines = text.replace("id: T1", f"id: T{number % 50}").split("\n")
        del lines[chance.randrange(len(lines))]
        (folder / "trials" / f"T{number}.yaml").write_text("\n".join(lines))
    alone = check_folder(folder, ON)
    monkeypatch.setattr(loading, "WORTH_BYTES", 0)
    monkeypatch.setattr(loading, "cores", lambda: 2)

    assert len(alone) > 30
    assert check_folder(folder, ON) == alone


def test_where_no_process_can_be_started_this_one_reads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = check_folder(folder, ON)

    def refuse(*_: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(loading, "WORTH_BYTES", 0)
    monkeypatch.setattr(loading, "cores", lambda: 2)
    monkeypatch.setattr(loading, "ProcessPoolExecutor", refuse)

    assert check_folder(folder, ON) == expected
    assert load_to_serve(folder, ON, EachAnew(ON)).trials


def test_of_two_processes_that_lack_many_files_one_reads_them(
    folder: Path, cache: SignedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3, 40):
        (folder / "trials" / f"T{number}.yaml").write_text(folders.FILES[TRIAL].replace("id: T1", f"id: T{number}"))
    read: list[int] = []

    def counting(contents: Sequence[bytes], context: TrialContext, processes: int) -> list[TrialFile]:
        read.append(len(contents))
        return read_all(contents, context, processes)

    monkeypatch.setattr(loading, "read_all", counting)
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda trials: load_to_serve(folder, ON, AsKnown(trials, ON)), two(cache))

    assert first == second
    assert sorted(read) == [0, 39]


def two(cache: SignedCache) -> list[KnownTrials]:
    return [KnownTrials(cache), KnownTrials(cache)]

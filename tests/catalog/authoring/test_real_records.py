"""Every real record becomes a draft that its catalog takes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree

from prescreen.catalog.authoring.proposals import proposals
from prescreen.catalog.criteria.loading import check_folder, read_trial_file
from prescreen.catalog.criterion_comments import comments_of, pieces_stand
from prescreen.catalog.registry.criteria_changes import text_changes, watched_text
from prescreen.catalog.sources.source_record import SourceRecord, criteria_of
from prescreen.config import SHIPPED_CRITERIA
from tests.catalog.authoring.real_records import FILES, ON, drafted, drafting
from tests.sources import with_sources

pytestmark = with_sources
_NUMBER = re.compile(r"\d+")


def test_every_draft_is_read_without_a_fault() -> None:
    for record, _, text in drafted():
        file = read_trial_file(text.encode(), drafting()[1])
        assert [fault for fault in (*file.faults, *file.trial_faults) if not fault.warning] == [], record.id
        assert file.trial is not None
        assert file.trial.draft


def test_every_criterion_quotes_words_that_stand_in_its_record() -> None:
    for record, draft, text in drafted():
        comments = comments_of(text, [one.id for one in draft.criteria])
        for criterion in draft.criteria:
            quotes = comments[criterion.id].quotes
            assert quotes, (record.id, criterion.id)
            assert list(_misquoted(record, [quote.words for quote in quotes if quote.field is None])) == []


def _misquoted(record: SourceRecord, quotes: list[str]) -> Iterator[str]:
    texts = [record.criteria_text, *(one.text for one in record.criteria)]
    yield from (words for words in quotes if not any(pieces_stand(words, text) for text in texts))


def test_a_folder_to_which_all_drafts_are_added_passes(tmp_path: Path) -> None:
    folder = copytree(SHIPPED_CRITERIA, tmp_path / "criteria")
    for _, draft, text in drafted():
        file = folder / "trials" / f"{draft.id}.yaml"
        if not file.exists():
            file.write_text(text, encoding="utf-8")

    assert len(list((folder / "trials").iterdir())) == len({draft.id for _, draft, _ in drafted()})
    assert [fault for fault in check_folder(folder, ON) if not fault.warning] == []


def test_what_many_records_ask_and_the_bank_lacks_is_proposed() -> None:
    proposed = proposals((draft for _, draft, _ in drafted()), drafting()[0].vocabulary)

    assert proposed[0].count >= 5
    assert all(one.count <= len(FILES) for one in proposed)


def registered() -> Iterator[tuple[SourceRecord, str]]:
    """Yield each record of the registry and its draft; the registry has no protocols."""
    yield from ((record, text) for record, _, text in drafted() if not record.criteria)


def test_a_draft_beside_its_own_record_is_not_stale() -> None:
    for record, text in registered():
        changes = text_changes(text, record, watched_text(record))

        assert (changes.touched, changes.added, changes.words) == ((), (), ()), record.id


def test_a_number_that_changes_in_a_record_is_told_with_its_criterion() -> None:
    for record, text in registered():
        for old in {one.quote for one in criteria_of(record) if record.criteria_text.count(one.quote) == 1}:
            new = _NUMBER.sub("98765", old, count=1)
            now = replace(record, criteria_text=record.criteria_text.replace(old, new))
            changes = text_changes(text, now, None) if new != old else None

            if changes is not None:
                told = [*(one.new for one in changes.touched), *(one.text for one in changes.added)]
                assert any("98765" in words for words in told), (record.id, old, told)

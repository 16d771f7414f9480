"""What is drafted for visitors of real records: whole sentences, and ids of whole words."""

import re
from collections.abc import Iterator
from itertools import pairwise

from prescreen.catalog.drafts.draft import DraftCriterion
from prescreen.eligibility.criteria.typed_text import normalised
from tests.catalog.authoring.real_records import drafted
from tests.sources import with_sources

pytestmark = with_sources

FUNCTION_WORD = re.compile(r"\b(?:a|an|and|of|or|the|which)\.$", re.IGNORECASE)
HEADING = re.compile(
    r"^(?:(?:You \w+|[^:]+:) )?(?:the )?(?:in|ex)clusion (?:criteria|reasons?)(?: (?:are|is))?\b", re.I
)
OF_TWO_FORMS = re.compile(
    r"\byou have (?:healthy |\w+ )?patients\b|\byou are (?:pregnant women|allergic reaction)|, or being\b"
    r"|\btold of (?:the|a|one) \w+(?: \w+){0,4} (?:shows|has|is)\b|this fits you: (?:yes|no)\b|^About .*fits you",
    re.IGNORECASE,
)


def criteria() -> Iterator[tuple[str, DraftCriterion]]:
    yield from ((record.id, one) for record, draft, _ in drafted() for one in draft.criteria)


def test_no_sentence_ends_in_a_word_that_needs_another_or_begins_with_a_heading() -> None:
    assert [(name, one.text) for name, one in criteria() if FUNCTION_WORD.search(one.text)] == []
    assert [(name, one.text) for name, one in criteria() if HEADING.search(one.text)] == []


def test_no_sentence_is_made_of_two_forms() -> None:
    assert [(name, one.text) for name, one in criteria() if OF_TWO_FORMS.search(one.text)] == []


def test_ids_are_whole_words_of_what_they_name() -> None:
    for name, one in criteria():
        bare = re.sub(r"-\d+$", "", one.id)
        assert len(re.sub("[^a-z]", "", bare)) >= 3, (name, one.id)
        assert bare not in ("now", "index", "past", "other", "none", "both", "criterion"), (name, one.id)


def test_ids_of_what_the_team_checks_end_in_no_cut_word() -> None:
    for name, one in criteria():
        if one.rule is None:
            quoted = " ".join([*(quote.words for quote in one.quotes), one.words or "", one.text, "criterion"])
            quoted = re.sub("[®™©]", " ", quoted)
            words = set(re.findall("[a-z0-9]+", normalised(quoted, "NFKD").lower()))
            last = re.sub(r"-\d+$", "", one.id).split("-")[-1]
            assert last in words, (name, one.id)


def test_what_a_rule_leaves_is_not_told_in_the_words_of_the_rule() -> None:
    for record, draft, _ in drafted():
        for one, after in pairwise(draft.criteria):
            is_rest = any(remark.startswith("the rest of a part") for remark in after.remarks)
            assert not (is_rest and plain(one.text) == plain(after.text)), (record.id, after.id)


def test_no_remark_repeats_the_whole_quote() -> None:
    for record, draft, _ in drafted():
        for one in draft.criteria:
            quoted = {plain(quote.words) for quote in one.quotes}
            left = [plain(remark.partition("leaves")[2]) for remark in one.remarks]
            assert not any(words and words in quoted for words in left), (record.id, one.id)


def plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))

"""What many records ask and the bank lacks becomes a list of questions, by how many records ask it."""

from itertools import permutations

import pytest

from prescreen.catalog.authoring.drafting import draft_of
from prescreen.catalog.authoring.proposals import Proposal, TermKind, proposals
from prescreen.catalog.base.yaml_documents import Document, parse
from prescreen.catalog.criteria.question_reader import read_bank
from tests.catalog.authoring.made_up import context, record

TEXTS = (
    ["History of scoliosis", "Scoliosis or tumors", "Gout", "Hemoglobin < 10 g/dl"],
    ["Severe scoliosis", "Known allergy to nickel", "Hemoglobin over 9 g/dl"],
    ["Pacemaker", "Spinal fusion", "Scoliosis"],
)
WORDS = context().vocabulary
DRAFTS = [draft_of(record(exclusion=texts, id=f"T{place}"), context()) for place, texts in enumerate(TEXTS)]


def found() -> dict[tuple[str, str], Proposal]:
    return {(one.kind, one.term): one for one in proposals(DRAFTS, WORDS)}


def test_a_term_counts_once_a_record_and_the_most_asked_comes_first() -> None:
    first = proposals(DRAFTS, WORDS)[0]

    assert (first.term, first.kind, first.count, first.records) == (
        "scoliosis",
        TermKind.DIAGNOSIS,
        3,
        ("T0", "T1", "T2"),
    )


def test_what_has_a_rule_is_not_proposed() -> None:
    assert all(term != "gout" for _, term in found())


def test_terms_are_told_apart_by_kind_and_measurements_have_a_unit() -> None:
    assert found()["measurement", "hemoglobin"].unit == "g/dl"
    assert found()["measurement", "hemoglobin"].count == 2
    assert ("allergy", "nickel") in found()
    assert ("device", "pacemaker") in found()
    assert ("treatment", "spinal fusion") in found()
    assert ("diagnosis", "tumor") in found()


@pytest.mark.parametrize("words", ["disease", "Medication", "severe infection", "any other condition", "drugs", "pain"])
def test_words_that_ask_nothing_are_no_proposal(words: str) -> None:
    assert proposals([draft_of(record(exclusion=[words]), context())], WORDS) == ()


def test_what_the_bank_asks_is_no_proposal_where_it_is_left_to_the_team() -> None:
    draft = draft_of(record(exclusion=["Sciatica", "Gout or lupus disease that is not controlled"]), context())

    terms = {one.term for one in proposals([draft], WORDS)}
    assert terms.isdisjoint({"sciatica", "gout"})
    assert "lupus disease" in terms


def test_one_term_in_singular_and_plural_and_two_spellings_is_one_proposal() -> None:
    texts = ["Tumours", "Tumor", "Spinal abscesses or lesions", "Spinal abscess", "Diabetes mellitus", "Diabetes"]
    drafts = [draft_of(record(exclusion=[text], id=f"T{place}"), context()) for place, text in enumerate(texts)]

    counts = {one.term: one.count for one in proposals(drafts, WORDS)}
    assert (counts["tumor"], counts["diabetes"]) == (2, 2)


def test_a_question_has_the_article_that_its_noun_needs() -> None:
    (infection,) = proposals([draft_of(record(exclusion=["Spinal infection"]), context())], WORDS)
    (hiv,) = proposals([draft_of(record(exclusion=["HIV disease"]), context())], WORDS)

    assert 'ask: "Has a doctor told you that you have a spinal infection?"' in infection.stub
    assert "you have HIV disease?" in hiv.stub


def test_the_order_of_drafts_changes_nothing() -> None:
    for some in permutations(DRAFTS):
        assert proposals(some, WORDS) == proposals(DRAFTS, WORDS)


def test_each_stub_is_a_question_that_the_bank_reads() -> None:
    for one in proposals(DRAFTS, WORDS):
        if one.unit is None:
            document = Document("questions.yaml")
            parse(one.stub, document)
            assert len(read_bank(document).bank.questions) == 1, (one.stub, document.faults)

"""Criteria as words alone, and the shipped vocabulary to read them with."""

from functools import cache

from prescreen.catalog.authoring.vocabulary_reader import read_vocabulary
from prescreen.catalog.base.yaml_documents import Document, parse
from prescreen.catalog.criteria.folder_reader import read_redcap_codes
from prescreen.catalog.criteria.rule_reader import RuleReader
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.interpretation.vocabulary import Vocabulary
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion

FEVER = "conditions: [back-pain]\nterms:\n  - words: [fever]\n    exact: {numb: true}\n"
"""A vocabulary of one word, in the small folder that tests alter."""


@cache
def shipped_vocabulary() -> Vocabulary:
    bank, _ = read_redcap_codes(SHIPPED_CRITERIA)
    return read_vocabulary(SHIPPED_CRITERIA, bank)[0]


def included(words: str) -> SourceCriterion:
    return SourceCriterion(Kind.INCLUSION, words, words)


def excluded(words: str) -> SourceCriterion:
    return SourceCriterion(Kind.EXCLUSION, words, words)


def rule_of(text: str) -> Rule | None:
    bank, _ = read_redcap_codes(SHIPPED_CRITERIA)
    document = Document("test")
    parse(text, document)
    rule = RuleReader(document, bank.bank.questions).rule(document.data, ())
    assert not document.faults
    return rule

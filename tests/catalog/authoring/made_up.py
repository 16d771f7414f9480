"""A small bank with its vocabulary, and records over it, for tests of drafts."""

from collections.abc import Iterable

from prescreen.catalog.authoring.draft_yaml import yaml_of
from prescreen.catalog.authoring.drafting import Draft, DraftCriterion, DraftingContext, draft_of
from prescreen.catalog.base.trial_file import TrialFile
from prescreen.catalog.base.yaml_documents import Document, parse
from prescreen.catalog.criteria.catalog import Condition
from prescreen.catalog.criteria.loading import TrialContext, read_trial_file
from prescreen.catalog.criteria.question_reader import BankReading, read_bank
from prescreen.catalog.sources.source_record import ListedCriterion, SourceRecord
from prescreen.eligibility.criteria.rules import BooleanTest, ChoicesTest, Rule
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.interpretation.meaning import Meaning, exactly
from prescreen.eligibility.interpretation.vocabulary import Entry, Term, Vocabulary
from tests.catalog.folders import FILES, ON, QUESTIONS

SEX = """\
- id: sex_at_birth
  type: choice
  ask: What sex were you recorded as at birth?
  options: [{id: female, label: Female}, {id: male, label: Male}]
- id: gout
  type: boolean
  ask: Have you ever had gout?
"""
PREGNANT = ChoicesTest("pregnancy", any_of=frozenset({"pregnant"}))


def bank_reading() -> BankReading:
    document = Document("questions.yaml")
    parse(FILES[QUESTIONS] + SEX, document)
    return read_bank(document)


READ = bank_reading()
WORDS: dict[str, Meaning] = {
    "gout": exactly(BooleanTest("gout", True)),
    "free of gout": exactly(BooleanTest("gout", False)),
    "pregnant": exactly(PREGNANT),
    "leg pain": exactly(BooleanTest("leg_pain", True)),
    # Only a part: whoever has sciatica has leg pain, but not the other way.
    "sciatica": Meaning(None, BooleanTest("leg_pain", True)),
}


def context(**words: Meaning) -> DraftingContext:
    terms = [Term(word, Entry(said=meaning)) for word, meaning in WORDS.items()]
    terms += [Term(word.replace("_", " "), Entry(said=meaning)) for word, meaning in words.items()]
    terms.append(Term("age", Entry(numbers=("age",))))
    back_pain = Condition("back-pain", Text({"en": "Back pain"}), registry_terms=("back pain", "sciatica"))
    return DraftingContext(READ.bank, Vocabulary(READ.bank, terms), {"back-pain": back_pain})


def record(inclusion: Iterable[str] = (), exclusion: Iterable[str] = (), **fields: object) -> SourceRecord:
    listed = [ListedCriterion(Kind.INCLUSION, text) for text in inclusion]
    listed += [ListedCriterion(Kind.EXCLUSION, text) for text in exclusion]
    usual: dict[str, object] = {"id": "T9", "registry": "ClinicalTrials.gov", "title": "A pill for back pain"}
    usual |= {"status": "RECRUITING", "criteria": tuple(listed)}
    return SourceRecord(**{**usual, **fields})  # type: ignore[arg-type]


def drafted(inclusion: Iterable[str] = (), exclusion: Iterable[str] = (), **fields: object) -> Draft:
    return draft_of(record(inclusion, exclusion, **fields), context())


def ruled(draft: Draft) -> dict[str, Rule]:
    return {one.id: one.rule for one in draft.criteria if one.rule is not None}


def named(draft: Draft, name: str) -> DraftCriterion:
    return next(one for one in draft.criteria if one.id == name)


def read_back(draft: Draft) -> TrialFile:
    return read_trial_file(yaml_of(draft).encode(), TrialContext(READ, ("en",), ON))


def faults(draft: Draft) -> list[str]:
    file = read_back(draft)
    return [fault.message for fault in (*file.faults, *file.trial_faults) if not fault.warning]

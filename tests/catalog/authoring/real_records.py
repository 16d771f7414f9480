"""The real records, read and drafted over the shipped bank, once for all tests that look at them."""

from datetime import date
from functools import cache

from prescreen.catalog.authoring.draft_yaml import yaml_of
from prescreen.catalog.authoring.drafting import Draft, DraftingContext, draft_of
from prescreen.catalog.authoring.vocabulary_reader import read_vocabulary
from prescreen.catalog.criteria.folder_reader import read_redcap_codes
from prescreen.catalog.criteria.loading import TrialContext, load_to_judge
from prescreen.catalog.sources.source_record import SourceRecord
from prescreen.catalog.sources.sources import read_source
from prescreen.config import SHIPPED_CRITERIA
from tests.sources import BACK, OTHERS, PROTOCOLS, sources

ON = date(2026, 11, 30)
FILES = sources(BACK, OTHERS, PROTOCOLS)


@cache
def drafting() -> tuple[DraftingContext, TrialContext]:
    catalog, (bank, _) = load_to_judge(SHIPPED_CRITERIA, ON), read_redcap_codes(SHIPPED_CRITERIA)
    vocabulary, _ = read_vocabulary(SHIPPED_CRITERIA, bank)
    return DraftingContext(catalog.bank, vocabulary, catalog.conditions, ON), TrialContext(bank, ("en", "es"), ON)


@cache
def drafted() -> list[tuple[SourceRecord, Draft, str]]:
    records = [read_source(file.read_bytes(), file.name) for file in FILES]
    drafts = [draft_of(record, drafting()[0]) for record in records]
    return [(record, draft, yaml_of(draft)) for record, draft in zip(records, drafts, strict=True)]

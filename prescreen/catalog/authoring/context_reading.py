"""What drafts are made with, read from a criteria folder: its questions, its conditions and its vocabulary.

A module of its own, since drafts need no trial of the folder: one at fault must not keep authors from drafting others.
"""

from datetime import date
from pathlib import Path

from prescreen.catalog.authoring.drafting import DraftingContext
from prescreen.catalog.authoring.vocabulary_reader import read_vocabulary
from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.criteria.folder_reader import read_conditions


def read_context(root: Path, on: date | None = None) -> DraftingContext:
    """Return what drafts are made with on a day. Raise CatalogError where any of it has a fault, warnings aside."""
    bank, conditions, documents = read_conditions(root)
    vocabulary, more = read_vocabulary(root, bank)
    faults = sorted({fault for document in (*documents, *more) for fault in document.faults if not fault.warning})
    if faults:
        raise CatalogError(faults)
    return DraftingContext(bank.bank, vocabulary, conditions, on)

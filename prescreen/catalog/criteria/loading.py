"""Entry points: check a folder, load it to assess answers, or load it to serve people."""

from datetime import date
from pathlib import Path

from prescreen.catalog.base.faults import CatalogError, Fault
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.checks import check
from prescreen.catalog.criteria.folder_reader import Reading, read_folder
from prescreen.catalog.criteria.readability_checks import check_wording
from prescreen.catalog.criteria.trial_file import ReadTrials
from prescreen.catalog.criteria.trial_file_reader import EachAnew


def check_folder(root: Path, on: date) -> tuple[Fault, ...]:
    """Return every fault and warning of a folder, sorted by file and place."""
    return _checked(root, on, EachAnew(on)).faults


def load_to_judge(root: Path, on: date) -> Catalog:
    """Return a catalog whose files can all be read. Raise CatalogError otherwise.

    Semantic faults, such as a failing case, are left to `check_folder`: they forbid publishing, but the author who
    looks for their cause must be able to assess answers.
    """
    return _usable(read_folder(root, EachAnew(on, checked=False)))


def load_to_serve(root: Path, on: date, read_trials: ReadTrials | None = None) -> Catalog:
    """Return a catalog without a fault, warnings aside. Raise CatalogError with all faults otherwise."""
    return _usable(_checked(root, on, read_trials or EachAnew(on)))


def _checked(root: Path, on: date, read_trials: ReadTrials) -> Reading:
    found = read_folder(root, read_trials)
    check(found, on)
    check_wording(found)
    return found


def _usable(found: Reading) -> Catalog:
    catalog = found.catalog()
    if catalog is None or any(not fault.warning for fault in found.faults):
        raise CatalogError(found.faults)
    return catalog

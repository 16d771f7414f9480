"""Entry points: check a folder, load it to assess answers, or load it to serve people."""

from datetime import date
from pathlib import Path

from prescreen.catalog.base.faults import CatalogError, Fault
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.checks import check
from prescreen.catalog.criteria.folder_reader import Reading, read_folder
from prescreen.catalog.criteria.readability_checks import check_wording


def check_folder(root: Path, on: date) -> tuple[Fault, ...]:
    """Return every fault and warning of a folder, sorted by file and place."""
    return _checked(root, on).faults


def load_to_judge(root: Path, on: date) -> Catalog:
    """Return a catalog whose files can all be read. Raise CatalogError otherwise.

    Semantic faults, such as a failing case, are left to `check_folder`: they forbid publishing, but the author who
    looks for their cause must be able to assess answers.
    """
    return _usable(read_folder(root, on))


def load_to_serve(root: Path, on: date) -> Catalog:
    """Return a catalog without a fault, warnings aside. Raise CatalogError with all faults otherwise."""
    return _usable(_checked(root, on))


def _checked(root: Path, on: date) -> Reading:
    reading = read_folder(root, on)
    check(reading, on)
    check_wording(reading)
    return reading


def _usable(reading: Reading) -> Catalog:
    catalog = reading.catalog()
    if catalog is None or any(not fault.warning for fault in reading.faults):
        raise CatalogError(reading.faults)
    return catalog

"""The operator's parts of notices are read, and what no page would show is a fault."""

from datetime import date
from pathlib import Path

from prescreen.catalog.criteria.loading import load_to_serve
from prescreen.catalog.notices import PRIVACY, OperatorNotice
from tests.catalog.folders import CATALOG, ON, altered, report, reports, write

EN, ES = "notices/privacy.en.md", "notices/privacy.es.md"
HEAD = "---\nreviewed: 2026-11-01\n---\n"


def test_parts_are_read_by_their_anchors(tmp_path: Path) -> None:
    text = f"{HEAD}## Who {{#controller}}\n\nWe do.\n\n## Where {{#authority}}\n\nThere.\n"

    catalog = load_to_serve(write(tmp_path, {EN: text}), ON)

    parts = {"controller": "We do.", "authority": "There."}
    assert catalog.notices == {(PRIVACY, "en"): OperatorNotice(PRIVACY, "en", date(2026, 11, 1), parts)}


def test_a_part_without_translation_stands_in_english(tmp_path: Path) -> None:
    english = f"{HEAD}## Who {{#controller}}\n\nWe do.\n\n## Where {{#authority}}\n\nThere.\n"
    spanish = f"{HEAD}## Quién {{#controller}}\n\nNosotros.\n"

    catalog = load_to_serve(write(tmp_path, {EN: english, ES: spanish}), ON)

    assert catalog.notice_parts(PRIVACY, "es") == {"controller": "Nosotros.", "authority": "There."}
    assert catalog.notice_parts(PRIVACY, "fr") == {"controller": "We do.", "authority": "There."}
    assert catalog.notice_parts("accessibility", "en") == {}


def test_a_folder_without_notices_is_faultless(tmp_path: Path) -> None:
    assert reports(tmp_path, {}) == []


def test_a_part_that_no_notice_has_is_a_fault_with_the_nearest(tmp_path: Path) -> None:
    told = report(tmp_path, {EN: f"{HEAD}## Who {{#controler}}\n\nWe do.\n"})

    assert told.startswith(f"{EN}:1:1: ")
    assert "no part 'controler'" in told
    assert "'controller'" in told


def test_a_notice_that_is_not_shown_anywhere_is_a_fault(tmp_path: Path) -> None:
    told = report(tmp_path, {"notices/privcy.en.md": f"{HEAD}## Who {{#controller}}\n\nWe do.\n"})

    assert "there is no notice 'privcy'" in told
    assert "'privacy'" in told


def test_a_notice_without_a_day_of_review_is_a_fault(tmp_path: Path) -> None:
    told = reports(tmp_path, {EN: "---\nversion: 1\n---\n## Who {#controller}\n\nWe.\n"})

    assert any("'reviewed' is missing" in one for one in told), told


def test_a_covered_entity_is_said_in_the_catalog(tmp_path: Path) -> None:
    plain = load_to_serve(write(tmp_path / "plain"), ON)
    covered = altered(CATALOG, "languages: [en]\n", "languages: [en]\ncovered_entity: true\n")

    assert not plain.service.covered_entity
    assert load_to_serve(write(tmp_path / "covered", covered), ON).service.covered_entity

"""What drafting takes: from the bytes of a record to the text of its file, in one process.

Records are made of the shipped trials: the words that their files quote, as a registry holds them. With a folder of
real records, `python -m benchmarks.authoring.drafting FOLDER` tells the same of those.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from benchmarks.base.report import Section, Table, Target, timed
from benchmarks.base.timing import Range, mean_time, times_faster, turns
from benchmarks.sections import Sizes
from prescreen.catalog.authoring.context_reading import read_context
from prescreen.catalog.authoring.draft_yaml import yaml_of
from prescreen.catalog.authoring.drafting import DraftingContext, draft_of
from prescreen.catalog.base.yaml_documents import read_document
from prescreen.catalog.criterion_comments import comments_of
from prescreen.catalog.sources.sources import read_source
from prescreen.config import SHIPPED_CRITERIA

DRAFTING, PARSING = "drafting, from the record's bytes to the file's text", "PyYAML's C parser over the drafted files"
LEAST, AIM = 100, 300


def shipped_records() -> list[bytes]:
    """Return one record a shipped trial, with the words that its file quotes as criteria."""
    return [_record(file) for file in sorted((SHIPPED_CRITERIA / "trials").glob("*.yaml"))]


def _record(file: Path) -> bytes:
    data = read_document(file, str(file)).data
    if not isinstance(data, dict):
        raise TypeError(f"{file.name} holds no trial")
    quoted = "\n\n".join(f"{head}:\n\n{_items(file, data.get(kind))}" for kind, head in _HEADS.items())
    names = {"nctId": file.stem, "briefTitle": "Steroid injection for sciatica"}
    module = {"minimumAge": "18 Years", "maximumAge": "70 Years", "sex": "ALL", "eligibilityCriteria": quoted}
    conditions = {"conditions": ["Low Back Pain"]}
    sections = {"identificationModule": names, "eligibilityModule": module, "conditionsModule": conditions}
    return json.dumps({"protocolSection": {**sections, "statusModule": {"overallStatus": "COMPLETED"}}}).encode()


_HEADS = {"inclusion": "Inclusion Criteria", "exclusion": "Exclusion Criteria"}


def _items(file: Path, criteria: object) -> str:
    ids = [str(one["id"]) for one in criteria] if isinstance(criteria, list) else []
    comments = comments_of(file.read_text(encoding="utf-8"), ids)
    words = [quote.words for one in comments.values() for quote in one.quotes if not quote.field]
    return "\n".join(f"* {one}" for one in dict.fromkeys(words))


def drafted(records: Sequence[bytes], context: DraftingContext) -> list[str]:
    """Return the files that are drafted from records."""
    return [yaml_of(draft_of(read_source(record, f"record {at}"), context)) for at, record in enumerate(records)]


def drafting(_: Sizes) -> Section:
    """Draft from records as long as those of the shipped trials."""
    return _section(shipped_records())


def _section(records: Sequence[bytes]) -> Section:
    context = read_context(SHIPPED_CRITERIA)
    files = drafted(records, context)
    works = {
        DRAFTING: lambda _: drafted(records, context),
        PARSING: lambda _: [list(yaml.parse(text, Loader=yaml.CSafeLoader)) for text in files],
    }
    times = turns(works, [None], rounds=5, budget=30)
    took = mean_time(times, DRAFTING)
    rate = Range(*(len(records) / seconds for seconds in (took.middle, took.high, took.low)))
    slower = times_faster(times, PARSING, DRAFTING)
    return Section(
        "Drafting",
        f"{len(records)} records, {sum(map(len, records)) / 1e3:,.0f} KB, to {sum(map(len, files)) / 1e3:,.0f} KB of "
        "criteria files, in one process; the vocabulary is read beforehand. The parser only reads what was drafted.",
        [Table(["", "time of all"], [[one, timed(mean_time(times, one))] for one in works])],
        targets=[
            Target("records drafted", LEAST, AIM, rate, unit="/s"),
            Target("drafting, against a parser that reads the files", 25, 15, slower, less_is_better=True),
        ],
    )


if __name__ == "__main__":
    found = [file.read_bytes() for file in sorted(Path(sys.argv[1]).rglob("NCT*.json"))] if sys.argv[1:] else []
    section = _section(found or shipped_records())
    print(section, *(f"{one.work}: {one.reached}" for one in section.targets), sep="\n\n")

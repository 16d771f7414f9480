"""What the review of a trial must hold: a verdict for each criterion, and the record's own words above it."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prescreen.catalog.criterion_comments import Quote, comments_of, pieces_stand, plain

RULED, TEAM = ("exact", "part"), "team"
_SECTION = re.compile(r"^## (NCT\d+)\b")
_LONGEST_VALUE = 60


@dataclass(frozen=True)
class Verdict:
    """One row of the review: what became of a criterion of the record, and why."""

    criterion: str
    verdict: str
    why: str


@dataclass(frozen=True)
class Commented:
    """A criterion of a trial's file: whether it has a rule, and what it quotes."""

    criterion: str
    has_rule: bool
    quotes: tuple[Quote, ...] = field(default=())


def verdicts(review: str) -> dict[str, list[Verdict]]:
    """Return the rows of each trial's section."""
    sections: dict[str, list[Verdict]] = {}
    trial: str | None = None
    for line in review.splitlines():
        if line.startswith("## "):
            trial = found[1] if (found := _SECTION.match(line)) else None
            if trial:
                sections.setdefault(trial, [])
        elif trial and line.startswith("|") and (row := _row(line)):
            sections[trial].append(row)
    return sections


def _row(line: str) -> Verdict | None:
    cells = [cell.strip().strip("`*") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
    if cells[0] in ("criterion", "") or set(cells[0]) <= set("-: "):
        return None
    criterion, verdict, *why = [*cells, "", ""]
    return Verdict(criterion, verdict.lower(), " | ".join(why).strip(" |"))


def head(sections: Mapping[str, Iterable[Verdict]]) -> tuple[str, str]:
    """Return the two lines that count the verdicts of all sections."""
    counts = Counter(row.verdict for rows in sections.values() for row in rows)
    ruled = sum(counts[verdict] for verdict in RULED)
    return f"Rules exact: {counts['exact']} of {ruled}.", f"Left to the team: {counts[TEAM]}."


def commented(text: str, ruled: Mapping[str, bool]) -> list[Commented]:
    """Return the criteria of a trial's file with their quotes; `ruled` says of each whether it has a rule."""
    found = comments_of(text, ruled)
    return [Commented(name, has_rule, found[name].quotes) for name, has_rule in ruled.items()]


def faults(criteria: Iterable[Commented], rows: Iterable[Verdict]) -> Iterator[str]:
    """Yield what does not fit between the criteria of a trial and its section of the review."""
    listed = Counter(row.criterion for row in rows)
    known = {one.criterion: one for one in criteria}
    yield from (f"{name}: no line in REVIEW.md" for name in known if not listed[name])
    yield from (f"{name}: {count} lines in REVIEW.md" for name, count in listed.items() if count > 1)
    yield from (f"{name}: a line in REVIEW.md, but no such criterion" for name in listed if name not in known)
    for row in rows:
        wanted = RULED if row.criterion in known and known[row.criterion].has_rule else (TEAM,)
        if row.criterion in known and row.verdict not in wanted:
            yield f"{row.criterion}: '{row.verdict}' in REVIEW.md, but its file says {' or '.join(wanted)}"
        if row.verdict != "exact" and not row.why:
            yield f"{row.criterion}: REVIEW.md does not say why"


def misquotes(criteria: Iterable[Commented], record: Mapping[str, Any]) -> Iterator[str]:
    """Yield the criteria that quote nothing, and words that do not stand in the record."""
    for one in criteria:
        if not one.quotes:
            yield f"{one.criterion}: no '# Record: ...' directly above '- id: {one.criterion}'"
        for quote in one.quotes:
            if not _stands(quote, record):
                place = f"the field '{quote.field}' of the record" if quote.field else "the record"
                yield f"{one.criterion}: '{quote.words}' does not stand in {place}"


def read_record(file: Path) -> Mapping[str, Any]:
    """Return a record of the registry."""
    record: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))["protocolSection"]
    return record


def _stands(quote: Quote, record: Mapping[str, Any]) -> bool:
    if quote.field:
        return any(_is_of(quote.words, _text(value)) for value in _values(record, quote.field))
    eligible, described = record["eligibilityModule"], record.get("descriptionModule", {})
    sources = [eligible["eligibilityCriteria"], *described.values(), record.get("conditionsModule", {})]
    return any(pieces_stand(quote.words, _text(source)) for source in sources)


def _is_of(words: str, value: str) -> bool:
    """Whether words are those of a field: the whole of a short value, a part of a text."""
    return plain(words) == plain(value) or (len(value) > _LONGEST_VALUE and pieces_stand(words, value))


def _values(part: Any, key: str) -> Iterator[Any]:
    for name, value in part.items() if isinstance(part, dict) else enumerate(part if isinstance(part, list) else ()):
        if name == key:
            yield value
        yield from _values(value, key)


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return " ".join(map(_text, value.values() if isinstance(value, dict) else value))
    return str(value)

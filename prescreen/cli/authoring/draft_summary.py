"""What became of the criteria of drafted records, told in lines or as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click

from prescreen.catalog.authoring.drafting import Draft
from prescreen.catalog.authoring.proposals import Proposal
from prescreen.catalog.sources.source_record import SourceRecord

_MEANING = {
    "found": "criteria found",
    "exact": "mapped",
    "parts": "mapped in part",
    "suggested": "suggested",
    "left": "left to the team",
}
"""What each count of a draft says, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft, the text of its file, and the record that it was made of, by the name of the record's file."""

    name: str
    record: SourceRecord
    draft: Draft
    text: str


def tell(made: Drafted, *, as_json: bool, has_standard_output: bool) -> None:
    """Tell of one draft on standard error; JSON on standard output where the draft itself does not go there."""
    if as_json:
        click.echo(_json(_data(made)), err=not has_standard_output)
        return
    for line in _lines(made):
        click.echo(line, err=True)


def tell_all(all_made: Sequence[Drafted], failed: Mapping[str, str], *, as_json: bool) -> None:
    """Tell of many drafts: what the author should see of each, then the counts of all; JSON on standard output."""
    counts = {name: sum(getattr(one.draft.counts, name) for one in all_made) for name in _MEANING}
    if as_json:
        drafts = [_data(one) for one in all_made]
        click.echo(_json({"records": len(all_made), **counts, "drafts": drafts, "failed": failed}))
        return
    for one in all_made:
        for line in _lines(one)[1:]:
            click.echo(line, err=True)
    failures = f", {len(failed)} failed" if failed else ""
    click.echo(f"{_counted(len(all_made), 'record')} drafted{failures}: {_in_words(counts)}", err=True)


def tell_proposals(found: Sequence[Proposal], least: int, *, as_json: bool) -> None:
    """Print the questions that at least so many records ask on standard output, and how many there are of others."""
    shown = [one for one in found if one.count >= least]
    if as_json:
        click.echo(_json([{**asdict(one), "stub": one.stub} for one in shown]))
        return
    for one in shown:
        click.echo(f"# {_counted(one.count, 'record')}, such as {', '.join(one.records)}\n{one.stub}")
    click.echo(f"{_counted(len(shown), 'question')} proposed{_left_out(len(found) - len(shown), least)}", err=True)


def _left_out(count: int, least: int) -> str:
    return f"; {count:,} that fewer than {least} records ask are left out (--least 1 prints all)" if count else ""


def _lines(made: Drafted) -> list[str]:
    id_ = made.draft.id
    told = [f"{id_}: {sentence}" for sentence in made.record.told]
    differ = [f"{id_}: fields and text differ: {sentence}" for sentence in made.draft.disagreements]
    return [f"{id_}: {_in_words(asdict(made.draft.counts))}", *told, *differ]


def _in_words(counts: Mapping[str, int]) -> str:
    """Return counts in words."""
    return ", ".join(f"{counts[name]:,} {words}" for name, words in _MEANING.items())


def _data(made: Drafted) -> dict[str, Any]:
    return {
        "record": made.name,
        "id": made.draft.id,
        **asdict(made.draft.counts),
        "disagreements": list(made.draft.disagreements),
        "told": list(made.record.told),
    }


def _json(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"

"""`prescreen counters`: anonymous counts of what visitors answered."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import click

from prescreen.cli.base.command_options import json_option
from prescreen.cli.base.context import opened
from prescreen.storage.interview.usage_counters import (
    OF_CRITERIA,
    OF_QUESTIONS,
    OF_SOURCES,
    OF_TRIALS,
    CounterKind,
    Key,
    first_month,
    totals,
)

FEW = 10
"""Smaller counts are not shown, since they might identify a person."""

_HEADINGS = {
    CounterKind.DOES_NOT_PERMIT: "does not",
    CounterKind.SOLE_BLOCKER: "sole blocker",
    CounterKind.SAW_RESULTS: "saw results",
    CounterKind.OPENED_TRIAL: "opened trial",
    CounterKind.OPENED_FORM: "opened form",
}

Row = dict[str, int | str]


@click.command()
@json_option
def counters(as_json: bool) -> None:
    """Print how often each criterion permitted, did not, stayed unknown, and alone ruled a trial out.

    And where visitors came from: by condition, and by trial whose page they opened or to which they sent their details.
    A prescreening counts once, at the answer after which no question is left. What a trial that was ruled out needed no
    answer to stays unknown. Numbers below 10 are shown as <10.
    """
    with opened() as tools, tools.database.reading_apart() as session:
        data = _data(totals(session), first_month(session))
    click.echo(json.dumps(data, indent=2, ensure_ascii=False) if as_json else "\n".join(_lines(data)))


def _data(found: Mapping[Key, int], since: date | None) -> dict[str, Any]:
    trials: defaultdict[str, list[Row]] = defaultdict(list)
    for trial_id, criterion_id in dict.fromkeys((key.name, key.part) for key in found if key.kind in OF_CRITERIA):
        trials[trial_id].append({"criterion": criterion_id, **_row(found, OF_CRITERIA, trial_id, criterion_id)})
    sources: defaultdict[str, list[Row]] = defaultdict(list)
    for name, source in dict.fromkeys((key.name, key.part) for key in found if key.kind in OF_SOURCES):
        sources[name].append({"source": source, **_row(found, _steps_of(found, name), name, source)})
    questions = dict.fromkeys(key.name for key in found if key.kind in OF_QUESTIONS)
    return {
        "since": since and since.isoformat(),
        "trials": [{"trial": trial_id, "criteria": rows} for trial_id, rows in trials.items()],
        "questions": [{"question": name, **_row(found, OF_QUESTIONS, name)} for name in questions],
        "sources": [{"of": name, "sources": rows} for name, rows in sources.items()],
    }


def _steps_of(found: Iterable[Key], name: str) -> tuple[CounterKind, ...]:
    """Return the steps that are counted under a name: those of a trial, or those of a condition."""
    is_trial = any(key.kind in OF_TRIALS for key in found if key.name == name)
    return OF_TRIALS if is_trial else tuple(kind for kind in OF_SOURCES if kind not in OF_TRIALS)


def _row(found: Mapping[Key, int], kinds: Iterable[CounterKind], name: str, part: str = "") -> Row:
    counts = {kind.value: found.get(Key(kind, name, part), 0) for kind in kinds}
    return {kind: f"<{FEW}" if count < FEW else count for kind, count in counts.items()}


def _lines(data: dict[str, Any]) -> list[str]:
    if data["since"] is None:
        return ["nothing was counted yet"]
    lines = [f"counted since {data['since']}"]
    for one in data["trials"]:
        lines += _table(one["trial"], "criterion", one["criteria"], OF_CRITERIA)
    for one in data["sources"]:
        steps = tuple(kind for kind in OF_SOURCES if kind.value in one["sources"][0])
        lines += _table(f"sources of {one['of']}", "source", one["sources"], steps)
    return lines + (_table("questions", "question", data["questions"], OF_QUESTIONS) if data["questions"] else [])


def _table(title: str, first: str, rows: list[Row], kinds: Iterable[CounterKind]) -> list[str]:
    headings = "".join(f"{_HEADINGS.get(kind, kind.value):>14}" for kind in kinds)
    cells = [f"  {row[first]:<32}{''.join(f'{_shown(row[kind.value]):>14}' for kind in kinds)}" for row in rows]
    return [title, f"  {first:<32}{headings}", *cells]


def _shown(cell: int | str) -> str:
    return cell if isinstance(cell, str) else f"{cell:,}"
